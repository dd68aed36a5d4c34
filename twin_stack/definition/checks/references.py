"""Every name points at something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.findings import Code, Finding, Severity, did_you_mean
from twin_stack.definition.values import targets
from twin_stack.twinmaker.builtin_types import BUILTIN_TYPES
from twin_stack.twinmaker.names import RESERVED_NAMESPACE, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.draft import Draft
    from twin_stack.definition.schema import Component, CompositeComponent


def _known_types(draft: Draft) -> set[str]:
    return draft.declared("component_types") | BUILTIN_TYPES.keys()


def _known_type(draft: Draft, known: set[str], type_id: str, *path: str | int) -> Iterator[Finding]:
    if type_id in known or draft.is_lost(type_id):
        return
    kind, thing, *rest = path
    place = draft.where(str(kind), str(thing), *rest)
    remedy = did_you_mean(type_id, known)
    if type_id.startswith(RESERVED_NAMESPACE):
        # AWS owns more types than it documents, so this cannot be an error.
        message = f'component type "{type_id}" is not one of AWS that is documented'
        yield Finding(place, Code.UNKNOWN_COMPONENT_TYPE, message, remedy, Severity.WARNING)
        return
    message = f'component type "{type_id}" is not defined'
    yield Finding(place, Code.UNKNOWN_COMPONENT_TYPE, message, remedy)


def base_types(draft: Draft) -> Iterator[Finding]:
    """Report an ``extendsFrom`` that nobody defined, and inherited members that no parent has.

    Args:
        draft: Component types.
    """
    known = _known_types(draft)
    for type_id, one in draft.component_types.items():
        for index, base in enumerate(one.extends_from):
            yield from _known_type(draft, known, base, "component_types", type_id, "extendsFrom", index)
        if draft.resolved[type_id].takes_any_property:
            continue
        inherited = {name for base in one.extends_from for name in draft.resolved[base].properties}
        for name, definition in one.property_definitions.items():
            if definition.is_inherited and name not in inherited:
                place = draft.where("component_types", type_id, "propertyDefinitions", name)
                message = f'property "{name}" is marked as inherited, and no parent has it'
                remedy = "correct extendsFrom, or remove isInherited"
                yield Finding(place, Code.UNKNOWN_PROPERTY, message, remedy)


def reserved_ids(draft: Draft) -> Iterator[Finding]:
    """Report a component type in the namespace that AWS keeps to itself.

    Args:
        draft: Component types.
    """
    for type_id in draft.component_types:
        if type_id.startswith(RESERVED_NAMESPACE):
            message = f'component type id "{type_id}" is in the namespace of AWS, "{RESERVED_NAMESPACE}"'
            remedy = "rename it, or remove it where it is a type of AWS"
            yield Finding(draft.where("component_types", type_id), Code.BAD_ID, message, remedy)


def relationship_types(draft: Draft) -> Iterator[Finding]:
    """Report a property that points at components of a type nobody defined.

    Args:
        draft: Component types.
    """
    known = _known_types(draft)
    for type_id, one in draft.component_types.items():
        for name, definition in one.property_definitions.items():
            relationship = definition.data_type.relationship if definition.data_type else None
            if relationship is not None and relationship.target_component_type_id is not None:
                path = ("propertyDefinitions", name, "dataType", "relationship", "targetComponentTypeId")
                target = relationship.target_component_type_id
                yield from _known_type(draft, known, target, "component_types", type_id, *path)


def component_types(draft: Draft) -> Iterator[Finding]:
    """Report a component whose type nobody defined.

    Args:
        draft: Entities and component types.
    """
    known = _known_types(draft)
    for entity_id, entity in draft.entities.items():
        for name, component in entity.components.items():
            path = ("entities", entity_id, "components", name, "componentTypeId")
            yield from _known_type(draft, known, component.component_type_id, *path)


def composite_types(draft: Draft) -> Iterator[Finding]:
    """Report a composite component type whose parts nobody defined, and paths that lead nowhere.

    Args:
        draft: Entities and component types.
    """
    known = _known_types(draft)
    for type_id, one in draft.component_types.items():
        for name, part in one.composite_component_types.items():
            path = ("component_types", type_id, "compositeComponentTypes", name, "componentTypeId")
            yield from _known_type(draft, known, part.component_type_id, *path)
    for entity_id, entity in draft.entities.items():
        if ("entities", entity_id) not in draft.partial:
            for component_path in entity.composite_components:
                yield from _known_path(draft, entity_id, component_path)


def _known_path(draft: Draft, entity_id: str, component_path: str) -> Iterator[Finding]:
    """Report a component path that leads nowhere; it is followed as far as the types are known."""
    known = {name: one.component_type_id for name, one in draft.entities[entity_id].components.items()}
    of = f'"{entity_id}"'
    for name in component_path.split("/"):
        if name not in known:
            place = draft.where("entities", entity_id, "compositeComponents", component_path)
            message = f'component path "{component_path}" leads nowhere: {of} has no component "{name}"'
            yield Finding(place, Code.UNKNOWN_TARGET, message, did_you_mean(name, known))
            return
        resolved = draft.resolved.get(known[name])
        if resolved is None or resolved.takes_any_property:
            return
        known, of = dict(resolved.parts), f'component type "{known[name]}"'


def connectors(draft: Draft) -> Iterator[Finding]:
    """Report a function whose connector ``twin.yaml`` does not name.

    Args:
        draft: Component types and the twin file.
    """
    if draft.connectors is None:
        return
    for type_id, one in draft.component_types.items():
        for name, function in one.functions.items():
            if function.connector is None or function.connector in draft.connectors:
                continue
            place = draft.where("component_types", type_id, "functions", name, "connector")
            message = f'connector "{function.connector}" is not defined in twin.yaml'
            remedy = did_you_mean(function.connector, draft.connectors)
            yield Finding(place, Code.UNKNOWN_CONNECTOR, message, remedy)


def function_properties(draft: Draft) -> Iterator[Finding]:
    """Report names in ``requiredProperties`` and property groups that the type does not have.

    Args:
        draft: Component types.
    """
    for type_id, one in draft.component_types.items():
        resolved = draft.resolved[type_id]
        if resolved.takes_any_property:
            continue
        named = [
            (("functions", function, "requiredProperties", index), name)
            for function, body in one.functions.items()
            for index, name in enumerate(body.required_properties)
        ] + [
            (("propertyGroups", group, "propertyNames", index), name)
            for group, members in one.property_groups.items()
            for index, name in enumerate(members.property_names)
        ]
        for path, name in named:
            if name not in resolved.properties:
                place = draft.where("component_types", type_id, *path)
                message = f'component type "{type_id}" has no property "{name}"'
                yield Finding(place, Code.UNKNOWN_PROPERTY, message, did_you_mean(name, resolved.properties))


def parents(draft: Draft) -> Iterator[Finding]:
    """Report a parent that is not an entity of this definition.

    Args:
        draft: Entities.
    """
    known = draft.declared("entities") | {ROOT}
    for entity_id, entity in draft.entities.items():
        parent = entity.parent_entity_id
        if parent not in known and not draft.is_lost(parent):
            place = draft.where("entities", entity_id, "parentEntityId")
            message = f'parent entity "{parent}" is not defined'
            yield Finding(place, Code.UNKNOWN_PARENT, message, did_you_mean(parent, known))


def relationship_targets(draft: Draft) -> Iterator[Finding]:
    """Report a relationship to an entity that is not of this definition.

    Args:
        draft: Entities, their values typed.
    """
    known = draft.declared("entities")
    for entity_id, entity in draft.entities.items():
        holders: list[tuple[tuple[str, str], Component | CompositeComponent]] = [
            *((("components", name), one) for name, one in entity.components.items()),
            *((("compositeComponents", path), one) for path, one in entity.composite_components.items()),
        ]
        for path, component in holders:
            for name, given in component.properties.items():
                for target in targets(given.value or {}):
                    if target in known or draft.is_lost(target):
                        continue
                    place = draft.where("entities", entity_id, *path, "properties", name)
                    message = f'relationship target "{target}" is not an entity of this definition'
                    yield Finding(place, Code.UNKNOWN_TARGET, message, did_you_mean(target, known))
