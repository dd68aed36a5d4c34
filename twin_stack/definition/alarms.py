"""Alarms of component types, resolved: the property they evaluate and the attributes that show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from twin_stack.definition.graph import parents_first
from twin_stack.twinmaker.inheritance import inherit
from twin_stack.twinmaker.names import ALARM_NOTE, ALARM_STATUS, BASIC_ALARM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Alarm, ComponentType

DEVICE = "${device}"
"""Variable of an alarm key for the device id."""
_LEVELS = {"NORMAL", "WARNING", "CRITICAL"}


class AlarmBinding(NamedTuple):
    """Attributes of an alarm type's rows that the evaluator writes.

    Attributes:
        component_type_id: The alarm type.
        status: Attribute of the status in the service's words: ACTIVE, SNOOZE_DISABLED, ACKNOWLEDGED or
            NORMAL.
        level: Attribute of NORMAL, WARNING, CRITICAL or ACKNOWLEDGED; None where the type has none.
        message: Attribute of a message for people; None where the type has none.
    """

    component_type_id: str
    status: str
    level: str | None
    message: str | None


class ResolvedAlarm(NamedTuple):
    """An alarm of a component type, own or inherited.

    Attributes:
        component_type_id: The type whose devices raise it.
        name: The alarm's name.
        attribute: Attribute of the rows that is evaluated.
        unit: Unit of the property, empty where it has none.
        alarm: The alarm as it was written.
        binding: Where it is shown.
    """

    component_type_id: str
    name: str
    attribute: str
    unit: str
    alarm: Alarm
    binding: AlarmBinding


def inherited_alarms(types: Mapping[str, ComponentType]) -> dict[str, dict[str, Alarm]]:
    """Return the alarms of each type that has any, including those of its parents.

    Alarms are inherited as functions are: a type's own alarm replaces an inherited one of the same name, and
    of two parents with the same name the later one in ``extendsFrom`` wins.

    Args:
        types: Declared types by id, without cycles.
    """
    by_type: dict[str, dict[str, Alarm]] = {}
    for type_id in parents_first({key: own.extends_from for key, own in types.items()}):
        own = types[type_id]
        parents = [by_type[parent] for parent in own.extends_from if parent in by_type]
        if alarms := inherit(own.alarms, parents):
            by_type[type_id] = alarms
    return by_type


def alarm_types(types: Mapping[str, ComponentType]) -> list[str]:
    """Return the alarm types that Grafana shows: those that extend AWS's alarm type directly.

    Args:
        types: Declared types by id.
    """
    return [type_id for type_id, own in types.items() if BASIC_ALARM in own.extends_from]


def alarm_binding(resolved: ResolvedType) -> AlarmBinding:
    """Return the attributes by which an alarm type shows an alarm.

    Args:
        resolved: The alarm type, with all that it inherits.
    """
    status, level, message = ALARM_STATUS, None, None
    for name, definition in resolved.properties.items():
        attribute = (definition.configuration or {}).get("attribute", name)
        data_type = definition.data_type
        if name == ALARM_STATUS:
            status = attribute
        elif not definition.is_time_series or data_type is None or data_type.type != "STRING":
            continue
        elif data_type.allowed_values is None:
            message = message or (None if name == ALARM_NOTE else attribute)
        elif {next(iter(value.values())) for value in data_type.allowed_values} >= _LEVELS:
            level = level or attribute
    return AlarmBinding(resolved.component_type_id, status, level, message)


def resolved_alarms(
    types: Mapping[str, ComponentType], resolved: Mapping[str, ResolvedType]
) -> list[ResolvedAlarm]:
    """Return every alarm of every type, inherited ones for each type that has them.

    Args:
        types: Declared types by id, checked.
        resolved: The types with all that they inherit.
    """
    default_types = alarm_types(types)
    alarms = []
    for type_id, own_alarms in inherited_alarms(types).items():
        for name, alarm in own_alarms.items():
            definition = resolved[type_id].properties[alarm.property]
            unit = definition.data_type.unit_of_measure if definition.data_type is not None else None
            attribute = (definition.configuration or {}).get("attribute", alarm.property)
            binding = alarm_binding(resolved[alarm.alarm_type_id or default_types[0]])
            alarms.append(ResolvedAlarm(type_id, name, attribute, unit or "", alarm, binding))
    return alarms
