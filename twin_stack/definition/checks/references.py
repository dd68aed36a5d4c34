"""Every name points at something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.builtin_types import RESERVED, builtin_types
from twin_stack.definition.findings import Code, Finding, Severity, did_you_mean
from twin_stack.definition.schema import ROOT
from twin_stack.definition.values import targets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.draft import Draft


def _known_type(draft: Draft, type_id: str, *path: str | int) -> Iterator[Finding]:
    if type_id in draft.declared("component_types") or type_id in builtin_types():
        return
    if draft.is_lost(type_id):
        return
    known = draft.declared("component_types") | builtin_types().keys()
    kind, thing, *rest = path
    place = draft.where(str(kind), str(thing), *rest)
    remedy = did_you_mean(type_id, known)
    if type_id.startswith(RESERVED):
        # AWS owns more types than it documents, so this cannot be an error.
        message = f'component type "{type_id}" is not one of AWS that is documented'
        yield Finding(place, Code.UNKNOWN_COMPONENT_TYPE, message, remedy, Severity.WARNING)
        return
    message = f'component type "{type_id}" is not defined'
    yield Finding(place, Code.UNKNOWN_COMPONENT_TYPE, message, remedy)


def base_types(draft: Draft) -> Iterator[Finding]:
    """Report an ``extendsFrom`` that nobody defined.

    Args:
        draft: Component types.
    """
    for type_id, one in draft.component_types.items():
        for index, base in enumerate(one.extends_from):
            yield from _known_type(draft, base, "component_types", type_id, "extendsFrom", index)


def component_types(draft: Draft) -> Iterator[Finding]:
    """Report a component whose type nobody defined.

    Args:
        draft: Entities and component types.
    """
    for entity_id, entity in draft.entities.items():
        for name, component in entity.components.items():
            path = ("entities", entity_id, "components", name, "componentTypeId")
            yield from _known_type(draft, component.component_type_id, *path)


def composite_types(draft: Draft) -> Iterator[Finding]:
    """Report a composite component type whose parts nobody defined, and paths that lead nowhere.

    Args:
        draft: Entities and component types.
    """
    for type_id, one in draft.component_types.items():
        for name, part in one.composite_component_types.items():
            path = ("component_types", type_id, "compositeComponentTypes", name, "componentTypeId")
            yield from _known_type(draft, part.component_type_id, *path)
    for entity_id, entity in draft.entities.items():
        for path_ in entity.composite_components:
            if path_.split("/")[0] not in entity.components:
                place = draft.where("entities", entity_id, "compositeComponents", path_)
                message = f'component path "{path_}" does not begin with a component of "{entity_id}"'
                remedy = did_you_mean(path_.split("/")[0], entity.components)
                yield Finding(place, Code.UNKNOWN_TARGET, message, remedy)


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
            for index, name in enumerate(body.required_properties or [])
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
    known = draft.declared("entities")
    for entity_id, entity in draft.entities.items():
        parent = entity.parent_entity_id
        if parent != ROOT and parent not in known and not draft.is_lost(parent):
            place = draft.where("entities", entity_id, "parentEntityId")
            message = f'parent entity "{parent}" is not defined'
            yield Finding(place, Code.UNKNOWN_PARENT, message, did_you_mean(parent, known | {ROOT}))


def relationship_targets(draft: Draft) -> Iterator[Finding]:
    """Report a relationship to an entity that is not of this definition.

    Args:
        draft: Entities, their values typed.
    """
    known = draft.declared("entities")
    for entity_id, entity in draft.entities.items():
        for name, component in entity.components.items():
            for property_name, given in component.properties.items():
                for target in targets(given.value or {}):
                    if target in known or draft.is_lost(target):
                        continue
                    path = ("components", name, "properties", property_name)
                    message = f'relationship target "{target}" is not an entity of this definition'
                    yield Finding(
                        draft.where("entities", entity_id, *path),
                        Code.UNKNOWN_TARGET,
                        message,
                        did_you_mean(target, known),
                    )
