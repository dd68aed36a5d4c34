"""Component types whose assets the twin creates, and the places of their properties."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from twin_stack.definition.sitewise import is_read_by, managed_connectors

if TYPE_CHECKING:
    from twin_stack.definition.findings import Location
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.definition.unchecked import UncheckedDefinition

_ATTRIBUTES: dict[str | int, str] = {
    "expression": "expression",
    "window": "window",
    "variables": "variables",
    "dataType": "data_type",
    "configuration": "configuration",
}


def managed_types(definition: UncheckedDefinition | TwinDefinition) -> dict[str, ResolvedType]:
    """Return the types that a connector with managed assets reads, by id, with all that they inherit.

    Args:
        definition: Component types and connectors.
    """
    connectors = managed_connectors(definition.twin.connectors) if definition.twin is not None else set()
    if not connectors:
        return {}
    return {
        type_id: definition.resolved_types[type_id]
        for type_id in definition.component_types
        if is_read_by(definition.resolved_types[type_id], connectors)
    }


def property_place(definition: UncheckedDefinition, type_id: str, name: str, *path: str | int) -> Location:
    """Return the place where a property of a type is declared, in the type itself or in an ancestor.

    Args:
        definition: Component types.
        type_id: Id of the type.
        name: Name of the property.
        path: Keys from the property definition to a value; the nearest declaration with the first of them
            is taken.
    """
    for declaring_id in chain((type_id,), definition.ancestors.walk(type_id)):
        declaring = definition.component_types.get(declaring_id)
        own = declaring.property_definitions.get(name) if declaring is not None else None
        if own is not None and (not path or getattr(own, _ATTRIBUTES[path[0]])):
            return definition.where("component_types", declaring_id, "propertyDefinitions", name, *path)
    return definition.where("component_types", type_id)
