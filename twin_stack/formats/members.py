"""Members of AWS's files: what of them a definition holds, and a note for the rest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.rules.imports import CHANGED_ON_IMPORT, NOT_IMPORTED
from twin_stack.definition.schema import Component, ComponentType, CompositeComponent, Entity
from twin_stack.definition.schema.shape import LEFT_OUT_MEMBERS
from twin_stack.definition.source import LocatedMap, at
from twin_stack.formats.bare_values import bare_value, short_data_type
from twin_stack.formats.losses import GatheredLosses
from twin_stack.twinmaker.data_types import FLAGS, PROPERTY_MEMBERS, REQUEST_FLAGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.findings import Finding, Location

PlaceOf = Callable[..., "Location"]
"""Returns the place of a key, by the keys and indexes from the item to it."""

_RESPONSE_FLAGS: Final = frozenset(FLAGS) - frozenset(REQUEST_FLAGS)
_OVERRIDES: Final = ("defaultValue", "configuration")
_COMPUTED: Final = "the service computes it"
_TARGETS: Final = {"TargetEntityId": "targetEntityId", "TargetComponentName": "targetComponentName"}
"""CloudFormation's spelling, which bulk files have too, by the API's."""


def places_in(item: LocatedMap) -> PlaceOf:
    """Return the function that finds places of keys in an item that was read with places.

    Args:
        item: The item.
    """

    def place_of(*path: str | int) -> Location:
        container: Any = item
        for key in path[:-1]:
            container = container[key]
        return at(container, path[-1], of_key=isinstance(container, LocatedMap))

    return place_of


class MemberFilter:
    """Keeps the members that a definition holds, and counts the others by name.

    Args:
        is_cloudformation_spelling: Whether the source spells targets of relationships as CloudFormation does,
            as bulk files do. Elsewhere that spelling is a change that is reported.
    """

    def __init__(self, *, is_cloudformation_spelling: bool = False) -> None:
        self._left_out = GatheredLosses(NOT_IMPORTED, "is not imported")
        self._renamed = GatheredLosses(CHANGED_ON_IMPORT, "is written in another spelling")
        self._is_cloudformation_spelling = is_cloudformation_spelling

    def findings(self) -> list[Finding]:
        """Return a finding for each member that was left out or renamed, at its first place."""
        return [*self._left_out.findings(), *self._renamed.findings()]

    def component_type(self, source: Mapping[str, Any], place_of: PlaceOf) -> dict[str, Any]:
        """Return a component type without what it inherits and what no request takes.

        Args:
            source: The type as a file of AWS or a response holds it.
            place_of: Returns the place of a key of it.
        """
        members = self._without(source, ComponentType.read_only_members, place_of)
        for name, own in (
            ("propertyDefinitions", self._property_definition),
            ("functions", _not_inherited),
            ("propertyGroups", _not_inherited),
            ("compositeComponentTypes", _not_inherited),
        ):
            _keep_each(members, name, own, place_of)
        return members

    def entity(self, source: Mapping[str, Any], place_of: PlaceOf) -> dict[str, Any]:
        """Return an entity without what no request takes.

        Args:
            source: The entity as a file of AWS or a response holds it.
            place_of: Returns the place of a key of it.
        """
        members = self._without(source, Entity.read_only_members, place_of)
        for name, read_only in (
            ("components", Component.read_only_members),
            ("compositeComponents", CompositeComponent.read_only_members),
        ):
            _keep_each(members, name, partial(self.component, read_only=read_only), place_of)
        return members

    def component(
        self,
        source: Any,
        place_of: PlaceOf,
        read_only: frozenset[str] = Component.read_only_members,
    ) -> Any:
        """Return a component of an entity without what no request takes.

        Args:
            source: The component as a file of AWS or a response holds it.
            place_of: Returns the place of a key of it.
            read_only: Members that no request takes.
        """
        if not isinstance(source, dict):
            return source
        members = self._without(source, read_only, place_of)
        _keep_each(members, "properties", self._property, place_of)
        return members

    def _without(self, source: Mapping[str, Any], names: frozenset[str], place_of: PlaceOf) -> dict[str, Any]:
        if names.isdisjoint(source):
            return dict(source)
        for name in source:
            if name in names:
                reason = LEFT_OUT_MEMBERS.get(name, _COMPUTED)
                self._left_out.add(name, partial(place_of, name), reason)
        return {name: value for name, value in source.items() if name not in names}

    def _property_definition(self, source: Any, place_of: PlaceOf) -> Any:
        if not isinstance(source, dict):
            return source
        if source.get("isImported") is True:
            return None
        if source.get("isInherited") is True:
            return {name: source[name] for name in _OVERRIDES if name in source} or None
        if not _RESPONSE_FLAGS.isdisjoint(source):
            # A response spells all flags out. One that is false matters only beside a time series.
            source = {
                name: value
                for name, value in source.items()
                if name not in _RESPONSE_FLAGS and value is not False
            }
        members = dict(source)
        data_type = _declared_type(source)
        if "defaultValue" in source:
            value = self._value(source["defaultValue"], partial(place_of, "defaultValue"))
            members["defaultValue"] = _bare(value, data_type)
        if data_type is not None:
            members["dataType"] = _short(data_type)
        is_short = members.keys() == {"dataType"} and isinstance(members["dataType"], str)
        return members["dataType"] if is_short else members

    def _property(self, source: Any, place_of: PlaceOf) -> Any:
        if not isinstance(source, dict) or not source.keys() <= PROPERTY_MEMBERS:
            return source
        members = {name: source[name] for name in ("definition", "value") if name in source}
        if "value" in members:
            value = self._value(members["value"], partial(place_of, "value"))
            members["value"] = _bare(value, _declared_type(source.get("definition")))
        if "definition" in members:
            members["definition"] = self._property_definition(
                members["definition"], partial(place_of, "definition")
            )
        return members

    def _value(self, value: Any, place_of: PlaceOf) -> Any:
        if not isinstance(value, dict):
            return value
        if "relationshipValue" in value and isinstance(value["relationshipValue"], dict):
            target = value["relationshipValue"]
            for name in _TARGETS.keys() & target.keys():
                if not self._is_cloudformation_spelling:
                    reason = f'the API names it "{_TARGETS[name]}"'
                    self._renamed.add(name, partial(place_of, "relationshipValue", name), reason)
            return {"relationshipValue": {_TARGETS.get(name, name): item for name, item in target.items()}}
        if isinstance(value.get("listValue"), list):
            return {
                "listValue": [
                    self._value(item, partial(place_of, "listValue", index))
                    for index, item in enumerate(value["listValue"])
                ]
            }
        if isinstance(value.get("mapValue"), dict):
            return {
                "mapValue": {
                    name: self._value(item, partial(place_of, "mapValue", name))
                    for name, item in value["mapValue"].items()
                }
            }
        return dict(value)


def _declared_type(definition: Any) -> dict[str, Any] | None:
    """Return the data type of a property definition, None where it has none in the service's form."""
    data_type = definition.get("dataType") if isinstance(definition, dict) else None
    nested = data_type
    while isinstance(nested, dict) and isinstance(nested.get("type"), str):
        nested = nested.get("nestedType")
    return data_type if isinstance(data_type, dict) and nested is None else None


def _bare(value: Any, data_type: dict[str, Any] | None) -> Any:
    """Return a value as a definition file has it, and one that is not in the service's form as it is."""
    try:
        return bare_value(value, data_type) if isinstance(value, dict) else value
    except (AttributeError, TypeError):
        return value


def _short(data_type: dict[str, Any]) -> Any:
    """Return a data type as a definition file has it, and one that is not in the service's form as it is."""
    try:
        return short_data_type(data_type)
    except (AttributeError, TypeError):
        return data_type


def _keep_each(
    members: dict[str, Any], name: str, keep: Callable[[Any, PlaceOf], Any], place_of: PlaceOf
) -> None:
    """Replace each item of a member by what is kept of it, and remove the member where nothing is left."""
    items = members.get(name)
    if not isinstance(items, dict):
        return
    kept = {key: keep(item, partial(place_of, name, key)) for key, item in items.items()}
    members[name] = {key: item for key, item in kept.items() if item is not None or items[key] is None}
    if not members[name]:
        del members[name]


def _not_inherited(source: Any, _place_of: PlaceOf) -> Any:
    if not isinstance(source, dict):
        return source
    if source.get("isInherited") is True:
        return None
    return {name: value for name, value in source.items() if name != "isInherited"}
