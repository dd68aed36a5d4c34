"""Errors of expressions."""

from __future__ import annotations

from typing import Final

EMPTY_PART: Final = "a part of it is empty"


class ExpressionSyntaxError(ValueError):
    """A text is no expression. Its message is that of jexl.

    Attributes:
        token: The token that jexl does not take, empty where the expression ends too early.
    """

    def __init__(self, message: str, token: str = "") -> None:
        super().__init__(message)
        self.token = token
