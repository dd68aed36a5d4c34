"""Rules of connectors: what is decided before one is called. The service accepts all of it, so they warn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from twin_stack.definition.findings import Severity
from twin_stack.definition.ingest import history_reader
from twin_stack.definition.parts import placed_components
from twin_stack.definition.resolve import stored_externally
from twin_stack.definition.rule import rule
from twin_stack.definition.sitewise import PROPERTY_ADDRESSES
from twin_stack.definition.wording import closest, did_you_mean, quote_value
from twin_stack.twinmaker.names import (
    FUNCTIONS,
    SCHEMA_INITIALIZER,
    SITEWISE_ASSET_EXTERNAL_ID,
    SITEWISE_ASSET_ID,
    SITEWISE_PROPERTY_ALIAS,
    SITEWISE_PROPERTY_EXTERNAL_ID,
    SITEWISE_PROPERTY_ID,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.parts import PlacedComponent
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Connector, Entity
    from twin_stack.definition.unchecked import UncheckedDefinition

ASSET_PROPERTIES: Final = (SITEWISE_ASSET_ID, SITEWISE_ASSET_EXTERNAL_ID)
"""Properties that name the asset of a component, for ``lambdas/sitewise_connector``."""
PROPERTY_IDS: Final = (SITEWISE_PROPERTY_ID, SITEWISE_PROPERTY_EXTERNAL_ID)
"""Keys of a property's configuration that name its SiteWise property."""
_CONFIGURATION_KEYS: Final = {
    "dynamodb": ("attribute",),
    "sitewise": PROPERTY_ADDRESSES,
    "sitewise-native": (SITEWISE_PROPERTY_ID,),
}
"""Keys of a property's configuration that each kind of connector reads."""
_REQUEST_VALUES: Final = frozenset({"workspaceId", "entityId", "componentName", "propertyName", "partPath"})
"""Placeholders of ``propertyAlias`` that are no properties."""
_PLACEHOLDER: Final = re.compile(r"\$\{([^}]*)\}")


@rule("TWIN210", "misspelt-function", severity=Severity.WARNING)
def misspelt_function(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Warn of functions whose name is almost one that the service calls.

    A function has a name of your own that differs from one of the service's names by a few letters. The
    service accepts it, and never calls it.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              functions: {dataReder: telemetry}

    Finding:
        component_types/t.yaml:2:15 TWIN210 warning: function "dataReder" is never called; did you mean
        "dataReader"?

    Fix:
        Correct the name, or remove the function.

    Good:
        component_types/t.yaml:
            com.example.Sensor:
              functions: {dataReader: telemetry}

    Args:
        definition: The definition.
    """
    for type_id, own in definition.component_types.items():
        for name in own.functions.keys() - set(FUNCTIONS):
            if (match := closest(name, FUNCTIONS)) is not None:
                place = definition.where_key("component_types", type_id, "functions", name)
                message = f"function {quote_value(name)} is never called"
                yield misspelt_function.finding(place, message, f"did you mean {quote_value(match)}?")


@rule("TWIN211", "no-sitewise-address", severity=Severity.WARNING, gathers_places=True)
def no_sitewise_address(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Warn of values in existing SiteWise assets that the connector cannot find.

    A connector reads existing assets, and neither the configuration of a property nor `propertyAlias` of the
    connector says where its values are; or a property is named by its id, and the component names no asset.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {historian: {kind: sitewise}}
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: historian}
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components:
                pump: {componentTypeId: com.example.Pump}

    Finding:
        component_types/t.yaml:2:31 TWIN211 warning: connector "historian" cannot find the values of "flow" of
        "com.example.Pump" in SiteWise; add sitewisePropertyId or sitewisePropertyExternalId to its
        configuration, or propertyAlias to the connector

    Fix:
        Name the SiteWise property in `configuration` and the asset in the component, or write a template of
        the alias into `propertyAlias` of the connector. Assets that differ by stage are named in `assets` of
        the stage.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {historian: {kind: sitewise, propertyAlias: "/plant/${entityId}/${propertyName}"}}

    Args:
        definition: The definition.
    """
    for entity, placed, resolved, name, connector in _read_components(definition, "sitewise"):
        if connector.manages_assets or SCHEMA_INITIALIZER in resolved.functions:
            continue
        addressed = []
        for property_name, declared in resolved.properties.items():
            keys = (declared.configuration or {}).keys()
            if not stored_externally(declared):
                continue
            if not keys.isdisjoint(PROPERTY_IDS):
                addressed.append(property_name)
            elif connector.property_alias is None and SITEWISE_PROPERTY_ALIAS not in keys:
                place = definition.where(
                    "component_types", placed.type_id, "propertyDefinitions", property_name
                )
                message = (
                    f'connector "{name}" cannot find the values of "{property_name}" of '
                    f'"{placed.type_id}" in SiteWise'
                )
                remedy = (
                    f"add {' or '.join(PROPERTY_IDS)} to its configuration, or propertyAlias to the connector"
                )
                yield no_sitewise_address.finding(place, message, remedy)
        if addressed and not any(_has_value(placed, resolved, asset) for asset in ASSET_PROPERTIES):
            place = definition.where("entities", entity.entity_id, *placed.location(entity))
            message = f'component "{placed.path}" of "{entity.entity_id}" names no asset of SiteWise'
            remedy = f"give it {' or '.join(ASSET_PROPERTIES)}, or name the asset in assets of each stage"
            yield no_sitewise_address.finding(place, message, remedy)


def _has_value(placed: PlacedComponent, resolved: ResolvedType, name: str) -> bool:
    declared = resolved.properties.get(name)
    return name in placed.properties or (declared is not None and declared.default_value is not None)


@rule("TWIN212", "unused-connector", severity=Severity.WARNING)
def unused_connector(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Warn of connectors that nothing uses.

    No function of a component type and no `ingest` names a connector. It is deployed, and never called. The
    twin's own telemetry table is left out: it may be filled before a type reads it.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {history: {kind: dynamodb, tableName: plant-history}}

    Finding:
        twin.yaml:2:14 TWIN212 warning: connector "history" is used by no function and no ingest; remove it,
        or name it in functions of a component type

    Fix:
        Remove it, or name it as `dataReader` of a component type.

    Good:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: history}

    Args:
        definition: The definition.
    """
    if definition.twin is None or definition.partial or definition.lost.words or definition.lost.patterns:
        return  # what has a mistake may be the user of it
    used = {
        function.connector
        for own in definition.component_types.values()
        for function in own.functions.values()
    }
    used |= {name for entry in definition.twin.ingest.values() for name in entry.connectors or ()}
    for name, connector in definition.twin.connectors.items():
        if name not in used and not connector.reads_telemetry_table:
            place = definition.where_key("twin", "", "connectors", name)
            message = f'connector "{name}" is used by no function and no ingest'
            remedy = "remove it, or name it in functions of a component type"
            yield unused_connector.finding(place, message, remedy)


@rule("TWIN213", "unknown-configuration", severity=Severity.WARNING)
def unknown_configuration(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Warn of keys of a configuration that the connector of the property does not read.

    `configuration` of a property has a key that none of the connectors of its type reads. Functions of your
    own may read any key.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions:
                temperature: {dataType: DOUBLE, isTimeSeries: true, configuration: {atribute: temp}}
              functions: {dataReader: telemetry}

    Finding:
        component_types/t.yaml:3:73 TWIN213 warning: no connector of "com.example.Sensor" reads "atribute";
        did you mean "attribute"?

    Fix:
        Correct the key, or remove it.

    Good:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions:
                temperature: {dataType: DOUBLE, isTimeSeries: true, configuration: {attribute: temp}}
              functions: {dataReader: telemetry}

    Args:
        definition: The definition.
    """
    if definition.twin is None:
        return
    connectors = definition.twin.connectors
    for type_id, own in definition.component_types.items():
        functions = definition.resolved_types[type_id].functions.values()
        used = [connectors.get(function.connector or "") for function in functions if function.is_implemented]
        allowed_keys = {
            key for each in used if each is not None for key in _CONFIGURATION_KEYS.get(each.kind, ())
        }
        if not used or any(each is None or each.kind == "lambda" for each in used):
            continue
        for name, declared in own.property_definitions.items():
            for key in (declared.configuration or {}).keys() - allowed_keys:
                place = definition.where_key(
                    "component_types", type_id, "propertyDefinitions", name, "configuration", key
                )
                message = f'no connector of "{type_id}" reads {quote_value(key)}'
                yield unknown_configuration.finding(place, message, did_you_mean(key, allowed_keys))


@rule("TWIN214", "unknown-placeholder", severity=Severity.WARNING, gathers_places=True)
def unknown_placeholder(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Warn of placeholders of an alias that have no value.

    `propertyAlias` of a connector has a placeholder that is none of its own and no property of a type that
    the connector reads, or one that is not closed.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {historian: {kind: sitewise, propertyAlias: "/plant/${entityID}/${propertyName}"}}
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: historian}
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components:
                pump: {componentTypeId: com.example.Pump}

    Finding:
        twin.yaml:2:57 TWIN214 warning: "entityID" is neither a placeholder of propertyAlias nor a property of
        "com.example.Pump"; did you mean "entityId"?

    Fix:
        Use `workspaceId`, `entityId`, `componentName`, `propertyName`, `partPath` or a property of the types.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {historian: {kind: sitewise, propertyAlias: "/plant/${entityId}/${propertyName}"}}

    Args:
        definition: The definition.
    """
    for _, placed, resolved, name, connector in _read_components(definition, "sitewise"):
        alias = connector.property_alias
        if alias is None or resolved.takes_any_property:
            continue
        place = definition.where("twin", "", "connectors", name, "propertyAlias")
        valid = _REQUEST_VALUES | resolved.properties.keys()
        for variable in dict.fromkeys(_PLACEHOLDER.findall(alias)):
            if variable not in valid:
                message = (
                    f"{quote_value(variable)} is neither a placeholder of propertyAlias nor a property of "
                    f'"{placed.type_id}"'
                )
                yield unknown_placeholder.finding(place, message, did_you_mean(variable, valid))
        if "${" in _PLACEHOLDER.sub("", alias):
            message = "a placeholder of propertyAlias is not closed"
            yield unknown_placeholder.finding(place, message, 'add "}"')


def _read_components(
    definition: UncheckedDefinition, kind: str
) -> Iterator[tuple[Entity, PlacedComponent, ResolvedType, str, Connector]]:
    """Yield entity, component, type, and name and settings of the connector of a kind that reads it."""
    if definition.twin is None or not any(each.kind == kind for each in definition.twin.connectors.values()):
        return
    for entity in definition.entities.values():
        for placed in placed_components(entity, definition.resolved_types):
            resolved = definition.resolved_types.get(placed.type_id)
            name = history_reader(resolved) if resolved is not None else None
            connector = definition.twin.connectors.get(name or "")
            is_whole = ("entities", entity.entity_id) not in definition.partial
            if (
                resolved is not None
                and name
                and connector is not None
                and connector.kind == kind
                and is_whole
            ):
                yield entity, placed, resolved, name, connector
