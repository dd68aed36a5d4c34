"""Plausible telemetry for a deployed workspace, written through public AWS calls alone.

What to write is read from TwinMaker: the entities, and who answers for each component. The present is
published to AWS IoT Core where a topic rule takes it to the table or to SiteWise, the past is written there.
Alarms that a function of the twin works out are left to it. Values are a function of seed, entity, component,
property and time and of nothing else, so that two runs over the same time write equal rows, wherever they
begin.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import time as clock
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from twin_stack.client.access import make_client
from twin_stack.client.errors import TwinClientError, translate_errors
from twin_stack.simulate.topic_rules import StreamRule, TopicRule, find_rules, find_stream_rules
from twin_stack.twinmaker.names import ENTITY_HISTORY_READERS, SITEWISE_ASSET_ID, SITEWISE_PROPERTY_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from twin_stack.client.model import Component, Entity, Property

Value: TypeAlias = float | int | bool | str
Progress: TypeAlias = "Callable[[int, int], None]"

SITEWISE_DAYS = 7
"""SiteWise takes values of the last seven days (API reference of BatchPutAssetPropertyValue)."""

_MILLISECONDS = {"s": 0.001, "ms": 1, "us": 1000}
_WARNING, _CRITICAL = 70.0, 80.0  # degrees Celsius
_LADDERS = (("NORMAL", "WARNING", "CRITICAL"), ("NORMAL", "ACTIVE", "ACTIVE"))
_CELSIUS = {
    "celsius": (1.0, 0.0),
    "°c": (1.0, 0.0),
    "c": (1.0, 0.0),
    "fahrenheit": (1.8, 32.0),
    "°f": (1.8, 32.0),
    "kelvin": (1.0, 273.15),
    "k": (1.0, 273.15),
}
_RANGES = {
    "percent": (30.0, 60.0),
    "%": (30.0, 60.0),
    "bar": (80.0, 160.0),
    "rpm": (900.0, 1500.0),
    "volt": (225.0, 235.0),
    "v": (225.0, 235.0),
    "ampere": (5.0, 25.0),
    "a": (5.0, 25.0),
    "watt": (1000.0, 5000.0),
    "w": (1000.0, 5000.0),
    "kw": (1.0, 50.0),
}
_COUNTS = ("count", "counts", "pieces")
_NUMBERS = ("DOUBLE", "INTEGER", "LONG")
_SIMULATED = (*_NUMBERS, "BOOLEAN", "STRING")
_PLACEHOLDER = re.compile(r"\$\{([^}]*)\}")
_COUNTED_FROM = 1_577_836_800.0  # 2020-01-01, where counters stood at 0
_HOUR, _DAY = 3600.0, 86_400.0
# A walk is noise of several periods (seconds), each with its share.
_WALK = ((6 * _HOUR, 0.5), (_HOUR, 0.25), (600.0, 0.15), (60.0, 0.1))


@dataclass(frozen=True, slots=True)
class Clients:
    """boto3 clients of the services; nothing else is called."""

    twinmaker: Any
    lambda_: Any
    dynamodb: Any
    sitewise: Any
    iot: Any
    iot_data: Any

    @classmethod
    def configured(cls) -> Clients:
        """Make them as boto3 is configured.

        Raises:
            TwinClientError: boto3 is not installed or lacks a region or a profile.
        """
        services = ("iottwinmaker", "lambda", "dynamodb", "iotsitewise", "iot", "iot-data")
        return cls(*map(make_client, services))

    def all(self) -> tuple[Any, ...]:
        """Return all clients, in the order of the attributes."""
        return (self.twinmaker, self.lambda_, self.dynamodb, self.sitewise, self.iot, self.iot_data)


@dataclass(frozen=True, slots=True)
class Written:
    """What a run wrote.

    Attributes:
        rows: Rows in DynamoDB tables.
        values: Values in SiteWise.
        problems: What could not be written, a line each; the rest was.
        messages: Messages to AWS IoT Core, each of which becomes a row or values.
    """

    rows: int
    values: int
    problems: tuple[str, ...]
    messages: int = 0


@dataclass(frozen=True, slots=True)
class Signal:
    """A time series to write.

    Attributes:
        key: Seed, entity, component and property: whose values these are.
        climate: Key of the temperature that alarms of this entity follow.
        property: Its definition.
        column: Attribute of the row, or id or alias of the SiteWise property.
        is_alarm: Whether the component has an alarm's states, so that its texts are messages.
        entity_id: Its entity.
        component: Name or path of its component.
    """

    key: str
    climate: str
    property: Property
    column: str
    is_alarm: bool
    entity_id: str = ""
    component: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A telemetry table, keyed as the DynamoDB connector is told by its environment."""

    name: str
    partition_key: str
    sort_key: str
    time_unit: str
    key_property: str | None


@dataclass(frozen=True, slots=True)
class Device:
    """The rows of one device: what all components that share its key write."""

    table: Table
    id: str
    component_type_id: str
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class Asset:
    """What SiteWise holds of one component.

    Attributes:
        id: Id of the asset; None where signals are named by their alias.
        component_type_id: Type of the component.
        signals: To be written; SiteWise computes the others.
    """

    id: str | None
    component_type_id: str
    signals: tuple[Signal, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where telemetry of a workspace goes, and what has no place to go to."""

    devices: tuple[Device, ...]
    assets: tuple[Asset, ...]
    problems: tuple[str, ...]


def simulate(
    clients: Clients,
    workspace_id: str,
    *,
    start: datetime,
    end: datetime,
    interval: timedelta = timedelta(minutes=1),
    seed: int = 0,
    plan: Plan | None = None,
    most: int | None = None,
    progress: Progress = lambda done, total: None,  # noqa: ARG005
) -> Written:
    """Write telemetry of a time that is over.

    Times are the whole multiples of `interval` since 1970 from `start` on and up to `end`.

    Args:
        clients: From `Clients.configured`.
        workspace_id: The workspace.
        start: First time, with a zone. SiteWise gets the last seven days before the present only.
        end: Last time, with a zone.
        interval: From one value to the next; at least a millisecond.
        seed: Another number gives other values.
        plan: From `make_plan` with the same seed, for those who have made it. Default: it is made.
        most: Rows and values at most: where there would be more, `interval` is a multiple of itself.
        progress: Called with values written and values in all.

    Raises:
        TwinClientError: A call failed; the message is one line.
    """
    with translate_errors():
        plan = plan or make_plan(clients, workspace_id, seed)
        if most is not None:
            streams = len(plan.devices) + sum(len(asset.signals) for asset in plan.assets)
            interval *= max(math.ceil(streams * ((end - start) / interval) / most), 1)
        return _write(clients, plan, _instants(start, end, interval), progress)


def live(
    clients: Clients,
    workspace_id: str,
    *,
    interval: timedelta = timedelta(seconds=10),
    seed: int = 0,
    now: Callable[[], float] = clock.time,
    sleep: Callable[[float], None] = clock.sleep,
) -> Iterator[Written]:
    """Publish or write a value of each time series every `interval`, until the caller stops.

    Each step waits for the next multiple of `interval`, writes, and yields what was written. It can
    be interrupted at any time: a value is written whole or not at all.

    Args:
        clients: From `Clients.configured`.
        workspace_id: The workspace, read once.
        interval: From one value to the next; at least a millisecond.
        seed: As in `simulate`, of which this is the continuation.
        now: Seconds since 1970.
        sleep: Waits for so many seconds.

    Raises:
        TwinClientError: A call failed; the message is one line.
    """
    with translate_errors():
        plan = make_plan(clients, workspace_id, seed)
        routes = find_routes(clients, plan)
    step = _milliseconds(interval)
    tick = math.ceil(now() * 1000 / step) * step
    while True:
        sleep(max(tick / 1000 - now(), 0))
        with translate_errors():
            messages, rest = _publish(clients.iot_data, plan, routes, tick)
            written = _write(clients, rest, [tick], lambda done, total: None)  # noqa: ARG005
        yield replace(written, messages=messages)
        # Ticks that were missed while the machine slept are left out.
        tick = max(tick + step, math.floor(now() * 1000 / step) * step)


def make_plan(clients: Clients, workspace_id: str, seed: int = 0) -> Plan:
    """Find who answers for each time series of a workspace, and where its data has to be.

    Left out are the alarms that a function works out from the stream of the table: one with `ALARMS` in
    its environment. A component is the DynamoDB connector's if its reader's Lambda function has `TABLE_NAME`
    in its environment, and the SiteWise connector's (ours or the native one) if it has a `sitewiseAssetId`
    and properties configured with `sitewisePropertyId`, or else if that function has `PROPERTY_ALIAS`
    there. What SiteWise computes itself is left to it. Rows that are keyed by more than device and time
    (`PARTITION`, `SORT_PREFIX`) are not simulated, which is said.
    """
    from twin_stack.client.reader import read_entity, read_tree  # noqa: PLC0415 (needs botocore)

    lookup = _Lookup(clients, workspace_id)
    evaluated = lookup.evaluated()
    shared: dict[tuple[Table, str], list[tuple[bool, str, tuple[Signal, ...]]]] = defaultdict(list)
    assets, problems = [], []
    for summary in sorted(read_tree(clients.twinmaker, workspace_id), key=lambda item: item.id):
        entity = read_entity(clients.twinmaker, workspace_id, summary.id, attributes=False)
        for component in entity.components:
            series = [item for item in component.properties if item.is_time_series]
            kept = [item for item in series if item.data_type in _SIMULATED]
            where = f"{summary.id} {component.path}"
            problems += [f"{where}: no values for {i.data_type} {i.name}" for i in series if i not in kept]
            if not kept:
                continue
            table = lookup.table(component.type_id)
            if table is not None and (table.name, component.type_id) in evaluated:
                continue
            signals = component_signals(entity, component, seed)
            if table is not None:
                device, is_external = _device_id(component, table, summary.id)
                signals = tuple(replace(s, column=_configured(s, "attribute") or s.column) for s in signals)
                shared[table, device].append((not is_external, component.type_id, signals))
            elif (asset_id := _text(component, SITEWISE_ASSET_ID)) and any(
                _configured(s, SITEWISE_PROPERTY_ID) for s in signals
            ):
                bound = [(s, _configured(s, SITEWISE_PROPERTY_ID)) for s in signals]
                own = tuple(replace(s, column=c) for s, c in bound if c)
                assets.append(Asset(asset_id, component.type_id, own))
            elif template := lookup.alias(component.type_id):
                own = tuple(replace(s, column=_filled(template, workspace_id, component, s)) for s in signals)
                assets.append(Asset(None, component.type_id, own))
            else:
                problems.append(
                    f"{where}: no connector that can be simulated answers for {component.type_id}"
                )
    devices = tuple(_device(table, device, parts) for (table, device), parts in shared.items())
    measured = _Measured(clients.sitewise)
    kept_assets = tuple(replace(one, signals=measured.signals(one)) for one in assets)
    return Plan(devices, kept_assets, (*problems, *measured.problems))


def component_signals(entity: Entity, component: Component, seed: int = 0) -> tuple[Signal, ...]:
    """Return what is measured by a component: its time series of numbers, texts and truth values.

    Args:
        entity: The entity.
        component: One of its components.
        seed: As in `simulate`.
    """
    series = [item for item in component.properties if item.is_time_series]
    is_alarm = any(_ladder(item) for item in series)
    climate = _climate(entity, seed)
    return tuple(
        Signal(
            key=_key(seed, entity.summary.id, component.path, item.name),
            climate=climate,
            property=item,
            column=item.name,
            is_alarm=is_alarm,
            entity_id=entity.summary.id,
            component=component.path,
        )
        for item in series
        if item.data_type in _SIMULATED
    )


def value_at(signal: Signal, milliseconds: int) -> Value:
    """Return the value of a signal at a time.

    Temperatures are 20 to 90 degrees Celsius, warmest at 15:00 UTC; counts never fall; alarms follow
    the temperature of their entity (or a hidden one): WARNING from 70, CRITICAL from 80 degrees.

    Args:
        signal: What is measured.
        milliseconds: Since 1970, UTC.
    """
    seconds, item = milliseconds / 1000, signal.property
    allowed = _allowed(item)
    if ladder := _ladder(item):
        return ladder[_severity(signal, seconds)]
    if allowed:
        return allowed[_pick(signal.key, seconds, len(allowed))]
    if item.data_type == "BOOLEAN":
        return _walk(signal.key, seconds) > -0.2
    if item.data_type == "STRING":
        if not signal.is_alarm:
            return f"{item.name}-{_pick(signal.key, seconds, 5) + 1}"
        severity = _severity(signal, seconds)
        return (
            "temperature is normal",
            f"temperature is {_WARNING:g} Celsius or more",
            f"temperature is {_CRITICAL:g} Celsius or more",
        )[severity]
    value = _number(signal, seconds)
    return round(value, 2) if item.data_type == "DOUBLE" else math.floor(value)


class _Lookup:
    """Who reads for a component type; each type and each function is asked for once."""

    def __init__(self, clients: Clients, workspace_id: str) -> None:
        self._clients = clients
        self._workspace_id = workspace_id
        self._by_type: dict[str, Table | str | None] = {}
        self._by_arn: dict[str, Table | str | None] = {}

    def table(self, type_id: str) -> Table | None:
        """Return the table of the type's DynamoDB connector, or None if it has another reader."""
        found = self._reader(type_id)
        return found if isinstance(found, Table) else None

    def alias(self, type_id: str) -> str | None:
        """Return the alias template of the type's SiteWise connector, or None if it has none."""
        found = self._reader(type_id)
        return found if isinstance(found, str) else None

    def _reader(self, type_id: str) -> Table | str | None:
        if type_id not in self._by_type:
            found = self._clients.twinmaker.get_component_type(
                workspaceId=self._workspace_id, componentTypeId=type_id
            )
            functions = found.get("functions") or {}
            arns = [
                functions.get(name, {}).get("implementedBy", {}).get("lambda", {}).get("arn")
                for name in ENTITY_HISTORY_READERS
            ]
            arn = next(filter(None, arns), None)
            self._by_type[type_id] = self._read_by(arn) if arn else None
        return self._by_type[type_id]

    def evaluated(self) -> set[tuple[str, str]]:
        """Return what functions work out from a table's stream: names of tables, and alarm types."""
        found: set[tuple[str, str]] = set()
        for page in self._clients.lambda_.get_paginator("list_event_source_mappings").paginate():
            for mapping in page["EventSourceMappings"]:
                function = self._clients.lambda_.get_function_configuration(
                    FunctionName=mapping["FunctionArn"]
                )
                names = function.get("Environment", {}).get("Variables", {})
                if "ALARMS" in names:
                    types = {alarm["alarmType"] for alarm in json.loads(names["ALARMS"])}
                    found |= {(names["TABLE_NAME"], type_id) for type_id in types}
        return found

    def _read_by(self, arn: str) -> Table | str | None:
        if arn not in self._by_arn:
            found = self._clients.lambda_.get_function_configuration(FunctionName=arn)
            names = found.get("Environment", {}).get("Variables", {})
            self._by_arn[arn] = (
                Table(
                    names["TABLE_NAME"],
                    names.get("PARTITION_KEY") or "device_id",
                    names.get("SORT_KEY") or "timestamp",
                    names.get("TIME_UNIT") or "ms",
                    names.get("KEY_PROPERTY") or None,
                )
                if names.get("TABLE_NAME") and not _KEYED_OTHERWISE & names.keys()
                else names.get("PROPERTY_ALIAS") or None
            )
        return self._by_arn[arn]


_KEYED_OTHERWISE = {"PARTITION", "SORT_PREFIX"}


class _Measured:
    """What devices write of an asset, as its model says; one asset of each component type is asked for."""

    def __init__(self, sitewise: Any) -> None:
        self._sitewise = sitewise
        self._computed: dict[str, set[str]] = {}
        self.problems: list[str] = []

    def signals(self, asset: Asset) -> tuple[Signal, ...]:
        """Return the signals of an asset without those that SiteWise computes."""
        type_id = asset.component_type_id
        if type_id not in self._computed:
            self._computed[type_id] = computed = self._computed_of(asset)
            if computed:
                listed = ", ".join(sorted(computed))
                self.problems.append(f"{type_id}: {listed} not written, for SiteWise computes them")
        return tuple(one for one in asset.signals if one.property.name not in self._computed[type_id])

    def _computed_of(self, asset: Asset) -> set[str]:
        missing = self._sitewise.exceptions.ResourceNotFoundException
        ids: dict[str, str] = {}
        asset_id = asset.id
        for signal in asset.signals:
            if asset.id is not None:
                ids[signal.column] = signal.property.name
                continue
            with suppress(missing):  # a stream without a property: whoever writes makes it
                found = self._sitewise.describe_time_series(alias=signal.column)
                asset_id = found.get("assetId")
                ids[found.get("propertyId", "")] = signal.property.name
        if asset_id is None:
            return set()
        try:
            described = self._sitewise.describe_asset(assetId=asset_id, excludeProperties=True)
            model = self._sitewise.describe_asset_model(assetModelId=described["assetModelId"])
        except missing:
            return set()  # reported when values are written
        return {
            ids[item["id"]]
            for item in model["assetModelProperties"]
            if item["id"] in ids and not {"transform", "metric"}.isdisjoint(item["type"])
        }


def _filled(template: str, workspace_id: str, component: Component, signal: Signal) -> str:
    """Return the alias of a signal, as the SiteWise connector makes it of its template."""
    names = {
        "workspaceId": workspace_id,
        "entityId": signal.entity_id,
        "componentName": component.path.rpartition("/")[2],
        "propertyName": signal.property.name,
    }
    return _PLACEHOLDER.sub(lambda match: names.get(match[1]) or _text(component, match[1]) or "", template)


def _device_id(component: Component, table: Table, entity_id: str) -> tuple[str, bool]:
    """As the connector finds it: the key property, the first external id with a value, the entity."""
    external = sorted(item.name for item in component.properties if item.definition.get("isExternalId"))
    for name in filter(None, [table.key_property, *external]):
        if found := _text(component, name):
            return found, name in external
    return entity_id, False


def _device(table: Table, device: str, parts: list[tuple[bool, str, tuple[Signal, ...]]]) -> Device:
    """Components with the same key share their rows, for a row is all a device measured at a time.

    A row has one component type. One with an external id wins, since no other is asked by type.
    """
    ordered = sorted(parts, key=lambda part: part[:2])
    columns: dict[str, Signal] = {}
    for _, _, signals in ordered:
        for signal in signals:
            columns.setdefault(signal.column, signal)
    return Device(table, device, ordered[0][1], tuple(columns.values()))


def _text(component: Component, name: str) -> str | None:
    found = next((item.value for item in component.properties if item.name == name), None)
    return found if isinstance(found, str) and found else None


def _configured(signal: Signal, name: str) -> str:
    return str((signal.property.definition.get("configuration") or {}).get(name, ""))


def _climate(entity: Entity, seed: int) -> str:
    for component in entity.components:
        for item in component.properties:
            if item.is_time_series and _scale(item):
                return _key(seed, entity.summary.id, component.path, item.name)
    return _key(seed, entity.summary.id, "", "temperature")


def _key(seed: int, *names: str) -> str:
    return "\n".join([str(seed), *names])


def _write(clients: Clients, plan: Plan, instants: Sequence[int], progress: Progress) -> Written:
    # A minute of grace, so that the oldest values are not too old by the time they arrive.
    oldest = (clock.time() - SITEWISE_DAYS * _DAY + 60) * 1000
    recent = [instant for instant in instants if instant >= oldest]
    jobs = len(plan.devices) * len(instants), sum(len(a.signals) for a in plan.assets) * len(recent)
    rows = values = 0
    problems = list(plan.problems)
    for table in dict.fromkeys(device.table for device in plan.devices):
        devices = [device for device in plan.devices if device.table == table]
        for batch in _batches([(device, instant) for instant in instants for device in devices], 25):
            _put_rows(clients.dynamodb, table.name, [_row(device, instant) for device, instant in batch])
            rows += len(batch)
            progress(rows, sum(jobs))
    entries = [
        (asset, signal, part)
        for asset in plan.assets
        for signal in asset.signals
        for part in _batches(recent, 10)
    ]
    refused: dict[str, None] = {}
    for group in _batches(entries, 10):
        failed = _put_values(clients.sitewise, group)
        refused.update(dict.fromkeys(failed.values()))
        values += sum(len(part) for index, (_, _, part) in enumerate(group) if str(index) not in failed)
        progress(rows + values, sum(jobs))
    return Written(rows, values, (*problems, *refused))


@dataclass(frozen=True, slots=True)
class Routes:
    """Which topic rule takes what a device measures.

    Attributes:
        rows: By the device's place in the plan; its rule writes rows.
        streams: By the asset's place in the plan; its rule writes to SiteWise.
    """

    rows: dict[int, TopicRule]
    streams: dict[int, StreamRule]

    def __bool__(self) -> bool:
        """Whether anything is taken."""
        return bool(self.rows or self.streams)


def find_routes(clients: Clients, plan: Plan) -> Routes:
    """Find the rules that take what the devices of a plan publish.

    Args:
        clients: From `Clients.configured`.
        plan: From `make_plan`.
    """
    rules, streams = find_rules(clients.iot), find_stream_rules(clients.iot)
    rows = {
        place: rule
        for place, device in enumerate(plan.devices)
        if device.table.time_unit == "ms"
        for rule in rules
        if rule.takes(device.table.name, device.component_type_id)
    }
    taken = {
        place: rule
        for place, asset in enumerate(plan.assets)
        for rule in streams
        if _is_taken(clients.sitewise, asset, rule)
    }
    return Routes(rows, taken)


def _is_taken(client: Any, asset: Asset, rule: StreamRule) -> bool:
    """Whether a rule writes to the streams of an asset; SiteWise knows which asset an alias belongs to."""
    found = _carried(asset, rule)
    if not found or len(found) < len(rule.members):
        return False
    if asset.id is None:
        return True
    alias = next(iter(rule.aliases(asset.signals[0].entity_id)))
    with suppress(client.exceptions.ResourceNotFoundException):
        return bool(client.describe_time_series(alias=alias).get("assetId") == asset.id)
    return False


def _carried(asset: Asset, rule: StreamRule) -> dict[str, Signal]:
    """Signals of an asset by the member of the message that carries them."""
    found = {}
    for signal in asset.signals:
        for alias, member in rule.aliases(signal.entity_id).items():
            if alias == signal.column or (asset.id and alias.rpartition("/")[2] == signal.property.name):
                found[member] = signal
    return found


def _publish(client: Any, plan: Plan, routes: Routes, instant: int) -> tuple[int, Plan]:
    """Publish what a rule takes; return how many messages that were, and the rest of the plan."""
    for place, rule in routes.rows.items():
        device = plan.devices[place]
        table = device.table
        row = {signal.column: value_at(signal, instant) for signal in device.signals}
        topic, message = rule.publication(
            {**row, table.partition_key: device.id, table.sort_key: instant},
            device=table.partition_key,
            time=table.sort_key,
        )
        client.publish(topic=topic, qos=1, payload=json.dumps(message))
    left = []
    for place, asset in enumerate(plan.assets):
        stream = routes.streams.get(place)
        if stream is None:
            left.append(asset)
            continue
        carried = _carried(asset, stream)
        topic, message = stream.publication(
            {member: value_at(signal, instant) for member, signal in carried.items()},
            device=asset.signals[0].entity_id,
            milliseconds=instant,
        )
        client.publish(topic=topic, qos=1, payload=json.dumps(message))
        others = tuple(one for one in asset.signals if one not in carried.values())
        left += [replace(asset, signals=others)] if others else []
    devices = tuple(device for place, device in enumerate(plan.devices) if place not in routes.rows)
    return len(routes.rows) + len(routes.streams), replace(plan, devices=devices, assets=tuple(left))


def _row(device: Device, instant: int) -> dict[str, Any]:
    table = device.table
    return {
        **{signal.column: _attribute(value_at(signal, instant)) for signal in device.signals},
        "component_type_id": {"S": device.component_type_id},
        table.partition_key: {"S": device.id},
        table.sort_key: _sort_key(instant, table.time_unit),
    }


def _sort_key(instant: int, time_unit: str) -> dict[str, str]:
    if time_unit == "iso":
        text = datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="milliseconds")
        return {"S": text.replace("+00:00", "Z")}
    return {"N": f"{instant * _MILLISECONDS[time_unit]:.15g}"}


def _attribute(value: Value) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"S": value} if isinstance(value, str) else {"N": str(value)}


def _put_rows(client: Any, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Put up to 25 rows; DynamoDB hands back those it had no capacity for."""
    left = {table: [{"PutRequest": {"Item": row}} for row in rows]}
    for attempt in range(8):
        left = client.batch_write_item(RequestItems=left).get("UnprocessedItems") or {}
        if not left:
            return
        clock.sleep(0.05 * 2**attempt)
    raise TwinClientError(
        f"DynamoDB table {table} takes no more rows now; give it capacity or try again later"
    )


def _put_values(client: Any, group: Sequence[tuple[Asset, Signal, Sequence[int]]]) -> dict[str, str]:
    """Put up to 10 entries of up to 10 values; return what was refused, by entry id."""
    entries = [
        {
            "entryId": str(index),
            **(
                {"propertyAlias": signal.column}
                if asset.id is None
                else {"assetId": asset.id, "propertyId": signal.column}
            ),
            "propertyValues": [
                {
                    "value": _variant(signal, value_at(signal, instant)),
                    "timestamp": {
                        "timeInSeconds": instant // 1000,
                        "offsetInNanos": instant % 1000 * 1_000_000,
                    },
                    "quality": "GOOD",
                }
                for instant in part
            ],
        }
        for index, (asset, signal, part) in enumerate(group)
    ]
    answer = client.batch_put_asset_property_value(entries=entries)
    failed = {}
    for entry in answer["errorEntries"]:
        asset, signal, _ = group[int(entry["entryId"])]
        error = entry["errors"][0]
        failed[entry["entryId"]] = (
            f"SiteWise {f'asset {asset.id} property' if asset.id else 'alias'} {signal.column} "
            f"({signal.property.name}): "
            f"{error['errorCode']}: {error['errorMessage']}"
        )
    return failed


def _variant(signal: Signal, value: Value) -> dict[str, Value]:
    data_type = signal.property.data_type
    member = {"DOUBLE": "doubleValue", "BOOLEAN": "booleanValue", "STRING": "stringValue"}
    return {member.get(data_type, "integerValue"): value}


def _batches(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[first : first + size] for first in range(0, len(items), size)]


def _instants(start: datetime, end: datetime, interval: timedelta) -> list[int]:
    step = _milliseconds(interval)
    first = math.ceil(round(start.astimezone(UTC).timestamp() * 1000) / step)
    last = round(end.astimezone(UTC).timestamp() * 1000) // step
    return [index * step for index in range(first, last + 1)]


def _milliseconds(interval: timedelta) -> int:
    found = interval // timedelta(milliseconds=1)
    if found < 1:
        raise TwinClientError(f"interval is {interval}; it must be at least a millisecond")
    return found


def _allowed(item: Property) -> list[Value]:
    found = item.definition.get("dataType", {}).get("allowedValues") or ()
    return [next(iter(value.values())) for value in found]


def _ladder(item: Property) -> tuple[str, str, str] | None:
    allowed = _allowed(item)
    return next((ladder for ladder in _LADDERS if all(state in allowed for state in ladder)), None)


def _severity(signal: Signal, seconds: float) -> int:
    celsius = round(_celsius(signal.climate, seconds), 2)
    return (celsius >= _WARNING) + (celsius >= _CRITICAL)


def _scale(item: Property) -> tuple[float, float] | None:
    """Factor and offset from Celsius, if it is a temperature: by its unit, else by its name."""
    if item.data_type not in _NUMBERS:
        return None
    if item.unit:
        return _CELSIUS.get(item.unit.lower())
    return (1.0, 0.0) if "temperature" in item.name.lower() else None


def _number(signal: Signal, seconds: float) -> float:
    unit = signal.property.unit.lower()
    if scale := _scale(signal.property):
        return _celsius(signal.key, seconds) * scale[0] + scale[1]
    if unit in _COUNTS:
        return _counted(signal.key, seconds)
    low, high = _RANGES.get(unit, (0.0, 100.0))
    return low + (high - low) * (_walk(signal.key, seconds) + 1) / 2


def _celsius(key: str, seconds: float) -> float:
    daily = math.cos((seconds / _DAY - 15 / 24) * 2 * math.pi)
    return min(max(55 + 15 * daily + 20 * _walk(key, seconds), 20.0), 90.0)


def _counted(key: str, seconds: float) -> float:
    """A counter that goes at 0.2 to 1.8 times its mean rate, so that it never goes back."""
    rate = 0.15 + 0.1 * _knot(key, "rate", 0)
    faster = 0.4 * rate * _HOUR * _noise(key, _HOUR, seconds)
    return max((seconds - _COUNTED_FROM) * rate + faster, 0.0)


def _walk(key: str, seconds: float) -> float:
    """A random walk from -1 to 1 that needs no memory of the steps before."""
    return sum(part * _noise(key, period, seconds) for period, part in _WALK)


def _noise(key: str, period: float, seconds: float) -> float:
    index = math.floor(seconds / period)
    between = seconds / period - index
    before, after = _knot(key, str(period), index), _knot(key, str(period), index + 1)
    return before + (after - before) * between


def _pick(key: str, seconds: float, count: int) -> int:
    """One of so many choices, for a quarter of an hour."""
    return min(int((_knot(key, "pick", math.floor(seconds / 900)) + 1) / 2 * count), count - 1)


@lru_cache(maxsize=65_536)
def _knot(key: str, what: str, index: int) -> float:
    """A number from -1 to 1 that is always the same for the same arguments, on any machine."""
    digest = hashlib.blake2b(f"{key}\n{what}\n{index}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**63 - 1
