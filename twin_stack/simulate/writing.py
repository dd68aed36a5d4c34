"""Writing telemetry: rows to DynamoDB tables, values to SiteWise."""

from __future__ import annotations

import math
import time as clock
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from twin_stack.client.errors import TwinClientError, translate_errors
from twin_stack.simulate.limits import MAX_ENTITIES
from twin_stack.simulate.plan import make_plan
from twin_stack.simulate.waveforms import waveform
from twin_stack.twinmaker import telemetry_table
from twin_stack.twinmaker.quotas import MAX_SITEWISE_ENTRIES, MAX_SITEWISE_VALUES, SITEWISE_PAST_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from twin_stack.simulate.clients import Clients
    from twin_stack.simulate.plan import Asset, Device, Plan
    from twin_stack.simulate.signals import Signal, Value
    from twin_stack.simulate.waveforms import Waveform

_UNITS_PER_MILLISECOND: Final = {"s": 0.001, "ms": 1, "us": 1000}
_VARIANTS: Final = {"DOUBLE": "doubleValue", "BOOLEAN": "booleanValue", "STRING": "stringValue"}
_MAX_ROWS: Final = 25  # of a BatchWriteItem
_MAX_ATTEMPTS: Final = 8


@dataclass(frozen=True, slots=True)
class Written:
    """What a run wrote.

    Attributes:
        rows: Rows in DynamoDB tables.
        values: Values in SiteWise.
        problems: What could not be written, a line each; the rest was.
        messages: Messages to AWS IoT Core, each of which becomes a row or values.
        interval: From one value to the next; None for values of one time.
    """

    rows: int
    values: int
    problems: tuple[str, ...]
    messages: int = 0
    interval: timedelta | None = None

    def describe(self) -> str:
        """Return the counts as text, with the interval where it is over a minute."""
        text = f"{self.rows} rows in DynamoDB, {self.values} values in SiteWise"
        minutes = (self.interval or timedelta()) / timedelta(minutes=1)
        return text if minutes <= 1 else f"{text}, one every {minutes:g} minutes"


def write_telemetry(
    clients: Clients,
    workspace_id: str,
    *,
    start: datetime,
    end: datetime,
    interval: timedelta = timedelta(minutes=1),
    seed: int = 0,
    plan: Plan | None = None,
    max_values: int | None = None,
    max_entities: int = MAX_ENTITIES,
) -> Written:
    """Write telemetry of a time that is over.

    Times are the whole multiples of ``interval`` since 1970 from ``start`` on and up to ``end``.

    Args:
        clients: The clients.
        workspace_id: The workspace.
        start: First time, with a zone. SiteWise gets the last seven days before the present only.
        end: Last time, with a zone.
        interval: From one value to the next; at least a millisecond.
        seed: Another number gives other values.
        plan: From ``make_plan`` with the same seed. Default: it is made.
        max_values: Limit of rows and values together, for which ``interval`` becomes a multiple of itself.
        max_entities: Entities to simulate at most, some of each component type.

    Returns:
        What was written.

    Raises:
        TwinClientError: A call failed; the message is one line.
    """
    with translate_errors():
        plan = plan or make_plan(clients, workspace_id, seed, max_entities=max_entities)
        if max_values is not None:
            streams = len(plan.devices) + sum(len(asset.signals) for asset in plan.assets)
            interval *= max(math.ceil(streams * ((end - start) / interval) / max_values), 1)
        return replace(write_plan(clients, plan, _instants(start, end, interval)), interval=interval)


def write_plan(clients: Clients, plan: Plan, instants: Sequence[int]) -> Written:
    """Write the values of a plan at given times.

    Args:
        clients: The clients.
        plan: From ``make_plan``.
        instants: The times, in milliseconds since 1970.

    Returns:
        What was written.

    Raises:
        TwinClientError: A table takes no more rows.
    """
    # A minute of grace, so that the oldest values are not too old by the time they arrive.
    oldest = (clock.time() - SITEWISE_PAST_SECONDS + 60) * 1000
    recent = [instant for instant in instants if instant >= oldest]
    rows = values = 0
    for table in dict.fromkeys(device.table for device in plan.devices):
        devices = [
            (device, {signal.column: waveform(signal) for signal in device.signals})
            for device in plan.devices
            if device.table == table
        ]
        keys = [(*device, instant) for instant in instants for device in devices]
        for batch in _batches(keys, _MAX_ROWS):
            _put_rows(clients.dynamodb, table.name, [_row(*key) for key in batch])
            rows += len(batch)
    entries = [
        (asset, signal, part)
        for asset in plan.assets
        for signal in asset.signals
        for part in _batches(recent, MAX_SITEWISE_VALUES)
    ]
    refused: dict[str, None] = {}
    for group in _batches(entries, MAX_SITEWISE_ENTRIES):
        failed = _put_values(clients.sitewise, group)
        refused.update(dict.fromkeys(failed.values()))
        values += sum(len(part) for index, (_, _, part) in enumerate(group) if str(index) not in failed)
    return Written(rows, values, (*plan.problems, *refused))


def to_milliseconds(interval: timedelta) -> int:
    """Return an interval in whole milliseconds.

    Args:
        interval: The interval.

    Raises:
        TwinClientError: It is shorter than a millisecond.
    """
    milliseconds = interval // timedelta(milliseconds=1)
    if milliseconds < 1:
        raise TwinClientError(f"interval is {interval}; it must be at least a millisecond")
    return milliseconds


def _instants(start: datetime, end: datetime, interval: timedelta) -> list[int]:
    step = to_milliseconds(interval)
    first = math.ceil(round(start.astimezone(UTC).timestamp() * 1000) / step)
    last = round(end.astimezone(UTC).timestamp() * 1000) // step
    return [index * step for index in range(first, last + 1)]


def _row(device: Device, waveforms: Mapping[str, Waveform], instant: int) -> dict[str, Any]:
    table = device.table
    return {
        **{column: _attribute(value_at(instant)) for column, value_at in waveforms.items()},
        telemetry_table.COMPONENT_TYPE_ID: {"S": device.component_type_id},
        table.partition_key: {"S": device.id},
        table.sort_key: _sort_key(instant, table.time_unit),
    }


def _sort_key(instant: int, time_unit: str) -> dict[str, str]:
    if time_unit == "iso":
        text = datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="milliseconds")
        return {"S": text.replace("+00:00", "Z")}
    return {"N": f"{instant * _UNITS_PER_MILLISECOND[time_unit]:.15g}"}


def _attribute(value: Value) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"S": value} if isinstance(value, str) else {"N": str(value)}


def _put_rows(client: Any, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Put rows; DynamoDB returns those that it had no capacity for."""
    unprocessed = {table: [{"PutRequest": {"Item": row}} for row in rows]}
    for attempt in range(_MAX_ATTEMPTS):
        unprocessed = client.batch_write_item(RequestItems=unprocessed).get("UnprocessedItems") or {}
        if not unprocessed:
            return
        clock.sleep(0.05 * 2**attempt)
    raise TwinClientError(
        f"DynamoDB table {table} takes no more rows now; give it capacity or try again later"
    )


def _put_values(client: Any, group: Sequence[tuple[Asset, Signal, Sequence[int]]]) -> dict[str, str]:
    """Put entries; return why SiteWise refused some, by entry id."""
    entries = [
        {
            "entryId": str(index),
            **_stream(asset, signal),
            "propertyValues": _property_values(signal, instants),
        }
        for index, (asset, signal, instants) in enumerate(group)
    ]
    response = client.batch_put_asset_property_value(entries=entries)
    failed = {}
    for entry in response["errorEntries"]:
        asset, signal, _ = group[int(entry["entryId"])]
        error = entry["errors"][0]
        failed[entry["entryId"]] = (
            f"SiteWise {f'asset {asset.id} property' if asset.id else 'alias'} {signal.column} "
            f"({signal.property.name}): "
            f"{error['errorCode']}: {error['errorMessage']}"
        )
    return failed


def _property_values(signal: Signal, instants: Sequence[int]) -> list[dict[str, Any]]:
    member, value_at = _VARIANTS.get(signal.property.data_type, "integerValue"), waveform(signal)
    return [
        {
            "value": {member: value_at(instant)},
            "timestamp": {"timeInSeconds": instant // 1000, "offsetInNanos": instant % 1000 * 1_000_000},
            "quality": "GOOD",
        }
        for instant in instants
    ]


def _stream(asset: Asset, signal: Signal) -> dict[str, str]:
    if asset.id is None:
        return {"propertyAlias": signal.column}
    return {"assetId": asset.id, "propertyId": signal.column}


def _batches(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[first : first + size] for first in range(0, len(items), size)]
