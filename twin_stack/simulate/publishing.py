"""Live telemetry: published to AWS IoT Core where a topic rule takes it, written where none does."""

from __future__ import annotations

import json
import math
import time as clock
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from twin_stack.client.errors import translate_errors
from twin_stack.simulate.limits import MAX_ENTITIES
from twin_stack.simulate.plan import make_plan
from twin_stack.simulate.topic_rules import find_rules, find_stream_rules
from twin_stack.simulate.waveforms import waveform
from twin_stack.simulate.writing import to_milliseconds, write_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twin_stack.simulate.clients import Clients
    from twin_stack.simulate.plan import Asset, Plan
    from twin_stack.simulate.signals import Signal
    from twin_stack.simulate.topic_rules import StreamRule, TopicRule
    from twin_stack.simulate.writing import Written


@dataclass(frozen=True, slots=True)
class Routes:
    """The topic rules that take the telemetry of a plan.

    Attributes:
        rows: Rules that write rows, by the device's index in the plan.
        streams: Rules that write to SiteWise, by the asset's index in the plan.
    """

    rows: dict[int, TopicRule]
    streams: dict[int, StreamRule]

    def __bool__(self) -> bool:
        """Return whether any rule takes telemetry."""
        return bool(self.rows or self.streams)


def publish_live(
    clients: Clients,
    workspace_id: str,
    *,
    interval: timedelta = timedelta(seconds=10),
    seed: int = 0,
    max_entities: int = MAX_ENTITIES,
    now: Callable[[], float] = clock.time,
    sleep: Callable[[float], None] = clock.sleep,
) -> Iterator[Written]:
    """Publish or write a value of each time series every ``interval``, until the caller stops.

    Each step waits for the next multiple of ``interval``, writes, and yields what was written. It can be
    interrupted at any time: a value is written whole or not at all.

    Args:
        clients: The clients.
        workspace_id: The workspace, which is read once.
        interval: From one value to the next; at least a millisecond.
        seed: As in ``write_telemetry``, which this continues.
        max_entities: As in ``write_telemetry``.
        now: Returns seconds since 1970.
        sleep: Waits for seconds.

    Yields:
        What each step wrote.

    Raises:
        TwinClientError: A call failed; the message is one line.
    """
    with translate_errors():
        plan = make_plan(clients, workspace_id, seed, max_entities=max_entities)
        routes = find_routes(clients, plan)
    step = to_milliseconds(interval)
    tick = math.ceil(now() * 1000 / step) * step
    while True:
        sleep(max(tick / 1000 - now(), 0))
        with translate_errors():
            messages, unpublished = _publish(clients.iot_data, plan, routes, tick)
            written = write_plan(clients, unpublished, [tick])
        yield replace(written, messages=messages)
        # Ticks that were missed while the machine slept are left out.
        tick = max(tick + step, math.floor(now() * 1000 / step) * step)


def find_routes(clients: Clients, plan: Plan) -> Routes:
    """Find the topic rules that take what the devices of a plan publish.

    Args:
        clients: The clients.
        plan: From ``make_plan``.
    """
    row_rules, stream_rules = find_rules(clients.iot), find_stream_rules(clients.iot)
    rows = {
        index: rule
        for index, device in enumerate(plan.devices)
        if device.table.time_unit == "ms"
        for rule in row_rules
        if rule.takes(device.table.name, device.component_type_id)
    }
    streams = {
        index: rule
        for index, asset in enumerate(plan.assets)
        for rule in stream_rules
        if _writes_to(clients.sitewise, asset, rule)
    }
    return Routes(rows, streams)


def _writes_to(client: Any, asset: Asset, rule: StreamRule) -> bool:
    """Return whether a rule writes to the streams of an asset."""
    signals = _signals_by_member(asset, rule)
    if not signals or len(signals) < len(rule.members):
        return False
    if asset.id is None:
        return True
    # SiteWise has the asset of an alias.
    alias = next(iter(rule.aliases(asset.signals[0].entity_id)))
    with suppress(client.exceptions.ResourceNotFoundException):
        return bool(client.describe_time_series(alias=alias).get("assetId") == asset.id)
    return False


def _signals_by_member(asset: Asset, rule: StreamRule) -> dict[str, Signal]:
    """Return signals of an asset by the member of the message that carries them."""
    signals = {}
    for signal in asset.signals:
        for alias, member in rule.aliases(signal.entity_id).items():
            if alias == signal.column or (asset.id and alias.rpartition("/")[2] == signal.property.name):
                signals[member] = signal
    return signals


def _publish(client: Any, plan: Plan, routes: Routes, instant: int) -> tuple[int, Plan]:
    """Publish what rules take; return the number of messages, and the rest of the plan."""
    for index, rule in routes.rows.items():
        device = plan.devices[index]
        table = device.table
        row = {signal.column: waveform(signal)(instant) for signal in device.signals}
        topic, message = rule.publication(
            {**row, table.partition_key: device.id, table.sort_key: instant},
            device=table.partition_key,
            time=table.sort_key,
        )
        client.publish(topic=topic, qos=1, payload=json.dumps(message))
    unpublished: list[Asset] = []
    for index, asset in enumerate(plan.assets):
        stream_rule = routes.streams.get(index)
        if stream_rule is None:
            unpublished.append(asset)
            continue
        signals = _signals_by_member(asset, stream_rule)
        topic, message = stream_rule.publication(
            {member: waveform(signal)(instant) for member, signal in signals.items()},
            device=asset.signals[0].entity_id,
            milliseconds=instant,
        )
        client.publish(topic=topic, qos=1, payload=json.dumps(message))
        others = tuple(signal for signal in asset.signals if signal not in signals.values())
        unpublished += [replace(asset, signals=others)] if others else []
    devices = tuple(device for index, device in enumerate(plan.devices) if index not in routes.rows)
    return len(routes.rows) + len(routes.streams), replace(plan, devices=devices, assets=tuple(unpublished))
