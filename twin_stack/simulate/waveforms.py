"""Values of signals over time.

A value is a function of the signal's key and the time alone: two runs over the same time write equal rows, on
any machine and wherever they begin.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from twin_stack.simulate.machines import coupled_value, level_at, switch_value, turbine_severity
from twin_stack.simulate.noise import HOUR, noise, random_number, walk, warmth
from twin_stack.simulate.signals import allowed_values, celsius_scale, severity_names

if TYPE_CHECKING:
    from twin_stack.simulate.signals import Signal, Value

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


def value_at(signal: Signal, milliseconds: int) -> Value:
    """Return the value of a signal at a time.

    Temperatures are 20 to 90 degrees Celsius, warmest at 15:00 UTC, and those of a room if their component
    has a setpoint or measures the air or the people of one; counts never fall; alarms follow the temperature
    of their entity (or a hidden one): WARNING from 70, CRITICAL from 80 degrees. A component with a wind
    speed is a wind turbine: its speed and output follow the wind, and its alarms say whether it idles or
    stands still.

    Args:
        signal: The signal.
        milliseconds: The time, since 1970-01-01 UTC.
    """
    seconds, item = milliseconds / 1000, signal.property
    allowed = allowed_values(item)
    if names := severity_names(item):
        return names[_severity(signal, seconds)]
    if allowed:
        return allowed[_pick(signal.key, seconds, len(allowed))]
    if item.data_type == "BOOLEAN":
        return switch_value(signal.key, seconds)
    if item.data_type == "STRING":
        if not signal.is_alarm:
            return f"{item.name}-{_pick(signal.key, seconds, 5) + 1}"
        return _message(signal, _severity(signal, seconds))
    value = _number(signal, seconds)
    return round(value, 2) if item.data_type == "DOUBLE" else math.floor(value)


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


def _number(signal: Signal, seconds: float) -> float:
    coupled = coupled_value(signal, seconds)
    if coupled is not None:
        return coupled
    unit, name = signal.property.unit.lower(), signal.property.name.lower()
    if scale := celsius_scale(signal.property):
        return _celsius(signal.key, seconds) * scale[0] + scale[1]
    if unit in _COUNTS:
        return _count(signal.key, seconds)
    if name == "level" and unit in {"%", "percent"}:
        return level_at(signal.key, seconds)
    low, high = _RANGES_BY_NAME.get(name) or _RANGES.get(unit, (0.0, 100.0))
    return low + (high - low) * (walk(signal.key, seconds) + 1) / 2


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
