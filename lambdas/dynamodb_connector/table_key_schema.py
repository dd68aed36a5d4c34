"""Partition and sort keys of a table: formatting and parsing. Pure text and numbers."""

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
_HIGH_SUFFIX = "~"
"""Sorts after every character of a time."""

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")


class TableKeySchema:
    """The keys of one table, by the function's settings.

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

    def format_partition(self, device: str, prop: str, bucket: int) -> str:
        """Format a partition key.

        Args:
            device: The device.
            prop: The property's name in rows; used by narrow rows only.
            bucket: Number of the time bucket, from ``buckets``.
        """
        start = self._start_date(bucket)
        placeholders = {
            "device": device,
            "property": prop,
            "hour": f"{start:%Y-%m-%dT%H}",
            "day": f"{start:%Y-%m-%d}",
            "month": f"{start:%Y-%m}",
        }
        return _PLACEHOLDER.sub(lambda match: placeholders[match[1]], self._environment.partition)

    def buckets(self, start: int, end: int, *, ascending: bool) -> Sequence[int]:
        """Return the numbers of the time buckets that overlap a range, in reading order.

        The last one is that of tomorrow, because callers who need the newest value query until the
        year 9999.

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
        """Return the number of the time bucket that contains an instant.

        Args:
            instant: Nanoseconds since the epoch, not negative.
        """
        seconds = instant // NANOSECONDS
        kind = self._environment.bucket
        if kind is None:
            return 0
        if kind == "month":
            date = _EPOCH + timedelta(seconds=seconds)
            return date.year * 12 + date.month - 1
        return seconds // _BUCKET_SECONDS[kind]

    def start_of(self, bucket: int) -> int:
        """Return the first instant of a time bucket in nanoseconds since the epoch.

        Args:
            bucket: Number of the time bucket.
        """
        return (self._start_date(bucket) - _EPOCH) // timedelta(seconds=1) * NANOSECONDS

    def _start_date(self, bucket: int) -> datetime:
        kind = self._environment.bucket
        if kind is None:
            return _EPOCH
        if kind == "month":
            return datetime(bucket // 12, bucket % 12 + 1, 1)
        return _EPOCH + timedelta(seconds=bucket * _BUCKET_SECONDS[kind])

    # --- sort keys -----------------------------------------------------------------------------

    def format_prefix(self, device: str, prop: str) -> str:
        """Format the text before the instant in a text sort key.

        Args:
            device: The device.
            prop: The property's name in rows; used by narrow rows only.
        """
        placeholders = {"device": device, "property": prop}
        return _PLACEHOLDER.sub(lambda match: placeholders[match[1]], self._environment.sort_prefix)

    def bounds(self, start: int, end: int) -> tuple[str, str]:
        """Format a range as sort keys, both inclusive; text bounds are wider than the range.

        Text sort keys may have any precision, so their bounds include the whole first and last
        second; ``format_times`` drops the rows outside of the range.

        Args:
            start: Nanoseconds since the epoch, exclusive, not below -1.
            end: Nanoseconds since the epoch, inclusive.
        """
        if self._is_text:
            first, last = (format_nanoseconds(instant)[:19] for instant in (start + 1, end))
            return first, last + _HIGH_SUFFIX
        # BETWEEN is inclusive, but a number holds 38 digits: the range starts a nanosecond later.
        return format_number(start + 1, self._unit), format_number(end, self._unit)

    def parse_instant(self, sort_key: str) -> int:
        """Parse a sort key without its prefix.

        Args:
            sort_key: The sort key as DynamoDB sends it.

        Returns:
            Nanoseconds since the epoch.

        Raises:
            ValueError: If it is not an instant.
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

    def format_times(self, sort_keys: Sequence[str], start: int, end: int) -> Sequence[str | None]:
        """Format sort keys without their prefix as RFC 3339 in UTC, in their own precision.

        Args:
            sort_keys: Sort keys as DynamoDB sends them.
            start: Start of the range in nanoseconds since the epoch, exclusive.
            end: End of the range in nanoseconds since the epoch, inclusive.

        Returns:
            The time of each; None for text outside of the range, empty for text that is no instant.
        """
        if self._is_text:
            return [self._format_text_time(text, start, end) for text in sort_keys]
        return format_number_times(sort_keys, self._unit)

    def _format_text_time(self, text: str, start: int, end: int) -> str | None:
        try:
            instant = parse_time(text)
        except RequestError:
            return ""
        if not start < instant <= end:
            return None
        return text if is_utc(text) else format_nanoseconds(instant)

    def format_sort_key(self, instant: int) -> str:
        """Format an instant as a sort key without its prefix; text has milliseconds.

        Args:
            instant: Nanoseconds since the epoch, not negative.
        """
        if not self._is_text:
            return format_number(instant, self._unit)
        milliseconds = instant // 1_000_000
        return f"{format_milliseconds(milliseconds // 1000 * 1000)[:-1]}.{milliseconds % 1000:03d}Z"


def format_number(nanoseconds: int, unit: int) -> str:
    """Format an instant as an exact number in the sort key's unit.

    Args:
        nanoseconds: Nanoseconds since the epoch, not negative.
        unit: Nanoseconds in a unit, a power of ten.
    """
    whole, rest = divmod(nanoseconds, unit)
    fraction = f"{rest:0{len(str(unit)) - 1}d}".rstrip("0")
    return f"{whole}.{fraction}" if fraction else str(whole)


def format_number_times(sort_keys: Sequence[str], unit: int) -> list[str]:
    """Format numeric sort keys as RFC 3339 in UTC.

    Args:
        sort_keys: Sort keys as DynamoDB sends them: the text of a number.
        unit: Nanoseconds in one unit of them.
    """
    try:
        if unit >= 1_000_000:
            factor = unit // 1_000_000
            numbers = map(int, sort_keys)
            return format_all(numbers if factor == 1 else [number * factor for number in numbers])
        return [format_nanoseconds(int(sort_key) * unit) for sort_key in sort_keys]
    except ValueError:  # one has a fraction of a unit: rare, and slower
        return [format_nanoseconds(int(Decimal(sort_key) * unit)) for sort_key in sort_keys]
