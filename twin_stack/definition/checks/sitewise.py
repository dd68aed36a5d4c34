"""Rules of AWS IoT SiteWise: what asset models and assets cannot hold.

Sources: API reference and quotas of AWS IoT SiteWise, and the CloudFormation schemas of
``AWS::IoTSiteWise::AssetModel`` and ``::Asset``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.asset_properties import DATA_TYPES, is_attribute, used_names
from twin_stack.definition.asset_tree import (
    aggregation_edges,
    asset_keys,
    break_cycles,
    hierarchy_links,
    with_aggregated_types,
)
from twin_stack.definition.managed_types import managed_types, property_place
from twin_stack.definition.parts import placed_component, placed_components
from twin_stack.definition.resolve import stored_externally
from twin_stack.definition.rule import rule
from twin_stack.definition.sitewise import PROPERTY_ADDRESSES
from twin_stack.definition.wording import quote_value
from twin_stack.twinmaker.names import SITEWISE_ASSET_ID, SITEWISE_ASSET_MODEL_ID
from twin_stack.twinmaker.quotas import MAX_SITEWISE_HIERARCHIES, MAX_SITEWISE_NAME, MAX_STACK_RESOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.schema import PropertyDefinition
    from twin_stack.definition.unchecked import UncheckedDefinition


@rule("TWIN062", "not-for-sitewise")
def not_for_sitewise(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that the asset models that the twin creates can hold their properties and values.

    The asset models and assets that the twin creates cannot hold a property or a value: SiteWise has no such
    data type, a computed property is no DOUBLE, a type with managed assets names ids of existing ones, an
    entity gives a value that an expression would not use, or no connector that manages assets computes an
    expression.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {plant: {kind: sitewise, assets: managed}}
        component_types/t.yaml:
            com.example.Motor:
              propertyDefinitions:
                count: {dataType: LONG, isTimeSeries: true}
              functions: {dataReader: plant}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                motor: {componentTypeId: com.example.Motor}

    Finding:
        component_types/t.yaml:3:23 TWIN062 SiteWise has no data type LONG for "count"; use one of: STRING,
        INTEGER, DOUBLE, BOOLEAN

    Fix:
        Use STRING, INTEGER, DOUBLE or BOOLEAN, remove what names existing assets, or set the connector to
        `assets: existing`. CloudFormation can give an asset no value of its own for an attribute: expressions
        use the default of the type.

    Good:
        component_types/t.yaml:
            com.example.Motor:
              propertyDefinitions:
                count: {dataType: INTEGER, isTimeSeries: true}
              functions: {dataReader: plant}

    Args:
        definition: The definition.
    """
    for type_id, resolved in managed_types(definition).items():
        workspace_id = definition.twin.workspace_id if definition.twin is not None else ""
        if len(f"{workspace_id}/{type_id}") > MAX_SITEWISE_NAME:
            message = (
                f'the asset model of "{type_id}" would have a name longer than {MAX_SITEWISE_NAME} characters'
            )
            place = definition.where("component_types", type_id)
            yield not_for_sitewise.finding(place, message, "shorten the id of workspace or type")
        for name, declared in resolved.properties.items():
            yield from _unsupported_property(definition, type_id, name, declared)
    yield from _long_names(definition)
    yield from _unused_values(definition)


def _long_names(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report assets whose name would be too long; it has workspace, entity, and path of the component."""
    workspace_id = definition.twin.workspace_id if definition.twin is not None else ""
    types = definition.resolved_types
    keys = asset_keys(definition.entities, managed_types(definition), types)
    for entity_id, own in keys.items():
        for path, _ in own:
            if len(f"{workspace_id}/{entity_id}/{path}") <= MAX_SITEWISE_NAME:
                continue
            entity = definition.entities[entity_id]
            placed = placed_component(entity, path, types)
            location = placed.location(entity) if placed is not None else ()
            message = (
                f'the asset of "{path}" of "{entity_id}" would have a name longer than {MAX_SITEWISE_NAME} '
                "characters"
            )
            place = definition.where("entities", entity_id, *location)
            yield not_for_sitewise.finding(place, message, "shorten the id of workspace, entity or component")


def _unsupported_property(
    definition: UncheckedDefinition, type_id: str, name: str, declared: PropertyDefinition
) -> Iterator[Finding]:
    """Report a property that an asset model cannot have."""
    if name in (SITEWISE_ASSET_ID, SITEWISE_ASSET_MODEL_ID):
        message = f'"{name}" names an existing asset, and the twin creates its own'
        place = property_place(definition, type_id, name)
        yield not_for_sitewise.finding(place, message, "remove it, or write assets: existing")
        return
    for key in declared.configuration or {}:
        if key in PROPERTY_ADDRESSES:
            message = f'"{key}" names a property of an existing asset, and the twin creates its own'
            place = property_place(definition, type_id, name, "configuration", key)
            yield not_for_sitewise.finding(place, message, "remove it, or write assets: existing")
    data_type = declared.data_type
    if data_type is None or not stored_externally(declared):
        return
    if data_type.type not in DATA_TYPES:
        message = f'SiteWise has no data type {data_type.type} for "{name}"'
        place = property_place(definition, type_id, name, "dataType", "type")
        yield not_for_sitewise.finding(place, message, f"use one of: {', '.join(DATA_TYPES)}")
    if declared.expression is not None and data_type.type != "DOUBLE":
        message = f'"{name}" is computed, which gives a DOUBLE, not {data_type.type}'
        place = property_place(definition, type_id, name, "dataType")
        yield not_for_sitewise.finding(place, message, "write DOUBLE")
    unit = data_type.unit_of_measure
    if unit is not None and not unit.isprintable():
        place = property_place(definition, type_id, name, "dataType", "unitOfMeasure")
        message = f"unit {quote_value(unit)} has control characters"
        yield not_for_sitewise.finding(place, message, "remove them")


def _unused_values(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report values of entities that an expression would not use.

    CloudFormation gives an asset no value of its own for an attribute: it has the model's default.
    """
    attributes_in_use = {
        type_id: {
            name
            for name in used_names(resolved) & resolved.properties.keys()
            if is_attribute(resolved.properties[name])
        }
        for type_id, resolved in managed_types(definition).items()
    }
    if not any(attributes_in_use.values()):
        return
    for entity_id, entity in definition.entities.items():
        for placed in placed_components(entity, definition.resolved_types):
            attributes = attributes_in_use.get(placed.type_id, set())
            for name in attributes & placed.properties.keys():
                message = f'SiteWise computes with the default of "{name}", not with a value of the entity'
                remedy = "remove the value, or make the property a time series"
                path = (*placed.location(entity), "properties", name)
                place = definition.where("entities", entity_id, *path)
                yield not_for_sitewise.finding(place, message, remedy)


@rule("TWIN064", "alias-taken")
def alias_taken(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that no two components of an entity have one property: both would have the same alias.

    Two components of an entity have a property of the same name, and both would have the alias
    `/<workspace>/<entity>/<property>`.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {plant: {kind: sitewise, assets: managed}}
        component_types/t.yaml:
            com.example.Motor:
              propertyDefinitions:
                power: {dataType: DOUBLE, isTimeSeries: true}
              functions: {dataReader: plant}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                left: {componentTypeId: com.example.Motor}
                right: {componentTypeId: com.example.Motor}

    Finding:
        entities/e.yaml:5:12 TWIN064 components "left" and "right" of "machine-1" both have the property
        "power", and an alias belongs to one; rename the property in one type, or move one component to an
        entity of its own

    Fix:
        Rename the property in one of the types, or give one of the components an entity of its own.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                left: {componentTypeId: com.example.Motor}
            machine-2:
              entityName: Machine 2
              components:
                right: {componentTypeId: com.example.Motor}

    Args:
        definition: The definition.
    """
    types = managed_types(definition)
    for entity_id, keys in asset_keys(definition.entities, types, definition.resolved_types).items():
        owners: dict[str, str] = {}
        for name, type_id in keys:
            if "/" in name:
                continue  # its aliases have its path
            for property_name, declared in types[type_id].properties.items():
                if not (stored_externally(declared) or is_attribute(declared)):
                    continue
                first = owners.setdefault(property_name, name)
                if first != name:
                    place = definition.where("entities", entity_id, "components", name)
                    message = (
                        f'components "{first}" and "{name}" of "{entity_id}" both have the property '
                        f'"{property_name}", and an alias belongs to one'
                    )
                    remedy = "rename the property in one type, or move one component to an entity of its own"
                    yield alias_taken.finding(place, message, remedy)
                    break


@rule("TWIN065", "invalid-hierarchy")
def invalid_hierarchy(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that assets can be below others as the entities are.

    Assets cannot form the same tree as the entities. It is a warning where asset models would need each
    other, which CloudFormation cannot create: the assets are created without that link. It is an error where
    a model would have more than the 10 hierarchies that SiteWise allows.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {plant: {kind: sitewise, assets: managed}}
        component_types/t.yaml:
            com.example.Motor:
              propertyDefinitions:
                power: {dataType: DOUBLE, isTimeSeries: true}
              functions: {dataReader: plant}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                motor: {componentTypeId: com.example.Motor}
        entities/f.yaml:
            machine-2:
              entityName: Machine 2
              parentEntityId: machine-1
              components:
                motor: {componentTypeId: com.example.Motor}

    Finding:
        entities/f.yaml:5:12 TWIN065 warning: assets of "com.example.Motor" are not linked to those of
        "com.example.Motor": CloudFormation cannot create asset models that need each other; no
        action is needed, they are read all the same

    Fix:
        No action is needed for the warning. For the error, put the entities of some types below others, or
        gather types by `extendsFrom`.

    Good:
        entities/f.yaml:
            machine-2:
              entityName: Machine 2
              components:
                motor: {componentTypeId: com.example.Motor}

    Args:
        definition: The definition.
    """
    types = managed_types(definition)
    keys = asset_keys(definition.entities, types, definition.resolved_types)
    if sum(map(len, keys.values())) > MAX_STACK_RESOURCES:
        return  # reported as too many resources; a tree of any size would take long
    used = with_aggregated_types(types, {type_id for own in keys.values() for _, type_id in own}, types)
    links = list(hierarchy_links(definition.entities, keys))
    edges = [(parent_type, child_type) for _, parent_type, _, child_type in links]
    edges += aggregation_edges({type_id: types[type_id] for type_id in used}, used)
    children = break_cycles(edges)
    for type_id, child_types in children.items():
        if len(child_types) > MAX_SITEWISE_HIERARCHIES:
            message = (
                f'assets of "{type_id}" have {len(child_types)} types of assets below, '
                f"{MAX_SITEWISE_HIERARCHIES} are allowed"
            )
            place = definition.where("component_types", type_id)
            yield invalid_hierarchy.finding(place, message, "put entities of some types below others")
    reported: set[tuple[str, str]] = set()
    for _, parent_type, (entity_id, name), child_type in links:
        pair = (parent_type, child_type)
        if child_type not in children.get(parent_type, ()) and pair not in reported:
            reported.add(pair)
            message = (
                f'assets of "{child_type}" are not linked to those of "{parent_type}": CloudFormation cannot '
                "create asset models that need each other"
            )
            entity = definition.entities[entity_id]
            placed = placed_component(entity, name, definition.resolved_types)
            path = placed.location(entity) if placed is not None else ()
            place = definition.where("entities", entity_id, *path)
            yield invalid_hierarchy.warning(place, message, "no action is needed, they are read all the same")
