"""Instants of the contract: RFC 3339 text with a zone.

In Python an instant is an ``int`` of nanoseconds since 1970, which is exact. It may be negative:
AWS's own viewer asks for history from 1899-12-31 on.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

NANOS = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})", re.ASCII)


def parse_time(text: str) -> int:
    """Parse ``YYYY-MM-DDThh:mm:ss[.fraction](Z|+hh:mm)``.

    Args:
        text: The instant. The API reference makes the zone mandatory and allows nine digits of a
            fraction.

    Returns:
        Nanoseconds since 1970.

    Raises:
        ValueError: If the text has another form or is not an existing instant.
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
    """Format an instant as RFC 3339 text in UTC, with a fraction of 0, 3, 6 or 9 digits.

    Args:
        nanos: Nanoseconds since 1970.
    """
    seconds, fraction = divmod(nanos, NANOS)
    digits = f"{fraction:09d}"
    for _ in range(3):
        if digits.endswith("000"):
            digits = digits[:-3]
    moment = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{moment.rjust(19, '0')}{'.' + digits if digits else ''}Z"


def from_seconds(seconds: float) -> int:
    """Convert epoch seconds to nanoseconds, to the microsecond (the precision of a double today).

    Args:
        seconds: Seconds since 1970.
    """
    return round(seconds * 1_000_000) * 1000
