"""Instants: integers of nanoseconds since the Unix epoch in Python, RFC 3339 in UTC in JSON.

The service's ``Time`` has up to nine fractional digits and IoT SiteWise stores nanoseconds; a float
does not have that precision.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from connector_kit.errors import RequestError

NANOSECONDS = 1_000_000_000
LATEST = 253_402_300_799_999_999_999
"""9999-12-31T23:59:59.999999999Z, the last instant of RFC 3339."""

_EPOCH = datetime(1970, 1, 1)
_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d))",
    re.ASCII | re.IGNORECASE,
)

# Joining prepared parts is several times faster than strftime, and an answer has thousands of times.
_TWO_DIGITS = tuple(f"{number:02d}" for number in range(60))
_SECONDS = tuple(f"{minute}:{second}" for minute in _TWO_DIGITS for second in _TWO_DIGITS)
_FRACTIONS = ("Z", *(f".{milli:03d}Z" for milli in range(1, 1000)))
_HOUR = 3_600_000


class _HourTexts(dict[int, str]):
    """Cache of the text of hours, by hours since the epoch."""

    def __missing__(self, hour: int) -> str:
        if len(self) > 10_000:
            self.clear()
        text = self[hour] = f"{(_EPOCH + timedelta(hours=hour)).isoformat(timespec='hours')}:"
        return text


_hours = _HourTexts()


def parse_time(text: str) -> int:
    """Parse an ISO 8601 instant as the service sends it.

    Args:
        text: ``YYYY-MM-DDThh:mm:ss[.SSSSSSSSS]`` followed by ``Z`` or an offset ``±hh:mm``
            (botocore's description of ``PropertyValue.time``); the zone is mandatory.

    Returns:
        Nanoseconds since the epoch; negative before 1970.

    Raises:
        RequestError: If the text is not such an instant.
    """
    match = _RFC3339.fullmatch(text)
    if not match:
        raise RequestError(
            f'a time must look like 2026-01-31T08:00:00.123Z or end in an offset, got "{text:.40}"'
        )
    *date_and_clock, fraction, sign, offset_hours, offset_minutes = match.groups()
    try:
        # The datetime has no zone on purpose: the offset is subtracted below, exactly.
        since_epoch = datetime(*map(int, date_and_clock)) - _EPOCH  # type: ignore[arg-type]
    except ValueError as error:
        raise RequestError(f'"{text}" is not a date and time: {error}') from error
    seconds = since_epoch.days * 86_400 + since_epoch.seconds
    if sign:
        offset = int(offset_hours) * 3600 + int(offset_minutes) * 60
        seconds -= offset if sign == "+" else -offset
    return seconds * NANOSECONDS + int((fraction or "0").ljust(9, "0"))


def is_utc(text: str) -> bool:
    """Return whether an instant already has the form of answers.

    Args:
        text: An instant that ``parse_time`` accepts.
    """
    return text[-1] == "Z" and text[10] == "T"


def from_epoch_seconds(seconds: object) -> int:
    """Parse the deprecated ``startDateTime``/``endDateTime``.

    Args:
        seconds: Seconds since the epoch, as a JSON number or its text.

    Returns:
        Nanoseconds since the epoch.

    Raises:
        RequestError: If it is not a finite number, or not an instant of the calendar.
    """
    try:
        number = Decimal(str(seconds))
    except InvalidOperation:
        number = Decimal("NaN")
    # Check the bound first: int() of a number like 1e999999 would use all memory.
    if not number.is_finite() or abs(number) > LATEST // NANOSECONDS:
        raise RequestError(f"a time must be a number of seconds since 1970, got {seconds!r:.40}")
    return int(number * NANOSECONDS)


def format_milliseconds(milliseconds: int) -> str:
    """Format an instant, with a fraction only if it is not a whole second.

    Args:
        milliseconds: Milliseconds since the epoch, 0 to the end of the year 9999.

    Returns:
        RFC 3339 in UTC, for example ``2026-01-31T08:00:00.123Z``.
    """
    (text,) = format_all((milliseconds,))
    return text


def format_all(milliseconds: Iterable[int]) -> list[str]:
    """Format several instants as ``format_milliseconds`` does.

    Args:
        milliseconds: Milliseconds since the epoch.
    """
    hours, seconds, fractions = _hours, _SECONDS, _FRACTIONS
    return [
        f"{hours[instant // _HOUR]}{seconds[instant % _HOUR // 1000]}{fractions[instant % 1000]}"
        for instant in milliseconds
    ]


def format_nanoseconds(nanoseconds: int) -> str:
    """Format an instant with the fewest of 0, 3, 6 or 9 fractional digits that lose nothing.

    Args:
        nanoseconds: Nanoseconds since the epoch, up to ``LATEST``.

    Returns:
        RFC 3339 in UTC.
    """
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    if not rest:
        return format_milliseconds(milliseconds)
    fraction = f"{nanoseconds % NANOSECONDS:09d}".removesuffix("000")
    return f"{format_milliseconds(milliseconds // 1000 * 1000)[:-1]}.{fraction}Z"
