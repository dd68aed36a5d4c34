"""A DynamoDB table in memory that answers a connector's queries with little work of its own."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from dynamodb_connector.shapes import QueryPage
from tests.bench.connector_rows import DEVICES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dynamodb_connector.shapes import RangeQuery
    from tests.bench.connector_rows import Row


class InMemoryTable:
    """The rows as DynamoDB's wire items, for one device or through the index of a component type."""

    def __init__(self, rows: list[Row], *, by_type: bool) -> None:
        self._items = [
            {
                "timestamp": {"N": str(row.milliseconds)},
                "temperature": {"N": row.value},
                **({"device_id": {"S": DEVICES[row.device]}} if by_type else {}),
            }
            for row in rows
        ]
        self._instants = [row.milliseconds for row in rows]

    def query(self, query: RangeQuery) -> QueryPage:
        """Answer as the table's Query does; the range is never narrower than the rows."""
        start = 0
        if query.after is not None:
            start = bisect_right(self._instants, int(query.after["timestamp"]["N"]))
        items = self._items[start : start + query.limit]
        return QueryPage(items, items[-1] if start + len(items) < len(self._items) else None)

    def query_all(self, queries: Sequence[RangeQuery]) -> Sequence[QueryPage]:
        return [self.query(query) for query in queries]

    def update_all(self, updates: Sequence[Any]) -> Sequence[None]:
        raise AssertionError(f"a read writes nothing, but {updates}")
