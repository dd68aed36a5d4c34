"""From a component type as the service returns it to what is deployed of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.schema import (
        ComponentType,
        CompositeComponentType,
        Function,
        PropertyDefinition,
        PropertyGroup,
    )

Member = TypeVar("Member", "Function", "PropertyGroup", "CompositeComponentType")


def strip_read_only_members(component_type: ComponentType) -> ComponentType:
    """Return a component type without members that it inherits or that a schema initializer imported.

    The service returns them together with the type's own members. If they were deployed, the former would
    override the parent with itself and the latter would never match.

    Args:
        component_type: A checked type. An inherited property keeps its default value and its configuration,
            which a type may override.

    Returns:
        The type; the same object where there is nothing to strip.
    """
    properties = {
        name: _own_members(definition)
        for name, definition in component_type.property_definitions.items()
        if not definition.is_imported and _has_own_members(definition)
    }
    stripped: dict[str, Any] = {
        "property_definitions": properties,
        "functions": _not_inherited(component_type.functions),
        "property_groups": _not_inherited(component_type.property_groups),
        "composite_component_types": _not_inherited(component_type.composite_component_types),
    }
    if all(members == getattr(component_type, name) for name, members in stripped.items()):
        return component_type
    return component_type.model_copy(update=stripped)


def _not_inherited(members: Mapping[str, Member]) -> dict[str, Member]:
    return {name: member for name, member in members.items() if not member.is_inherited}


def _has_own_members(definition: PropertyDefinition) -> bool:
    overrides = definition.default_value is not None or definition.configuration is not None
    return overrides or not definition.is_inherited


def _own_members(definition: PropertyDefinition) -> PropertyDefinition:
    if not definition.is_inherited:
        return definition
    return type(definition)(
        default_value=definition.default_value, configuration=definition.configuration, is_inherited=True
    )
