"""Reads formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from twin_stack.twinmaker.formula.syntax import children

if TYPE_CHECKING:
    from twin_stack.twinmaker.formula.syntax import Node

MAX_NESTING: Final = 50
"""How deep parentheses, brackets and operators before an operand may nest: a limit of this project."""
_MAX_DEPTH: Final = 4 * MAX_NESTING


class FormulaSyntaxError(ValueError):
    """A text that is no formula.

    Attributes:
        offset: Characters before the mistake; None where it has no place.
        found: The text at the mistake; empty at the end of the formula.
        expected: What would be right there, such as ``a value``; None where the text is no part of the
            language at all.
    """

    def __init__(self, offset: int | None, found: str, expected: str | None) -> None:
        super().__init__(f"{found!r} at offset {offset}, expected {expected}")
        self.offset = offset
        self.found = found
        self.expected = expected


class NestingError(FormulaSyntaxError):
    """A formula that nests deeper than ``MAX_NESTING``."""

    def __init__(self) -> None:
        super().__init__(None, "", None)


def parse_formula(text: str) -> Node:
    """Return the syntax tree of a formula.

    Args:
        text: The formula.

    Raises:
        FormulaSyntaxError: The text is no formula.
    """
    # lark takes time to import, and most twins have no formula.
    from twin_stack.twinmaker.formula.grammar import parse  # noqa: PLC0415

    node = parse(text)
    _check_depth(node)
    return node


def _check_depth(node: Node) -> None:
    pending: list[tuple[Node, int]] = [(node, 0)]
    while pending:
        current, depth = pending.pop()
        if depth > _MAX_DEPTH:
            raise NestingError
        pending += [(child, depth + 1) for child in children(current)]
