"""Reading rows in order of time, over as many partitions as they are spread.

A lane is the rows of one device (of one property of it, where rows are narrow), or of a component
type in the index. It may run through many partitions, one for each stretch of time; lanes of
several devices are merged. Pure: the repository runs the queries.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import merge
from itertools import islice, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from connector_kit import Request
from connector_kit.times import LATEST
from dynamodb_connector.environment import Environment
from dynamodb_connector.layout import Layout

if TYPE_CHECKING:
    from dynamodb_connector.repository import Repository

COMPONENT_TYPE_KEY = "component_type_id"
"""Partition key of the index that component-type requests read."""

WireValue: TypeAlias = Mapping[str, Any]
"""An attribute value as DynamoDB sends it, for example ``{"N": "1.5"}``."""

WireItem: TypeAlias = Mapping[str, WireValue]

CONCURRENT = 8
"""Queries under way at once, at most."""

_LOOKED_AT = 31
_GROWTH = 4
_LIMIT = 10_000


class RangeQuery(NamedTuple):
    """One Query on the table or on an index of it.

    Attributes:
        index_name: The index's name, or None for the table.
        partition: Attribute name and value of the partition key.
        sort_key: Attribute name of the sort key.
        lower: Smallest sort key of the range, inclusive.
        upper: Largest sort key of the range, inclusive.
        attributes: What to return of each row.
        ascending: Order of the sort key.
        limit: Rows to look at, at most.
        after: Key of the row to go on after, or None.
        sort_type: DynamoDB's type of the sort key, ``N`` or ``S``.
    """

    index_name: str | None
    partition: tuple[str, str]
    sort_key: str
    lower: str
    upper: str
    attributes: tuple[str, ...]
    ascending: bool
    limit: int
    after: WireItem | None
    sort_type: str = "N"


class Rows(NamedTuple):
    """What one Query gave: rows, and the key to go on after, or None at the end."""

    items: Sequence[WireItem]
    last_key: WireItem | None


class Resume(NamedTuple):
    """Where a lane goes on.

    Attributes:
        sort_key: Sort key of a row, without its prefix.
        row_key: In the index the row's partition in the table, else nothing.
        is_read: Whether a row of just that sort key is read already.
    """

    sort_key: str
    row_key: str = ""
    is_read: bool = True


class Lane:
    """Rows in the request's order.

    Args:
        request: The request.
        environment: The function's settings.
        repository: Runs the queries.
        attributes: What to return of each row.
        device: Whose rows; None for those of a component type in the index.
        prop: What narrow rows call the property; nothing for wide ones.
    """

    def __init__(
        self,
        request: Request,
        environment: Environment,
        repository: "Repository",
        *,
        attributes: tuple[str, ...],
        device: str | None,
        prop: str = "",
    ) -> None:
        self._request = request
        self._environment = environment
        self._repository = repository
        self._attributes = attributes
        self._layout = Layout(environment)
        self._device = device
        self._prop = prop
        self._prefix = self._layout.prefix(device or "", prop)

    def read(
        self, resume: Resume | None, first: Rows | None = None
    ) -> Iterator[tuple[Sequence[WireItem], bool]]:
        """Give rows, and whether they are the last.

        DynamoDB counts rows, not points, so a property that is written rarely may need many. Each
        query looks at four times as many rows as the one before: dense data cost one query of the
        page's size, sparse data few queries. Likewise the stretches of time: after one without rows
        two are asked at once, then four, up to eight.

        Args:
            resume: Where to go on, or None for the start of the range.
            first: What ``first_query`` gave, if it was run already.
        """
        buckets, wave = self._buckets(resume), 1
        while buckets:
            asked, buckets = buckets[:wave], buckets[wave:]
            queries = [self._query(bucket, resume) for bucket in asked]
            answers = [first] if first is not None else self._repository.query_all(queries)
            # A wave after the first has nothing to go on after.
            resume, first, found = None, None, False
            for number, (query, rows) in enumerate(zip(queries, answers, strict=True), 1):
                for page in self._pages(query, rows):
                    found = found or bool(page.items)
                    yield page.items, not buckets and number == len(asked) and page.last_key is None
            wave = 1 if found else min(wave * 2, CONCURRENT)

    def first_query(self, resume: Resume | None) -> RangeQuery | None:
        """Give the query that ``read`` begins with, or None if no row can be there."""
        buckets = self._buckets(resume)
        return self._query(buckets[0], resume) if buckets else None

    def instants(self, items: Sequence[WireItem]) -> Sequence[str]:
        """Take the sort keys out of rows, without their prefix.

        Args:
            items: Rows of this lane.
        """
        name, kind, cut = self._environment.sort_key, self._layout.sort_type, len(self._prefix)
        instants = list(map(itemgetter(kind), map(itemgetter(name), items)))
        return [instant[cut:] for instant in instants] if cut else instants

    def _pages(self, query: RangeQuery, rows: Rows) -> Iterator[Rows]:
        yield rows
        while rows.last_key is not None:
            query = query._replace(after=rows.last_key, limit=min(query.limit * _GROWTH, _LIMIT))
            rows = self._repository.query(query)
            yield rows

    def _buckets(self, resume: Resume | None) -> Sequence[int]:
        if self._device is None:
            return (0,)  # the index holds all of time in one partition
        start, end = self._request.start, self._request.end
        if resume is not None:
            instant = self._layout.instant(resume.sort_key)
            start, end = (instant - 1, end) if self._request.ascending else (start, instant)
        return self._layout.buckets(start, end, ascending=self._request.ascending)

    def _query(self, bucket: int, resume: Resume | None) -> RangeQuery:
        environment, request = self._environment, self._request
        lower, upper = self._layout.bounds(request.start, request.end)
        if resume is not None and not resume.is_read:
            lower, upper = (resume.sort_key, upper) if request.ascending else (lower, resume.sort_key)
        partition = self._partition(bucket)
        return RangeQuery(
            index_name=environment.component_type_index if self._device is None else None,
            partition=partition,
            sort_key=environment.sort_key,
            lower=self._prefix + lower,
            upper=self._prefix + upper,
            attributes=self._attributes,
            ascending=request.ascending,
            # One row more than the page tells whether the page is the last.
            limit=request.max_results + 1,
            after=self._key(partition, resume) if resume is not None and resume.is_read else None,
            sort_type=self._layout.sort_type,
        )

    def _partition(self, bucket: int) -> tuple[str, str]:
        if self._device is None:
            return COMPONENT_TYPE_KEY, self._request.component_type_id or ""
        return self._environment.partition_key, self._layout.partition(self._device, self._prop, bucket)

    def _key(self, partition: tuple[str, str], resume: Resume) -> WireItem:
        """Rebuild the key of a row; its partition comes from the request, never from the token."""
        name, value = partition
        environment = self._environment
        return {
            environment.partition_key: {"S": resume.row_key},
            name: {"S": value},
            environment.sort_key: {self._layout.sort_type: self._prefix + resume.sort_key},
        }


def newest_rows(
    device: str,
    prop: str,
    environment: Environment,
    repository: "Repository",
    *,
    attributes: tuple[str, ...],
    count: int,
    until: int = LATEST,
) -> Sequence[WireItem]:
    """Give the newest rows of a device, newest first.

    Where a partition holds a stretch of time, only the last 31 of them are looked at: a device that
    never wrote would otherwise cost a query for each since the first.

    Args:
        device: The device.
        prop: What narrow rows call the property; nothing for wide ones.
        environment: The function's settings.
        repository: Runs the queries.
        attributes: What to return of each row; nothing for all of it.
        count: How many rows, at most.
        until: Nanoseconds since the epoch of the last row that counts.
    """
    layout = Layout(environment)
    last = layout.buckets(-1, until, ascending=True)[-1:]
    start = layout.start_of(last[0] - _LOOKED_AT) if environment.bucket and last else -1
    request = Request(
        workspace_id="",
        entity_id=None,
        component_name=None,
        properties={},
        is_history=False,
        component_type_id=None,
        selected=(),
        start=max(start, -1),
        end=until,
        ascending=False,
        max_results=count,
        next_token=None,
        filters=(),
        interval=None,
    )
    lane = Lane(request, environment, repository, attributes=attributes, device=device, prop=prop)
    rows = (item for items, _ in lane.read(None) for item in items)
    return list(islice(rows, count))


class Row(NamedTuple):
    """A row of one of several devices; ``instant`` is its sort key without prefix."""

    device: str
    instant: str
    item: WireItem


class Merged:
    """The rows of several devices in the request's order; rows of one instant by device.

    Args:
        lanes: Lane of each device.
        repository: Runs the first queries of all lanes at once.
        order: Makes an instant sort as DynamoDB sorts it.
        ascending: The request's order.
        limit: Rows to give at once.
    """

    def __init__(
        self,
        lanes: Mapping[str, Lane],
        repository: "Repository",
        *,
        order: Callable[[str], Any],
        ascending: bool,
        limit: int,
    ) -> None:
        self._lanes = lanes
        self._repository = repository
        self._order = order
        self._ascending = ascending
        self._limit = limit

    def read(self, resume: Resume | None) -> Iterator[tuple[Sequence[Row], bool]]:
        """Give rows, and whether they are the last.

        Args:
            resume: Sort key and device of the last row that was read.
        """
        resumes = {device: self._resume(device, resume) for device in self._lanes}
        firsts = {device: lane.first_query(resumes[device]) for device, lane in self._lanes.items()}
        asked = {device: query for device, query in firsts.items() if query is not None}
        answers = dict(zip(asked, self._repository.query_all(list(asked.values())), strict=True))
        streams = [self._stream(device, resumes[device], rows) for device, rows in answers.items()]
        rows = merge(
            *streams, key=lambda row: (self._order(row.instant), row.device), reverse=not self._ascending
        )
        while chunk := list(islice(rows, self._limit)):
            yield chunk, False
        yield [], True

    def _resume(self, device: str, resume: Resume | None) -> Resume | None:
        if resume is None:
            return None
        behind = device > resume.row_key if self._ascending else device < resume.row_key
        return Resume(resume.sort_key, is_read=not behind)

    def _stream(self, device: str, resume: Resume | None, first: Rows) -> Iterator[Row]:
        lane = self._lanes[device]
        for items, _ in lane.read(resume, first):
            yield from map(Row, repeat(device), lane.instants(items), items)
