"""How rows are keyed: partitions, and instants as sort keys. Pure text and numbers."""

import re
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from connector_kit.errors import RequestError
from connector_kit.times import (
    NANOSECONDS,
    format_all,
    format_milliseconds,
    format_nanoseconds,
    is_utc,
    parse_time,
)
from dynamodb_connector.environment import ISO, UNIT_NANOSECONDS, Environment

_EPOCH = datetime(1970, 1, 1)
_DAY_SECONDS = 86_400
_BUCKET_SECONDS = {"hour": 3600, "day": _DAY_SECONDS}
_AFTER_ALL = "~"
"""Sorts behind every character of a time."""

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


class Layout:
    """The keys of one table, as the function's settings describe them.

    Args:
        environment: The settings.

    Attributes:
        sort_type: DynamoDB's type of the sort key: ``N`` or ``S``.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._unit = UNIT_NANOSECONDS.get(environment.time_unit, 1)
        self._is_text = environment.time_unit == ISO
        self.sort_type = "S" if self._is_text else "N"

    # --- partitions ----------------------------------------------------------------------------

    def partition(self, device: str, prop: str, bucket: int) -> str:
        """Write a partition key.

        Args:
            device: The device.
            prop: What rows call the property; used by narrow rows only.
            bucket: Number of the stretch of time, from ``buckets``.
        """
        start = self._date(bucket)
        words = {
            "device": device,
            "property": prop,
            "hour": f"{start:%Y-%m-%dT%H}",
            "day": f"{start:%Y-%m-%d}",
            "month": f"{start:%Y-%m}",
        }
        return _PLACEHOLDER.sub(lambda match: words[match[1]], self._environment.partition)

    def buckets(self, start: int, end: int, *, ascending: bool) -> Sequence[int]:
        """Number the stretches of time that a range meets, in reading order, up to tomorrow.

        Callers who want the newest value ask for all time to come.

        Args:
            start: Nanoseconds since the epoch, exclusive.
            end: Nanoseconds since the epoch, inclusive.
            ascending: Whether the earliest comes first.
        """
        if self._environment.bucket is None:
            return (0,)
        first = self.bucket_of(max(start + 1, self._environment.first_bucket or 0))
        tomorrow = (int(time.time()) + _DAY_SECONDS) * NANOSECONDS
        numbers = range(first, self.bucket_of(min(end, tomorrow)) + 1)
        return numbers if ascending else numbers[::-1]

    def bucket_of(self, instant: int) -> int:
        """Number the stretch of time that holds an instant.

        Args:
            instant: Nanoseconds since the epoch, not negative.
        """
        seconds = instant // NANOSECONDS
        kind = self._environment.bucket
        if kind is None:
            return 0
        if kind == "month":
            moment = _EPOCH + timedelta(seconds=seconds)
            return moment.year * 12 + moment.month - 1
        return seconds // _BUCKET_SECONDS[kind]

    def start_of(self, bucket: int) -> int:
        """Give the first instant of a stretch of time in nanoseconds since the epoch.

        Args:
            bucket: Its number.
        """
        return (self._date(bucket) - _EPOCH) // timedelta(seconds=1) * NANOSECONDS

    def _date(self, bucket: int) -> datetime:
        kind = self._environment.bucket
        if kind is None:
            return _EPOCH
        if kind == "month":
            return datetime(bucket // 12, bucket % 12 + 1, 1)
        return _EPOCH + timedelta(seconds=bucket * _BUCKET_SECONDS[kind])

    # --- sort keys -----------------------------------------------------------------------------

    def prefix(self, device: str, prop: str) -> str:
        """Write what stands before the instant in a sort key of text."""
        words = {"device": device, "property": prop}
        return _PLACEHOLDER.sub(lambda match: words[match[1]], self._environment.sort_prefix)

    def bounds(self, start: int, end: int) -> tuple[str, str]:
        """Write a range as sort keys, both inclusive; for text a little wider than the range.

        Texts of unknown precision are compared, so all of the first and last second are read;
        ``times`` leaves out what is outside.

        Args:
            start: Nanoseconds since the epoch, exclusive, not below -1.
            end: Nanoseconds since the epoch, inclusive.
        """
        if self._is_text:
            first, last = (format_nanoseconds(instant)[:19] for instant in (start + 1, end))
            return first, last + _AFTER_ALL
        # Query has no exclusive bound, but its numbers hold 38 digits: a nanosecond later.
        return sort_text(start + 1, self._unit), sort_text(end, self._unit)

    def instant(self, sort_key: str) -> int:
        """Read a sort key without its prefix.

        Returns:
            Nanoseconds since the epoch.

        Raises:
            ValueError: If it is none.
        """
        if self._is_text:
            try:
                return parse_time(sort_key)
            except RequestError as error:
                raise ValueError(sort_key) from error
        try:
            nanoseconds = Decimal(sort_key) * self._unit
        except ArithmeticError as error:
            raise ValueError(sort_key) from error
        if not nanoseconds.is_finite():
            raise ValueError(sort_key)
        return int(nanoseconds)

    def times(self, sort_keys: Sequence[str], start: int, end: int) -> Sequence[str | None]:
        """Write sort keys without their prefix as RFC 3339 in UTC, in the precision they have.

        Args:
            sort_keys: Sort keys as DynamoDB sends them.
            start: Start of the range, exclusive.
            end: End of the range, inclusive.

        Returns:
            For each its time; for text that is outside of the range None, for other text nothing.
        """
        if self._is_text:
            return [self._text_time(text, start, end) for text in sort_keys]
        return time_texts(sort_keys, self._unit)

    def _text_time(self, text: str, start: int, end: int) -> str | None:
        try:
            instant = parse_time(text)
        except RequestError:
            return ""
        if not start < instant <= end:
            return None
        return text if is_utc(text) else format_nanoseconds(instant)

    def written(self, instant: int) -> str:
        """Write an instant as a sort key without its prefix; as text with milliseconds.

        Args:
            instant: Nanoseconds since the epoch, not negative.
        """
        if not self._is_text:
            return sort_text(instant, self._unit)
        milliseconds = instant // 1_000_000
        return f"{format_milliseconds(milliseconds // 1000 * 1000)[:-1]}.{milliseconds % 1000:03d}Z"


def sort_text(nanoseconds: int, unit: int) -> str:
    """Write an instant as an exact number in the sort key's unit.

    Args:
        nanoseconds: Nanoseconds since the epoch, not negative.
        unit: Nanoseconds in a unit, a power of ten.
    """
    whole, rest = divmod(nanoseconds, unit)
    fraction = f"{rest:0{len(str(unit)) - 1}d}".rstrip("0")
    return f"{whole}.{fraction}" if fraction else str(whole)


def time_texts(instants: Sequence[str], unit: int) -> list[str]:
    """Write sort keys as RFC 3339 in UTC.

    Args:
        instants: Sort keys as DynamoDB sends them: the text of a number.
        unit: Nanoseconds in one unit of them.
    """
    try:
        if unit >= 1_000_000:
            factor = unit // 1_000_000
            numbers = map(int, instants)
            return format_all(numbers if factor == 1 else [number * factor for number in numbers])
        return [format_nanoseconds(int(instant) * unit) for instant in instants]
    except ValueError:  # a fraction of a unit somewhere: rare, and slower
        return [format_nanoseconds(int(Decimal(instant) * unit)) for instant in instants]
