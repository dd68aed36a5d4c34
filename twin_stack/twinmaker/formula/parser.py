"""Reads formulas."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from twin_stack.twinmaker.formula.errors import MAX_NESTING, NestingError
from twin_stack.twinmaker.formula.syntax import children

if TYPE_CHECKING:
    from twin_stack.twinmaker.formula.syntax import Node

_MAX_DEPTH: Final = 4 * MAX_NESTING


@lru_cache(maxsize=4096)
def parse_formula(text: str) -> Node:
    """Return the syntax tree of a formula. Trees are kept: types share formulas, and several rooms read them.

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
