"""Alarms of component types, resolved: what is watched, and where it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin_stack.definition.graph import parents_first
from twin_stack.twinmaker.names import ALARM_STATUS, BASIC_ALARM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Alarm, ComponentType

DEVICE = "${device}"
_LADDER = {"NORMAL", "WARNING", "CRITICAL"}


@dataclass(frozen=True, slots=True)
class AlarmView:
    """Where an alarm type keeps what the evaluator has to say.

    Attributes:
        component_type_id: The alarm type.
        status: Attribute with the status in the service's words: ACTIVE, SNOOZE_DISABLED, ACKNOWLEDGED or
            NORMAL.
        level: Attribute with NORMAL, WARNING, CRITICAL or ACKNOWLEDGED; None where the type has none.
        message: Attribute with words for people; None where the type has none.
    """

    component_type_id: str
    status: str
    level: str | None
    message: str | None


@dataclass(frozen=True, slots=True)
class Watch:
    """An alarm and what it is about.

    Attributes:
        component_type_id: The type whose devices are watched.
        name: The alarm's name.
        attribute: Attribute of the rows that is watched.
        unit: Unit of the property, empty where it has none.
        alarm: The alarm as it is written.
        view: Where it shows.
    """

    component_type_id: str
    name: str
    attribute: str
    unit: str
    alarm: Alarm
    view: AlarmView


def inherited_alarms(types: Mapping[str, ComponentType]) -> dict[str, dict[str, Alarm]]:
    """Return the alarms of each type that has any, its parents' among them.

    A type's own alarm replaces theirs of the same name.

    Args:
        types: Declared types by id, without cycles.
    """
    found: dict[str, dict[str, Alarm]] = {}
    for type_id in parents_first({key: one.extends_from for key, one in types.items()}):
        own = types[type_id]
        parents = [found[base] for base in own.extends_from if base in found]
        alarms = {name: alarm for one in [*parents, own.alarms] for name, alarm in one.items()}
        if alarms:
            found[type_id] = alarms
    return found


def alarm_types(types: Mapping[str, ComponentType]) -> list[str]:
    """Return the alarm types that Grafana finds: those that extend AWS's alarm type directly.

    Args:
        types: Declared types by id.
    """
    return [type_id for type_id, one in types.items() if BASIC_ALARM in one.extends_from]


def view_of(resolved: ResolvedType) -> AlarmView:
    """Return where an alarm type shows an alarm.

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
            message = message or attribute
        elif {next(iter(one.values())) for one in data_type.allowed_values} >= _LADDER:
            level = level or attribute
    return AlarmView(resolved.component_type_id, status, level, message)


def watches(types: Mapping[str, ComponentType], resolved: Mapping[str, ResolvedType]) -> list[Watch]:
    """Return every alarm of every type, inherited ones for each type that has them.

    Args:
        types: Declared types by id, checked.
        resolved: The types with all that they inherit.
    """
    known = alarm_types(types)
    found = []
    for type_id, alarms in inherited_alarms(types).items():
        for name, alarm in alarms.items():
            definition = resolved[type_id].properties[alarm.property]
            unit = definition.data_type.unit_of_measure if definition.data_type is not None else None
            attribute = (definition.configuration or {}).get("attribute", alarm.property)
            view = view_of(resolved[alarm.alarm_type_id or known[0]])
            found.append(Watch(type_id, name, attribute, unit or "", alarm, view))
    return found
