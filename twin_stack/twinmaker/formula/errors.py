"""What is wrong with a text that is no formula."""

from __future__ import annotations

from typing import Final

MAX_NESTING: Final = 50
"""Deepest nesting of parentheses, brackets and operators before an operand: a limit of this project."""


class FormulaSyntaxError(ValueError):
    """A text that is no formula.

    Attributes:
        offset: Characters before the mistake; None where it has no place.
        text: The text at the mistake; empty at the end of the formula.
        expected: What would be right there, such as ``a value``; None where the text is no part of the
            language at all.
    """

    def __init__(self, offset: int | None, text: str, expected: str | None) -> None:
        super().__init__(f"{text!r} at offset {offset}, expected {expected}")
        self.offset = offset
        self.text = text
        self.expected = expected


class NestingError(FormulaSyntaxError):
    """A formula that nests deeper than ``MAX_NESTING``."""

    def __init__(self) -> None:
        super().__init__(None, "", None)
