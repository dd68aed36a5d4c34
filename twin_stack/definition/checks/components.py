"""Rules of components: what a component must have, and which component an entity may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.findings import Severity
from twin_stack.definition.parts import placed_component, placed_components, written_components
from twin_stack.definition.resolve import stored_externally
from twin_stack.definition.rule import rule
from twin_stack.definition.rules.members import MISSING_KEY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.parts import PlacedComponent
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Entity, PropertyDefinition
    from twin_stack.definition.unchecked import UncheckedDefinition


def _components(
    definition: UncheckedDefinition, type_ids: Collection[str], entity_ids: Collection[str] = ()
) -> Iterator[tuple[Entity, PlacedComponent, ResolvedType]]:
    """Yield entity, component and resolved type of some components, parts of others too.

    Args:
        definition: The definition.
        type_ids: The types of these components.
        entity_ids: Entities of which all components are yielded whose type is known.
    """
    types = definition.resolved_types
    holders = {type_id for type_id, resolved in types.items() if type_id in type_ids or resolved.parts}
    for entity_id, entity in definition.entities.items() if type_ids or entity_ids else ():
        has_all = entity_id in entity_ids
        if has_all or any(component.component_type_id in holders for component in entity.components.values()):
            for placed in placed_components(entity, types):
                resolved = types.get(placed.type_id)
                if resolved is not None and (has_all or placed.type_id in type_ids):
                    yield entity, placed, resolved


def _with_definitions(definition: UncheckedDefinition) -> frozenset[str]:
    """Return the ids of entities that define properties of their own."""
    return frozenset(
        entity_id
        for entity_id, entity in definition.entities.items()
        for component in written_components(entity)
        for prop in component.properties.values()
        if prop.definition is not None
    )


def _is_required(declared: PropertyDefinition) -> bool:
    """Return whether an entity has to give a property a value."""
    return (
        bool(declared.is_required_in_entity)
        and not stored_externally(declared)
        and declared.default_value is None
    )


@MISSING_KEY.checked_by
def untyped_properties(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report properties that have no data type of their own and inherit none.

    Args:
        definition: Component types.
    """
    for type_id, own in definition.component_types.items():
        resolved = definition.resolved_types[type_id]
        for name, declared in own.property_definitions.items():
            is_own = not (declared.is_imported or declared.is_inherited or resolved.takes_any_property)
            if is_own and resolved.properties[name].data_type is None and declared.default_value is None:
                place = definition.where("component_types", type_id, "propertyDefinitions", name)
                yield MISSING_KEY.finding(place, f'property "{name}" has no dataType', "add dataType")


@rule("TWIN020", "missing-property")
def missing_property(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that components have the values that their type requires.

    The type requires a value (`isRequiredInEntity`) and has no default, and the entity gives none.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {model: {dataType: STRING, isRequiredInEntity: true}}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                sensor:
                  componentTypeId: com.example.Sensor
                  properties: {}

    Finding:
        entities/e.yaml:5:7 TWIN020 component "sensor" of "machine-1" lacks the required property "model"; add
        properties.model

    Fix:
        Add the property to the component.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                sensor:
                  componentTypeId: com.example.Sensor
                  properties: {model: TMP-117}

    Args:
        definition: The definition.
    """
    type_ids = {
        type_id
        for type_id, resolved in definition.resolved_types.items()
        if any(_is_required(declared) for declared in resolved.properties.values())
    }
    for entity, placed, resolved in _components(definition, type_ids, _with_definitions(definition)):
        own = _definitions_without_value(definition, entity, placed)
        valued = placed.properties.keys() - own.keys()
        for name, declared in {**own, **resolved.properties}.items():
            if not _is_required(declared) or name in valued:
                continue
            if not _is_written(definition, entity, placed, name):
                place = definition.where("entities", entity.entity_id, *placed.location(entity))
                message = (
                    f'component "{placed.path}" of "{entity.entity_id}" lacks the required property "{name}"'
                )
                remedy = f"add properties.{name}.value" if name in own else f"add properties.{name}"
                if placed.is_part and placed.path not in entity.composite_components:
                    remedy = f'add it to properties of compositeComponents "{placed.path}"'
                yield missing_property.finding(place, message, remedy)


def _definitions_without_value(
    definition: UncheckedDefinition, entity: Entity, placed: PlacedComponent
) -> dict[str, PropertyDefinition]:
    """Return the properties that an entity defines itself and gives no value."""
    own = {
        name: item.definition
        for name, item in placed.properties.items()
        if item.definition is not None and item.value is None
    }
    if own:  # a value of another data type is not kept
        written: Any = definition.sources["entities", entity.entity_id]
        for key in (*placed.location(entity), "properties"):
            written = written[key]
        own = {name: item for name, item in own.items() if "value" not in written[name]}
    return own


def _is_written(
    definition: UncheckedDefinition, entity: Entity, placed: PlacedComponent, property_name: str
) -> bool:
    """Return whether a property that an entity with mistakes lacks may be one of the mistakes."""
    types = definition.resolved_types
    if placed.is_part and any(
        placed_component(entity, path, types) is None for path in entity.composite_components
    ):
        return True  # at a path that leads nowhere, perhaps meant for this part
    if ("entities", entity.entity_id) not in definition.partial:
        return False
    place = ("compositeComponents" if placed.is_part else "components", placed.path)
    written = definition.sources["entities", entity.entity_id]
    for key in (*place, "properties"):
        written = written.get(key, {})
        if not isinstance(written, dict):
            return True
    return property_name in written


@rule("TWIN023", "abstract-component-type")
def abstract_component_type(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that no component has an abstract type.

    An entity has a component of an abstract type: one with values stored externally and no function that
    reads them. The service refuses it (TwinMaker guide).

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                sensor:
                  componentTypeId: com.example.Sensor
                  properties: {}

    Finding:
        entities/e.yaml:5:24 TWIN023 component type "com.example.Sensor" is abstract: no function reads
        temperature; give the type a dataReader with a connector

    Fix:
        Give the type (or one it extends) a `dataReader` with a connector, or
        `attributePropertyValueReaderByEntity` for values without a time.

    Good:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}

    Args:
        definition: The definition.
    """
    unread_names = {
        type_id: unread
        for type_id, resolved in definition.resolved_types.items()
        if not resolved.takes_any_property and (unread := resolved.unread())
    }
    for entity, placed, _ in _components(definition, unread_names):
        path = placed.location(entity) if placed.is_part else ("components", placed.path, "componentTypeId")
        place = definition.where("entities", entity.entity_id, *path)
        message = (
            f'component type "{placed.type_id}" is abstract: no function reads '
            f"{', '.join(sorted(unread_names[placed.type_id]))}"
        )
        remedy = "give the type a dataReader with a connector"
        yield abstract_component_type.finding(place, message, remedy)


@rule("TWIN027", "duplicate-singleton")
def duplicate_singleton(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that an entity has one component of a singleton type.

    An entity has two components of a type that is a singleton.

    Bad:
        component_types/t.yaml:
            com.example.Plate: {isSingleton: true}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                a: {componentTypeId: com.example.Plate}
                b: {componentTypeId: com.example.Plate}

    Finding:
        entities/e.yaml:5:8 TWIN027 components "a" and "b" are both of a singleton type; remove one of them

    Fix:
        Remove one of them, or make the type no singleton.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                a: {componentTypeId: com.example.Plate}

    Args:
        definition: The definition.
    """
    first_names: dict[tuple[str, str], str] = {}
    singletons = {type_id for type_id, own in definition.resolved_types.items() if own.is_singleton}
    for entity, (name, type_id, _), _ in _components(definition, singletons):
        if "/" in name:
            continue
        first = first_names.setdefault((entity.entity_id, type_id), name)
        if first != name:
            place = definition.where("entities", entity.entity_id, "components", name)
            message = f'components "{first}" and "{name}" are both of a singleton type'
            yield duplicate_singleton.finding(place, message, "remove one of them")


@rule("TWIN029", "not-deployed", severity=Severity.WARNING)
def not_deployed(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Warn of display names, which CloudFormation cannot deploy.

    A display name is given. The API has this member, CloudFormation has not, so it is left out. The twin is
    still deployed.

    Bad:
        component_types/t.yaml:
            com.example.Sensor: {componentTypeName: Sensor}

    Finding:
        component_types/t.yaml:1:41 TWIN029 warning: "componentTypeName" is not deployed, CloudFormation has
        no member for it; remove it

    Fix:
        Remove it.

    Good:
        component_types/t.yaml:
            com.example.Sensor: {}

    Args:
        definition: The definition.
    """
    paths: list[tuple[str, ...]] = []
    for type_id, own in definition.component_types.items():
        if own.component_type_name is not None:
            paths.append(("component_types", type_id, "componentTypeName"))
        paths += (
            ("component_types", type_id, "propertyDefinitions", name, "displayName")
            for name, declared in own.property_definitions.items()
            if declared.display_name is not None
        )
    for entity, placed, _ in _components(definition, (), _with_definitions(definition)):
        for name, prop in placed.properties.items():
            if prop.definition is not None and prop.definition.display_name is not None:
                path = (*placed.location(entity), "properties", name, "definition", "displayName")
                paths.append(("entities", entity.entity_id, *path))
    for kind, item_id, *rest in paths:
        message = f'"{rest[-1]}" is not deployed, CloudFormation has no member for it'
        yield not_deployed.finding(definition.where(kind, item_id, *rest), message, "remove it")
