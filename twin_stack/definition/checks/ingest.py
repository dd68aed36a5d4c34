"""Rules of ingest: messages of devices can be written, and their rows do not replace each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.checks.references import (
    unknown_component_type,
    unknown_connector,
    unknown_property,
)
from twin_stack.definition.devices import device_of
from twin_stack.definition.ingest import RESERVED_WORDS, SITEWISE, columns, is_writable, written_connectors
from twin_stack.definition.parts import placed_components
from twin_stack.definition.rule import rule
from twin_stack.definition.rules.settings import INVALID_TOPIC, NOT_IN_SQL
from twin_stack.definition.wording import did_you_mean, quote_value
from twin_stack.twinmaker.quotas import MAX_SITEWISE_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Connector, Ingest
    from twin_stack.definition.unchecked import UncheckedDefinition


def _entries(definition: UncheckedDefinition) -> Mapping[str, Ingest]:
    return definition.twin.ingest if definition.twin is not None else {}


def _place(definition: UncheckedDefinition, name: str, *path: str | int) -> Location:
    return definition.where("twin", "", "ingest", name, *path)


@INVALID_TOPIC.checked_by
def device_id_in_topic(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report a device id that refers to a part of the topic that does not exist or is fixed.

    Args:
        definition: The twin file.
    """
    for name, entry in _entries(definition).items():
        if not entry.device_id.startswith("topic("):
            continue
        parts = entry.topic.split("/")
        number = int(entry.device_id[len("topic(") : -1])
        if number > len(parts) and parts[-1] == "#":
            continue
        part = parts[number - 1] if number <= len(parts) else None
        if part in ("+", "#"):
            continue
        problem = "does not exist" if part is None else f'is "{part}" in every message'
        message = (
            f"part {number} of the topic {quote_value(entry.topic)} {problem}, so it cannot be the device id"
        )
        variable = [str(index) for index, text in enumerate(parts, 1) if text in ("+", "#")]
        remedy = (
            f"name a part that differs: {', '.join(variable)}" if variable else 'write "+" for the device id'
        )
        yield INVALID_TOPIC.finding(_place(definition, name, "deviceId"), message, remedy)


@rule("TWIN082", "not-ingested")
def not_ingested(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that messages carry time series of a type, and that a connector can read them.

    Messages of `ingest` cannot be written: their component type has no time series, no connector of this
    project reads it, SiteWise computes the property itself, or it cannot take so many properties at once.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {model: STRING}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                sensor:
                  componentTypeId: com.example.Sensor
                  properties: {}
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              temps:
                componentTypeId: com.example.Sensor
                topic: plant/+
                deviceId: topic(2)
                connectors: [telemetry]

    Finding:
        twin.yaml:5:22 TWIN082 component type "com.example.Sensor" has no time series; add isTimeSeries to a
        property of it

    Fix:
        Correct the component type, or name the connectors that read what is written.

    Good:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}

    Args:
        definition: The definition.
    """
    for name, entry in _entries(definition).items():
        resolved = definition.resolved_types.get(entry.component_type_id)
        if entry.component_type_id not in definition.declared("component_types"):
            if entry.component_type_id not in definition.lost:
                place = _place(definition, name, "componentTypeId")
                message = f'component type "{entry.component_type_id}" is not defined'
                remedy = did_you_mean(entry.component_type_id, definition.declared("component_types"))
                yield unknown_component_type.finding(place, message, remedy)
        elif resolved is not None:
            yield from _invalid_properties(definition, name, entry, resolved)
            if definition.twin is not None:
                connectors = definition.twin.connectors
                yield from _invalid_connectors(definition, name, entry, connectors)
                yield from _invalid_writes(definition, name, entry, resolved, connectors)
            yield from _invalid_sql_names(definition, name, entry, resolved)


def _invalid_properties(
    definition: UncheckedDefinition, name: str, entry: Ingest, resolved: ResolvedType
) -> Iterator[Finding]:
    computed = {key for key, declared in resolved.properties.items() if declared.expression is not None}
    series = {key for key, declared in resolved.properties.items() if declared.is_time_series} - computed
    for key in entry.properties:
        place = _place(definition, name, "properties", key)
        if key in computed:
            message = f'"{key}" of "{entry.component_type_id}" is computed by AWS IoT SiteWise'
            yield not_ingested.finding(place, message, "remove it, no message carries it")
        elif key not in series and not resolved.takes_any_property:
            message = f'component type "{entry.component_type_id}" has no time series "{key}"'
            yield unknown_property.finding(place, message, did_you_mean(key, series))
    if not entry.properties and not series and not resolved.takes_any_property:
        message = f'component type "{entry.component_type_id}" has no time series'
        place = _place(definition, name, "componentTypeId")
        yield not_ingested.finding(place, message, "add isTimeSeries to a property of it")


def _invalid_connectors(
    definition: UncheckedDefinition, name: str, entry: Ingest, connectors: Mapping[str, Connector]
) -> Iterator[Finding]:
    """Report connectors that an ingest names and cannot write to."""
    for index, connector in enumerate(entry.connectors or ()):
        place = _place(definition, name, "connectors", index)
        if definition.is_lost("connectors", connector):
            continue
        if connector not in connectors:
            message = f'connector "{connector}" is not defined in twin.yaml'
            yield unknown_connector.finding(place, message, did_you_mean(connector, connectors))
        elif connectors[connector].kind == "lambda":
            message = f'connector "{connector}" is a function of your own, whose store is not known'
            yield not_ingested.finding(place, message, "name one of kind dynamodb or sitewise, or remove it")


def _invalid_writes(
    definition: UncheckedDefinition,
    name: str,
    entry: Ingest,
    resolved: ResolvedType,
    connectors: Mapping[str, Connector],
) -> Iterator[Finding]:
    """Report rows and values that a topic rule cannot write, or writes nowhere."""
    named = entry.connectors or ()
    has_lost = definition.has_lost_reader(entry.component_type_id) or any(
        definition.is_lost("connectors", connector) for connector in named
    )
    written = written_connectors(entry, resolved, connectors)
    kinds = ["sitewise" if store.kind in SITEWISE else store.kind for store in written.values()]
    for index, (connector, kind) in enumerate(zip(written, kinds, strict=True)):
        if kind in kinds[:index]:
            place = _place(definition, name, "connectors")
            message = f'"{connector}" is a second connector of kind {kind}, and a rule writes to one of each'
            yield not_ingested.finding(place, message, "make a second entry of the same topic for it")
    is_read = any(store.kind != "lambda" for store in written.values())
    if not (is_read or has_lost or resolved.takes_any_property) and entry.connectors is None:
        place = _place(definition, name, "componentTypeId")
        message = (
            f'no connector of kind dynamodb or sitewise reads component type "{entry.component_type_id}"'
        )
        yield not_ingested.finding(place, message, "give it a dataReader, or name connectors here")
    for connector, store in written.items():
        if store.kind == "dynamodb" and not is_writable(store):
            message = f'no topic rule can write rows with the keys of connector "{connector}"'
            remedy = "write to a table keyed by device and milliseconds, or let a function of your own write"
            yield not_ingested.finding(_place(definition, name), message, remedy)
    if entry.expires_after_days is not None and written and "dynamodb" not in kinds and not has_lost:
        place = _place(definition, name, "expiresAfterDays")
        message = f"rows expire after {entry.expires_after_days} days, but the rule writes none"
        yield not_ingested.finding(place, message, "remove it, or name a connector of kind dynamodb")
    carried = columns(entry, resolved)
    if any(store.kind in SITEWISE for store in written.values()) and len(carried) > MAX_SITEWISE_ENTRIES:
        place = _place(definition, name, "properties")
        message = f"a message has {len(carried)} properties for AWS IoT SiteWise"
        remedy = f"name at most {MAX_SITEWISE_ENTRIES} in properties; make two entries for more"
        yield not_ingested.finding(place, message, remedy)


def _invalid_sql_names(
    definition: UncheckedDefinition, name: str, entry: Ingest, resolved: ResolvedType
) -> Iterator[Finding]:
    """Report names that AWS IoT's SQL would take for words of the language."""
    stated = [
        (("time",), entry.time),
        (("deviceId",), "" if "(" in entry.device_id else entry.device_id),
        *((("properties", key), member) for key, member in entry.properties.items()),
    ]
    for path, member in stated:
        if word := _reserved_word(member):
            message = f'"{word}" is a word of AWS IoT\'s SQL, which cannot read a member of that name'
            remedy = "have devices send it under another name"
            yield NOT_IN_SQL.finding(_place(definition, name, *path), message, remedy)
    for column in columns(entry, resolved):
        attribute = column.attribute
        if attribute.isidentifier() and attribute.isascii() and not _reserved_word(attribute):
            continue
        path = ("propertyDefinitions", column.property)
        place = definition.where("component_types", entry.component_type_id, *path)
        message = f'"{attribute}" cannot be a name in AWS IoT\'s SQL: letters, digits and "_", no word of SQL'
        remedy = "rename the property, or give it configuration.attribute"
        yield NOT_IN_SQL.finding(place, message, remedy)


def _reserved_word(member: str) -> str | None:
    return next((part for part in member.split(".") if part.lower() in RESERVED_WORDS), None)


@rule("TWIN083", "colliding-rows")
def colliding_rows(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that no two kinds of messages make rows with the same key.

    Two kinds of messages make rows of the same device. A row holds all that a device measured at one time and
    is written whole, so one would replace the other.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}
            com.example.Meter:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                s: {componentTypeId: com.example.Sensor}
                m: {componentTypeId: com.example.Meter}
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              temps: {componentTypeId: com.example.Sensor, topic: a/+, deviceId: topic(2)}
              more: {componentTypeId: com.example.Meter, topic: b/+, deviceId: topic(2)}

    Finding:
        twin.yaml:5:9 TWIN083 "temps" and "more" both write rows of device "machine-1", and the later of two
        with the same time would replace the other; send all of a device in one message, or give one component
        an external id of its own

    Fix:
        Send the properties in one message, or give one of the components an external id, under which its
        device publishes.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                s: {componentTypeId: com.example.Sensor}
            machine-2:
              entityName: Machine 2
              components:
                m: {componentTypeId: com.example.Meter}

    Args:
        definition: The definition.
    """
    entries = [
        (name, entry, definition.resolved_types[entry.component_type_id])
        for name, entry in _entries(definition).items()
        if entry.component_type_id in definition.resolved_types
    ]
    if len(entries) < 2 or definition.twin is None:
        return
    by_type: dict[str, list[tuple[str, Ingest, ResolvedType]]] = {}
    for name, entry, resolved in entries:
        by_type.setdefault(entry.component_type_id, []).append((name, entry, resolved))
    first_entries: dict[tuple[str | None, str], str] = {}
    reported: set[tuple[str, str]] = set()
    for entity_id, entity in definition.entities.items():
        for _, type_id, component in placed_components(entity, definition.resolved_types):
            for name, entry, resolved in by_type.get(type_id, ()):
                for connector in written_connectors(entry, resolved, definition.twin.connectors).values():
                    if connector.kind != "dynamodb":
                        continue
                    device = device_of(component, resolved, connector.key_property) or entity_id
                    first = first_entries.setdefault((_table(connector), device), name)
                    if first == name or (first, name) in reported:
                        continue
                    reported.add((first, name))
                    message = (
                        f'"{first}" and "{name}" both write rows of device {quote_value(device)}, and the '
                        "later of two with the same time would replace the other"
                    )
                    remedy = (
                        "send all of a device in one message, or give one component an external id of its own"
                    )
                    yield colliding_rows.finding(_place(definition, name), message, remedy)


def _table(connector: Connector) -> str | None:
    """Return the name of the table that a connector names; None for the twin's own."""
    return connector.table_arn.rpartition("/")[2] if connector.table_arn is not None else connector.table_name
