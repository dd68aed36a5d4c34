"""Rules of alarms: they refer to existing properties and to an alarm type that Grafana shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.alarms import DEVICE, alarm_types, inherited_alarms
from twin_stack.definition.checks.references import unknown_property
from twin_stack.definition.devices import device_of
from twin_stack.definition.ingest import history_reader, written_connectors
from twin_stack.definition.parts import placed_components
from twin_stack.definition.rule import rule
from twin_stack.definition.rules.settings import INVALID_ALARM
from twin_stack.definition.wording import did_you_mean, quote_value
from twin_stack.twinmaker.data_types import NUMBER_TYPES
from twin_stack.twinmaker.names import ALARM_KEY, BASIC_ALARM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.parts import ComponentValues
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Alarm, Entity
    from twin_stack.definition.unchecked import UncheckedDefinition


@INVALID_ALARM.checked_by
def invalid_alarms(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report alarms whose property is no time series of numbers, or whose alarm type does not exist.

    Args:
        definition: Component types and the twin file.
    """
    valid_types = alarm_types(definition.component_types)
    for type_id, own in definition.component_types.items():
        for name, alarm in own.alarms.items():
            yield from _invalid_property(definition, type_id, name, alarm)
            yield from _invalid_alarm_type(definition, type_id, name, alarm, valid_types)


def _invalid_property(
    definition: UncheckedDefinition, type_id: str, name: str, alarm: Alarm
) -> Iterator[Finding]:
    resolved = definition.resolved_types[type_id]
    numbers = {
        property_name
        for property_name, declared in resolved.properties.items()
        if declared.is_time_series
        and declared.data_type is not None
        and declared.data_type.type in NUMBER_TYPES
    }
    place = definition.where("component_types", type_id, "alarms", name, "property")
    if alarm.property not in resolved.properties:
        if not resolved.takes_any_property:
            message = f'component type "{type_id}" has no property "{alarm.property}"'
            yield unknown_property.finding(place, message, did_you_mean(alarm.property, numbers))
        return
    if alarm.property not in numbers:
        message = f'property "{alarm.property}" is no time series of numbers'
        yield INVALID_ALARM.finding(place, message, did_you_mean(alarm.property, numbers))
    if not _is_in_own_table(definition, type_id, resolved) and not resolved.takes_any_property:
        message = (
            f'no rows of component type "{type_id}" are in a table of the twin, where alarms are evaluated'
        )
        remedy = (
            "let a connector of kind dynamodb without tableName and tableArn read it, or its ingest write "
            "there too"
        )
        alarm_place = definition.where("component_types", type_id, "alarms", name)
        yield INVALID_ALARM.finding(alarm_place, message, remedy)


def _is_in_own_table(definition: UncheckedDefinition, type_id: str, resolved: ResolvedType) -> bool:
    """Return whether values of a type are read from the twin's own table, or written to it."""
    if definition.twin is None:
        return True  # the twin file has mistakes of its own
    connectors = definition.twin.connectors
    if definition.has_lost("ingest") or definition.has_lost_reader(type_id):
        return True  # what reads or writes them has a mistake
    name = history_reader(resolved)
    stores = [connectors[name]] if name in connectors else []
    for entry in definition.twin.ingest.values():
        if entry.component_type_id == type_id:
            stores += written_connectors(entry, resolved, connectors).values()
    return any(store.reads_telemetry_table for store in stores)


def _invalid_alarm_type(
    definition: UncheckedDefinition, type_id: str, name: str, alarm: Alarm, valid: Sequence[str]
) -> Iterator[Finding]:
    chosen = alarm.alarm_type_id
    if chosen is not None and chosen not in valid:
        if chosen in definition.lost:
            return
        place = definition.where("component_types", type_id, "alarms", name, "alarmTypeId")
        message = f'component type "{chosen}" is no alarm type: it does not extend {BASIC_ALARM} itself'
        yield INVALID_ALARM.finding(place, message, did_you_mean(chosen, valid))
    elif chosen is None and len(valid) != 1:
        count = "none extends" if not valid else f"{len(valid)} extend"
        message = f"of the component types {count} {BASIC_ALARM}, so it is not clear which shows the alarm"
        remedy = f"name one in alarmTypeId: {', '.join(valid)}" if valid else "define one that extends it"
        yield INVALID_ALARM.finding(
            definition.where("component_types", type_id, "alarms", name), message, remedy
        )


@rule("TWIN085", "wrong-alarm-key")
def wrong_alarm_key(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that the key of an alarm component is one that the evaluator writes.

    An entity has an alarm component whose `alarm_key` is not one under which an alarm of the entity is
    written. It would never show anything.

    Bad:
        component_types/t.yaml:
            com.example.Alarm:
              extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
              functions: {dataReader: telemetry}
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}
              alarms: {hot: {property: temperature, above: 80}}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                s: {componentTypeId: com.example.Sensor}
                a: {componentTypeId: com.example.Alarm, properties: {alarm_key: m-1}}

    Finding:
        entities/e.yaml:5:69 TWIN085 alarm_key is "m-1", under which no alarm of "machine-1" is written; write
        machine-1-alarm, or change alarmKey of the alarm

    Fix:
        Write the key that is named, or set `alarmKey` of the alarm.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                s: {componentTypeId: com.example.Sensor}
                a: {componentTypeId: com.example.Alarm, properties: {alarm_key: machine-1-alarm}}

    Args:
        definition: The definition.
    """
    alarm_type_ids = set(alarm_types(definition.component_types))
    alarms = inherited_alarms(definition.component_types)
    if not alarms or not alarm_type_ids:
        return
    for entity_id, entity in definition.entities.items():
        watched = [
            (type_id, component)
            for _, type_id, component in placed_components(entity, definition.resolved_types)
            if alarms.get(type_id) and type_id in definition.resolved_types
        ]
        keys = {
            alarm.alarm_key.replace(
                DEVICE, _device(definition, entity_id, component, definition.resolved_types[type_id])
            )
            for type_id, component in watched
            for alarm in alarms[type_id].values()
        }
        if keys and not any(definition.has_lost_reader(type_id) for type_id, _ in watched):
            yield from _wrong_keys(definition, entity_id, entity, keys, alarm_type_ids)


def _device(
    definition: UncheckedDefinition, entity_id: str, component: ComponentValues, resolved: ResolvedType
) -> str:
    name = history_reader(resolved)
    connector = definition.twin.connectors.get(name) if definition.twin is not None and name else None
    return device_of(component, resolved, connector.key_property if connector else None) or entity_id


def _wrong_keys(
    definition: UncheckedDefinition, entity_id: str, entity: Entity, keys: set[str], alarm_type_ids: set[str]
) -> Iterator[Finding]:
    for placed in placed_components(entity, definition.resolved_types):
        if placed.type_id not in alarm_type_ids:
            continue
        alarm_key = placed.properties.get(ALARM_KEY)
        value = alarm_key.value if alarm_key is not None else None
        key = value.get("stringValue") if isinstance(value, dict) else None
        if isinstance(key, str) and key not in keys:
            path = placed.location(entity)
            place = definition.where("entities", entity_id, *path, "properties", ALARM_KEY)
            message = (
                f"alarm_key is {quote_value(key)}, under which no alarm of {quote_value(entity_id)} is "
                "written"
            )
            remedy = f"write {' or '.join(sorted(keys))}, or change alarmKey of the alarm"
            yield wrong_alarm_key.finding(place, message, remedy)
