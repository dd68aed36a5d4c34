"""A DynamoDB table in memory that obeys DynamoDB's rules, and the connector on it."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter
from typing import Any

from connector_kit import StoreError, serve
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import sources_for
from dynamodb_connector.schema import schema_of
from dynamodb_connector.shapes import ItemUpdate, QueryPage, RangeQuery, WireItem
from dynamodb_connector.writing import write_rows
from former_ids import NOTHING_RENAMED, FormerIds

ENVIRONMENT = Environment(table_name="telemetry")


def ask_table(
    event: Any,
    table: "FakeTable",
    environment: Environment = ENVIRONMENT,
    former_ids: FormerIds = NOTHING_RENAMED,
) -> dict[str, Any]:
    """Answer an event from a table."""
    return serve(
        event,
        lambda request: sources_for(request, environment, table, former_ids),
        schema=lambda component: schema_of(component, environment, table, former_ids),
        writer=lambda writes: write_rows(writes, environment, table, former_ids),
    )


def row(device: str, instant: int | str, **attributes: Mapping[str, Any]) -> WireItem:
    return {"device_id": {"S": device}, "timestamp": {"N": str(instant)}, **attributes}


@dataclass
class FakeTable:
    """A table: answers a RangeQuery as DynamoDB answers Query, and takes updates.

    `page_rows` stands for the megabyte at which DynamoDB ends a page whatever the limit;
    `empty_pages` makes every page after the first come only after an empty one with a key.
    `refusals` are the errors of updates, by partition key.
    """

    rows: Sequence[WireItem]
    page_rows: int = 10_000
    empty_pages: bool = False
    queries: list[RangeQuery] = field(default_factory=list)
    updates: list[ItemUpdate] = field(default_factory=list)
    refusals: Mapping[str, StoreError] = field(default_factory=dict)
    partition_key: str = "device_id"
    _emptied: WireItem | None = None
    _sorted_of: tuple[Sequence[WireItem], int] = ((), 0)
    _sorted: dict[Any, tuple[list[tuple[Any, str]], list[WireItem]]] = field(default_factory=dict)

    def query(self, query: RangeQuery) -> QueryPage:
        self.queries.append(query)
        kind = query.sort_type
        lower, upper = _comparable(kind, query.lower), _comparable(kind, query.upper)
        assert lower <= upper, "DynamoDB refuses a reversed BETWEEN"
        if self.empty_pages and query.after is not None and self._emptied != query.after:
            self._emptied = query.after
            return QueryPage([], query.after)
        keys, items = self._partition(query)
        first = bisect_left(keys, lower, key=itemgetter(0))
        end = bisect_right(keys, upper, key=itemgetter(0))
        if query.after is not None:
            after = self._key(query.after, query)
            if query.ascending:
                first = max(first, bisect_right(keys, after))
            else:
                end = min(end, bisect_left(keys, after))
        size = min(query.limit, self.page_rows)
        page = items[first:end][:size] if query.ascending else items[first:end][::-1][:size]
        key_names = (self.partition_key, query.sort_key, query.partition[0])
        last = {key: page[-1][key] for key in key_names} if len(page) == size else None
        shown = [{k: i[k] for k in query.attributes if k in i} if query.attributes else i for i in page]
        return QueryPage(shown, last)

    def _partition(self, query: RangeQuery) -> tuple[list[tuple[Any, str]], list[WireItem]]:
        """Give a partition's rows in order, sorted once for as long as there are no others."""
        rows, count = self._sorted_of
        if rows is not self.rows or count != len(rows):
            self._sorted.clear()
            self._sorted_of = self.rows, len(self.rows)
        place = (query.partition, query.sort_key, query.sort_type)
        if place not in self._sorted:
            name, value = query.partition
            keyed_rows = [
                (self._key(item, query), item) for item in self.rows if item.get(name) == {"S": value}
            ]
            keyed_rows.sort(key=itemgetter(0))
            self._sorted[place] = [key for key, _ in keyed_rows], [item for _, item in keyed_rows]
        return self._sorted[place]

    def _key(self, item: WireItem, query: RangeQuery) -> tuple[Any, str]:
        """Rows of one instant, as an index may have, are ordered by their own partition."""
        kind = query.sort_type
        return _comparable(kind, item[query.sort_key][kind]), item[self.partition_key]["S"]

    def query_all(self, queries: Sequence[RangeQuery]) -> Sequence[QueryPage]:
        return [self.query(query) for query in queries]

    def update_all(self, updates: Sequence[ItemUpdate]) -> Sequence[StoreError | None]:
        self.updates += updates
        errors = [self.refusals.get(update.key[self.partition_key]["S"]) for update in updates]
        for update, error in zip(updates, errors, strict=True):
            if error is None:
                kept = [row for row in self.rows if not update.key.items() <= row.items()]
                (old,) = [row for row in self.rows if update.key.items() <= row.items()] or [update.key]
                self.rows = [*kept, {**old, **update.attributes}]
        return errors


def _comparable(kind: str, sort_key: str) -> Any:
    return Decimal(sort_key) if kind == "N" else sort_key
