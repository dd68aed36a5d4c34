"""Tests of BOOLEAN properties in expressions: viewers have their values as texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from twin_stack.definition.scene_document.expressions import escape_name, escaped
from twin_stack.twinmaker.jexl import ExpressionSyntaxError, Node, Syntax, parse_expression
from twin_stack.twinmaker.scene_texts import expression_excess

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class BooleanTest(NamedTuple):
    """A test that has the same result for true and false.

    Attributes:
        name: Name of the property.
        text: The test.
        result: ``always true`` or ``never true``.
        correction: The test as it was meant.
    """

    name: str
    text: str
    result: str
    correction: str


def boolean_tests(expression: str, booleans: Sequence[str]) -> Iterator[BooleanTest]:
    """Yield the tests of an expression that have the same result for both values of a BOOLEAN.

    Args:
        expression: The expression of a rule.
        booleans: Names of the bound properties that are BOOLEAN.
    """
    if expression_excess(expression) is not None:
        return
    try:
        tree = parse_expression(escaped(expression, booleans))
    except ExpressionSyntaxError:
        return
    names = {escape_name(name): name for name in booleans}
    pending: list[tuple[Node | None, bool]] = [(tree, True)]
    while pending:
        node, is_tested = pending.pop()
        if node is None:
            continue
        name = names.get(str(node.value)) if node.kind is Syntax.NAME and not node.parts else None
        if name is not None and is_tested:
            is_negated = node.parent is not None and node.parent.kind is Syntax.UNARY
            if is_negated:
                yield BooleanTest(name, f"!{name}", "never true", f"{name} == 'false'")
            else:
                yield BooleanTest(name, name, "always true", f"{name} == 'true'")
        elif node.kind is Syntax.BINARY and node.value in ("==", "!="):
            yield from _comparison(node, names)
        else:
            pending += [
                (part, _is_tested(node, index, is_tested))
                for index, part in reversed([*enumerate(node.parts)])
            ]


def _is_tested(node: Node, index: int, is_node_tested: bool) -> bool:  # noqa: FBT001
    """Return whether only the truth of a part of a node matters."""
    if node.kind is Syntax.CONDITION:
        return index == 0 or is_node_tested
    return node.kind is Syntax.UNARY or (node.kind is Syntax.BINARY and node.value in ("&&", "||"))


def _comparison(node: Node, names: dict[str, str]) -> Iterator[BooleanTest]:
    sides = [part for part in node.parts if part is not None]
    name = next((names[str(side.value)] for side in sides if _is_name(side, names)), None)
    value = next((side.value for side in sides if side.kind is Syntax.LITERAL), None)
    if name is not None and isinstance(value, bool):
        text = "true" if value else "false"
        result = "never true" if node.value == "==" else "always true"
        yield BooleanTest(name, f"{name} {node.value} {text}", result, f"{name} {node.value} '{text}'")


def _is_name(node: Node, names: dict[str, str]) -> bool:
    return node.kind is Syntax.NAME and not node.parts and str(node.value) in names
