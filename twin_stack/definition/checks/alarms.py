"""Alarms watch what there is to watch, and show where somebody looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.alarms import DEVICE, alarm_types, inherited_alarms
from twin_stack.definition.devices import device_of
from twin_stack.definition.findings import Code, Finding, did_you_mean, shown
from twin_stack.definition.ingest import reader, targets
from twin_stack.twinmaker.data_types import NUMBER_TYPES
from twin_stack.twinmaker.names import ALARM_KEY, BASIC_ALARM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.draft import Draft
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Alarm, Component, Entity


def alarms(draft: Draft) -> Iterator[Finding]:
    """Report an alarm on something that is no number over time, or for an alarm type that does not exist.

    Args:
        draft: Component types and the twin file.
    """
    known = alarm_types(draft.component_types)
    for type_id, one in draft.component_types.items():
        for name, alarm in one.alarms.items():
            path = ("component_types", type_id, "alarms", name)
            yield from _watched(draft, type_id, alarm, path)
            yield from _shown_by(draft, alarm, path, known)


def _watched(draft: Draft, type_id: str, alarm: Alarm, path: tuple[str, ...]) -> Iterator[Finding]:
    kind, thing, *rest = path
    resolved = draft.resolved[type_id]
    numbers = {
        name
        for name, one in resolved.properties.items()
        if one.is_time_series and one.data_type is not None and one.data_type.type in NUMBER_TYPES
    }
    if alarm.property not in resolved.properties:
        if not resolved.takes_any_property:
            place = draft.where(kind, thing, *rest, "property")
            message = f'component type "{type_id}" has no property "{alarm.property}"'
            yield Finding(place, Code.UNKNOWN_PROPERTY, message, did_you_mean(alarm.property, numbers))
        return
    if alarm.property not in numbers:
        place = draft.where(kind, thing, *rest, "property")
        message = f'property "{alarm.property}" is no time series of numbers'
        yield Finding(place, Code.BAD_ALARM, message, did_you_mean(alarm.property, numbers))
    if not _is_in_our_table(draft, type_id, resolved) and not resolved.takes_any_property:
        message = f'no rows of component type "{type_id}" are in a table of the twin, which could be watched'
        remedy = "let a connector of kind dynamodb without tableName read it, or its ingest write there too"
        yield Finding(draft.where(kind, thing, *rest), Code.BAD_ALARM, message, remedy)


def _is_in_our_table(draft: Draft, type_id: str, resolved: ResolvedType) -> bool:
    """Whether values of a type are in the twin's own table: read from there, or written there as well."""
    if draft.twin is None:
        return True  # reported by others
    known = draft.twin.connectors
    name = reader(resolved)
    stores = [known[name]] if name in known else []
    for entry in draft.twin.ingest.values():
        if entry.component_type_id == type_id:
            stores += targets(entry, resolved, known).values()
    return any(one.kind == "dynamodb" and one.table_name is None for one in stores)


def _shown_by(draft: Draft, alarm: Alarm, path: tuple[str, ...], known: list[str]) -> Iterator[Finding]:
    kind, thing, *rest = path
    chosen = alarm.alarm_type_id
    if chosen is not None and chosen not in known:
        if draft.is_lost(chosen):
            return
        place = draft.where(kind, thing, *rest, "alarmTypeId")
        message = f'component type "{chosen}" is no alarm type: it does not extend {BASIC_ALARM} itself'
        yield Finding(place, Code.BAD_ALARM, message, did_you_mean(chosen, known))
    elif chosen is None and len(known) != 1:
        found = "none extends" if not known else f"{len(known)} extend"
        message = f"of the component types {found} {BASIC_ALARM}, so it is not clear where the alarm shows"
        remedy = f"name one in alarmTypeId: {', '.join(known)}" if known else "define one that extends it"
        yield Finding(draft.where(kind, thing, *rest), Code.BAD_ALARM, message, remedy)


def alarm_keys(draft: Draft) -> Iterator[Finding]:
    """Report an alarm component beside a watched one whose key the evaluator will never write.

    Args:
        draft: Entities and component types.
    """
    shown_by = set(alarm_types(draft.component_types))
    watched = inherited_alarms(draft.component_types)
    if not watched or not shown_by:
        return
    for entity_id, entity in draft.entities.items():
        keys = {
            alarm.alarm_key.replace(DEVICE, _device(draft, entity_id, component, resolved))
            for component in entity.components.values()
            if (resolved := draft.resolved.get(component.component_type_id)) is not None
            for alarm in watched.get(component.component_type_id, {}).values()
        }
        if keys:
            yield from _keys_of(draft, entity_id, entity, keys, shown_by)


def _device(draft: Draft, entity_id: str, component: Component, resolved: ResolvedType) -> str:
    name = reader(resolved)
    connector = draft.twin.connectors.get(name) if draft.twin is not None and name else None
    return device_of(component, resolved, connector.key_property if connector else None) or entity_id


def _keys_of(
    draft: Draft, entity_id: str, entity: Entity, keys: set[str], shown_by: set[str]
) -> Iterator[Finding]:
    for name, component in entity.components.items():
        if component.component_type_id not in shown_by:
            continue
        given = component.properties.get(ALARM_KEY)
        value = given.value if given is not None else None
        key = value.get("stringValue") if isinstance(value, dict) else None
        if isinstance(key, str) and key not in keys:
            place = draft.where("entities", entity_id, "components", name, "properties", ALARM_KEY)
            message = f"alarm_key is {shown(key)}, under which no alarm of {shown(entity_id)} is written"
            remedy = f"write {' or '.join(sorted(keys))}, or change alarmKey of the alarm"
            yield Finding(place, Code.WRONG_ALARM_KEY, message, remedy)
