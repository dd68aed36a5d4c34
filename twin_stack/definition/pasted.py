"""From what AWS prints of a component type to what is deployed of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

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


def own_members(one: ComponentType) -> ComponentType:
    """Return a component type without what it has from elsewhere.

    The service prints inherited members and those its schema initializer imported together with the type's
    own. Deployed, the former would override the parent with itself and the latter would never match.

    Args:
        one: A checked type. An inherited property keeps its default value and its configuration, which are
            what a type overrides.
    """
    properties = {
        name: _own(definition)
        for name, definition in one.property_definitions.items()
        if not definition.is_imported and _says_something(definition)
    }
    return one.model_copy(
        update={
            "property_definitions": properties,
            "functions": _not_inherited(one.functions),
            "property_groups": _not_inherited(one.property_groups),
            "composite_component_types": _not_inherited(one.composite_component_types),
        }
    )


def _not_inherited(members: Mapping[str, Member]) -> dict[str, Member]:
    return {name: member for name, member in members.items() if not member.is_inherited}


def _says_something(definition: PropertyDefinition) -> bool:
    given = definition.default_value is not None or definition.configuration is not None
    return given or not definition.is_inherited


def _own(definition: PropertyDefinition) -> PropertyDefinition:
    if not definition.is_inherited:
        return definition
    return type(definition)(
        default_value=definition.default_value, configuration=definition.configuration, is_inherited=True
    )
