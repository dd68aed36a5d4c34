"""Moments in the two forms the services use: RFC 3339 text and epoch numbers.

Inside the services a moment is an `int` of nanoseconds since 1970, which is exact for both and
may be negative: AWS's own viewer asks for history from 1899-12-31 on.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from twin_stack.contract.times import NANOS, parse_time

__all__ = ["NANOS", "format_time", "from_seconds", "parse_time"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def format_time(nanos: int) -> str:
    """RFC 3339 text in UTC; the fraction has three, six or nine digits, or is left out."""
    seconds, fraction = divmod(nanos, NANOS)
    digits = f"{fraction:09d}"
    for _ in range(3):
        if digits.endswith("000"):
            digits = digits[:-3]
    moment = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment.rjust(19, '0')}{'.' + digits if digits else ''}Z"


def from_seconds(seconds: float) -> int:
    """Nanoseconds of an epoch number, to the microsecond (what a double holds today)."""
    return round(seconds * 1_000_000) * 1000
