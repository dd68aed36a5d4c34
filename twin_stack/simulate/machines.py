"""Values of one machine that go together, such as the wind at a turbine, its speed and its output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from twin_stack.simulate.noise import HOUR, noise, random_number, walk, warmth
from twin_stack.simulate.signals import celsius_scale, is_wind_speed

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin_stack.client.model import Property
    from twin_stack.simulate.signals import Signal

# Wind speeds (m/s) at which a turbine starts, and from which it gives its rated output.
_CUT_IN, _RATED = 3.0, 12.0
_MEAN_WIND, _MAX_WIND = 8.5, 22.0
_DEFAULT_RATED_KW = 3000.0
_IDLE_KW = 3.0
# Parts of the time, in steps of six hours, that a turbine stands still or idles for service.
_STANDS, _IDLES = 0.92, 0.8
_SWITCHES: Final = ("ison", "on", "running", "occupied", "active", "enabled")


def coupled_value(signal: Signal, seconds: float) -> float | None:
    """Return the value of a signal that others of its component decide; None where none do.

    Args:
        signal: The signal, of a number.
        seconds: The time, since 1970-01-01 UTC.
    """
    if is_switched_off(signal, seconds):
        return 0.0
    item, unit = signal.property, signal.property.unit.lower()
    if is_wind_speed(item):
        return _wind(signal, seconds)
    if signal.turbine_key and unit in {"kw", "w", "mw"}:
        return _turbine_output(signal, seconds) * {"kw": 1.0, "w": 1000.0, "mw": 0.001}[unit]
    if signal.turbine_key and unit == "rpm":
        return _rotor_speed(signal, seconds)
    if _is_in_a_room(signal) and (scale := celsius_scale(item)):
        return _room_temperature(signal, seconds) * scale[0] + scale[1]
    return _powered_by_level(signal, seconds, unit)


def turbine_severity(signal: Signal, seconds: float) -> int:
    """Return how bad the output of a turbine is: 0 for normal, 1 if it idles, 2 if it stands still.

    Args:
        signal: A signal of the turbine.
        seconds: The time, since 1970-01-01 UTC.
    """
    chance = (random_number(signal.turbine_key, "service", int(seconds // (6 * HOUR))) + 1) / 2
    return (chance > _IDLES) + (chance > _STANDS)


def is_switched_off(signal: Signal, seconds: float) -> bool:
    """Return whether the component of a signal is off, so that it has no level, power or people.

    Args:
        signal: The signal.
        seconds: The time, since 1970-01-01 UTC.
    """
    measures_activity = signal.property.unit.lower() in {"w", "kw"} or signal.property.name.lower() in {
        "level",
        "people",
        "count",
    }
    switch = _peer(signal, lambda item: item.data_type == "BOOLEAN" and item.name.lower() in _SWITCHES)
    return bool(switch and measures_activity) and not switch_value(_key_of(signal, switch), seconds)


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


def _turbine_output(signal: Signal, seconds: float) -> float:
    rated = _number_of(_peer(signal, lambda item: "rated" in item.name.lower())) or _DEFAULT_RATED_KW
    severity = turbine_severity(signal, seconds)
    if severity:
        return _IDLE_KW if severity == 1 else 0.0
    wind = min(_wind(signal, seconds), _RATED)
    return float(rated) * (wind**3 - _CUT_IN**3) / (_RATED**3 - _CUT_IN**3)


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


def _room_temperature(signal: Signal, seconds: float) -> float:
    """Return the temperature of a room near its setpoint, or the setpoint."""
    setpoint = _setpoint(signal)
    chosen = 21.5 + 0.5 * round(2 * noise(_key_of(signal, setpoint), 24 * HOUR, seconds))
    if setpoint and setpoint is signal.property:
        return chosen
    return chosen + 1.6 * walk(signal.key, seconds) + 0.4 * warmth(seconds)


def _powered_by_level(signal: Signal, seconds: float, unit: str) -> float | None:
    """Return the power of a device that is dimmed: its rated power by its level."""
    level = _peer(signal, lambda item: item.name.lower() == "level" and item.is_time_series)
    rated = _number_of(_peer(signal, lambda item: "rated" in item.name.lower()))
    if level is None or rated is None or unit not in {"w", "kw"}:
        return None
    return rated * level_at(_key_of(signal, level), seconds) / 100


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
