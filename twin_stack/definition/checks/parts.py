"""Rules of parts of composite components: their values are apart from those of other components."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from twin_stack.definition.devices import device_of
from twin_stack.definition.findings import Severity
from twin_stack.definition.ingest import SITEWISE, history_reader, written_connectors
from twin_stack.definition.managed_types import managed_types
from twin_stack.definition.parts import placed_components
from twin_stack.definition.resolve import stored_externally
from twin_stack.definition.rule import rule
from twin_stack.definition.sitewise import PROPERTY_ADDRESSES, whole_of_part
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.parts import PlacedComponent
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Connector, Entity
    from twin_stack.definition.unchecked import UncheckedDefinition


class _Store(NamedTuple):
    """A place of values.

    Attributes:
        kind: ``device`` or ``alias``.
        name: Of the table or connector.
        key: The device, or the alias.
        value: The attribute of a row; empty for an alias.
    """

    kind: str
    name: str
    key: str
    value: str


@rule("TWIN250", "part-shares-values", severity=Severity.WARNING)
def part_shares_values(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Warn of parts that read the same values as another component of their entity.

    A part of a composite component reads the same values as another component of its entity: from the rows of
    the same device, or by the same alias of AWS IoT SiteWise.

    It is a warning. A component is identified by its external id, else by its entity, and so is a part.

    Bad:
        component_types/t.yaml:
            com.example.Motor:
              propertyDefinitions:
                tag: {dataType: STRING, isExternalId: true}
                power: {dataType: DOUBLE, isTimeSeries: true}
              functions: {dataReader: telemetry}
            com.example.Pump:
              propertyDefinitions: {power: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}
              compositeComponentTypes: {motor: {componentTypeId: com.example.Motor}}
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components:
                pump: {componentTypeId: com.example.Pump}

    Finding:
        entities/e.yaml:4:11 TWIN250 warning: part "pump/motor" of "pump-1" reads the same "power" as "pump",
        in the rows of device "pump-1"; give the part an external id of its own in compositeComponents

    Fix:
        Give the type of the part a property with `isExternalId`, and the part a value of it.

    Good:
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components:
                pump: {componentTypeId: com.example.Pump}
              compositeComponents:
                pump/motor: {properties: {tag: M-1}}

    Args:
        definition: The definition.
    """
    types = definition.resolved_types
    if definition.twin is None or not any(resolved.parts for resolved in types.values()):
        return
    readers = {
        type_id: reader
        for type_id, resolved in types.items()
        if (reader := _reader(resolved, definition.twin.connectors)) is not None
    }
    for entity in definition.entities.values():
        read = [item for item in placed_components(entity, types) if item.type_id in readers]
        if len(read) < 2 or not any(item.is_part for item in read):
            continue
        owners: dict[_Store, str] = {}
        for item in sorted(read, key=lambda item: item.path.count("/")):
            shared: dict[str, tuple[str, _Store]] = {}
            for name, store in _stores(item, entity, types[item.type_id], readers[item.type_id]):
                owner = owners.setdefault(store, item.path)
                if owner != item.path:
                    shared[name] = owner, store
            if shared and item.is_part:
                yield _shared_finding(definition, entity, item, shared)


def _shared_finding(
    definition: UncheckedDefinition,
    entity: Entity,
    part: PlacedComponent,
    shared: dict[str, tuple[str, _Store]],
) -> Finding:
    names = ", ".join(map(quote_value, shared))
    owner, store = next(iter(shared.values()))
    place = definition.where("entities", entity.entity_id, *part.location(entity))
    is_row = store.kind == "device"
    where = f"{'in the rows of device' if is_row else 'by alias'} {quote_value(store.key)}"
    message = f'part "{part.path}" of "{entity.entity_id}" reads the same {names} as "{owner}", {where}'
    remedy = (
        "give the part an external id of its own in compositeComponents"
        if is_row
        else 'put "${partPath}" before the property in propertyAlias of the connector'
    )
    return part_shares_values.finding(place, message, remedy)


class _Reader(NamedTuple):
    """The connector that reads the series of a type.

    Attributes:
        name: Its name in ``twin.yaml``.
        connector: The connector.
        properties: The properties that it reads, each with its configuration.
    """

    name: str
    connector: Connector
    properties: Mapping[str, Mapping[str, str]]


def _reader(resolved: ResolvedType, connectors: Mapping[str, Connector]) -> _Reader | None:
    name = history_reader(resolved) or ""
    connector = connectors.get(name)
    if connector is None or connector.manages_assets:
        return None
    properties = {
        key: declared.configuration or {}
        for key, declared in resolved.properties.items()
        if stored_externally(declared)
    }
    return _Reader(name, connector, properties)


def _stores(
    placed: PlacedComponent, entity: Entity, resolved: ResolvedType, reader: _Reader
) -> Iterator[tuple[str, _Store]]:
    """Yield the properties of a component that a connector reads, each with the place of its values."""
    connector = reader.connector
    if connector.kind == "dynamodb":
        device = device_of(placed.component, resolved, connector.key_property) or entity.entity_id
        table = connector.table_arn or connector.table_name or ""
        for name, configuration in reader.properties.items():
            yield name, _Store("device", table, device, configuration.get("attribute", name))
    elif connector.property_alias is not None:
        for name, configuration in reader.properties.items():
            alias = connector.property_alias
            for variable, text in (
                ("workspaceId", ""),
                ("entityId", entity.entity_id),
                ("propertyName", name),
            ):
                alias = alias.replace(f"${{{variable}}}", text)
            if "${" not in alias and configuration.keys().isdisjoint(PROPERTY_ADDRESSES):
                yield name, _Store("alias", reader.name, alias, "")


@rule("TWIN251", "part-asset-twice")
def part_asset_twice(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that the assets of parts are apart: an asset is identified by types, not by names of components.

    Two components of an entity are of the same type, and both have a part with an asset in AWS IoT SiteWise.
    Names of components do not identify assets, so that a component keeps its history when it is renamed.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {plant: {kind: sitewise, assets: managed}}
        component_types/t.yaml:
            com.example.Motor:
              propertyDefinitions: {power: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: plant}
            com.example.Pump:
              compositeComponentTypes: {motor: {componentTypeId: com.example.Motor}}
        entities/e.yaml:
            skid-1:
              entityName: Skid 1
              components:
                left: {componentTypeId: com.example.Pump}
                right: {componentTypeId: com.example.Pump}

    Finding:
        entities/e.yaml:5:12 TWIN251 parts "left/motor" and "right/motor" of "skid-1" would have one asset;
        move one component to an entity of its own

    Fix:
        Move one of the components to an entity of its own.

    Good:
        entities/e.yaml:
            skid-1:
              entityName: Skid 1
              components:
                left: {componentTypeId: com.example.Pump}
            skid-2:
              entityName: Skid 2
              components:
                right: {componentTypeId: com.example.Pump}

    Args:
        definition: The definition.
    """
    managed = managed_types(definition)
    for entity in definition.entities.values() if managed else ():
        first_paths: dict[tuple[str, ...], str] = {}
        reported: set[str] = set()
        for placed in placed_components(entity, definition.resolved_types):
            component = placed.path.partition("/")[0]
            if not placed.is_part or placed.type_id not in managed or component in reported:
                continue
            whole = whole_of_part(entity, placed.path)
            first = first_paths.setdefault((*whole, placed.type_id), placed.path)
            if first != placed.path and whole[0] not in managed:  # of managed components it is TWIN064
                reported.add(component)
                place = definition.where("entities", entity.entity_id, "components", component)
                message = f'parts "{first}" and "{placed.path}" of "{entity.entity_id}" would have one asset'
                remedy = "move one component to an entity of its own"
                yield part_asset_twice.finding(place, message, remedy)


@rule("TWIN252", "part-not-ingested", severity=Severity.WARNING)
def part_not_ingested(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Warn of messages that cannot name a part of a component to AWS IoT SiteWise.

    An `ingest` writes values of a type to AWS IoT SiteWise and takes the device id from a level of the topic.
    A part of the type is written there under its entity and its path, such as `pump-1/pump/motor`, which has
    slashes.

    It is a warning: components of the type that are no parts are written.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {plant: {kind: sitewise, assets: managed}}
            ingest:
              motors: {componentTypeId: com.example.Motor, topic: plant/+, deviceId: topic(2)}
        component_types/t.yaml:
            com.example.Motor:
              propertyDefinitions: {power: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: plant}
            com.example.Pump:
              compositeComponentTypes: {motor: {componentTypeId: com.example.Motor}}
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components:
                pump: {componentTypeId: com.example.Pump}

    Finding:
        twin.yaml:4:74 TWIN252 warning: part "pump/motor" of "pump-1" gets no values in AWS IoT SiteWise,
        where its device id is "pump-1/pump/motor", which is more than one level of a topic; take deviceId
        from a member of the message

    Fix:
        Let devices send that id in a member of the message, or make the part a component of an entity.

    Good:
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              children:
                motor-1:
                  entityName: Motor 1
                  components:
                    motor: {componentTypeId: com.example.Motor}

    Args:
        definition: The definition.
    """
    twin = definition.twin
    types = definition.resolved_types
    if twin is None:
        return
    entries = {
        entry.component_type_id: name
        for name, entry in twin.ingest.items()
        if entry.device_id.startswith("topic(")
        and entry.component_type_id in types
        and any(
            store.kind in SITEWISE
            for store in written_connectors(entry, types[entry.component_type_id], twin.connectors).values()
        )
    }
    if not entries:
        return
    for entity in definition.entities.values():
        for placed in placed_components(entity, types):
            if not placed.is_part or placed.type_id not in entries:
                continue
            device = f"{entity.entity_id}/{placed.path}"
            message = (
                f'part "{placed.path}" of "{entity.entity_id}" gets no values in AWS IoT SiteWise, where its '
                f"device id is {quote_value(device)}, which is more than one level of a topic"
            )
            place = definition.where("twin", "", "ingest", entries.pop(placed.type_id), "deviceId")
            yield part_not_ingested.finding(place, message, "take deviceId from a member of the message")
