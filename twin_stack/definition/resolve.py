"""Component types with everything they inherit."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from twin_stack.definition.graph import parents_first
from twin_stack.definition.schema.component_type import ComponentType
from twin_stack.definition.schema.data_type import DataType
from twin_stack.twinmaker.builtin_types import BUILTIN_TYPES, accepts_undeclared_properties
from twin_stack.twinmaker.inheritance import (
    inherit,
    inherit_singleton,
    is_stored_externally,
    override_data_type,
    unread_properties,
)
from twin_stack.twinmaker.names import SCHEMA_INITIALIZER

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from twin_stack.definition.schema.function import Function
    from twin_stack.definition.schema.property import PropertyDefinition

MAX_INHERITED = 1_000_000
"""Most inherited properties, counted over all types: each is held for each type."""


class ResolvedType(NamedTuple):
    """A component type with everything it inherits.

    Attributes:
        component_type_id: Its id.
        properties: All properties by name; flags that no file gives are None.
        functions: All functions by name.
        parts: Ids of the composite component types by name.
        takes_any_property: True where components can have properties that no file declares.
        is_singleton: An entity has at most one component of the type.
    """

    component_type_id: str
    properties: Mapping[str, PropertyDefinition]
    functions: Mapping[str, Function]
    parts: Mapping[str, str]
    takes_any_property: bool
    is_singleton: bool

    def unread(self) -> list[str]:
        """Return the properties stored externally that no function reads; any makes the type abstract."""
        external = {
            name: bool(definition.is_time_series)
            for name, definition in self.properties.items()
            if stored_externally(definition)
        }
        if not external:
            return []
        return unread_properties(
            external, {name for name, function in self.functions.items() if function.is_implemented}
        )


def stored_externally(definition: PropertyDefinition) -> bool:
    """Return whether a connector holds the values of a property.

    Args:
        definition: A property.
    """
    return is_stored_externally(
        is_time_series=definition.is_time_series, flag=definition.is_stored_externally
    )


@cache
def builtin_types() -> dict[str, ComponentType]:
    """Return the component types of AWS by id."""
    members = ("extendsFrom", "propertyDefinitions", "functions")
    return {
        type_id: ComponentType.model_validate(
            {"componentTypeId": type_id, **{name: item[name] for name in members if name in item}}
        )
        for type_id, item in BUILTIN_TYPES.items()
    }


def resolve(types: Mapping[str, ComponentType], partial: Collection[str] = ()) -> dict[str, ResolvedType]:
    """Resolve every type.

    Args:
        types: Declared types by id, without cycles. Unknown parents are left out.
        partial: Ids of types whose file has mistakes: they may have any property.

    Returns:
        The declared types and the built-in ones of AWS, by id. When all together inherit more than
        ``MAX_INHERITED`` properties, the types from there on are missing.
    """
    declared = {**builtin_types(), **types}
    resolved: dict[str, ResolvedType] = {}
    inherited_count = 0
    for type_id in parents_first({key: item.extends_from for key, item in declared.items()}):
        own = declared[type_id]
        parents = [resolved[base] for base in own.extends_from if base in resolved]
        inherited_count += sum(len(parent.properties) for parent in parents)
        if inherited_count > MAX_INHERITED:
            break
        is_whole = len(parents) == len(own.extends_from) and type_id not in partial
        resolved[type_id] = _resolve_one(own, parents, is_whole=is_whole)
    return resolved


def _resolve_one(own: ComponentType, parents: list[ResolvedType], *, is_whole: bool) -> ResolvedType:
    own_parts = {name: item.component_type_id for name, item in own.composite_component_types.items()}
    return ResolvedType(
        component_type_id=own.component_type_id,
        properties=inherit(
            own.property_definitions, [parent.properties for parent in parents], _override_property
        ),
        functions=inherit(own.functions, [parent.functions for parent in parents]),
        parts=inherit(own_parts, [parent.parts for parent in parents]),
        takes_any_property=not is_whole
        or accepts_undeclared_properties(own.component_type_id)
        or any(parent.takes_any_property for parent in parents)
        or SCHEMA_INITIALIZER in own.functions,
        is_singleton=inherit_singleton(
            own=own.is_singleton, parents=[parent.is_singleton for parent in parents]
        ),
    )


def _override_property(inherited: PropertyDefinition, own: PropertyDefinition) -> PropertyDefinition:
    members = _given_members(own)
    if own.data_type is not None and inherited.data_type is not None:
        members["data_type"] = _override_data_type(inherited.data_type, own.data_type)
    return inherited.model_copy(update=members)


def _override_data_type(inherited: DataType, own: DataType) -> DataType:
    return DataType.model_construct(**override_data_type(_given_members(inherited), _given_members(own)))


def _given_members(model: PropertyDefinition | DataType) -> dict[str, Any]:
    return {name: value for name in model.model_fields_set if (value := getattr(model, name)) is not None}
