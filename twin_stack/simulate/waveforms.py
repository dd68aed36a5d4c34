"""Values of signals over time.

A value is a function of the signal's key and the time alone: two runs over the same time write equal rows, on
any machine and wherever they begin.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, TypeAlias

from twin_stack.simulate.machines import (
    coupled_numbers,
    find_switch,
    level_at,
    switch_value,
    turbine_severity,
)
from twin_stack.simulate.noise import HOUR, noise, random_number, walk, warmth
from twin_stack.simulate.signals import allowed_values, celsius_scale, severity_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin_stack.simulate.machines import Numbers
    from twin_stack.simulate.signals import Signal, Value

Waveform: TypeAlias = "Callable[[int], Value]"
"""Values by milliseconds since 1970-01-01 UTC."""

_WARNING, _CRITICAL = 70.0, 80.0  # degrees Celsius
# Lowest and highest value, by unit.
_RANGES: Final = {
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
    "ppm": (420.0, 1200.0),
    "m3/h": (800.0, 2400.0),
}
# The same by name, where there is no unit to tell by.
_RANGES_BY_NAME: Final = {"people": (1.0, 9.0)}
_COUNTS: Final = ("count", "counts", "pieces")
_COUNTERS_BEGIN: Final = 1_577_836_800.0  # 2020-01-01, where counters were 0


def waveform(signal: Signal) -> Waveform:
    """Return the values of a signal, by milliseconds since 1970-01-01 UTC.

    Temperatures are 20 to 90 degrees Celsius, warmest at 15:00 UTC, and those of a room if their component
    has a setpoint or measures the air or the people of one; counts never fall; alarms follow the temperature
    of their entity (or a hidden one): WARNING from 70, CRITICAL from 80 degrees. A component with a wind
    speed is a wind turbine: its speed and output follow the wind, and its alarms say whether it idles or
    stands still.

    Args:
        signal: The signal.
    """
    values = _values(signal)
    return lambda milliseconds: values(milliseconds / 1000)


def _values(signal: Signal) -> Callable[[float], Value]:
    """Return the values of a signal, by seconds."""
    item, key = signal.property, signal.key
    if names := severity_names(item):
        return lambda seconds: names[_severity(signal, seconds)]
    if allowed := allowed_values(item):
        return lambda seconds: allowed[_pick(key, seconds, len(allowed))]
    if item.data_type == "BOOLEAN":
        return lambda seconds: switch_value(key, seconds)
    if item.data_type == "STRING" and signal.is_alarm:
        return lambda seconds: _message(signal, _severity(signal, seconds))
    if item.data_type == "STRING":
        return lambda seconds: f"{item.name}-{_pick(key, seconds, 5) + 1}"
    return _rounded(_switched(signal, coupled_numbers(signal) or _numbers(signal)), item.data_type)


def _rounded(numbers: Numbers, data_type: str) -> Numbers:
    if data_type == "DOUBLE":
        return lambda seconds: round(numbers(seconds), 2)
    return lambda seconds: math.floor(numbers(seconds))


def _switched(signal: Signal, numbers: Numbers) -> Numbers:
    """Return numbers that are 0 while a switch is off."""
    switch_key = find_switch(signal)
    if switch_key is None:
        return numbers
    return lambda seconds: numbers(seconds) if switch_value(switch_key, seconds) else 0.0


def _message(signal: Signal, severity: int) -> str:
    if signal.turbine_key:
        return ("output is normal", "the turbine idles", "the turbine stands still")[severity]
    return (
        "temperature is normal",
        f"temperature is {_WARNING:g} Celsius or more",
        f"temperature is {_CRITICAL:g} Celsius or more",
    )[severity]


def _severity(signal: Signal, seconds: float) -> int:
    if signal.turbine_key:
        return turbine_severity(signal, seconds)
    celsius = round(_celsius(signal.temperature_key, seconds), 2)
    return (celsius >= _WARNING) + (celsius >= _CRITICAL)


def _numbers(signal: Signal) -> Numbers:
    """Return the numbers of a signal that no other one decides."""
    unit, name, key = signal.property.unit.lower(), signal.property.name.lower(), signal.key
    if scale := celsius_scale(signal.property):
        factor, offset = scale
        return lambda seconds: _celsius(key, seconds) * factor + offset
    if unit in _COUNTS:
        return lambda seconds: _count(key, seconds)
    if name == "level" and unit in {"%", "percent"}:
        return lambda seconds: level_at(key, seconds)
    low, high = _RANGES_BY_NAME.get(name) or _RANGES.get(unit, (0.0, 100.0))
    return lambda seconds: low + (high - low) * (walk(key, seconds) + 1) / 2


def _celsius(key: str, seconds: float) -> float:
    return min(max(55 + 15 * warmth(seconds) + 20 * walk(key, seconds), 20.0), 90.0)


def _count(key: str, seconds: float) -> float:
    """Return a counter that runs at 0.2 to 1.8 times its mean rate, so that it never falls."""
    rate = 0.15 + 0.1 * random_number(key, "rate", 0)
    variation = 0.4 * rate * HOUR * noise(key, HOUR, seconds)
    return max((seconds - _COUNTERS_BEGIN) * rate + variation, 0.0)


def _pick(key: str, seconds: float, count: int) -> int:
    """Return the number of a choice, which holds for a quarter of an hour."""
    return min(int((random_number(key, "pick", math.floor(seconds / 900)) + 1) / 2 * count), count - 1)
