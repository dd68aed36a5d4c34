"""Coerce: bare values become the service's data values, by the declared data types."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from twin_stack.definition.allowed_values import disallowed_members, disallowed_values
from twin_stack.definition.checks.references import unknown_property
from twin_stack.definition.checks.values import (
    VALUE_NOT_IN_ALLOWED_VALUES,
    VALUE_STORED_EXTERNALLY,
    WRONG_VALUE_TYPE,
)
from twin_stack.definition.phases.resolve import resolve_types
from twin_stack.definition.resolve import ResolvedType, stored_externally
from twin_stack.definition.rules.members import MISSING_KEY
from twin_stack.definition.schema import (
    Component,
    ComponentType,
    CompositeComponent,
    DataType,
    Entity,
    PropertyDefinition,
    PropertyValue,
)
from twin_stack.definition.source import Cell
from twin_stack.definition.spreadsheet import is_scientific, more_cells, shortened_number
from twin_stack.definition.unchecked import ResolvedDeclarations, UncheckedDefinition, members_of
from twin_stack.definition.value_places import value_place
from twin_stack.definition.values import ValueMismatchError, to_data_value, to_untyped_value
from twin_stack.definition.wording import did_you_mean, quote_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from twin_stack.definition.allowed_values import DisallowedValue
    from twin_stack.definition.findings import Finding, Location

_Path: TypeAlias = tuple[str, ...]
_ValueKey: TypeAlias = tuple[str, type, str, str, str | None]
_Place: TypeAlias = "partial[Location]"
"""Returns the place of a value; called only where there is a mistake."""

_MAX_SHARED_VALUES = 2_000
"""Most values of a component type that are held once for all components."""


def coerce(declarations: ResolvedDeclarations, findings: list[Finding]) -> UncheckedDefinition:
    """Convert the values of all component types and entities to data values.

    Args:
        declarations: Declarations with resolved types.
        findings: Receives every value that does not fit.
    """
    coercer = _Coercer(declarations, findings)
    types = {
        type_id: coercer.component_type(type_id, own) for type_id, own in declarations.component_types.items()
    }
    entities = {entity_id: coercer.entity(entity_id, own) for entity_id, own in declarations.entities.items()}
    coercer.report_cells()
    is_unchanged = all(types[type_id] is own for type_id, own in declarations.component_types.items())
    resolved = declarations.resolved_types if is_unchanged else resolve_types(types, declarations.partial)
    return UncheckedDefinition(
        **members_of(declarations)
        | {
            "component_types": MappingProxyType(types),
            "entities": MappingProxyType(entities),
            "resolved_types": MappingProxyType(resolved),
        }
    )


class _Coercer:
    def __init__(self, declarations: ResolvedDeclarations, findings: list[Finding]) -> None:
        self._declarations = declarations
        self._resolved_types = declarations.resolved_types
        self._findings = findings
        self._report_count = 0
        self._shared_values: dict[str | None, dict[_ValueKey | None, PropertyValue]] = defaultdict(dict)
        self._wrong_cells: dict[tuple[Path, str, str], list[tuple[Cell, ValueMismatchError]]] = {}

    def _report(self, finding: Finding) -> None:
        self._report_count += 1
        self._findings.append(finding)

    def report_cells(self) -> None:
        """Report the cells of each column that have the same mistake, as one finding."""
        for wrong in self._wrong_cells.values():
            first, error = wrong[0]
            message = f"{error}{more_cells([cell for cell, _ in wrong], 'is')}"
            self._report(WRONG_VALUE_TYPE.finding(first.location, message, error.remedy))

    def component_type(self, type_id: str, own: ComponentType) -> ComponentType:
        """Return a component type with coerced defaults and allowed values.

        Args:
            type_id: Id of the type.
            own: The type as declared.
        """
        resolved = self._resolved_types[type_id].properties
        item = ("component_types", type_id)
        updates = {}
        for name, definition in own.property_definitions.items():
            path = ("propertyDefinitions", name)
            coerced = self._definition(item, path, definition, resolved[name])
            if coerced is not definition:
                updates[name] = coerced
        if not updates:
            return own
        return own.model_copy(update={"property_definitions": {**own.property_definitions, **updates}})

    def entity(self, entity_id: str, entity: Entity) -> Entity:
        """Return an entity with coerced values.

        Args:
            entity_id: Id of the entity.
            entity: The entity as declared.
        """
        item = ("entities", entity_id)
        components = {
            name: self._component(item, ("components", name), component, component.component_type_id)
            for name, component in entity.components.items()
        }
        composites = {
            path: self._component(
                item, ("compositeComponents", path), composite, self._type_at(entity.components, path)
            )
            for path, composite in entity.composite_components.items()
        }
        return entity.with_valid(
            components=components if entity.components else entity.components,
            composite_components=composites if entity.composite_components else entity.composite_components,
        )

    def _type_at(self, components: Mapping[str, Component], path: str) -> str | None:
        """Return the type of the component at a path such as ``pump/motor``."""
        first, *rest = path.split("/")
        type_id = components[first].component_type_id if first in components else None
        for name in rest:
            resolved = self._resolved_types.get(type_id or "")
            type_id = resolved.parts.get(name) if resolved else None
        return type_id

    def _definition(
        self, item: tuple[str, str], path: _Path, own: PropertyDefinition, resolved: PropertyDefinition
    ) -> PropertyDefinition:
        """Coerce the default and the allowed values of a property."""
        where = self._declarations.where
        data_type = resolved.data_type
        if data_type is None:
            if own.default_value is not None:
                message = f'property "{path[-1]}" has a default value and no dataType'
                self._report(MISSING_KEY.finding(where(*item, *path), message, "add dataType"))
            return own
        updates: dict[str, Any] = {}
        if own.default_value is not None:
            place = partial(where, *item, *path, "defaultValue")
            default = self._value(own.default_value, data_type, place)
            if default is not None:
                updates["default_value"] = default
                self._check_allowed(path[-1], default, data_type, place)
        if own.data_type is not None:
            coerced = self._data_type(own.data_type, partial(where, *item, *path, "dataType"))
            if coerced is not own.data_type:
                updates["data_type"] = coerced
        return own.model_copy(update=updates) if updates else own

    def _data_type(self, data_type: DataType, place: _Place) -> DataType:
        """Coerce the allowed values, including those of nested types."""
        updates: dict[str, Any] = {}
        if data_type.allowed_values:
            updates["allowed_values"] = [
                self._allowed_value(value, data_type, partial(place, "allowedValues", index))
                for index, value in enumerate(data_type.allowed_values)
            ]
        if data_type.nested_type is not None:
            nested = self._data_type(data_type.nested_type, partial(place, "nestedType"))
            if nested is not data_type.nested_type:
                updates["nested_type"] = nested
        return data_type.model_copy(update=updates) if updates else data_type

    def _allowed_value(self, value: Any, data_type: DataType, place: _Place) -> Any:
        """Coerce an allowed value; return it as it is where it does not fit."""
        coerced = self._value(value, data_type, place)
        if coerced is None:
            return value
        self._report_disallowed("the allowed value", disallowed_members(coerced, data_type), place)
        return coerced

    def _component(
        self,
        item: tuple[str, str],
        path: _Path,
        component: Component | CompositeComponent,
        type_id: str | None,
    ) -> Component | CompositeComponent:
        """Coerce the values of a component, and drop what it repeats of its type."""
        resolved = self._resolved_types.get(type_id or "")
        shared = self._shared_values[type_id]
        properties: dict[str, PropertyValue] = {}
        for name, prop in component.properties.items():
            key = _value_key(name, prop)
            coerced = shared.get(key)
            if coerced is None:
                count = self._report_count
                coerced = self._property(item, (*path, "properties", name), prop, resolved)
                if coerced is None:
                    continue
                if key is not None and self._report_count == count and len(shared) < _MAX_SHARED_VALUES:
                    shared[key] = coerced
            properties[name] = coerced
        groups = {name: group for name, group in component.property_groups.items() if not group.is_inherited}
        return component.with_valid(
            properties=properties if component.properties else component.properties,
            property_groups=groups if component.property_groups else component.property_groups,
        )

    def _property(
        self, item: tuple[str, str], path: _Path, prop: PropertyValue, resolved: ResolvedType | None
    ) -> PropertyValue | None:
        """Coerce the value of a property; return None when nothing of it is deployed."""
        name = path[-1]
        place = partial(self._declarations.where, *item, *path)
        declared = resolved.properties.get(name) if resolved else None
        own = None
        if declared is None and prop.definition is not None and not prop.definition.is_inherited:
            if prop.definition.is_imported:
                return None  # a schema initializer created it and will create it again
            own = self._definition(item, (*path, "definition"), prop.definition, prop.definition)
        definition = declared or own
        data_type = definition.data_type if definition is not None else None
        if data_type is None and resolved is not None and not resolved.takes_any_property:
            message = f'component type "{resolved.component_type_id}" has no property "{name}"'
            remedy = did_you_mean(name, resolved.properties)
            self._report(unknown_property.finding(place(), message, remedy))
            return None
        if prop.value is None and prop.definition is not None:
            # The service returns a definition and no value for a time series.
            if own is None:
                return None
            return PropertyValue.of_valid({"value": None, "definition": own}, ("definition",))
        if definition is not None and stored_externally(definition):
            message = f'property "{name}" is stored externally, its value comes from a connector'
            self._report(VALUE_STORED_EXTERNALLY.finding(place(), message, "remove the value"))
            return None
        value = self._value(prop.value, data_type, place)
        if value is not None and data_type is not None:
            self._check_allowed(name, value, data_type, place)
        return PropertyValue.of_valid({"value": value, "definition": own}, ("value", "definition"))

    def _value(self, value: Any, data_type: DataType | None, place: _Place) -> Any:
        """Coerce a value, by its own kind where no type is declared; return None when it does not fit."""
        try:
            data_value = to_data_value(value, data_type) if data_type is not None else to_untyped_value(value)
        except ValueMismatchError as error:
            if error.kind and isinstance(value, Cell):
                key = (value.location.file, value.column, error.kind)
                self._wrong_cells.setdefault(key, []).append((value, error))
                self._report_count += 1
            else:
                self._report_mismatch(error, place)
            return None
        if isinstance(value, Cell) and "stringValue" in data_value and is_scientific(value):
            self._report(shortened_number(value))
        return data_value

    def _report_mismatch(self, error: ValueMismatchError, place: _Place) -> None:
        """Report each wrong member of a value, where it is written."""
        for path, mismatch in error.by_member():
            where = value_place(self._declarations, place.args, path) if path else place()
            self._report(WRONG_VALUE_TYPE.finding(where, str(mismatch), mismatch.remedy))

    def _check_allowed(self, name: str, value: Any, data_type: DataType, place: _Place) -> None:
        """Report what the data type of a property does not allow of a value."""
        self._report_disallowed(f'property "{name}"', disallowed_values(value, data_type), place)

    def _report_disallowed(self, label: str, values: Iterable[DisallowedValue], place: _Place) -> None:
        """Report values that are not allowed, where they are written."""
        for path, value, allowed in values:
            texts = [str(next(iter(each.values()))) for each in allowed]
            actual = next(iter(value.values()))
            where = value_place(self._declarations, place.args, path) if path else place()
            subject = f"{'.'.join(map(str, path))} of {label}" if path else label
            message = f"{subject} is {quote_value(actual)}, which is not an allowed value"
            remedy = did_you_mean(str(actual), texts)
            self._report(VALUE_NOT_IN_ALLOWED_VALUES.finding(where, message, remedy))


def _value_key(name: str, prop: PropertyValue) -> _ValueKey | None:
    """Return what the coerced value of a property follows from; None where it has to be looked at."""
    value = prop.value
    if prop.definition is not None or not isinstance(value, str | int | float):
        return None
    if isinstance(value, Cell):
        return name, Cell, str(value), value.decimal, value.without_accents
    return name, type(value), str(value), "", None  # numbers as text: 0.0 is equal to -0.0
