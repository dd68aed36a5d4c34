"""Stores in memory that keep the rules of the real ones, and events to ask them with."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from connector_kit import StoreError
from dynamodb_connector.lanes import RangeQuery, Rows, WireItem
from dynamodb_connector.writing import Update
from sitewise_connector.addressing import Address
from sitewise_connector.query import HistoryQuery, Values
from sitewise_connector.writing import ENTRY_LIMIT, VALUE_LIMIT, Entry, EntryError

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
    updates: list[Update] = field(default_factory=list)
    refusals: Mapping[str, StoreError] = field(default_factory=dict)
    partition_key: str = "device_id"
    _emptied: WireItem | None = None

    def query(self, query: RangeQuery) -> Rows:
        self.queries.append(query)
        kind, sort_key = query.sort_type, query.sort_key
        lower, upper = _comparable(kind, query.lower), _comparable(kind, query.upper)
        assert lower <= upper, "DynamoDB refuses a reversed BETWEEN"
        if self.empty_pages and query.after is not None and self._emptied != query.after:
            self._emptied = query.after
            return Rows([], query.after)
        name, value = query.partition

        def order(item: WireItem) -> tuple[Any, str]:
            return _comparable(kind, item[sort_key][kind]), item[self.partition_key]["S"]

        found = sorted(
            (
                item
                for item in self.rows
                if item.get(name) == {"S": value} and lower <= order(item)[0] <= upper
            ),
            key=order,
            reverse=not query.ascending,
        )
        if query.after is not None:
            start = order(query.after)
            found = [
                item for item in found if (order(item) > start if query.ascending else order(item) < start)
            ]
        size = min(query.limit, self.page_rows)
        page = found[:size]
        key_names = (self.partition_key, sort_key, name)
        last = {key: page[-1][key] for key in key_names} if len(page) == size else None
        shown = [{k: i[k] for k in query.attributes if k in i} if query.attributes else i for i in page]
        return Rows(shown, last)

    def query_all(self, queries: Sequence[RangeQuery]) -> Sequence[Rows]:
        return [self.query(query) for query in queries]

    def update_all(self, updates: Sequence[Update]) -> Sequence[StoreError | None]:
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
    written: list[Sequence[Entry]] = field(default_factory=list)
    refused: Sequence[int] = ()
    broken_writes: Sequence[int] = ()

    def history(self, query: HistoryQuery) -> Values:
        self.queries.append(query)
        found = self._found(query)
        start = int(query.next_token or 0)
        size = min(query.limit, self.page_values)
        more = start + size < len(found)
        return Values(found[start : start + size], not more, str(start + size) if more else None)

    def histories(self, queries: Sequence[HistoryQuery]) -> Mapping[HistoryQuery, Values]:
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
        return {query: Values(values, is_last) for query, values in came.items()}

    def latest(self, address: Address) -> Mapping[str, Any] | None:
        self.addresses.append(address)
        return max(self._series(address), key=self._nano, default=None)

    def latest_of(self, addresses: Sequence[Address]) -> Mapping[Address, Mapping[str, Any] | None]:
        return {address: self.latest(address) for address in addresses}

    def model_properties(self, model_id: str) -> Sequence[Mapping[str, Any]]:
        return self.models[model_id]

    def write(self, entries: Sequence[Entry]) -> Sequence[Sequence[EntryError]]:
        """Take each entry with a known property; refuse the others, and values in `refused`."""
        assert len(entries) <= ENTRY_LIMIT
        self.written.append(entries)
        if len(self.written) in self.broken_writes:
            raise StoreError("broken")
        errors = []
        for entry in entries:
            assert 1 <= len(entry.values) <= VALUE_LIMIT
            late = [value["timestamp"] for value in entry.values if self._nano(value) in self.refused]
            known = (entry.address.alias or entry.address.property_id) in self.series
            errors.append(
                [EntryError("ResourceNotFoundException", "no such property", [])]
                if not known
                else [EntryError("TimestampOutOfRangeException", "too late", late)] * bool(late)
            )
        return errors

    def _series(self, address: Address) -> Sequence[Mapping[str, Any]]:
        return self.series.get(address.alias or address.property_id, ())

    def _found(self, query: HistoryQuery) -> Sequence[Mapping[str, Any]]:
        assert query.start >= EPOCH + timedelta(seconds=1), "SiteWise refuses earlier instants"
        assert query.start < query.end
        return sorted(
            (
                value
                for value in self._series(query.address)
                if value["quality"] == "GOOD"
                and self._micro(query.start) < self._nano(value) <= self._micro(query.end)
            ),
            key=self._nano,
            reverse=not query.ascending,
        )

    @staticmethod
    def _nano(value: Mapping[str, Any]) -> int:
        time = value["timestamp"]
        return int(time["timeInSeconds"]) * 10**9 + int(time["offsetInNanos"])

    @staticmethod
    def _micro(instant: datetime) -> int:
        return (instant - EPOCH) // timedelta(microseconds=1) * 1000
