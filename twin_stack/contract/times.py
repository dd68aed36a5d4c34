"""Moments as the contract writes them: RFC 3339 text with a zone.

A moment is an `int` of nanoseconds since 1970 here, which is exact and may be negative: AWS's own
viewer asks for history from 1899-12-31 on.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

NANOS = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})", re.ASCII)


def parse_time(text: str) -> int:
    """Nanoseconds since 1970 of `YYYY-MM-DDThh:mm:ss[.fraction](Z|+hh:mm)`.

    The zone is mandatory and the fraction has up to nine digits, as the API reference says.

    Raises:
        ValueError: the text has another form or names no existing moment.
    """
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError(
            f"{text!r} is not a time; write YYYY-MM-DDThh:mm:ss[.SSSSSSSSS] and then Z or +hh:mm"
        )
    moment = datetime.fromisoformat(match[1] + match[3].replace("Z", "+00:00"))
    seconds = (moment - _EPOCH) // timedelta(seconds=1)
    return seconds * NANOS + int((match[2] or "0").ljust(9, "0"))


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
