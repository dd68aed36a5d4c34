"""Values of signals over time.

A value is a function of the signal's key and the time alone: two runs over the same time write equal rows, on
any machine and wherever they begin.
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

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
}
_COUNTS: Final = ("count", "counts", "pieces")
_COUNTERS_BEGIN: Final = 1_577_836_800.0  # 2020-01-01, where counters were 0
_HOUR, _DAY = 3600.0, 86_400.0
# A random walk is noise of several periods (seconds), each with its share.
_WALK: Final = ((6 * _HOUR, 0.5), (_HOUR, 0.25), (600.0, 0.15), (60.0, 0.1))


def value_at(signal: Signal, milliseconds: int) -> Value:
    """Return the value of a signal at a time.

    Temperatures are 20 to 90 degrees Celsius, warmest at 15:00 UTC; counts never fall; alarms follow
    the temperature of their entity (or a hidden one): WARNING from 70, CRITICAL from 80 degrees.

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


def _severity(signal: Signal, seconds: float) -> int:
    celsius = round(_celsius(signal.temperature_key, seconds), 2)
    return (celsius >= _WARNING) + (celsius >= _CRITICAL)


def _number(signal: Signal, seconds: float) -> float:
    unit = signal.property.unit.lower()
    if scale := celsius_scale(signal.property):
        return _celsius(signal.key, seconds) * scale[0] + scale[1]
    if unit in _COUNTS:
        return _count(signal.key, seconds)
    low, high = _RANGES.get(unit, (0.0, 100.0))
    return low + (high - low) * (_walk(signal.key, seconds) + 1) / 2


def _celsius(key: str, seconds: float) -> float:
    daily = math.cos((seconds / _DAY - 15 / 24) * 2 * math.pi)
    return min(max(55 + 15 * daily + 20 * _walk(key, seconds), 20.0), 90.0)


def _count(key: str, seconds: float) -> float:
    """Return a counter that runs at 0.2 to 1.8 times its mean rate, so that it never falls."""
    rate = 0.15 + 0.1 * _random(key, "rate", 0)
    variation = 0.4 * rate * _HOUR * _noise(key, _HOUR, seconds)
    return max((seconds - _COUNTERS_BEGIN) * rate + variation, 0.0)


def _walk(key: str, seconds: float) -> float:
    """Return a random walk from -1 to 1, computed without the steps before."""
    return sum(part * _noise(key, period, seconds) for period, part in _WALK)


def _noise(key: str, period: float, seconds: float) -> float:
    index = math.floor(seconds / period)
    between = seconds / period - index
    before, after = _random(key, str(period), index), _random(key, str(period), index + 1)
    return before + (after - before) * between


def _pick(key: str, seconds: float, count: int) -> int:
    """Return the number of a choice, which holds for a quarter of an hour."""
    return min(int((_random(key, "pick", math.floor(seconds / 900)) + 1) / 2 * count), count - 1)


@lru_cache(maxsize=65_536)
def _random(key: str, purpose: str, index: int) -> float:
    """Return a number from -1 to 1 that depends on the arguments alone, on any machine."""
    digest = hashlib.blake2b(f"{key}\n{purpose}\n{index}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**63 - 1
