"""The syntax tree of an expression, and what follows from it without values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from twin_stack.twinmaker.jexl.errors import EMPTY_PART

if TYPE_CHECKING:
    from collections.abc import Iterator


class Syntax(Enum):
    """Kinds of nodes."""

    LITERAL = "Literal"
    NAME = "Identifier"
    UNARY = "UnaryExpression"
    BINARY = "BinaryExpression"
    CONDITION = "ConditionalExpression"
    CALL = "FunctionCall"
    FILTER = "FilterExpression"
    LIST = "ArrayLiteral"
    OBJECT = "ObjectLiteral"


@dataclass(slots=True, eq=False)
class Node:
    """A node of the tree.

    Attributes:
        kind: Its kind.
        value: Value of a literal, name of an identifier or of a function, operator.
        parts: Nodes that it is made of, in the order written: the operands of an operator, the arguments of a
            function, the members of a list or an object, the subject and the expression of a filter; the
            owner of a name such as ``a`` in ``a.b``. None stands for a part that is not written.
        is_transform: Whether a function is written as ``x|f``.
        is_relative: Whether a name begins with a dot.
        parent: The node that it is a part of, while the tree is built.
    """

    kind: Syntax
    value: object = None
    parts: list[Node | None] = field(default_factory=list)
    is_transform: bool = False
    is_relative: bool = False
    parent: Node | None = None


def nodes_of(tree: Node | None) -> Iterator[Node]:
    """Yield all nodes of a tree, from left to right.

    Args:
        tree: The tree; None is that of an empty expression.
    """
    pending = [tree]
    while pending:
        node = pending.pop()
        if node is not None:
            yield node
            pending += reversed(node.parts)


def names_of(tree: Node | None) -> list[str]:
    """Return the names that an expression looks up among its values, each once, in the order written.

    Args:
        tree: The tree.
    """
    names = (
        str(node.value)
        for node in nodes_of(tree)
        if node.kind is Syntax.NAME and not node.parts and not node.is_relative
    )
    return list(dict.fromkeys(names))


def evaluation_fault(tree: Node | None) -> str | None:
    """Return why an expression fails when it is evaluated; None if it does not.

    The viewers define neither functions nor transforms.

    Args:
        tree: The tree.
    """
    if tree is None:
        return "it is empty"
    for node in nodes_of(tree):
        if node.kind is Syntax.CALL:
            return f"{'Transform' if node.is_transform else 'Jexl Function'} {node.value} is not defined."
        # A condition may have no second part: "a ?: b".
        needed = node.parts[::2] if node.kind is Syntax.CONDITION else node.parts
        if None in needed:
            return EMPTY_PART
    return None
