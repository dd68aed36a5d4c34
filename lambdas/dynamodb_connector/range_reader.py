"""Reading of rows in time order, over all partitions of a range. Pure: the repository runs the queries."""

from collections.abc import Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from connector_kit import Request
from connector_kit.times import LATEST
from dynamodb_connector.environment import Environment
from dynamodb_connector.shapes import (
    COMPONENT_TYPE_KEY,
    MAX_CONCURRENT_CALLS,
    QueryPage,
    RangeQuery,
    Repository,
    WireItem,
)
from dynamodb_connector.table_key_schema import TableKeySchema

_MAX_NEWEST_BUCKETS = 31
_LIMIT_GROWTH = 4
_MAX_LIMIT = 10_000


class ResumePoint(NamedTuple):
    """The place in a range where reading continues.

    Attributes:
        sort_key: Sort key of a row, without its prefix.
        row_key: In the index the row's partition in the table, else empty.
        is_read: Whether a row with exactly that sort key is read already.
    """

    sort_key: str
    row_key: str = ""
    is_read: bool = True


class RangeReader:
    """Reads the rows of one device, or of a component type in the index, in the request's order.

    With narrow rows it reads one property of the device. Rows may be spread over many partitions,
    one for each time bucket.

    Args:
        request: The request.
        environment: The function's settings.
        repository: Runs the queries.
        attributes: Attributes to return of each row; empty for all.
        device: The device; None for all rows of a component type in the index.
        prop: The property's name in narrow rows; empty for wide rows.
        type_id: The component type in rows of the index; default that of the request.
    """

    def __init__(
        self,
        request: Request,
        environment: Environment,
        repository: Repository,
        *,
        attributes: tuple[str, ...],
        device: str | None,
        prop: str = "",
        type_id: str | None = None,
    ) -> None:
        self._request = request
        self._environment = environment
        self._repository = repository
        self._attributes = attributes
        self._key_schema = TableKeySchema(environment)
        self._device = device
        self._prop = prop
        self._type_id = type_id or request.component_type_id or ""
        self._prefix = self._key_schema.format_prefix(device or "", prop)

    def read(
        self, resume: ResumePoint | None, first_page: QueryPage | None = None
    ) -> Iterator[tuple[Sequence[WireItem], bool]]:
        """Yield rows, and whether they are the last.

        DynamoDB's limit counts rows, not points, so a rarely written property may need many rows.
        Each query of a partition evaluates four times as many rows as the one before: dense data cost
        one query of the page's size, sparse data few queries. The number of time buckets grows too:
        after one without rows the reader queries two concurrently, then four, up to eight.

        Args:
            resume: Where to continue, or None for the start of the range.
            first_page: The result of ``first_query``, if it was run already.
        """
        buckets, concurrency = self._buckets(resume), 1
        while buckets:
            wave, buckets = buckets[:concurrency], buckets[concurrency:]
            queries = [self._query(bucket, resume) for bucket in wave]
            pages = [first_page] if first_page is not None else self._repository.query_all(queries)
            # The resume point lies in the first bucket only.
            resume, first_page, has_rows = None, None, False
            for number, (query, start_page) in enumerate(zip(queries, pages, strict=True), 1):
                for page in self._pages(query, start_page):
                    has_rows = has_rows or bool(page.items)
                    yield page.items, not buckets and number == len(wave) and page.last_key is None
            concurrency = 1 if has_rows else min(concurrency * 2, MAX_CONCURRENT_CALLS)

    def first_query(self, resume: ResumePoint | None) -> RangeQuery | None:
        """Return the query that ``read`` begins with, or None if the range has no time bucket.

        Args:
            resume: As for ``read``.
        """
        buckets = self._buckets(resume)
        return self._query(buckets[0], resume) if buckets else None

    def sort_keys(self, items: Sequence[WireItem]) -> Sequence[str]:
        """Return the sort keys of rows, without their prefix.

        Args:
            items: Rows of this reader.
        """
        name, kind = self._environment.sort_key, self._key_schema.sort_type
        prefix_length = len(self._prefix)
        sort_keys = list(map(itemgetter(kind), map(itemgetter(name), items)))
        return [sort_key[prefix_length:] for sort_key in sort_keys] if prefix_length else sort_keys

    def _pages(self, query: RangeQuery, page: QueryPage) -> Iterator[QueryPage]:
        yield page
        while page.last_key is not None:
            query = query._replace(after=page.last_key, limit=min(query.limit * _LIMIT_GROWTH, _MAX_LIMIT))
            page = self._repository.query(query)
            yield page

    def _buckets(self, resume: ResumePoint | None) -> Sequence[int]:
        if self._device is None:
            return (0,)  # the index has all times in one partition
        start, end = self._request.start, self._request.end
        if resume is not None:
            instant = self._key_schema.parse_instant(resume.sort_key)
            start, end = (instant - 1, end) if self._request.ascending else (start, instant)
        return self._key_schema.buckets(start, end, ascending=self._request.ascending)

    def _query(self, bucket: int, resume: ResumePoint | None) -> RangeQuery:
        environment, request = self._environment, self._request
        lower, upper = self._key_schema.bounds(request.start, request.end)
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
            # One row more than the page shows whether the page is the last.
            limit=request.max_results + 1,
            after=self._item_key(partition, resume) if resume is not None and resume.is_read else None,
            sort_type=self._key_schema.sort_type,
        )

    def _partition(self, bucket: int) -> tuple[str, str]:
        if self._device is None:
            return COMPONENT_TYPE_KEY, self._type_id
        key = self._key_schema.format_partition(self._device, self._prop, bucket)
        return self._environment.partition_key, key

    def _item_key(self, partition: tuple[str, str], resume: ResumePoint) -> WireItem:
        """Return the key of a row; its partition comes from the request, never from the token."""
        name, value = partition
        environment = self._environment
        return {
            environment.partition_key: {"S": resume.row_key},
            name: {"S": value},
            environment.sort_key: {self._key_schema.sort_type: self._prefix + resume.sort_key},
        }


def read_newest_rows(
    device: str,
    prop: str,
    environment: Environment,
    repository: Repository,
    *,
    attributes: tuple[str, ...],
    count: int,
    until: int = LATEST,
) -> Sequence[WireItem]:
    """Read the newest rows of a device, newest first.

    With time buckets it reads the last 31 only: a device without rows would cost a query for each
    bucket since the first.

    Args:
        device: The device.
        prop: The property's name in narrow rows; empty for wide rows.
        environment: The function's settings.
        repository: Runs the queries.
        attributes: Attributes to return of each row; empty for all.
        count: Maximum number of rows.
        until: End of the range in nanoseconds since the epoch, inclusive.

    Raises:
        StoreError: If DynamoDB fails.
    """
    key_schema = TableKeySchema(environment)
    last = key_schema.buckets(-1, until, ascending=True)[-1:]
    start = key_schema.start_of(last[0] - _MAX_NEWEST_BUCKETS) if environment.bucket and last else -1
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
    reader = RangeReader(request, environment, repository, attributes=attributes, device=device, prop=prop)
    rows = (item for items, _ in reader.read(None) for item in items)
    return list(islice(rows, count))
