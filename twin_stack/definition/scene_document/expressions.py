"""Expressions of rules: whether viewers can evaluate them, and whether their names have values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from twin_stack.definition.wording import closest, quote_value
from twin_stack.twinmaker.jexl import ExpressionSyntaxError, evaluation_fault, names_of, parse_expression
from twin_stack.twinmaker.scene_texts import expression_excess

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from twin_stack.definition.scene_document.problems import Path, Problems
    from twin_stack.twinmaker.jexl import Node

_RAW: Final = "_raw"
"""What is added to the name of a property for the list of its values."""
_STRINGS: Final = re.compile(r"""'(?:\\'|[^'])*'|"(?:\\"|[^"])*\"""")


def escape_name(name: str) -> str:
    """Return the name of a property as viewers name it in expressions, where "-" would be a minus.

    Args:
        name: The name.
    """
    return name.replace("-", "__")


def escaped(expression: str, properties: Collection[str]) -> str:
    """Return an expression with the names of bound properties as viewers read them: at the first place only.

    Args:
        expression: The expression.
        properties: Names of the properties.
    """
    for name in sorted(properties, key=lambda name: (-len(name), name)):
        if "-" in name:
            expression = expression.replace(name, escape_name(name), 1)
    return expression


def check_expression(
    problems: Problems, expression: str, path: Path, bound: Sequence[str], *, is_known: bool
) -> None:
    """Check that an expression can be evaluated, and that its names are properties that are bound.

    Args:
        problems: Receives the problems.
        expression: The expression.
        path: Its place in the document.
        bound: Properties that components with this rule bind.
        is_known: Whether these are all of them.
    """
    text = escaped(expression, bound)
    for name in bound:
        if "-" in name and name in _STRINGS.sub('""', text):
            problems.add("repeated-dashed-name", path, name=name)
            return
        if name[:1].isdigit() and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", expression):
            problems.add("unusable-name", path, name=quote_value(name))
            return
    try:
        tree = parse_expression(text)
        fault = evaluation_fault(tree)
        token = ""
    except ExpressionSyntaxError as error:
        fault, token = str(error), error.token
    if fault is not None:
        value = quote_value(expression)
        remedy = _remedy(expression, token)
        problems.add("invalid-expression", path, remedy=remedy, value=value, fault=fault)
    elif is_known and bound:
        _check_names(problems, tree, path, bound)


def _check_names(problems: Problems, tree: Node | None, path: Path, bound: Sequence[str]) -> None:
    scope = {escape_name(name) for name in bound} | {escape_name(name) + _RAW for name in bound}
    listed = ", ".join(quote_value(name) for name in bound[:5]) + (", ..." if len(bound) > 5 else "")
    for name in names_of(tree):
        if name not in scope:
            meant = closest(name, bound)
            remedy = f'did you mean "{meant}"?' if meant else None
            problems.add("unbound-name", path, remedy=remedy, name=name, bound=listed)


def parsed_names(expression: str, bound: Sequence[str]) -> set[str] | None:
    """Return the bound properties that an expression has; None if it cannot be parsed.

    Args:
        expression: The expression.
        bound: Properties that are bound.
    """
    if expression_excess(expression) is not None:
        return None
    try:
        names = names_of(parse_expression(escaped(expression, bound)))
    except ExpressionSyntaxError:
        return None
    return {name for name in bound if escape_name(name) in names or escape_name(name) + _RAW in names}


def has_names(expression: str) -> bool:
    """Return whether an expression looks up a name; True for one that cannot be parsed.

    Args:
        expression: The expression.
    """
    if expression_excess(expression) is not None:
        return True
    try:
        return bool(names_of(parse_expression(expression)))
    except ExpressionSyntaxError:
        return True


_REMEDIES: Final = {
    "=": "compare with ==",
    "&": "combine with &&",
    "and": "combine with &&",
    "or": "combine with ||",
    "not": "negate with !",
}
"""What to do about a token that jexl does not take."""


def _remedy(expression: str, token: str) -> str | None:
    """Return what to do about an expression that cannot be parsed, None if it is not known."""
    if re.search(r"\$\{", _STRINGS.sub('""', expression)):
        return "write the name of the property without ${ and }"
    return _REMEDIES.get(token)
