"""Simulated values of the examples: plausible, and with thresholds that fit them."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from twin_stack.definition import load
from twin_stack.preview.deployed_entities import deployed_entities
from twin_stack.simulate.signals import Value, component_signals
from twin_stack.simulate.waveforms import waveform

MODELS = Path(__file__).parents[2] / "models"
FORTNIGHT = range(1_767_225_600_000, 1_767_225_600_000 + 14 * 86_400_000, 3 * 3_600_000)
"""Each third hour of two weeks."""
PER_TYPE = 4
"""Components of a type that are looked at."""

PLAUSIBLE = {
    "factory": {
        "TemperatureSensor.temperature": (20, 90),
        "TemperatureSensor.humidity": (20, 80),
        "Press.pressure": (50, 250),
    },
    "building": {
        "HvacZone.temperature": (18, 26),
        "HvacZone.setpoint": (19, 24),
        "Floor.temperature": (18, 26),
        "Light.power": (0, 400),
        "OccupancySensor.people": (0, 12),
    },
    "windfarm": {
        "Turbine.windSpeed": (2, 25),
        "Turbine.output": (0, 3600),
        "Turbine.rotorSpeed": (0, 16),
    },
}
THRESHOLDS = {
    "factory": [
        ("TemperatureSensor.temperature", "above", 60),
        ("TemperatureSensor.temperature", "above", 70),
    ],
    "building": [("HvacZone.temperature", "above", 23)],
    "windfarm": [("Turbine.output", "below", 1), ("Turbine.output", "below", 5)],
}
"""Where rules of the scene and alarms say that a value is no longer normal."""


def simulate(model: str) -> dict[str, list[Value]]:
    """Return values of the time series of a model, by component type and property."""
    counts: dict[str, int] = defaultdict(int)
    values: dict[str, list[Value]] = defaultdict(list)
    for entity in deployed_entities(load(MODELS / model)):
        for component in entity.components:
            counts[component.type_id] += 1
            if counts[component.type_id] > PER_TYPE:
                continue
            for signal in component_signals(entity, component):
                name = f"{component.type_id.rpartition('.')[2]}.{signal.property.name}"
                values[name] += map(waveform(signal), FORTNIGHT)
    return values


@pytest.mark.slow
@pytest.mark.parametrize("model", PLAUSIBLE)
def test_values_are_plausible_and_normal_most_of_the_time_but_not_always(model: str) -> None:
    values = simulate(model)
    for name, (lowest, highest) in PLAUSIBLE[model].items():
        numbers = [float(value) for value in values[name]]
        assert lowest <= min(numbers) < max(numbers) <= highest, name
    for name, side, threshold in THRESHOLDS[model]:
        beyond = [
            float(value) > threshold if side == "above" else float(value) < threshold
            for value in values[name]
        ]
        assert 0 < sum(beyond) / len(beyond) < 0.5, (name, side, threshold)
