"""Stores in memory that keep the rules of the real ones, and events to ask them with."""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import Any

from connector_kit import StoreError
from dynamodb_connector.shapes import ItemUpdate, QueryPage, RangeQuery, WireItem
from sitewise_connector.addressing import Address
from sitewise_connector.shapes import (
    MAX_ENTRY_VALUES,
    MAX_WRITE_ENTRIES,
    HistoryPage,
    HistoryQuery,
    WriteEntry,
    WriteError,
)

EVENTS = Path(__file__).parent / "events"


def load_event(name: str, **changes: Any) -> dict[str, Any]:
    """Read an event file; a change to None takes the member away."""
    event = json.loads((EVENTS / f"{name}.json").read_text()) | changes
    return {member: value for member, value in event.items() if value is not None}


def definition(kind: str, **more: Any) -> dict[str, Any]:
    return {"definition": {"dataType": {"type": kind}, **more}}


def milliseconds(text: str) -> int:
    since = datetime.fromisoformat(text).replace(tzinfo=UTC) - EPOCH
    return since // timedelta(milliseconds=1)


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
            found = [(self._key(item, query), item) for item in self.rows if item.get(name) == {"S": value}]
            found.sort(key=itemgetter(0))
            self._sorted[place] = [key for key, _ in found], [item for _, item in found]
        return self._sorted[place]

    def _key(self, item: WireItem, query: RangeQuery) -> tuple[Any, str]:
        """Rows of one instant, as an index may have, are told apart by their own partition."""
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
        found = self._found(query)
        start = int(query.next_token or 0)
        size = min(query.limit, self.page_values)
        more = start + size < len(found)
        return HistoryPage(found[start : start + size], not more, str(start + size) if more else None)

    def histories(self, queries: Sequence[HistoryQuery]) -> Mapping[HistoryQuery, HistoryPage]:
        self.batches.append(queries)
        left = min(sum(query.limit for query in queries), self.batch_values)
        came: dict[HistoryQuery, Sequence[Mapping[str, Any]]] = {}
        is_last = True
        for query in queries:
            found = self._found(query)
            came[query] = found[:left]
            is_last = is_last and len(found) <= left
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
        """Take each entry with a known property; refuse the others, and values in `refused`."""
        assert len(entries) <= MAX_WRITE_ENTRIES
        self.written.append(entries)
        if len(self.written) in self.broken_writes:
            raise StoreError("broken")
        errors = []
        for entry in entries:
            assert 1 <= len(entry.values) <= MAX_ENTRY_VALUES
            late = [value["timestamp"] for value in entry.values if self._nano(value) in self.refused]
            known = (entry.address.alias or entry.address.property_id) in self.series
            errors.append(
                [WriteError("ResourceNotFoundException", "no such property", [])]
                if not known
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
        found = values[first : bisect_right(instants, self._micro(query.end))]
        return found if query.ascending else found[::-1]

    @staticmethod
    def _nano(value: Mapping[str, Any]) -> int:
        time = value["timestamp"]
        return int(time["timeInSeconds"]) * 10**9 + int(time["offsetInNanos"])

    @staticmethod
    def _micro(instant: datetime) -> int:
        return (instant - EPOCH) // timedelta(microseconds=1) * 1000
