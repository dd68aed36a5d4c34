"""LINEAR interpolation: points at even distances, each on the line between its two neighbours.

The service's model names the interpolation and its interval and says no more (botocore,
``InterpolationParameters``), so the rule is this project's own, and exact: points lie at the
range's start plus 1, 2, 3 ... intervals, as far as its end. A point has the stored value where one
is stored at that very instant, else the value on the line between the nearest stored points before
and after it. Only stored points of the range count, and there is no point before the first or after
the last of them: nothing is guessed. Filters limit the interpolated points, for those are the
answer's.
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

_CHUNK = 256
"""Points worked out ahead of what the page asks for, at most."""


class _Stored(NamedTuple):
    """A stored point, and where to go on reading to get it again."""

    time: int
    value: float
    before: Position | None


class Interpolated:
    """The points on the lines between another source's.

    Args:
        source: Holds the stored points, of type DOUBLE.
        prop: The property of it.
        request: The request; its interval is set.

    Attributes:
        properties: The one property: two properties are stored at different instants.
        external_id_name: None: only an entity's properties are interpolated.
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

    def read(self, properties: Sequence[Property], after: Position | None) -> Iterator[Batch]:  # noqa: ARG002 - there is but one
        """Read stored points and give those between; see ``Source``.

        A resume point is the last grid point given, and where to read on to meet the stored point
        before it again.
        """
        last, stored_after = _resume(after)
        points = self._points(last, stored_after)
        while chunk := list(islice(points, _CHUNK)):
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
        """Walk from stored point to stored point and give the grid's points between."""
        left: _Stored | None = None
        for right in self._stored(after):
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
        """The grid's points from an instant on and before another one, in the request's order."""
        offset, to = (first - self._start) * self._step, (end - self._start) * self._step
        begin, stop = -(-offset // self._interval), -(-to // self._interval)
        if last is not None:
            begin = max(begin, last * self._step + 1)
        return range(begin * self._step, stop * self._step, self._step)

    def _stored(self, after: Position | None) -> Iterator[_Stored]:
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
                yield _Stored(parse_time(batch.times[row]), value, before)


def _resume(after: Position | None) -> tuple[int | None, Position | None]:
    if after is None:
        return None, None
    try:
        return int(after[0]), after[1:] or None
    except (IndexError, ValueError):
        raise TokenError("nextToken is not one of an interpolated read; start again without it") from None
