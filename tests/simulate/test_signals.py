"""The simulated time series of a component, and their waveforms."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.client.model import Component, Entity, EntitySummary, Property
from twin_stack.simulate.signals import celsius_scale, component_signals, severity_names


def series(name: str, data_type: str = "DOUBLE", unit: str = "", **members: Any) -> Property:
    kind = {"type": data_type, **({"unitOfMeasure": unit} if unit else {}), **members}
    return Property(name, {"dataType": kind, "isTimeSeries": True}, None)


def entity(*components: Component) -> Entity:
    return Entity(EntitySummary("m1", "Machine", "$ROOT", "ACTIVE", ""), components)


def component(path: str, *properties: Property) -> Component:
    return Component(path, "type", "ACTIVE", properties)


def test_time_series_of_numbers_texts_and_truth_values_are_signals() -> None:
    sensor = component(
        "sensor",
        series("speed"),
        series("count", "LONG"),
        series("isOn", "BOOLEAN"),
        series("label", "STRING"),
        series("points", "LIST"),
        Property("serial", {"dataType": {"type": "STRING"}}, None),
    )

    signals = component_signals(entity(sensor), sensor)

    assert [signal.column for signal in signals] == ["speed", "count", "isOn", "label"]
    assert {(signal.entity_id, signal.component, signal.is_alarm) for signal in signals} == {
        ("m1", "sensor", False)
    }


def test_alarm_follows_the_first_temperature_of_its_entity() -> None:
    states = [{"stringValue": state} for state in ("NORMAL", "ACTIVE")]
    alarm = component("alarm", series("alarm_status", "STRING", allowedValues=states))
    sensor = component("sensor", series("speed", unit="rpm"), series("heat", unit="Celsius"))

    (status,) = component_signals(entity(alarm, sensor), alarm)
    _, heat = component_signals(entity(alarm, sensor), sensor)

    assert status.is_alarm
    assert status.temperature_key == heat.key


def test_note_of_an_alarm_is_no_signal_because_people_write_it() -> None:
    states = [{"stringValue": state} for state in ("NORMAL", "ACTIVE")]
    status, note = series("alarm_status", "STRING", allowedValues=states), series("alarmNote", "STRING")
    alarm, diary = component("alarm", status, note), component("diary", note)

    signals = [*component_signals(entity(alarm), alarm), *component_signals(entity(diary), diary)]

    assert [(signal.component, signal.column) for signal in signals] == [
        ("alarm", "alarm_status"),
        ("diary", "alarmNote"),
    ]


def test_seed_changes_the_key() -> None:
    sensor = component("sensor", series("speed"))
    keys = {component_signals(entity(sensor), sensor, seed)[0].key for seed in range(3)}

    assert len(keys) == 3


@pytest.mark.parametrize(
    ("definition", "scale"),
    [
        (series("heat", unit="Celsius"), (1.0, 0.0)),
        (series("heat", unit="°F"), (1.8, 32.0)),
        (series("oilTemperature"), (1.0, 0.0)),
        (series("oilTemperature", unit="bar"), None),
        (series("temperature", "STRING"), None),
        (series("speed"), None),
    ],
)
def test_temperature_is_known_by_its_unit_or_else_by_its_name(definition: Property, scale: Any) -> None:
    assert celsius_scale(definition) == scale


def test_severities_are_those_that_a_property_allows() -> None:
    states = [{"stringValue": state} for state in ("NORMAL", "WARNING", "CRITICAL")]

    assert severity_names(series("state", "STRING", allowedValues=states)) == (
        "NORMAL",
        "WARNING",
        "CRITICAL",
    )
    assert severity_names(series("state", "STRING", allowedValues=states[:1])) is None
    assert severity_names(series("state", "STRING")) is None
