"""Validate the usual entity in a fraction of the time that pydantic takes.

A large twin is thousands of entities with the same members. ``EntityFactory`` returns what
``Entity.model_validate`` returns, or None where an entity has other members or a mistake: pydantic then
reports what is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.schema import Component, Entity, PropertyValue
from twin_stack.definition.schema.names import (
    COMPONENT_TYPE_ID,
    DESCRIPTION,
    ENTITY_ID,
    ENTITY_NAME,
    NAME,
    PARENT_ENTITY_ID,
)
from twin_stack.definition.source import Cell
from twin_stack.twinmaker.names import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.schema import StringRule

_ENTITY_FIELDS: Final = {
    "entityId": "entity_id",
    "entityName": "entity_name",
    "description": "description",
    "parentEntityId": "parent_entity_id",
    "components": "components",
}
_COMPONENT_FIELDS: Final = {
    "componentTypeId": "component_type_id",
    "description": "description",
    "properties": "properties",
}
_BARE: Final = frozenset({str, Cell, int, float, bool, type(None)})
"""Types of values that are written without the members of a property's value."""

_NO_MEMBERS: Final[dict[str, Any]] = {}
"""In place of each member that is not given: shapes are frozen, and entities are many."""

_VALUE: Final = frozenset({"value"})


class _UnusualError(Exception):
    """An entity has a mistake, or members that only pydantic reads."""


class EntityFactory:
    """Creates entities, and caches names that are allowed."""

    def __init__(self) -> None:
        self._allowed: dict[int, set[str]] = {}
        self._texts: dict[str, PropertyValue] = {}

    def entity(self, data: Mapping[str, Any]) -> Entity | None:
        """Return a valid entity, None where pydantic has to read it.

        Args:
            data: What was read, ids filled in.
        """
        try:
            fields = [_ENTITY_FIELDS[name] for name in data]
            members = {
                "entity_id": _text(data["entityId"], ENTITY_ID),
                "entity_name": _text(data["entityName"], ENTITY_NAME),
                "description": _description(data),
                "parent_entity_id": self._name(data.get("parentEntityId", ROOT), PARENT_ENTITY_ID),
                "components": self._components(data["components"]) if "components" in data else _NO_MEMBERS,
                "composite_components": _NO_MEMBERS,
                "tags": _NO_MEMBERS,
            }
        except (_UnusualError, KeyError):
            return None
        return Entity.of_valid(members, fields)

    def _components(self, written: Any) -> dict[str, Component]:
        if not isinstance(written, dict):
            raise _UnusualError
        return {self._name(name, NAME): self._component(data) for name, data in written.items()}

    def _component(self, data: Any) -> Component:
        if not isinstance(data, dict):
            raise _UnusualError
        properties = data.get("properties", _NO_MEMBERS)
        if not isinstance(properties, dict):
            raise _UnusualError
        fields = [_COMPONENT_FIELDS[name] for name in data]
        members = {
            "component_type_id": self._name(data["componentTypeId"], COMPONENT_TYPE_ID),
            "description": _description(data),
            "properties": {self._name(name, NAME): self._value(value) for name, value in properties.items()}
            or _NO_MEMBERS,
            "property_groups": _NO_MEMBERS,
        }
        return Component.of_valid(members, fields)

    def _value(self, value: Any) -> PropertyValue:
        if type(value) not in _BARE:
            raise _UnusualError
        if type(value) is not str:
            return PropertyValue.of_valid({"value": value, "definition": None}, _VALUE)
        if (shape := self._texts.get(value)) is None:
            shape = PropertyValue.of_valid({"value": value, "definition": None}, _VALUE)
            self._texts[value] = shape
        return shape

    def _name(self, value: Any, rule: StringRule) -> str:
        """Return a name that many items have."""
        allowed = self._allowed.setdefault(id(rule), set())
        if type(value) is str and value in allowed:
            return value
        text = _text(value, rule)
        allowed.add(text)
        return text


def _text(value: Any, rule: StringRule) -> str:
    if not isinstance(value, str) or not rule.fits(value):
        raise _UnusualError
    return str(value)


def _description(data: Mapping[str, Any]) -> str | None:
    value = data.get("description")
    return None if value is None else _text(value, DESCRIPTION)
