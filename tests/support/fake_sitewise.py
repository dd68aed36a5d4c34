"""AWS IoT SiteWise in memory, as far as the connector uses it, and the connector on it."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connector_kit import StoreError, serve
from sitewise_connector.addressing import Address
from sitewise_connector.environment import Environment
from sitewise_connector.query import sources_for
from sitewise_connector.schema import schema_of
from sitewise_connector.shapes import (
    MAX_ENTRY_VALUES,
    MAX_WRITE_ENTRIES,
    HistoryPage,
    HistoryQuery,
    WriteEntry,
    WriteError,
)
from sitewise_connector.writing import write_values
from tests.support.connector_events import EPOCH

NO_ALIAS = Environment()


def ask_sitewise(event: Any, store: "FakeSiteWise", environment: Environment = NO_ALIAS) -> dict[str, Any]:
    """Answer an event from SiteWise."""
    return serve(
        event,
        lambda request: sources_for(request, environment, store),
        schema=lambda component: schema_of(component, store),
        writer=lambda writes: write_values(writes, environment, store),
    )


def sitewise_value(nanoseconds: int, quality: str = "GOOD", **variant: Any) -> dict[str, Any]:
    seconds, offset = divmod(nanoseconds, 10**9)
    return {
        "timestamp": {"timeInSeconds": seconds, "offsetInNanos": offset},
        "quality": quality,
        "value": variant,
    }


@dataclass
class FakeSiteWise:
    """Asset properties: answers reads as IoT SiteWise does, tokens included.

    `series` is by property id or alias. A batch ends after `batch_values` values of all its entries
    together, as SiteWise documents; or of each entry, as its App Kit seems to rely on.
    """

    series: Mapping[str, Sequence[Mapping[str, Any]]]
    page_values: int = 20_000
    batch_values: int = 20_000
    batch_counts_each: bool = False
    queries: list[HistoryQuery] = field(default_factory=list)
    batches: list[Sequence[HistoryQuery]] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    models: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    written: list[Sequence[WriteEntry]] = field(default_factory=list)
    refused: Sequence[int] = ()
    broken_writes: Sequence[int] = ()
    _sorted: dict[str, tuple[Any, list[int], list[Mapping[str, Any]]]] = field(default_factory=dict)

    def history(self, query: HistoryQuery) -> HistoryPage:
        self.queries.append(query)
        points = self._found(query)
        start = int(query.next_token or 0)
        size = min(query.limit, self.page_values)
        more = start + size < len(points)
        return HistoryPage(points[start : start + size], not more, str(start + size) if more else None)

    def histories(self, queries: Sequence[HistoryQuery]) -> Mapping[HistoryQuery, HistoryPage]:
        self.batches.append(queries)
        left = min(sum(query.limit for query in queries), self.batch_values)
        came: dict[HistoryQuery, Sequence[Mapping[str, Any]]] = {}
        is_last = True
        for query in queries:
            points = self._found(query)
            came[query] = points[:left]
            is_last = is_last and len(points) <= left
            if not self.batch_counts_each:
                left -= len(came[query])
                if not left:
                    is_last = is_last and query is queries[-1]
                    break
        return {query: HistoryPage(values, is_last) for query, values in came.items()}

    def latest(self, address: Address) -> Mapping[str, Any] | None:
        self.addresses.append(address)
        return max(self._series(address), key=self._nano, default=None)

    def latest_of(self, addresses: Sequence[Address]) -> Mapping[Address, Mapping[str, Any] | None]:
        return {address: self.latest(address) for address in addresses}

    def model_properties(self, model_id: str) -> Sequence[Mapping[str, Any]]:
        return self.models[model_id]

    def write(self, entries: Sequence[WriteEntry]) -> Sequence[Sequence[WriteError]]:
        """Write each entry of an existing property; refuse the others, and values in `refused`."""
        assert len(entries) <= MAX_WRITE_ENTRIES
        self.written.append(entries)
        if len(self.written) in self.broken_writes:
            raise StoreError("broken")
        errors = []
        for entry in entries:
            assert 1 <= len(entry.values) <= MAX_ENTRY_VALUES
            late = [value["timestamp"] for value in entry.values if self._nano(value) in self.refused]
            exists = (entry.address.alias or entry.address.property_id) in self.series
            errors.append(
                [WriteError("ResourceNotFoundException", "no such property", [])]
                if not exists
                else [WriteError("TimestampOutOfRangeException", "too late", late)] * bool(late)
            )
        return errors

    def _series(self, address: Address) -> Sequence[Mapping[str, Any]]:
        return self.series.get(address.alias or address.property_id, ())

    def _found(self, query: HistoryQuery) -> Sequence[Mapping[str, Any]]:
        assert query.start >= EPOCH + timedelta(seconds=1), "SiteWise refuses earlier instants"
        assert query.start < query.end
        series = self._series(query.address)
        name = query.address.alias or query.address.property_id
        if name not in self._sorted or self._sorted[name][0] is not series:
            good = sorted((value for value in series if value["quality"] == "GOOD"), key=self._nano)
            self._sorted[name] = series, list(map(self._nano, good)), good
        _, instants, values = self._sorted[name]
        first = bisect_right(instants, self._micro(query.start))
        selected = values[first : bisect_right(instants, self._micro(query.end))]
        return selected if query.ascending else selected[::-1]

    @staticmethod
    def _nano(value: Mapping[str, Any]) -> int:
        time = value["timestamp"]
        return int(time["timeInSeconds"]) * 10**9 + int(time["offsetInNanos"])

    @staticmethod
    def _micro(instant: datetime) -> int:
        return (instant - EPOCH) // timedelta(microseconds=1) * 1000
