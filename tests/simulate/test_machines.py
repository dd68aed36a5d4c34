"""Values of a machine that go together."""

from __future__ import annotations

import itertools

import pytest

from twin_stack.client.model import Component, Entity, EntitySummary, Property
from twin_stack.simulate.signals import component_signals
from twin_stack.simulate.waveforms import waveform

HOURS = range(0, 24 * 30 * 3_600_000, 3_600_000)


def series(name: str, data_type: str = "DOUBLE", unit: str = "", **definition: object) -> Property:
    kind = {"type": data_type, "unitOfMeasure": unit, **definition}
    return Property(name, {"dataType": kind, "isTimeSeries": True}, None)


def rated(name: str, value: float) -> Property:
    return Property(name, {"dataType": {"type": "DOUBLE"}}, {"doubleValue": value})


def values(entity_id: str, *components: tuple[str, list[Property]]) -> dict[str, list[object]]:
    """Return the values of an entity's properties by name, hour by hour of a month."""
    parts = tuple(Component(path, "type", "ACTIVE", tuple(items)) for path, items in components)
    entity = Entity(EntitySummary(entity_id, entity_id, "$ROOT", "ACTIVE", ""), parts)
    signals = [signal for part in parts for signal in component_signals(entity, part)]
    return {signal.property.name: [*map(waveform(signal), HOURS)] for signal in signals}


TURBINE = [series("windSpeed", unit="m/s"), series("output", unit="kW"), series("rotorSpeed", unit="rpm")]
STATES = [{"stringValue": name} for name in ("NORMAL", "WARNING", "CRITICAL")]


def test_output_and_rotor_of_a_turbine_follow_the_wind_and_its_alarm_says_when_it_stands() -> None:
    alarm = [series("alarmStatus", "STRING", allowedValues=STATES)]
    turbine = values("t1", ("turbine", [*TURBINE, rated("ratedOutput", 3600)]), ("alarm", alarm))
    rows = list(
        zip(*(turbine[name] for name in ("windSpeed", "output", "rotorSpeed", "alarmStatus")), strict=True)
    )
    running = sorted(row[:3] for row in rows if row[3] == "NORMAL")

    assert len(running) > 400
    assert 3 < running[0][0] < 8 < running[-1][0] <= 22
    assert running[-1][1] > 2500
    for (wind, output, rotor), (stronger, more, faster) in itertools.pairwise(running):
        assert wind <= stronger
        assert output <= more + 8, "of rounded wind speeds"
        assert rotor <= faster + 0.02
        assert more <= 3600
        assert 5 <= faster < 14
    states = {(state, output < 5, output < 1) for _, output, _, state in rows}
    assert states == {("NORMAL", False, False), ("WARNING", True, False), ("CRITICAL", True, True)}


def test_turbines_of_a_farm_have_the_same_weather() -> None:
    first, second = (values(name, ("turbine", TURBINE))["windSpeed"] for name in ("t1", "t2"))
    differences = [abs(float(str(a)) - float(str(b))) for a, b in zip(first, second, strict=True)]

    assert 0 < max(differences) < 3


@pytest.mark.parametrize(("unit", "low", "high"), [("Celsius", 17, 25), ("Fahrenheit", 62, 77)])
def test_room_is_about_as_warm_as_its_setpoint(unit: str, low: float, high: float) -> None:
    room = values("zone", ("zone", [series("temperature", unit=unit), series("setpoint", unit=unit)]))
    temperatures = [float(str(value)) for value in room["temperature"]]

    assert low < min(temperatures) < max(temperatures) < high
    assert {float(str(value)) for value in room["setpoint"]} <= (
        {20.5, 21.0, 21.5, 22.0, 22.5} if unit == "Celsius" else {68.9, 69.8, 70.7, 71.6, 72.5}
    )


def test_lamp_takes_its_share_of_its_rated_power_and_nothing_when_it_is_off() -> None:
    lamp = values(
        "lamp",
        (
            "lamp",
            [
                series("level", unit="Percent"),
                series("power", unit="W"),
                series("isOn", "BOOLEAN"),
                rated("ratedPower", 400),
            ],
        ),
    )
    rows = list(zip(lamp["isOn"], lamp["level"], lamp["power"], strict=True))

    assert {is_on for is_on, *_ in rows} == {True, False}
    for is_on, level, power in rows:
        assert float(str(power)) == pytest.approx(4 * float(str(level)), abs=0.05)
        assert (power == 0) != is_on


def test_people_are_counted_where_a_room_is_occupied() -> None:
    room = values("sensor", ("sensor", [series("occupied", "BOOLEAN"), series("people", "INTEGER")]))
    rows = list(zip(room["occupied"], room["people"], strict=True))

    assert {is_occupied for is_occupied, _ in rows} == {True, False}
    assert all((people == 0) != is_occupied and int(str(people)) < 9 for is_occupied, people in rows)


def test_sensor_of_the_air_of_a_room_measures_the_temperature_of_a_room() -> None:
    air = [series("temperature", unit="Celsius"), series("carbonDioxide", unit="ppm")]
    measured = values("room", ("air", air))
    temperatures = [float(str(value)) for value in measured["temperature"]]
    assert 18 <= min(temperatures) < max(temperatures) <= 26
    carbon_dioxide = [float(str(value)) for value in measured["carbonDioxide"]]
    assert 400 <= min(carbon_dioxide) < max(carbon_dioxide) <= 1_200
