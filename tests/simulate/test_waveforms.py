"""Values of signals over time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.simulated_plant import DAY, column
from twin_stack.client.model import Property
from twin_stack.simulate.plan import make_plan
from twin_stack.simulate.signals import Signal
from twin_stack.simulate.waveforms import waveform
from twin_stack.simulate.writing import write_telemetry

if TYPE_CHECKING:
    from twin_stack.simulate.clients import Clients


@pytest.mark.slow
def test_the_alarm_follows_the_temperature_of_its_entity_when_it_has_one(clients: Clients) -> None:
    march = datetime(2026, 3, 1, tzinfo=UTC)
    write_telemetry(clients, "Factory", **{**DAY, "start": march, "end": march + timedelta(days=3)})
    celsius, states = column(clients, "machine", "temperature"), column(clients, "A-1", "alarm_state")
    assert max(map(float, celsius.values())) - min(map(float, celsius.values())) > 15
    types = {row["component_type_id"]["S"] for key, row in clients.dynamodb.rows.items() if key[0] == "A-1"}
    assert types == {"alarm"}
    assert set(states.values()) >= {"NORMAL", "WARNING"}
    assert len(states) > 800
    for instant, state in states.items():
        value = float(celsius[instant])
        assert state == ("CRITICAL" if value >= 80 else "WARNING" if value >= 70 else "NORMAL")


@pytest.mark.slow
def test_count_never_decreases(clients: Clients) -> None:
    signals = {s.property.name: s for device in make_plan(clients, "Factory").devices for s in device.signals}
    parts: Signal = signals["parts"]
    values = [*map(waveform(parts), range(1_700_000_000_000, 1_700_020_000_000, 1_000))]
    assert values == sorted(values)


def signal(data_type: str, unit: str = "", **definition: object) -> Signal:
    kind: dict[str, object] = {"type": data_type, "unitOfMeasure": unit, **definition}
    return Signal("seed", "seed", Property("value", {"dataType": kind}, None), "value", is_alarm=False)


@pytest.mark.parametrize(
    ("unit", "low", "high"),
    [("Celsius", 20, 90), ("Fahrenheit", 68, 194), ("Kelvin", 293, 364), ("bar", 80, 160), ("", 0, 100)],
)
def test_numbers_stay_in_the_range_of_their_unit(unit: str, low: float, high: float) -> None:
    value_at = waveform(signal("DOUBLE", unit))
    values = [float(value_at(hour * 3_600_000)) for hour in range(500)]

    assert len(set(values)) > 100
    assert low <= min(values) < max(values) <= high


@pytest.mark.parametrize(
    ("data_type", "kind"),
    [("DOUBLE", float), ("INTEGER", int), ("LONG", int), ("BOOLEAN", bool), ("STRING", str)],
)
def test_value_has_the_type_of_its_property(data_type: str, kind: type) -> None:
    assert type(waveform(signal(data_type))(1_700_000_000_000)) is kind


def test_limited_property_has_only_allowed_values() -> None:
    limited = signal("STRING", allowedValues=[{"stringValue": "open"}, {"stringValue": "closed"}])

    assert {waveform(limited)(quarter * 900_000) for quarter in range(200)} == {"open", "closed"}
