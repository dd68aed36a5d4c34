"""Case statements of AWS IoT's SQL (AWS IoT developer guide, Case statements)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

_STATEMENT = re.compile(r"CASE\b(?P<body>.*)\bEND", re.IGNORECASE | re.DOTALL)
_CLAUSE = re.compile(r"\b(WHEN|THEN|ELSE)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CaseStatement:
    """A statement ``CASE v WHEN t THEN r ... ELSE r END``; keywords in its text literals are not supported.

    Attributes:
        value: The expression ``v``.
        branches: Pairs of the expressions ``t`` and ``r``.
        otherwise: The expression after ``ELSE``; None without one.
    """

    value: str
    branches: tuple[tuple[str, str], ...]
    otherwise: str | None

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Parse a statement; return None if the text is none.

        Args:
            text: An expression of the SELECT clause.
        """
        match = _STATEMENT.fullmatch(text.strip())
        if match is None:
            return None
        value, *rest = _CLAUSE.split(match["body"])
        keywords = [keyword.upper() for keyword in rest[::2]]
        parts = [part.strip() for part in rest[1::2]]
        otherwise = parts.pop() if keywords[-1:] == ["ELSE"] else None
        if keywords[: len(parts)] != ["WHEN", "THEN"] * (len(parts) // 2) or len(parts) < 2:
            return None
        return cls(value.strip(), tuple(zip(parts[::2], parts[1::2], strict=True)), otherwise)

    def evaluate(self, evaluate: Callable[[str], Any], *, undefined: Any) -> Any:
        """Return the result of the first branch whose value is equal.

        Args:
            evaluate: Evaluates an expression.
            undefined: The value of an undefined expression, and of a statement without a branch that fits.
        """
        value = evaluate(self.value)
        if value is undefined:
            return undefined
        for expected, result in self.branches:
            candidate = evaluate(expected)
            if type(candidate) is type(value) and candidate == value:
                return evaluate(result)
        return evaluate(self.otherwise) if self.otherwise is not None else undefined
