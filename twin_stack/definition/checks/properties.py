"""What a component must have, and which component there may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.findings import Code, Finding, Severity
from twin_stack.definition.resolve import stored_externally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.draft import Draft
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Component


def _components(draft: Draft) -> Iterator[tuple[str, str, Component, ResolvedType]]:
    for entity_id, entity in draft.entities.items():
        for name, component in entity.components.items():
            resolved = draft.resolved.get(component.component_type_id)
            if resolved is not None:
                yield entity_id, name, component, resolved


def untyped_properties(draft: Draft) -> Iterator[Finding]:
    """Report a property that has no data type of its own and inherits none.

    Args:
        draft: Component types.
    """
    for type_id, one in draft.component_types.items():
        resolved = draft.resolved[type_id]
        for name, own in one.property_definitions.items():
            is_ours = not (own.is_imported or own.is_inherited or resolved.takes_any_property)
            if is_ours and resolved.properties[name].data_type is None and own.default_value is None:
                place = draft.where("component_types", type_id, "propertyDefinitions", name)
                message = f'property "{name}" has no dataType'
                yield Finding(place, Code.MISSING_KEY, message, "add dataType")


def required_properties(draft: Draft) -> Iterator[Finding]:
    """Report a component without a value its type requires and gives no default for.

    Args:
        draft: Entities and component types.
    """
    for entity_id, name, component, resolved in _components(draft):
        for property_name, definition in resolved.properties.items():
            is_needed = definition.is_required_in_entity and not stored_externally(definition)
            if not is_needed or definition.default_value is not None:
                continue
            if property_name not in component.properties and not _is_written(
                draft, entity_id, name, property_name
            ):
                place = draft.where("entities", entity_id, "components", name)
                message = f'component "{name}" of "{entity_id}" lacks the required property "{property_name}"'
                remedy = f"add properties.{property_name}"
                yield Finding(place, Code.MISSING_PROPERTY, message, remedy)


def _is_written(draft: Draft, entity_id: str, name: str, property_name: str) -> bool:
    """Return whether a property that is left out of an entity with mistakes may be one of them."""
    if ("entities", entity_id) not in draft.partial:
        return False
    properties = draft.sources["entities", entity_id]["components"][name].get("properties", {})
    return not isinstance(properties, dict) or property_name in properties


def abstract_types(draft: Draft) -> Iterator[Finding]:
    """Report a component of an abstract type: the service refuses it (TwinMaker guide).

    Args:
        draft: Entities and component types.
    """
    for entity_id, name, component, resolved in _components(draft):
        unread = resolved.unread()
        if unread and not resolved.takes_any_property:
            place = draft.where("entities", entity_id, "components", name, "componentTypeId")
            message = (
                f'component type "{component.component_type_id}" is abstract: no function reads '
                f"{', '.join(sorted(unread))}"
            )
            remedy = "give the type a dataReader with a connector"
            yield Finding(place, Code.ABSTRACT_COMPONENT_TYPE, message, remedy)


def singletons(draft: Draft) -> Iterator[Finding]:
    """Report a second component of a singleton type on an entity.

    Args:
        draft: Entities and component types.
    """
    seen: dict[tuple[str, str], str] = {}
    for entity_id, name, component, resolved in _components(draft):
        if not resolved.is_singleton:
            continue
        first = seen.setdefault((entity_id, component.component_type_id), name)
        if first != name:
            place = draft.where("entities", entity_id, "components", name)
            message = f'components "{first}" and "{name}" are both of a singleton type'
            yield Finding(place, Code.SINGLETON_TWICE, message, "remove one of them")


def names_without_a_place(draft: Draft) -> Iterator[Finding]:
    """Report display names: the API knows them, CloudFormation has no member for them.

    Args:
        draft: Component types and entities.
    """
    paths: list[tuple[str, ...]] = []
    for type_id, one in draft.component_types.items():
        if one.component_type_name is not None:
            paths.append(("component_types", type_id, "componentTypeName"))
        paths += (
            ("component_types", type_id, "propertyDefinitions", name, "displayName")
            for name, definition in one.property_definitions.items()
            if definition.display_name is not None
        )
    for entity_id, component_name, component, _ in _components(draft):
        for name, given in component.properties.items():
            if given.definition is not None and given.definition.display_name is not None:
                path = ("components", component_name, "properties", name, "definition", "displayName")
                paths.append(("entities", entity_id, *path))
    for kind, item_id, *rest in paths:
        message = f'"{rest[-1]}" is not deployed, CloudFormation has no member for it'
        place = draft.where(kind, item_id, *rest)
        yield Finding(place, Code.NOT_DEPLOYED, message, "remove it", Severity.WARNING)
