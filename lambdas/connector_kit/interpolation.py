"""LINEAR interpolation: points at even distances, each on the line between its two neighbours.

The service's model has the interpolation's type and interval and does not define the points (botocore,
``InterpolationParameters``), so the rule is this project's own: points lie at the range's start plus
1, 2, 3 ... intervals, up to its end. A point has the stored value if one is stored at exactly that
instant, else the value on the line between the nearest stored points before and after it. Only stored
points of the range are used, and there is no point before the first or after the last of them, so
nothing is extrapolated. Filters apply to the interpolated points.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from connector_kit.errors import TokenError
from connector_kit.request import Property, Request
from connector_kit.source import Batch, Source
from connector_kit.times import format_nanoseconds, parse_time
from connector_kit.tokens import Position
from connector_kit.values import SkipValueError, converter

_BATCH_SIZE = 256
"""Maximum number of points computed at once, before the page's need is checked."""


class _StoredPoint(NamedTuple):
    """A stored point.

    Attributes:
        time: Nanoseconds since the epoch.
        value: The value.
        before: Resume point from which a read returns this point again; None for the range's start.
    """

    time: int
    value: float
    before: Position | None


class InterpolatedSource:
    """Source of interpolated points between the stored points of another source.

    Args:
        source: Source of the stored points, of type DOUBLE.
        prop: The property.
        request: The request; its interval is set.

    Attributes:
        properties: The one property, because each property is stored at instants of its own.
        external_id_name: None, because only an entity's properties are interpolated.
    """

    external_id_name: str | None = None

    def __init__(self, source: Source, prop: Property, request: Request) -> None:
        self.properties = (prop,)
        self._source = source
        self._prop = prop
        self._interval = request.interval or 1
        self._start = request.start
        self._step = 1 if request.ascending else -1
        self._unreadable = 0

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:  # noqa: ARG002 - there is one only
        """Read stored points and yield the interpolated ones; see ``Source``.

        A resume point has the number of the last interpolated point, then the resume point from which
        the other source returns the stored point before it again.
        """
        last, stored_after = _split_position(after)
        points = self._points(last, stored_after)
        while chunk := list(islice(points, _BATCH_SIZE)):
            yield self._batch(chunk, is_last=False)
        yield self._batch([], is_last=True)

    def _batch(self, chunk: Sequence[tuple[int, float, Position | None]], *, is_last: bool) -> Batch:
        unreadable, self._unreadable = self._unreadable, 0
        return Batch(
            times=[format_nanoseconds(time) for time, _, _ in chunk],
            columns={self._prop.name: [value for _, value, _ in chunk]},
            position=lambda row: (str(self._index(chunk[row][0])), *(chunk[row][2] or ())),
            is_last=is_last,
            unreadable=unreadable,
        )

    def _index(self, time: int) -> int:
        return (time - self._start) // self._interval

    def _points(
        self, last: int | None, after: Position | None
    ) -> Iterator[tuple[int, float, Position | None]]:
        """Yield time, value and preceding resume point of each interpolated point."""
        left: _StoredPoint | None = None
        for right in self._stored_points(after):
            if left is not None:
                for index in self._between(left.time, right.time, last):
                    time = self._start + index * self._interval
                    part = (time - left.time) / (right.time - left.time)
                    yield time, left.value + (right.value - left.value) * part, left.before
            left = right
        if left is not None:
            for index in self._between(left.time, left.time + self._step, last):
                yield self._start + index * self._interval, left.value, left.before

    def _between(self, first: int, end: int, last: int | None) -> range:
        """Return the numbers of the interpolated points from one instant until before another."""
        first_offset, end_offset = (first - self._start) * self._step, (end - self._start) * self._step
        begin, stop = -(-first_offset // self._interval), -(-end_offset // self._interval)
        if last is not None:
            begin = max(begin, last * self._step + 1)
        return range(begin * self._step, stop * self._step, self._step)

    def _stored_points(self, after: Position | None) -> Iterator[_StoredPoint]:
        convert = converter(self._prop.data_type)
        before, here = after, after
        for batch in self._source.read([self._prop], after):
            self._unreadable += batch.unreadable
            for row, raw in enumerate(batch.columns[self._prop.name]):
                if raw is None:
                    continue
                try:
                    value = convert(raw)["doubleValue"]
                except SkipValueError:
                    self._unreadable += 1
                    continue
                before, here = here, batch.position(row)
                yield _StoredPoint(parse_time(batch.times[row]), value, before)


def _split_position(after: Position | None) -> tuple[int | None, Position | None]:
    if after is None:
        return None, None
    try:
        return int(after[0]), after[1:] or None
    except (IndexError, ValueError):
        raise TokenError("nextToken is not one of an interpolated read; start again without it") from None
