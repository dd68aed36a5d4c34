"""Reading a page: sources give rows in order, collectors keep the points of each property.

A page ends when every property has its points or its source is read to the end. Each property has
its own resume point, so sparse and dense properties page independently of each other, and the
concatenation of a property's pages is exactly its unpaged series.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector_kit.request import Property, Request
from connector_kit.source import Batch, Source
from connector_kit.tokens import Position, decode_token, encode_token
from connector_kit.values import SkipValueError, bulk_converter, converter


@dataclass(slots=True, eq=False, repr=False)
class Tally:
    """What a request cost; goes to the log.

    Attributes:
        batches: Batches read from the store.
        rows: Rows in them.
        unreadable: Rows that are no points (see ``Batch``), and what cannot be interpolated.
        points: Points in the answer.
        skipped: Values left out, counted by property and reason.
    """

    batches: int = 0
    rows: int = 0
    unreadable: int = 0
    points: int = 0
    skipped: dict[str, Counter[str]] = field(default_factory=dict)

    def counts(self) -> dict[str, Any]:
        """Give the members of the log line."""
        return {name: getattr(self, name) for name in self.__slots__}


def answer(request: Request, sources: Sequence[Source], tally: Tally) -> dict[str, Any]:
    """Read one page and write it in the service's shape.

    A history answer is a list of ``{entityPropertyReference, values}``, an attribute answer a map
    of ``{propertyReference, propertyValue}``; properties without a value are in neither.

    Args:
        request: The request.
        sources: Where its properties are; each selected property is in exactly one source.
        tally: Counts what was read.

    Raises:
        TokenError: If the request's token does not fit.
        ConnectorError: Whatever the sources raise.
    """
    if request.interval is not None:
        from connector_kit.interpolation import Interpolated  # noqa: PLC0415 - most reads start sooner without

        sources = [Interpolated(source, prop, request) for source in sources for prop in source.properties]
    collectors = {prop.name: _Collector(prop, request.max_results) for prop in request.selected}
    resume = _resume_points(request)
    if not request.is_empty:
        for source in sources:
            for after, group in _by_position(source, resume):
                _read(source, after, [collectors[prop.name] for prop in group], tally)
    tally.points = sum(len(collector.points) for collector in collectors.values())
    tally.skipped = {name: collector.skipped for name, collector in collectors.items() if collector.skipped}
    if not request.is_history:
        return {
            "propertyValues": {
                name: {
                    "propertyReference": _entity_reference(request, name),
                    "propertyValue": collector.points[0]["value"],
                }
                for name, collector in collectors.items()
                if collector.points
            }
        }
    names = {prop.name: source.external_id_name for source in sources for prop in source.properties}
    return {
        "propertyValues": [
            item
            for name, collector in collectors.items()
            for item in _items(request, collector, names.get(name))
        ],
        "nextToken": encode_token(request, [collectors[prop.name].resume for prop in request.selected]),
    }


class _Collector:
    """Keeps a property's points until the page has enough of them."""

    def __init__(self, prop: Property, limit: int) -> None:
        self.prop = prop
        self.points: list[dict[str, Any]] = []
        self.owners: list[str] = []
        self.skipped: Counter[str] = Counter()
        self.resume: Position | None = None
        self.has_more = False
        self._convert = converter(prop.data_type)
        self._convert_all = bulk_converter(prop.data_type)
        self._limit = limit

    @property
    def is_full(self) -> bool:
        return len(self.points) >= self._limit

    def take(self, batch: Batch) -> None:
        """Take points from a batch until full; notice whether one more is there."""
        column = batch.columns[self.prop.name]
        taken = self._take_all(batch, column)
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
            if owners:
                self.owners.append(owners[row])
            last = row
        if last >= 0:
            self.resume = batch.position(last)

    def _take_all(self, batch: Batch, column: Sequence[Any]) -> int:
        """Take the rows that the page has room for at once, if each of them has a value.

        Says how many it took: all or none. What a whole column has in common need not be asked of
        each value, which is most of the work of a large answer.
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

    def end(self) -> None:
        """The source is read to its end: what was not left over is all there is."""
        if not self.has_more:
            self.resume = None


def _resume_points(request: Request) -> dict[str, Position | None]:
    """Say where each unfinished property goes on; None is the start of the range."""
    names = [prop.name for prop in request.selected]
    if request.next_token is None:
        return dict.fromkeys(names)
    positions = decode_token(request)
    return {name: position for name, position in zip(names, positions, strict=True) if position is not None}


def _by_position(
    source: Source, resume: Mapping[str, Position | None]
) -> Iterable[tuple[Position | None, list[Property]]]:
    """Group a source's unfinished properties by where they go on: one read for each group."""
    groups: dict[Position | None, list[Property]] = {}
    for prop in source.properties:
        if prop.name in resume:
            groups.setdefault(resume[prop.name], []).append(prop)
    return groups.items()


def _read(source: Source, after: Position | None, collectors: Sequence[_Collector], tally: Tally) -> None:
    for batch in source.read([collector.prop for collector in collectors], after):
        tally.batches += 1
        tally.rows += len(batch.times)
        tally.unreadable += batch.unreadable
        for collector in collectors:
            if not collector.has_more:
                collector.take(batch)
        # A full page stops here without knowing whether a point is left: to find out could mean
        # reading a rarely written property back to its beginning. At worst one empty page follows.
        if not batch.is_last and all(collector.is_full for collector in collectors):
            return
    for collector in collectors:
        collector.end()


def _entity_reference(request: Request, name: str) -> dict[str, Any]:
    return {
        "entityId": request.entity_id,
        "componentName": request.component_name,
        "propertyName": name,
    }


def _items(request: Request, collector: _Collector, external_id_name: str | None) -> Iterator[dict[str, Any]]:
    """One item a series: the property, or in component-type style each owner's property."""
    if not collector.points:
        return
    if external_id_name is None:
        yield {
            "entityPropertyReference": _entity_reference(request, collector.prop.name),
            "values": collector.points,
        }
        return
    series: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    # The loop `series[owner].append(point)`, without a line of Python for each point.
    deque(map(list.append, map(series.__getitem__, collector.owners), collector.points), maxlen=0)
    for owner, points in series.items():
        yield {
            "entityPropertyReference": {
                "externalIdProperty": {external_id_name: owner},
                "propertyName": collector.prop.name,
            },
            "values": points,
        }
