"""Rules of references: every name refers to something that is defined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.parts import placed_components, written_components
from twin_stack.definition.rule import rule
from twin_stack.definition.rules.members import INVALID_ID
from twin_stack.definition.value_places import value_place
from twin_stack.definition.values import REFERRING_MEMBERS, target_entities
from twin_stack.definition.wording import did_you_mean
from twin_stack.twinmaker.builtin_types import BUILTIN_TYPES
from twin_stack.twinmaker.names import RESERVED_NAMESPACE, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, KeysView, Mapping

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.schema import Component, ComponentType, CompositeComponent, Entity
    from twin_stack.definition.unchecked import UncheckedDefinition

_Path = tuple[str | int, ...]


@rule("TWIN014", "unknown-component-type", gathers_places=True)
def unknown_component_type(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that component types are defined.

    A component, a parent, a part, a template of a layout or an `ingest` refers to a component type that is
    not defined. In the namespace `com.amazon.` this is only a warning: AWS owns more types than it documents.

    Bad:
        component_types/t.yaml:
            com.example.Sensors: {}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                sensor:
                  componentTypeId: com.example.Sensor
                  properties: {}

    Finding:
        entities/e.yaml:5:24 TWIN014 component type "com.example.Sensor" is not defined; did you mean
        "com.example.Sensors"?

    Fix:
        Correct the id, or define the type in `component_types/`.

    Good:
        component_types/t.yaml:
            com.example.Sensor: {}

    Args:
        definition: The definition.
    """
    valid = definition.declared("component_types") | BUILTIN_TYPES.keys()
    for kind, item_id, path, type_id in _type_references(definition):
        if type_id in valid or type_id in definition.lost:
            continue
        place = definition.where(kind, item_id, *path)
        remedy = did_you_mean(type_id, valid)
        if type_id.startswith(RESERVED_NAMESPACE):
            # AWS owns more types than it documents, so this cannot be an error.
            message = f'component type "{type_id}" is not a documented type of AWS'
            yield unknown_component_type.warning(place, message, remedy)
        else:
            message = f'component type "{type_id}" is not defined'
            yield unknown_component_type.finding(place, message, remedy)


def _type_references(definition: UncheckedDefinition) -> Iterator[tuple[str, str, _Path, str]]:
    """Yield kind, item, path and id of every reference to a component type."""
    for type_id, own in definition.component_types.items():
        for path, referenced in _references_of_type(own):
            yield "component_types", type_id, path, referenced
    for entity_id, entity in definition.entities.items():
        for name, component in entity.components.items():
            path = ("components", name, "componentTypeId")
            yield "entities", entity_id, path, component.component_type_id


def _references_of_type(own: ComponentType) -> Iterator[tuple[_Path, str]]:
    for index, parent in enumerate(own.extends_from):
        yield ("extendsFrom", index), parent
    for name, part in own.composite_component_types.items():
        yield ("compositeComponentTypes", name, "componentTypeId"), part.component_type_id
    for name, definition in own.property_definitions.items():
        relationship = definition.data_type.relationship if definition.data_type else None
        if relationship is not None and relationship.target_component_type_id is not None:
            path = ("propertyDefinitions", name, "dataType", "relationship", "targetComponentTypeId")
            yield path, relationship.target_component_type_id


@INVALID_ID.checked_by
def reserved_ids(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report component types in the namespace that AWS reserves.

    Args:
        definition: Component types.
    """
    for type_id in definition.component_types:
        if type_id.startswith(RESERVED_NAMESPACE):
            message = f'component type id "{type_id}" is in the namespace of AWS, "{RESERVED_NAMESPACE}"'
            remedy = "rename it, or remove it where it is a type of AWS"
            yield INVALID_ID.finding(definition.where("component_types", type_id), message, remedy)


@rule("TWIN015", "unknown-parent", gathers_places=True)
def unknown_parent(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that parents are entities of this definition.

    `parentEntityId` refers to an entity that is not in this definition.

    Bad:
        entities/e.yaml:
            hall-1:
              entityName: Hall 1
            machine-1:
              entityName: M 1
              parentEntityId: hall1

    Finding:
        entities/e.yaml:5:19 TWIN015 parent entity "hall1" is not defined; did you mean "hall-1"?

    Fix:
        Correct the id, or define the entity. `$ROOT` is the parent of entities at the top.

    Good:
        entities/e.yaml:
            hall-1:
              entityName: Hall 1
            machine-1:
              entityName: M 1
              parentEntityId: hall-1

    Args:
        definition: The definition.
    """
    valid = definition.declared("entities") | {ROOT}
    for entity_id, entity in definition.entities.items():
        parent = entity.parent_entity_id
        if parent not in valid and parent not in definition.lost:
            place = definition.where("entities", entity_id, "parentEntityId")
            message = f'parent entity "{parent}" is not defined'
            yield unknown_parent.finding(place, message, did_you_mean(parent, valid - {entity_id}))


@rule("TWIN016", "unknown-connector", gathers_places=True)
def unknown_connector(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that connectors of functions are defined in ``twin.yaml``.

    A function or an `ingest` refers to a connector that `twin.yaml` does not define.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              functions: {dataReader: {connector: telemetri}}

    Finding:
        component_types/t.yaml:2:39 TWIN016 connector "telemetri" is not defined in twin.yaml; did you mean
        "telemetry"?

    Fix:
        Correct the name, or add it under `connectors`.

    Good:
        component_types/t.yaml:
            com.example.Sensor:
              functions: {dataReader: {connector: telemetry}}

    Args:
        definition: The definition.
    """
    if definition.connectors is None:
        return
    for type_id, own in definition.component_types.items():
        for name, function in own.functions.items():
            if function.connector is None or function.connector in definition.connectors:
                continue
            place = definition.where("component_types", type_id, "functions", name, "connector")
            message = f'connector "{function.connector}" is not defined in twin.yaml'
            remedy = did_you_mean(function.connector, definition.connectors)
            yield unknown_connector.finding(place, message, remedy)


@rule("TWIN019", "unknown-property", gathers_places=True)
def unknown_property(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that properties that a component type refers to exist.

    A reference names a property that the component type, with all it inherits, does not have; or a property
    is marked `isInherited` and no parent has it.

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
                  properties: {modell: TMP-117}

    Finding:
        entities/e.yaml:6:28 TWIN019 component type "com.example.Sensor" has no property "modell"; did you
        mean "model"?

    Fix:
        Correct the name, or add the property to the type. A property for one entity alone needs a
        `definition` beside its `value`.

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
    for type_id, own in definition.component_types.items():
        resolved = definition.resolved_types[type_id]
        if resolved.takes_any_property:
            continue
        inherited = {
            name for parent in own.extends_from for name in definition.resolved_types[parent].properties
        }
        for name, property_definition in own.property_definitions.items():
            if property_definition.is_inherited and name not in inherited:
                place = definition.where("component_types", type_id, "propertyDefinitions", name)
                message = f'property "{name}" is marked as inherited, and no parent has it'
                remedy = "correct extendsFrom, or remove isInherited"
                yield unknown_property.finding(place, message, remedy)
        for path, name in _property_references(own):
            if name not in resolved.properties and not _is_of_heir(definition, type_id, path, name):
                place = definition.where("component_types", type_id, *path)
                message = f'component type "{type_id}" has no property "{name}"'
                yield unknown_property.finding(place, message, did_you_mean(name, resolved.properties))


def _is_of_heir(definition: UncheckedDefinition, type_id: str, path: _Path, name: str) -> bool:
    """Return whether a function of a type requires a property that a type which extends it has."""
    return path[0] == "functions" and any(
        name in resolved.properties and type_id in definition.ancestors.get(heir, ())
        for heir, resolved in definition.resolved_types.items()
    )


@unknown_property.checked_by
def unknown_group_properties(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report properties of an entity's own property groups that its component does not have.

    Args:
        definition: The definition.
    """
    for entity_id, entity in definition.entities.items():
        has_groups = any(component.property_groups for component in written_components(entity))
        if ("entities", entity_id) in definition.partial or not has_groups:
            continue
        for placed in placed_components(entity, definition.resolved_types):
            resolved = definition.resolved_types.get(placed.type_id)
            if not placed.component.property_groups or resolved is None or resolved.takes_any_property:
                continue
            path: _Path = placed.location(entity)
            written: Any = definition.sources["entities", entity_id]
            for key in (*path, "properties"):
                written = written.get(key, {})
            names = resolved.properties.keys() | written.keys()  # an unknown one of those is reported there
            for group_name, group in placed.component.property_groups.items():
                for index, name in enumerate(group.property_names):
                    if name not in names:
                        keys = (*path, "propertyGroups", group_name, "propertyNames", index)
                        place = definition.where("entities", entity_id, *keys)
                        message = f'component "{placed.path}" of "{entity_id}" has no property "{name}"'
                        yield unknown_property.finding(place, message, did_you_mean(name, names))


def _property_references(own: ComponentType) -> Iterator[tuple[_Path, str]]:
    """Yield the path and the name of properties that functions and property groups refer to."""
    for function_name, function in own.functions.items():
        for index, name in enumerate(function.required_properties):
            yield ("functions", function_name, "requiredProperties", index), name
    for group_name, group in own.property_groups.items():
        for index, name in enumerate(group.property_names):
            yield ("propertyGroups", group_name, "propertyNames", index), name


@rule("TWIN026", "unknown-target", gathers_places=True)
def unknown_target(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that relationships and component paths refer to something that exists.

    A relationship, or the path of a composite component, refers to something that is not in this definition.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {near: RELATIONSHIP}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                sensor:
                  componentTypeId: com.example.Sensor
                  properties: {near: machine2}
            machine-2:
              entityName: Machine 2

    Finding:
        entities/e.yaml:6:26 TWIN026 relationship target "machine2" is not an entity of this definition; did
        you mean "machine-2"?

    Fix:
        Correct the id, or define what it refers to.

    Good:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                sensor:
                  componentTypeId: com.example.Sensor
                  properties: {near: machine-2}
            machine-2:
              entityName: Machine 2

    Args:
        definition: The definition.
    """
    valid = definition.declared("entities")
    for entity_id, entity in definition.entities.items():
        yield from _unknown_relationship_targets(definition, entity, valid)
        if entity.composite_components and ("entities", entity_id) not in definition.partial:
            for component_path in entity.composite_components:
                yield from _unknown_path(definition, entity_id, component_path)


def _unknown_relationship_targets(
    definition: UncheckedDefinition, entity: Entity, valid: KeysView[str]
) -> Iterator[Finding]:
    members: tuple[tuple[str, Mapping[str, Component | CompositeComponent]], ...] = (
        ("components", entity.components),
        ("compositeComponents", entity.composite_components),
    )
    for member, components in members:
        for path, component in components.items():
            for name, prop in component.properties.items():
                if not prop.value or REFERRING_MEMBERS.isdisjoint(prop.value):
                    continue
                for target, inner_path in target_entities(prop.value):
                    if target in valid or target in definition.lost:
                        continue
                    keys = ("entities", entity.entity_id, member, path, "properties", name)
                    place = value_place(definition, keys, inner_path)
                    message = f'relationship target "{target}" is not an entity of this definition'
                    remedy = did_you_mean(target, valid - {entity.entity_id})
                    yield unknown_target.finding(place, message, remedy)


def _unknown_path(definition: UncheckedDefinition, entity_id: str, component_path: str) -> Iterator[Finding]:
    """Report a component path with an unknown name; it is followed as far as the types are known."""
    components = definition.entities[entity_id].components
    types = {name: component.component_type_id for name, component in components.items()}
    owner = f'"{entity_id}"'
    for name in component_path.split("/"):
        if name not in types:
            place = definition.where("entities", entity_id, "compositeComponents", component_path)
            message = f'component path "{component_path}" leads nowhere: {owner} has no component "{name}"'
            yield unknown_target.finding(place, message, did_you_mean(name, types))
            return
        resolved = definition.resolved_types.get(types[name])
        if resolved is None or resolved.takes_any_property:
            return
        types, owner = dict(resolved.parts), f'component type "{types[name]}"'
