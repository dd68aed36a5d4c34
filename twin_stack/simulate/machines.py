"""Values of one machine that go together, such as the wind at a turbine, its speed and its output."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from twin_stack.simulate.noise import HOUR, noise, random_number, walk, warmth
from twin_stack.simulate.signals import celsius_scale, is_wind_speed

if TYPE_CHECKING:
    from twin_stack.client.model import Property
    from twin_stack.simulate.signals import Signal

Numbers: TypeAlias = Callable[[float], float]
"""Numbers by seconds since 1970-01-01 UTC."""

# Wind speeds (m/s) at which a turbine starts, and from which it gives its rated output.
_CUT_IN, _RATED = 3.0, 12.0
_MEAN_WIND, _MAX_WIND = 8.5, 22.0
_DEFAULT_RATED_KW = 3000.0
_IDLE_KW = 3.0
_PER_KW: Final = {"kw": 1.0, "w": 1000.0, "mw": 0.001}
# Parts of the time, in steps of six hours, that a turbine stands still or idles for service.
_STANDS, _IDLES = 0.92, 0.8
_SWITCHES: Final = ("ison", "on", "running", "occupied", "active", "enabled")


def coupled_numbers(signal: Signal) -> Numbers | None:
    """Return the numbers of a signal that others of its component decide, by seconds; None where none do.

    Args:
        signal: The signal, of a number.
    """
    item, unit = signal.property, signal.property.unit.lower()
    if is_wind_speed(item):
        return lambda seconds: _wind(signal, seconds)
    if signal.turbine_key and unit in _PER_KW:
        return _turbine_output(signal, _PER_KW[unit])
    if signal.turbine_key and unit == "rpm":
        return lambda seconds: _rotor_speed(signal, seconds)
    if _is_in_a_room(signal) and (scale := celsius_scale(item)):
        return _room_temperature(signal, *scale)
    return _powered_by_level(signal, unit)


def turbine_severity(signal: Signal, seconds: float) -> int:
    """Return how bad the output of a turbine is: 0 for normal, 1 if it idles, 2 if it stands still.

    Args:
        signal: A signal of the turbine.
        seconds: The time, since 1970-01-01 UTC.
    """
    chance = (random_number(signal.turbine_key, "service", int(seconds // (6 * HOUR))) + 1) / 2
    return (chance > _IDLES) + (chance > _STANDS)


def find_switch(signal: Signal) -> str | None:
    """Return the key of the switch of a component without which a signal has no level, power or people.

    Args:
        signal: The signal.
    """
    item = signal.property
    if item.unit.lower() not in {"w", "kw"} and item.name.lower() not in {"level", "people", "count"}:
        return None
    switch = _peer(signal, lambda item: item.data_type == "BOOLEAN" and item.name.lower() in _SWITCHES)
    return _key_of(signal, switch) if switch else None


def switch_value(key: str, seconds: float) -> bool:
    """Return a truth value that holds for a while: more often true than false.

    Args:
        key: Key of the signal.
        seconds: The time, since 1970-01-01 UTC.
    """
    return walk(key, seconds) > -0.2


def _wind(signal: Signal, seconds: float) -> float:
    """Return the wind at a place: the weather, which all turbines share, and a little of its own."""
    weather = f"{signal.key.partition(chr(10))[0]}\nweather"
    of_the_farm = _MEAN_WIND + 4.5 * walk(weather, seconds) + 0.8 * warmth(seconds)
    return min(max(of_the_farm + 1.2 * walk(signal.turbine_key, seconds), _CUT_IN + 0.5), _MAX_WIND)


def _turbine_output(signal: Signal, factor: float) -> Numbers:
    rated = _number_of(_peer(signal, lambda item: "rated" in item.name.lower())) or _DEFAULT_RATED_KW

    def kilowatts(seconds: float) -> float:
        severity = turbine_severity(signal, seconds)
        if severity:
            return _IDLE_KW if severity == 1 else 0.0
        wind = min(_wind(signal, seconds), _RATED)
        return float(rated) * (wind**3 - _CUT_IN**3) / (_RATED**3 - _CUT_IN**3)

    return lambda seconds: kilowatts(seconds) * factor


def _rotor_speed(signal: Signal, seconds: float) -> float:
    severity = turbine_severity(signal, seconds)
    if severity:
        return 1.5 if severity == 1 else 0.0
    return 5.0 + 0.95 * (min(_wind(signal, seconds), _RATED) - _CUT_IN)


def _is_in_a_room(signal: Signal) -> bool:
    """Return whether a component has a setpoint, or measures the air or the people of a room."""
    if _setpoint(signal):
        return True
    return any(item.unit.lower() == "ppm" or item.name.lower() == "people" for item in signal.peers)


def _room_temperature(signal: Signal, factor: float, offset: float) -> Numbers:
    """Return the temperature of a room near its setpoint, or the setpoint."""
    setpoint, key = _setpoint(signal), signal.key
    setpoint_key = _key_of(signal, setpoint)
    is_setpoint = setpoint is not None and setpoint is signal.property

    def celsius(seconds: float) -> float:
        chosen = 21.5 + 0.5 * round(2 * noise(setpoint_key, 24 * HOUR, seconds))
        return chosen if is_setpoint else chosen + 1.6 * walk(key, seconds) + 0.4 * warmth(seconds)

    return lambda seconds: celsius(seconds) * factor + offset


def _powered_by_level(signal: Signal, unit: str) -> Numbers | None:
    """Return the power of a device that is dimmed: its rated power by its level."""
    level = _peer(signal, lambda item: item.name.lower() == "level" and item.is_time_series)
    rated = _number_of(_peer(signal, lambda item: "rated" in item.name.lower()))
    if level is None or rated is None or unit not in {"w", "kw"}:
        return None
    level_key = _key_of(signal, level)
    return lambda seconds: rated * level_at(level_key, seconds) / 100


def level_at(key: str, seconds: float) -> float:
    """Return a level in percent of a device that is on.

    Args:
        key: Key of the signal.
        seconds: The time, since 1970-01-01 UTC.
    """
    return 65 + 35 * walk(key, seconds)


def _setpoint(signal: Signal) -> Property | None:
    return _peer(signal, lambda item: "setpoint" in item.name.lower() and item.is_time_series)


def _peer(signal: Signal, is_searched: Callable[[Property], bool]) -> Property | None:
    return next((item for item in signal.peers if is_searched(item)), None)


def _key_of(signal: Signal, item: Property | None) -> str:
    return "\n".join([*signal.key.split("\n")[:-1], item.name]) if item else signal.key


def _number_of(item: Property | None) -> float | None:
    values = item.data_value.values() if item and item.data_value else ()
    return next((float(value) for value in values if isinstance(value, int | float)), None)
