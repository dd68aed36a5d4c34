"""The error of a formula: apart from its parser, which only a definition with formulas needs."""

from __future__ import annotations


class FormulaError(ValueError):
    """An expression that SiteWise would refuse.

    Attributes:
        remedy: What to do about it.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy
