"""Signals: the time series of a component that are simulated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from twin_stack.twinmaker.data_types import NUMBER_TYPES, SINGLE_VALUE_TYPES
from twin_stack.twinmaker.names import ALARM_NOTE

if TYPE_CHECKING:
    from twin_stack.client.model import Component, Entity, Property

Value: TypeAlias = float | int | bool | str

SIMULATED_TYPES: Final = SINGLE_VALUE_TYPES
"""Data types that are simulated."""

_SEVERITIES: Final = (("NORMAL", "WARNING", "CRITICAL"), ("NORMAL", "ACTIVE", "ACTIVE"))
# Factor and offset from degrees Celsius, by unit.
_CELSIUS: Final = {
    "celsius": (1.0, 0.0),
    "°c": (1.0, 0.0),
    "c": (1.0, 0.0),
    "fahrenheit": (1.8, 32.0),
    "°f": (1.8, 32.0),
    "kelvin": (1.0, 273.15),
    "k": (1.0, 273.15),
}


@dataclass(frozen=True, slots=True)
class Signal:
    """A time series to write.

    Attributes:
        key: Seed, entity, component and property, which determine the values.
        temperature_key: Key of the temperature that alarms of this entity follow.
        property: Definition of the property.
        column: Attribute of the row, or id or alias of the SiteWise property.
        is_alarm: Whether the component has an alarm's states, so that its texts are messages.
        entity_id: The entity.
        component: Name or path of the component.
        peers: Properties of the component, with this one.
        turbine_key: Key of what the values of a wind turbine have in common; empty for another entity.
    """

    key: str
    temperature_key: str
    property: Property
    column: str
    is_alarm: bool
    entity_id: str = ""
    component: str = ""
    peers: tuple[Property, ...] = ()
    turbine_key: str = ""


def component_signals(entity: Entity, component: Component, seed: int = 0) -> tuple[Signal, ...]:
    """Return the signals of a component: its time series of numbers, texts and truth values.

    Args:
        entity: The entity.
        component: One of its components.
        seed: Another number gives other values.
    """
    series = [item for item in component.properties if item.is_time_series]
    is_alarm = any(severity_names(item) for item in series)
    temperature_key = _temperature_key(entity, seed)
    has_wind = any(is_wind_speed(item) for part in entity.components for item in part.properties)
    turbine_key = _key(seed, entity.summary.id, "", "turbine") if has_wind else ""
    return tuple(
        Signal(
            key=_key(seed, entity.summary.id, component.path, item.name),
            temperature_key=temperature_key,
            property=item,
            column=item.name,
            is_alarm=is_alarm,
            entity_id=entity.summary.id,
            component=component.path,
            peers=tuple(component.properties),
            turbine_key=turbine_key,
        )
        for item in series
        if item.data_type in SIMULATED_TYPES
        # Notes are written by people who acknowledge an alarm.
        and not (is_alarm and item.name == ALARM_NOTE)
    )


def severity_names(definition: Property) -> tuple[str, str, str] | None:
    """Return the alarm states of a property from normal to worst; None where it has none.

    Args:
        definition: The property.
    """
    allowed = allowed_values(definition)
    return next((names for names in _SEVERITIES if all(name in allowed for name in names)), None)


def allowed_values(definition: Property) -> list[Value]:
    """Return the values that a property is limited to; empty where it is not.

    Args:
        definition: The property.
    """
    values = definition.definition.get("dataType", {}).get("allowedValues") or ()
    return [next(iter(value.values())) for value in values]


def is_wind_speed(definition: Property) -> bool:
    """Return whether a property is a measured wind speed, in metres a second.

    Args:
        definition: The property.
    """
    is_speed = definition.is_time_series and definition.unit.lower() == "m/s"
    return is_speed and "wind" in definition.name.lower()


def celsius_scale(definition: Property) -> tuple[float, float] | None:
    """Return factor and offset from degrees Celsius; None where a property is no temperature.

    The unit decides, and where there is none the name.

    Args:
        definition: The property.
    """
    if definition.data_type not in NUMBER_TYPES:
        return None
    if definition.unit:
        return _CELSIUS.get(definition.unit.lower())
    return (1.0, 0.0) if "temperature" in definition.name.lower() else None


def _temperature_key(entity: Entity, seed: int) -> str:
    for component in entity.components:
        for item in component.properties:
            if item.is_time_series and celsius_scale(item):
                return _key(seed, entity.summary.id, component.path, item.name)
    return _key(seed, entity.summary.id, "", "temperature")


def _key(seed: int, *names: str) -> str:
    return "\n".join([str(seed), *names])
