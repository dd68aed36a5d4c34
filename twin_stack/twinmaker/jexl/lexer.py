"""Splits expressions into tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from twin_stack.twinmaker.jexl.errors import ExpressionSyntaxError

PRECEDENCE: Final = {
    "||": 10, "&&": 10, "==": 20, "!=": 20, ">": 20, ">=": 20, "<": 20, "<=": 20, "in": 20, "+": 30, "-": 30,
    "*": 40, "/": 40, "//": 40, "%": 50, "^": 50,
}  # fmt: skip
"""Operators between two operands, and how closely they bind."""

_SIGNS: Final = {
    ".": "dot",
    "[": "openBracket",
    "]": "closeBracket",
    "|": "pipe",
    "{": "openCurl",
    "}": "closeCurl",
    ":": "colon",
    ",": "comma",
    "(": "openParen",
    ")": "closeParen",
    "?": "question",
    "!": "unaryOp",
}
_INHERITED: Final = {
    "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString",
    "valueOf", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__",
}  # fmt: skip
"""Members of each object of JavaScript: jexl takes these names for signs, of no type."""
_NEGATES_AFTER: Final = {"binaryOp", "unaryOp", "openParen", "openBracket", "question", "colon"}
_SPACE: Final = r"[\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
_LETTER: Final = r"a-zA-Z\u0430-\u044f\u0410-\u042f_\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u00FF$"
_NAME: Final = rf"[{_LETTER}][{_LETTER}0-9]*"
_NUMBER: Final = r"(?:[0-9]*\.[0-9]+)|[0-9]+"
_OPERATORS: Final = "|".join(
    r"\bin\b" if sign == "in" else re.escape(sign)
    for sign in sorted((*PRECEDENCE, *_SIGNS), key=len, reverse=True)
)
_TOKENS: Final = re.compile(
    rf"""('(?:(?:\\')|[^'])*'|"(?:(?:\\")|[^"])*"|{_SPACE}+|\btrue\b|\bfalse\b|{_OPERATORS}|{_NAME}|(?:{_NUMBER}))""",
    re.ASCII,
)
_IS_SPACE: Final = re.compile(rf"{_SPACE}*")
_IS_NUMBER: Final = re.compile(rf"-?(?:{_NUMBER})")
_IS_NAME: Final = re.compile(_NAME)


@dataclass(slots=True)
class Token:
    """A token.

    Attributes:
        type: Its type, as jexl names it.
        value: Value of a literal, otherwise the text.
        raw: The text with the space after it.
    """

    type: str
    value: object
    raw: str


def tokenize(text: str) -> list[Token]:
    """Return the tokens of an expression.

    Args:
        text: The expression.

    Raises:
        ExpressionSyntaxError: A part of it is no token.
    """
    tokens: list[Token] = []
    is_negative = False
    for element in filter(None, _TOKENS.split(text)):
        if _IS_SPACE.fullmatch(element):
            if tokens:
                tokens[-1].raw += element
        elif element == "-" and (not tokens or tokens[-1].type in _NEGATES_AFTER):
            is_negative = True
        else:
            tokens.append(_token(f"-{element}" if is_negative else element))
            is_negative = False
    if is_negative:
        tokens.append(_token("-"))
    return tokens


def _token(element: str) -> Token:
    if element[0] in "\"'":
        return Token("literal", _unquote(element), element)
    if _IS_NUMBER.fullmatch(element):
        return Token("literal", float(element), element)
    if element in ("true", "false"):
        return Token("literal", element == "true", element)
    if element in PRECEDENCE or element in _SIGNS:
        return Token(_SIGNS.get(element, "binaryOp"), element, element)
    if element in _INHERITED:
        return Token("undefined", element, element)
    if _IS_NAME.fullmatch(element):
        return Token("identifier", element, element)
    raise ExpressionSyntaxError(f"Invalid expression token: {element}", element)


def _unquote(element: str) -> str:
    # A text that is not closed is a quote alone: slicing leaves nothing of it.
    return element[1:-1].replace(f"\\{element[0]}", element[0]).replace("\\\\", "\\", 1)
