"""The syntax tree of a formula, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatch
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

_PRECEDENCE: Final = {
    operator: level
    for level, operators in enumerate(
        (("or",), ("and",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%")), start=1
    )
    for operator in operators
}
_UNARY_LEVEL: Final = 7
_POWER_LEVEL: Final = 8
_POSTFIX_LEVEL: Final = 9
POWER: Final = "^"
"""The one operator that groups from the right."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number.

    Attributes:
        text: As it is written: digits with point and exponent, without a sign.
    """

    text: str


@dataclass(frozen=True, slots=True)
class String:
    """A text.

    Attributes:
        value: The text without its quotes.
    """

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """A variable or a constant.

    Attributes:
        name: As it is written.
        offset: Characters before it in the formula.
    """

    name: str
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """An operator before its operand.

    Attributes:
        operator: ``-``, ``+`` or ``not``, which ``!`` stands for too.
        operand: What it is applied to.
    """

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two operands.

    Attributes:
        operator: In lower case.
        left: The operand before it.
        right: The operand behind it.
    """

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Formatted:
    """An argument with a format, as in ``format(x: "d")``.

    Attributes:
        value: What is formatted.
        template: The format.
        offset: Characters of the formula before the colon.
    """

    value: Node
    template: Node
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments.

    Attributes:
        function: Its name as it is written; case does not matter.
        arguments: Its arguments; the first one is what precedes the dot in ``x.f(y)``.
        is_method: Whether it is written as ``x.f(y)``.
        offset: Characters of the formula before its name.
    """

    function: str
    arguments: tuple[Node, ...]
    is_method: bool = False
    offset: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Index:
    """One character of a text: ``s[2]``.

    Attributes:
        value: The text.
        index: Number of the character, negative from the end.
    """

    value: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a text: ``s[start:end:step]``.

    Attributes:
        value: The text.
        start: First character, None where it is left out.
        end: The character after the last one, None where it is left out.
        step: Distance between characters, None where it is left out.
    """

    value: Node
    start: Node | None
    end: Node | None
    step: Node | None


Node: TypeAlias = Number | String | Name | Unary | Binary | Formatted | Call | Index | Slice


def operands(node: Binary) -> tuple[Node, list[tuple[str, Node]]]:
    """Return the operands of a chain of operators that group from the left, such as ``a - b + c``.

    A chain can have hundreds of operands: code that works on a tree takes it as a list, not by recursion.

    Args:
        node: The last operator of the chain; one that groups from the right is a chain of its own.

    Returns:
        The first operand, and each operator with the operand behind it.
    """
    steps: list[tuple[str, Node]] = []
    first: Node = node
    while isinstance(first, Binary) and (first is node or first.operator != POWER):
        steps.append((first.operator, first.right))
        first = first.left
        if node.operator == POWER:
            break
    return first, steps[::-1]


def children(node: Node) -> Iterator[Node]:
    """Return the parts of a node from left to right; a chain of operators has all its operands.

    Args:
        node: A node.
    """
    if isinstance(node, Binary):
        first, steps = operands(node)
        yield first
        yield from (operand for _, operand in steps)
    elif isinstance(node, Unary):
        yield node.operand
    elif isinstance(node, Formatted):
        yield from (node.value, node.template)
    elif isinstance(node, Call):
        yield from node.arguments
    elif isinstance(node, Index):
        yield from (node.value, node.index)
    elif isinstance(node, Slice):
        yield node.value
        yield from (part for part in (node.start, node.end, node.step) if part is not None)


@singledispatch
def write(node: Node) -> str:
    """Return a tree as text that parses to the same tree.

    Args:
        node: A node.
    """
    raise TypeError(f"{node!r} is no node of a formula")


@write.register(Number)
def _(node: Number) -> str:
    return node.text


@write.register(String)
def _(node: String) -> str:
    return "'" + node.value.replace("'", "''") + "'"


@write.register(Name)
def _(node: Name) -> str:
    return node.name


@write.register(Unary)
def _(node: Unary) -> str:
    space = " " if node.operator == "not" else ""
    return f"{node.operator}{space}{_write_operand(node.operand, _UNARY_LEVEL)}"


@write.register(Binary)
def _(node: Binary) -> str:
    if node.operator == POWER:
        left = _write_operand(node.left, _POSTFIX_LEVEL)
        return f"{left} ^ {_write_operand(node.right, _UNARY_LEVEL)}"
    first, steps = operands(node)
    text, level = write(first), _level(first)
    for operator, operand in steps:
        own_level = _PRECEDENCE[operator]
        if level < own_level:
            text = f"({text})"
        text = f"{text} {operator} {_write_operand(operand, own_level + 1)}"
        level = own_level
    return text


@write.register(Formatted)
def _(node: Formatted) -> str:
    return f"{write(node.value)}: {write(node.template)}"


@write.register(Index)
def _(node: Index) -> str:
    return f"{_write_operand(node.value, _POSTFIX_LEVEL)}[{write(node.index)}]"


@write.register(Slice)
def _(node: Slice) -> str:
    start, end = (write(part) if part is not None else "" for part in (node.start, node.end))
    step = f":{write(node.step)}" if node.step is not None else ""
    return f"{_write_operand(node.value, _POSTFIX_LEVEL)}[{start}:{end}{step}]"


@write.register(Call)
def _(node: Call) -> str:
    if not node.is_method:
        return f"{node.function}({', '.join(map(write, node.arguments))})"
    first, *others = node.arguments
    # A point behind digits belongs to the number.
    is_number = isinstance(first, Number)
    receiver = f"({write(first)})" if is_number else _write_operand(first, _POSTFIX_LEVEL)
    return f"{receiver}.{node.function}({', '.join(map(write, others))})"


def _write_operand(node: Node, min_level: int) -> str:
    return f"({write(node)})" if _level(node) < min_level else write(node)


def _level(node: Node) -> int:
    if isinstance(node, Binary):
        return _PRECEDENCE.get(node.operator, _POWER_LEVEL)
    return _UNARY_LEVEL if isinstance(node, Unary) else _POSTFIX_LEVEL
