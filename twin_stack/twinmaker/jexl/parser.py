"""Reads expressions as jexl does: a table of states, and a parser of its own for each part in brackets."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from twin_stack.twinmaker.jexl.errors import EMPTY_PART, ExpressionSyntaxError
from twin_stack.twinmaker.jexl.lexer import PRECEDENCE, tokenize
from twin_stack.twinmaker.jexl.syntax import Node, Syntax

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.twinmaker.jexl.lexer import Token


@lru_cache(maxsize=4096)
def parse_expression(text: str) -> Node | None:
    """Return the syntax tree of an expression, None if nothing is written.

    Trees are kept, since scenes share rules.

    Args:
        text: The expression. Check its depth before (``scene_texts.expression_excess``).

    Raises:
        ExpressionSyntaxError: jexl cannot parse it.
    """
    parser = _Parser()
    for token in tokenize(text):
        parser.add(token)
    return parser.complete()


@dataclass(frozen=True, slots=True)
class _State:
    """A state of the parser.

    Attributes:
        next_states: The state after a token, by the token's type.
        end_states: The state after the expression that is read by a parser of its own, by the type of the
            token that ends it; None if this state reads tokens itself.
        inherits_ends: Whether the tokens that end the expression are those that end this one, too.
        is_complete: Whether the expression may end here.
    """

    next_states: Mapping[str, str] = field(default_factory=dict)
    end_states: Mapping[str, str] | None = None
    inherits_ends: bool = False
    is_complete: bool = False


_AFTER_CALL: Final = {
    "binaryOp": "expectOperand",
    "dot": "traverse",
    "openBracket": "filter",
    "pipe": "expectTransform",
}
_STATES: Final = {
    "expectOperand": _State(
        {
            "literal": "expectBinOp",
            "identifier": "identifier",
            "unaryOp": "expectOperand",
            "openParen": "subExpression",
            "openCurl": "expectObjKey",
            "dot": "traverse",
            "openBracket": "arrayVal",
        }
    ),
    "expectBinOp": _State(
        {"binaryOp": "expectOperand", "pipe": "expectTransform", "dot": "traverse", "question": "ternaryMid"},
        is_complete=True,
    ),
    "expectTransform": _State({"identifier": "postTransform"}),
    "expectObjKey": _State({"identifier": "expectKeyValSep", "closeCurl": "expectBinOp"}),
    "expectKeyValSep": _State({"colon": "objVal"}),
    "postTransform": _State({"openParen": "argVal", **_AFTER_CALL}, is_complete=True),
    "postArgs": _State(_AFTER_CALL, is_complete=True),
    "identifier": _State({**_AFTER_CALL, "openParen": "argVal", "question": "ternaryMid"}, is_complete=True),
    "traverse": _State({"identifier": "identifier"}),
    "filter": _State(end_states={"closeBracket": "identifier"}),
    "subExpression": _State(end_states={"closeParen": "expectBinOp"}),
    "argVal": _State(end_states={"comma": "argVal", "closeParen": "postArgs"}),
    "objVal": _State(end_states={"comma": "expectObjKey", "closeCurl": "expectBinOp"}),
    "arrayVal": _State(end_states={"comma": "arrayVal", "closeBracket": "expectBinOp"}),
    "ternaryMid": _State(end_states={"colon": "ternaryEnd"}),
    "ternaryEnd": _State(end_states={}, inherits_ends=True, is_complete=True),
}


class _Parser:
    """Reads one expression, up to a token that ends it."""

    def __init__(self, written: str = "", ends: Mapping[str, str] | None = None) -> None:
        self._written = written
        self._ends = ends or {}
        self._state = "expectOperand"
        self._tree: Node | None = None
        self._cursor: Node | None = None
        self._part: _Parser | None = None
        self._has_owner = False
        self._is_relative = False

    def add(self, token: Token) -> str:
        """Read a token.

        Returns:
            The state after this expression if the token ends it, otherwise an empty text.
        """
        state = _STATES[self._state]
        before = self._written
        self._written += token.raw
        if state.end_states is not None:
            if self._part is None:
                self._part = _Parser(before, self._ends if state.inherits_ends else state.end_states)
            if end_state := self._part.add(token):
                self._end_part()
                if state.inherits_ends:
                    return end_state
                self._state = end_state
        elif token.type in state.next_states:
            self._take(token)
            self._state = state.next_states[token.type]
        elif token.type in self._ends:
            return self._ends[token.type]
        else:
            message = f"Token {token.raw} ({token.type}) unexpected in expression: {self._written}"
            raise ExpressionSyntaxError(message, token.raw.strip())
        return ""

    def complete(self) -> Node | None:
        """End the expression, and return its tree."""
        if self._cursor is not None and not _STATES[self._state].is_complete:
            raise ExpressionSyntaxError(f"Unexpected end of expression: {self._written}")
        if self._part is not None:
            self._end_part()
        return self._tree if self._cursor is not None else None

    def _take(self, token: Token) -> None:
        match self._state, token.type:
            case "expectOperand", "openBracket":
                self._place(Node(Syntax.LIST))
            case "expectOperand", "openCurl":
                self._place(Node(Syntax.OBJECT))
            case "identifier", "openParen":
                name = self._cursor.value if self._cursor else None
                self._wrap(Node(Syntax.CALL, name))
            case "expectTransform", "identifier":
                self._wrap(Node(Syntax.CALL, token.value, [self._cursor], is_transform=True))
            case "expectObjKey", "identifier":
                pass  # keys of objects do not matter here
            case _, "literal":
                self._place(Node(Syntax.LITERAL, token.value))
            case _, "unaryOp":
                self._place(Node(Syntax.UNARY, token.value))
            case _, "identifier":
                self._take_name(str(token.value))
            case _, "dot":
                cursor = self._cursor
                is_open = cursor is not None and (
                    cursor.kind is Syntax.UNARY or (cursor.kind is Syntax.BINARY and len(cursor.parts) < 2)
                )
                self._has_owner = cursor is not None and not is_open
                self._is_relative = not self._has_owner
            case _, "binaryOp":
                self._take_operator(str(token.value))
            case _, "question":
                self._tree = self._cursor = Node(Syntax.CONDITION, None, [self._tree, None, None])

    def _take_name(self, name: str) -> None:
        if self._has_owner:
            self._wrap(Node(Syntax.NAME, name, [self._cursor]))
            self._has_owner = False
        else:
            self._place(Node(Syntax.NAME, name, is_relative=self._is_relative))
            self._is_relative = False

    def _take_operator(self, operator: str) -> None:
        cursor = self._cursor
        if cursor is None:  # after "()", on which jexl fails with an error of JavaScript
            raise ExpressionSyntaxError(EMPTY_PART)
        while (
            (parent := cursor.parent) is not None
            and parent.kind in (Syntax.BINARY, Syntax.UNARY)
            and PRECEDENCE.get(str(parent.value), 100) >= PRECEDENCE[operator]
        ):
            cursor = parent
        node = Node(Syntax.BINARY, operator, [cursor])
        self._cursor = cursor.parent
        self._place_at_end(node)
        cursor.parent = node
        self._cursor = node

    def _place(self, node: Node) -> None:
        """Add a node as the last operand of the node at the cursor."""
        if self._cursor is None:
            self._tree = node
        else:
            self._cursor.parts.append(node)
            node.parent = self._cursor
        self._cursor = node

    def _place_at_end(self, node: Node) -> None:
        """Replace the last operand of the node at the cursor, which the new node contains."""
        if self._cursor is None:
            self._tree = node
        else:
            self._cursor.parts[-1] = node
            node.parent = self._cursor
        self._cursor = node

    def _wrap(self, node: Node) -> None:
        """Replace the node at the cursor by one that contains it."""
        if self._cursor is None:
            raise ExpressionSyntaxError(EMPTY_PART)
        self._cursor = self._cursor.parent
        self._place_at_end(node)

    def _end_part(self) -> None:
        part = self._part.complete() if self._part else None
        self._part = None
        cursor = self._cursor
        match self._state:
            case "subExpression":
                if part is not None:
                    self._place(part)
                elif cursor is not None:
                    raise ExpressionSyntaxError(EMPTY_PART)
            case "filter":
                self._wrap(Node(Syntax.FILTER, None, [cursor, part]))
            case "ternaryMid" if cursor:
                cursor.parts[1] = part
            case "ternaryEnd" if cursor:
                cursor.parts[2] = part
            case "objVal" if cursor:
                cursor.parts.append(part)
            case "argVal" | "arrayVal" if cursor and part is not None:
                cursor.parts.append(part)
