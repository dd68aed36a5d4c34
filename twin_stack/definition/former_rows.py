"""Former ids in the rows of a telemetry table: of devices, attributes and component types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twin_stack.definition.alarms import DEVICE, resolved_alarms
from twin_stack.definition.devices import device_of
from twin_stack.definition.former_ids import former_entity_ids, former_property_names, former_type_ids
from twin_stack.definition.ingest import history_reader
from twin_stack.definition.parts import placed_components
from twin_stack.definition.schema import Renames

if TYPE_CHECKING:
    from twin_stack.definition.twin_definition import TwinDefinition

_FormerIds = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class FormerRowIds:
    """Former ids in the rows of one component type. Tuples have the newest id first.

    Attributes:
        type_ids: Former ids of the type.
        attributes: Former names of attributes, by the present name.
        devices: Former ids of devices, by the present id.
    """

    type_ids: tuple[str, ...] = ()
    attributes: _FormerIds = field(default_factory=dict)
    devices: _FormerIds = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FormerRows:
    """Former ids in the rows of a table, which a connector reads as the present ones.

    Attributes:
        types: Former ids by the present id of the component type.
        components: Component types by entity id and component name, of types with former attributes: an
            event of TwinMaker about an entity need not name the type.
    """

    types: Mapping[str, FormerRowIds] = field(default_factory=dict)
    components: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the text of the file that the functions read; empty if nothing was renamed."""
        if not self.types:
            return ""
        types = {type_id: _members(former_ids) for type_id, former_ids in sorted(self.types.items())}
        components = {entity_id: dict(names) for entity_id, names in sorted(self.components.items())}
        return json.dumps({"types": types, "components": components}, separators=(",", ":"))


def _members(former_ids: FormerRowIds) -> dict[str, Any]:
    members = {
        "typeIds": former_ids.type_ids,
        "attributes": dict(sorted(former_ids.attributes.items())),
        "devices": dict(sorted(former_ids.devices.items())),
    }
    return {name: member for name, member in members.items() if member}


def former_rows_of_connector(definition: TwinDefinition, name: str) -> FormerRows:
    """Return the former ids in the rows that a DynamoDB connector reads.

    Args:
        definition: A checked definition.
        name: The name of the connector in ``twin.yaml``.
    """
    key_property = definition.connectors[name].key_property
    key_properties = {
        type_id: key_property
        for type_id in definition.component_types
        if any(
            function.connector == name for function in definition.resolved_types[type_id].functions.values()
        )
    }
    return _former_rows(definition, key_properties)


def former_rows_of_alarms(definition: TwinDefinition) -> FormerRows:
    """Return the former ids in the rows that the alarm evaluator reads and writes.

    Args:
        definition: A checked definition.
    """
    alarms = resolved_alarms(definition.component_types, definition.resolved_types)
    type_ids = {alarm.component_type_id for alarm in alarms}
    type_ids |= {alarm.binding.component_type_id for alarm in alarms}
    key_properties = {type_id: _key_property(definition, type_id) for type_id in sorted(type_ids)}
    return _former_rows(definition, key_properties)


def _key_property(definition: TwinDefinition, type_id: str) -> str | None:
    """Return the key property of the connector that reads the time series of a type."""
    reader = definition.connectors.get(history_reader(definition.resolved_types[type_id]) or "")
    return reader.key_property if reader is not None else None


def _former_rows(definition: TwinDefinition, key_properties: Mapping[str, str | None]) -> FormerRows:
    """Return the former ids in rows of component types, given the key property of their reader."""
    if definition.renames == Renames():
        return FormerRows()
    attributes = {type_id: _former_attributes(definition, type_id) for type_id in key_properties}
    devices, components = _former_devices(definition, key_properties)
    types = {
        type_id: FormerRowIds(
            type_ids=former_type_ids(definition, type_id),
            attributes=attributes[type_id],
            devices=devices.get(type_id, {}),
        )
        for type_id in key_properties
    }
    return FormerRows(
        types={type_id: own for type_id, own in types.items() if own != FormerRowIds()},
        components={
            entity_id: named
            for entity_id, names in components.items()
            if (named := {name: type_id for name, type_id in names.items() if attributes[type_id]})
        },
    )


def _former_attributes(definition: TwinDefinition, type_id: str) -> dict[str, tuple[str, ...]]:
    former_names = {}
    for name, own in definition.resolved_types[type_id].properties.items():
        attribute = (own.configuration or {}).get("attribute", name)
        formers = [
            former for former in former_property_names(definition, type_id, name) if former != attribute
        ]
        if formers:
            former_names[attribute] = tuple(formers)
    return former_names


def _former_devices(
    definition: TwinDefinition, key_properties: Mapping[str, str | None]
) -> tuple[dict[str, dict[str, tuple[str, ...]]], dict[str, dict[str, str]]]:
    """Return former ids of devices by component type, and component types by entity and component."""
    devices: dict[str, dict[str, tuple[str, ...]]] = {}
    components: dict[str, dict[str, str]] = {}
    keys_by_type: dict[str, list[tuple[str, str]]] = {}
    for alarm in resolved_alarms(definition.component_types, definition.resolved_types):
        place = alarm.binding.component_type_id, alarm.alarm.alarm_key
        keys_by_type.setdefault(alarm.component_type_id, []).append(place)
    resolved = definition.resolved_types
    for entity_id, entity in definition.entities.items():
        formers = former_entity_ids(definition, entity_id)
        for name, type_id, component in placed_components(entity, resolved):
            if type_id not in resolved:
                continue  # a type of AWS that is not documented
            if type_id in key_properties:
                components.setdefault(entity_id, {})[name] = type_id
            key_property = key_properties.get(type_id, _key_property(definition, type_id))
            if not formers or device_of(component, resolved[type_id], key_property) is not None:
                continue  # the device has an id of its own, which does not change with the entity
            if type_id in key_properties:
                devices.setdefault(type_id, {})[entity_id] = formers
            for alarm_type_id, key in keys_by_type.get(type_id, ()):
                if alarm_type_id in key_properties and DEVICE in key:
                    former_keys = tuple(key.replace(DEVICE, former) for former in formers)
                    devices.setdefault(alarm_type_id, {})[key.replace(DEVICE, entity_id)] = former_keys
    return devices, components
