"""Give every value its type: what was written bare becomes the service's DataValue."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from twin_stack.definition.findings import Code, Finding, did_you_mean, shown
from twin_stack.definition.resolve import ResolvedType, stored_externally
from twin_stack.definition.schema import (
    Component,
    CompositeComponent,
    DataType,
    PropertyDefinition,
    PropertyValue,
)
from twin_stack.definition.values import ValueMismatchError, to_data_value, to_untyped_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin_stack.definition.draft import Draft
    from twin_stack.definition.findings import Location

_Path: TypeAlias = tuple[str, ...]
_Place: TypeAlias = "Callable[[], Location]"
"""Gives the place of a value; asked for only where there is a mistake."""


def type_values(draft: Draft) -> None:
    """Type the values of all component types and entities of a draft, in place.

    Args:
        draft: Types resolved. It takes every value that does not fit.
    """
    for type_id, one in draft.component_types.items():
        resolved = draft.resolved[type_id].properties
        properties = {
            name: _definition(
                draft, ("component_types", type_id), ("propertyDefinitions", name), own, resolved[name]
            )
            for name, own in one.property_definitions.items()
        }
        draft.component_types[type_id] = one.model_copy(update={"property_definitions": properties})
    for entity_id, entity in draft.entities.items():
        thing = ("entities", entity_id)
        components = {
            name: _component(draft, thing, ("components", name), component, component.component_type_id)
            for name, component in entity.components.items()
        }
        composites = {
            path: _component(
                draft,
                thing,
                ("compositeComponents", path),
                composite,
                _type_at(draft, entity.components, path),
            )
            for path, composite in entity.composite_components.items()
        }
        draft.entities[entity_id] = entity.model_copy(
            update={"components": components, "composite_components": composites}
        )


def _type_at(draft: Draft, components: Mapping[str, Component], path: str) -> str | None:
    """Return the type of the component at a path such as ``pump/motor``."""
    first, *rest = path.split("/")
    type_id = components[first].component_type_id if first in components else None
    for name in rest:
        resolved = draft.resolved.get(type_id or "")
        type_id = resolved.parts.get(name) if resolved else None
    return type_id


def _definition(
    draft: Draft, thing: tuple[str, str], path: _Path, own: PropertyDefinition, resolved: PropertyDefinition
) -> PropertyDefinition:
    """Type the default and the allowed values of a property."""
    data_type = resolved.data_type
    if data_type is None:
        if own.default_value is not None:
            place = draft.where(*thing, *path)
            message = f'property "{path[-1]}" has a default value and no dataType'
            draft.findings.append(Finding(place, Code.MISSING_KEY, message, "add dataType"))
        return own
    updates: dict[str, Any] = {}
    if own.default_value is not None:
        of_default = partial(draft.where, *thing, *path, "defaultValue")
        default = _value(draft, own.default_value, data_type, of_default)
        updates["default_value"] = default
        if default is not None:
            _allowed(draft, path[-1], default, data_type, of_default)
    if own.data_type is not None:
        typed = _data_type(draft, own.data_type, partial(draft.where, *thing, *path, "dataType"))
        if typed is not own.data_type:
            updates["data_type"] = typed
    return own.model_copy(update=updates) if updates else own


def _data_type(draft: Draft, data_type: DataType, place: Callable[..., Location]) -> DataType:
    """Type the allowed values, also those of what a list or map holds."""
    updates: dict[str, Any] = {}
    if data_type.allowed_values:
        updates["allowed_values"] = [
            _value(draft, value, data_type, partial(place, "allowedValues", index))
            for index, value in enumerate(data_type.allowed_values)
        ]
    if data_type.nested_type is not None:
        nested = _data_type(draft, data_type.nested_type, partial(place, "nestedType"))
        if nested is not data_type.nested_type:
            updates["nested_type"] = nested
    return data_type.model_copy(update=updates) if updates else data_type


def _component(
    draft: Draft,
    thing: tuple[str, str],
    path: _Path,
    component: Component | CompositeComponent,
    type_id: str | None,
) -> Component | CompositeComponent:
    """Type the values of a component, and leave out what the type says already."""
    resolved = draft.resolved.get(type_id or "")
    properties: dict[str, PropertyValue] = {}
    for name, given in component.properties.items():
        typed = _property(draft, thing, (*path, "properties", name), given, resolved)
        if typed is not None:
            properties[name] = typed
    groups = {name: group for name, group in component.property_groups.items() if not group.is_inherited}
    return component.model_copy(update={"properties": properties, "property_groups": groups})


def _property(
    draft: Draft, thing: tuple[str, str], path: _Path, given: PropertyValue, resolved: ResolvedType | None
) -> PropertyValue | None:
    """Type the value of a property; None when there is nothing to deploy of it."""
    name = path[-1]
    place = partial(draft.where, *thing, *path)
    declared = resolved.properties.get(name) if resolved else None
    own = None
    if declared is None and given.definition is not None and not given.definition.is_inherited:
        if given.definition.is_imported:
            return None  # made by a schema initializer, which will make it again
        own = _definition(draft, thing, (*path, "definition"), given.definition, given.definition)
    known = declared or own
    data_type = known.data_type if known is not None else None
    if data_type is None and resolved is not None and not resolved.takes_any_property:
        message = f'component type "{resolved.component_type_id}" has no property "{name}"'
        remedy = did_you_mean(name, resolved.properties)
        draft.findings.append(Finding(place(), Code.UNKNOWN_PROPERTY, message, remedy))
        return None
    if given.value is None and given.definition is not None:
        # What AWS prints of a time series: a definition and no value.
        return PropertyValue(definition=own) if own is not None else None
    if known is not None and stored_externally(known):
        message = f'property "{name}" is stored externally, its value comes from a connector'
        draft.findings.append(Finding(place(), Code.VALUE_STORED_EXTERNALLY, message, "remove the value"))
        return None
    value = _value(draft, given.value, data_type, place)
    if value is not None and data_type is not None:
        _allowed(draft, name, value, data_type, place)
    return PropertyValue(value=value, definition=own)


def _value(draft: Draft, value: Any, data_type: DataType | None, place: _Place) -> Any:
    """Type a value, by its own kind where no type is declared; None, and a finding, when it does not fit."""
    try:
        return to_data_value(value, data_type) if data_type is not None else to_untyped_value(value)
    except ValueMismatchError as error:
        draft.findings.append(Finding(place(), Code.WRONG_VALUE_TYPE, str(error), error.remedy))
        return None


def _allowed(draft: Draft, name: str, value: Any, data_type: DataType, place: _Place) -> None:
    if not data_type.allowed_values:
        return
    allowed = []
    for one in data_type.allowed_values:
        try:
            allowed.append(to_data_value(one, data_type))
        except ValueMismatchError:
            return  # reported where it is declared
    if value not in allowed:
        bare = [str(next(iter(one.values()))) for one in allowed]
        message = f'property "{name}" is {shown(next(iter(value.values())))}, which is not an allowed value'
        remedy = did_you_mean(str(next(iter(value.values()))), bare)
        draft.findings.append(Finding(place(), Code.VALUE_NOT_IN_ALLOWED_VALUES, message, remedy))
