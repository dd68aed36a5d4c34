"""The grammar of formulas. Import it through ``parser``: lark is loaded only where a formula is read."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args

from twin_stack.twinmaker.formula.errors import MAX_NESTING, FormulaSyntaxError, NestingError
from twin_stack.twinmaker.formula.syntax import (
    Binary,
    Call,
    Formatted,
    Index,
    Name,
    Number,
    Slice,
    String,
    Unary,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from twin_stack.twinmaker.formula.syntax import Node

# The guide does not say which operator binds closer [U]: here as in Python, except that `not` binds as `!`.
_GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction | disjunction OR conjunction -> binary
?conjunction: equality | conjunction AND equality -> binary
?equality: comparison | equality (EQ | NE) comparison -> binary
?comparison: sum | comparison (LT | LE | GT | GE) sum -> binary
?sum: product | sum (PLUS | MINUS) product -> binary
?product: unary | product (STAR | SLASH | PERCENT) unary -> binary
?unary: power | (MINUS | PLUS | BANG | NOT) unary -> unary
?power: postfix | postfix CARET unary -> binary
?postfix: atom
    | postfix DOT NAME LPAR [arguments] RPAR -> method
    | postfix LSQB disjunction RSQB -> index
    | postfix LSQB [disjunction] COLON [disjunction] [COLON [disjunction]] RSQB -> slice
?atom: NUMBER -> number
    | STRING -> string
    | NAME -> name
    | NAME LPAR [arguments] RPAR -> call
    | LPAR disjunction RPAR -> group
arguments: argument (COMMA argument)*
?argument: disjunction | disjunction COLON disjunction -> formatted

NUMBER: /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?/
STRING: /'(?:[^']|'')*'|"(?:[^"]|"")*"/
NAME: /[A-Za-z_][A-Za-z0-9_]*/
EQ: "=="
NE: "!="
LE: "<="
GE: ">="
LT: "<"
GT: ">"
PLUS: "+"
MINUS: "-"
STAR: "*"
SLASH: "/"
PERCENT: "%"
CARET: "^"
BANG: "!"
DOT: "."
COMMA: ","
COLON: ":"
LPAR: "("
RPAR: ")"
LSQB: "["
RSQB: "]"
%declare AND OR NOT
%ignore /\s+/
"""
_WORDS = {"and": "AND", "or": "OR", "not": "NOT"}
_TEXTS = re.compile(r"""'[^']*'|"[^"]*\"""")
_BRACKETS = re.compile(r"[()\[\]]")


def parse(text: str) -> Node:
    """Return the syntax tree of a formula.

    Args:
        text: The formula.

    Raises:
        FormulaSyntaxError: The text is no formula.
    """
    _check_nesting(text)
    try:
        node: Node = _parser().parse(text)  # type: ignore[assignment]
    except UnexpectedCharacters as error:
        offset = error.pos_in_stream or 0
        raise FormulaSyntaxError(offset, text[offset], None) from error
    except UnexpectedToken as error:
        is_end = error.token.type == "$END"
        offset = len(text) if is_end else error.token.start_pos
        raise FormulaSyntaxError(offset, str(error.token), _expected(error.accepts)) from error
    return node


def _check_nesting(text: str) -> None:
    depth = 0
    for bracket in _BRACKETS.findall(_TEXTS.sub("", text)):
        depth += 1 if bracket in "([" else -1
        if depth > MAX_NESTING:
            raise NestingError


def _expected(accepted: Collection[str]) -> str:
    """Return in words what the grammar accepts next, as a reader would say it."""
    if "NUMBER" in accepted:
        return "a value"
    if "NAME" in accepted:
        return "a function"
    closing = next((sign for name, sign in (("RPAR", '")"'), ("RSQB", '"]"')) if name in accepted), None)
    if closing is not None:
        return closing
    return '"("' if set(accepted) == {"LPAR"} else "an operator"


@cache
def _parser() -> Lark:
    return Lark(
        _GRAMMAR,
        parser="lalr",
        lexer="basic",
        transformer=_TreeBuilder(),
        lexer_callbacks={"NAME": _as_word},
    )


def _as_word(token: Token) -> Token:
    word = _WORDS.get(token.lower())
    return Token.new_borrow_pos(word, token, token) if word is not None else token


@v_args(inline=True)
class _TreeBuilder(Transformer[Token, Any]):
    """Makes nodes of what the grammar recognizes."""

    def number(self, token: Token) -> Number:
        return Number(str(token))

    def string(self, token: Token) -> String:
        quote = token[0]
        return String(token[1:-1].replace(quote * 2, quote))

    def name(self, token: Token) -> Name:
        return Name(str(token), token.start_pos or 0)

    def group(self, _open: Token, node: Node, _close: Token) -> Node:
        return node

    def unary(self, operator: Token, operand: Node) -> Unary:
        return Unary("not" if operator.type in ("NOT", "BANG") else str(operator), operand)

    def binary(self, left: Node, operator: Token, right: Node) -> Binary:
        return Binary(operator.lower(), left, right)

    def arguments(self, *items: Any) -> tuple[Node, ...]:
        return items[::2]

    def formatted(self, value: Node, colon: Token, template: Node) -> Formatted:
        return Formatted(value, template, colon.start_pos or 0)

    def call(self, name: Token, _open: Token, arguments: tuple[Node, ...] | None, _close: Token) -> Call:
        return Call(str(name), arguments or (), offset=name.start_pos or 0)

    def method(
        self,
        receiver: Node,
        _dot: Token,
        name: Token,
        _open: Token,
        arguments: tuple[Node, ...] | None,
        _close: Token,
    ) -> Call:
        return Call(str(name), (receiver, *(arguments or ())), is_method=True, offset=name.start_pos or 0)

    def index(self, value: Node, _open: Token, index: Node, _close: Token) -> Index:
        return Index(value, index)

    def slice(
        self,
        value: Node,
        _open: Token,
        start: Node | None,
        _first: Token,
        end: Node | None,
        _second: Token | None,
        step: Node | None,
        _close: Token,
    ) -> Slice:
        return Slice(value, start, end, step)
