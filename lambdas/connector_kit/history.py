"""Reading of one page: sources yield rows in order, collectors keep the points of each property.

A page ends when every property has its points or its source is read to the end. Each property has
its own resume point, so sparse and dense properties page independently of each other, and the
concatenation of a property's pages is exactly its unpaged series.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from connector_kit.answer_size import check_size, limit_size
from connector_kit.request import Property, Request
from connector_kit.source import Batch, Source
from connector_kit.tokens import START, Position, decode_token, encode_token
from connector_kit.values import SkipValueError, bulk_converter, converter


@dataclass(slots=True, eq=False, repr=False)
class Tally:
    """Counts of one read, for the log.

    Attributes:
        batches: Batches read from the store.
        rows: Rows in the batches.
        unreadable: Rows that are no points (see ``Batch``), and values that cannot be interpolated.
        points: Points in the answer.
        skipped: Values left out, by property and reason.
    """

    batches: int = 0
    rows: int = 0
    unreadable: int = 0
    points: int = 0
    skipped: dict[str, Counter[str]] = field(default_factory=dict)

    def counts(self) -> dict[str, Any]:
        """Return the counts by name, as members of the log line."""
        return {name: getattr(self, name) for name in self.__slots__}


def read_page(request: Request, sources: Sequence[Source], tally: Tally) -> dict[str, Any]:
    """Read one page and return it in the service's shape.

    A history answer is a list of ``{entityPropertyReference, values}``, an attribute answer a map
    of ``{propertyReference, propertyValue}``; neither has properties without a value.

    Args:
        request: The request.
        sources: The sources of its properties; each selected property has exactly one source.
        tally: Counts the read.

    Raises:
        TokenError: If the request's token does not fit.
        ConnectorError: If a source fails.
    """
    if request.interval is not None:
        # Imported here because most reads do not need it and start sooner without.
        from connector_kit.interpolation import InterpolatedSource  # noqa: PLC0415

        sources = [
            InterpolatedSource(source, prop, request) for source in sources for prop in source.properties
        ]
    resume = _resume_points(request)
    collectors = {
        prop.name: _Collector(prop, request.max_results, resume.get(prop.name)) for prop in request.selected
    }
    if not request.is_empty:
        for source in sources:
            for after, group in _group_by_position(source, resume):
                _read_source(source, after, [collectors[prop.name] for prop in group], tally)
    if request.is_history:
        limit_size(list(collectors.values()))
    tally.points = sum(len(collector.points) for collector in collectors.values())
    tally.skipped = {name: collector.skipped for name, collector in collectors.items() if collector.skipped}
    if not request.is_history:
        answer = {
            "propertyValues": {
                name: {
                    "propertyReference": _entity_reference(request, name),
                    "propertyValue": collector.points[0]["value"],
                }
                for name, collector in collectors.items()
                if collector.points
            }
        }
        check_size(answer)
        return answer
    names = {prop.name: source.external_id_name for source in sources for prop in source.properties}
    return {
        "propertyValues": [
            item
            for name, collector in collectors.items()
            for item in _series_items(request, collector, names.get(name))
        ],
        "nextToken": encode_token(request, [collectors[prop.name].resume for prop in request.selected]),
    }


class _Span(NamedTuple):
    """The points of one batch.

    Attributes:
        first: The index of the first of them in the page.
        batch: The batch.
        rows: The row of each.
    """

    first: int
    batch: Batch
    rows: Sequence[int]


class _Collector:
    """Collects a property's points until its page is full."""

    def __init__(self, prop: Property, limit: int, start: Position | None) -> None:
        self.prop = prop
        self.name = prop.name
        self.data_type = prop.data_type.type
        self.points: list[dict[str, Any]] = []
        self.owners: list[str] = []
        self.skipped: Counter[str] = Counter()
        self.resume: Position | None = None
        self.has_more = False
        self._start = start if start is not None else START
        self._spans: list[_Span] = []
        self._convert = converter(prop.data_type)
        self._convert_all = bulk_converter(prop.data_type)
        self._limit = limit

    @property
    def is_full(self) -> bool:
        return len(self.points) >= self._limit

    def take(self, batch: Batch) -> None:
        """Add points of a batch until the page is full; set ``has_more`` if a point is left over."""
        column = batch.columns[self.prop.name]
        first = len(self.points)
        rows: list[int] = []
        taken = self._take_column(batch, column)
        last = taken - 1
        convert, filters, points, limit = self._convert, self.prop.filters, self.points, self._limit
        times, owners = batch.times, batch.owners
        for row in range(taken, len(column)):
            raw = column[row]
            if raw is None:
                continue
            try:
                value = convert(raw)
            except SkipValueError as skip:
                self.skipped[skip.reason] += 1
                continue
            if filters and not all(keeps(value) for keeps in filters):
                continue
            if len(points) >= limit:
                self.has_more = True
                break
            points.append({"time": times[row], "value": value})
            rows.append(row)
            if owners:
                self.owners.append(owners[row])
            last = row
        if last >= 0:
            self.resume = batch.position(last)
            self._spans.append(_Span(first, batch, rows or range(taken)))

    def _take_column(self, batch: Batch, column: Sequence[Any]) -> int:
        """Add all rows that the page has room for at once, if each of them has a value.

        Checks of a whole column replace checks of each value, which are most of the work of a large
        answer.

        Returns:
            The number of rows: all that fit, or 0 if they need the checks of each value.
        """
        room = self._limit - len(self.points)
        rows = column if len(column) <= room else column[:room]
        values = self._convert_all(rows) if rows and not self.prop.filters else None
        if values is None:
            return 0
        self.points += [
            {"time": time, "value": value} for time, value in zip(batch.times, values, strict=False)
        ]
        if batch.owners:
            self.owners += batch.owners[:room]
        return len(rows)

    def truncate(self, count: int) -> None:
        """Keep the first points only, and continue after them on the next page.

        Args:
            count: The number of points to keep.
        """
        self.resume = self._start
        if count:
            span = next(span for span in reversed(self._spans) if span.first < count)
            self.resume = span.batch.position(span.rows[count - 1 - span.first])
        del self.points[count:]
        del self.owners[count:]

    def finish(self) -> None:
        """Drop the resume point at the end of the source, unless a point is left over."""
        if not self.has_more:
            self.resume = None


def _resume_points(request: Request) -> dict[str, Position | None]:
    """Return the resume point of each unfinished property; None for the start of the range."""
    names = [prop.name for prop in request.selected]
    if request.next_token is None:
        return dict.fromkeys(names)
    positions = decode_token(request)
    unfinished = zip(names, positions, strict=True)
    return {
        name: position if position != START else None for name, position in unfinished if position is not None
    }


def _group_by_position(
    source: Source, resume: Mapping[str, Position | None]
) -> Iterable[tuple[Position | None, list[Property]]]:
    """Group a source's unfinished properties by resume point, because each group takes one read."""
    groups: dict[Position | None, list[Property]] = {}
    for prop in source.properties:
        if prop.name in resume:
            groups.setdefault(resume[prop.name], []).append(prop)
    return groups.items()


def _read_source(
    source: Source, after: Position | None, collectors: Sequence[_Collector], tally: Tally
) -> None:
    for batch in source.read([collector.prop for collector in collectors], after):
        tally.batches += 1
        tally.rows += len(batch.times)
        tally.unreadable += batch.unreadable
        for collector in collectors:
            if not collector.has_more:
                collector.take(batch)
        # A full page ends here without checking whether a point is left: the check could read a rarely
        # written property back to its beginning. At worst one empty page follows.
        if not batch.is_last and all(collector.is_full for collector in collectors):
            return
    for collector in collectors:
        collector.finish()


def _entity_reference(request: Request, name: str) -> dict[str, Any]:
    return {**request.reference, "propertyName": name}


def _series_items(
    request: Request, collector: _Collector, external_id_name: str | None
) -> Iterator[dict[str, Any]]:
    """Yield one item a series: the property, or for a component type the property of each owner."""
    if not collector.points:
        return
    if external_id_name is None:
        yield {
            "entityPropertyReference": _entity_reference(request, collector.prop.name),
            "values": collector.points,
        }
        return
    series: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    # This is the loop `series[owner].append(point)` without Python bytecode for each point.
    deque(map(list.append, map(series.__getitem__, collector.owners), collector.points), maxlen=0)
    for owner, points in series.items():
        yield {
            "entityPropertyReference": {
                "externalIdProperty": {external_id_name: owner},
                "propertyName": collector.prop.name,
            },
            "values": points,
        }
