"""Members of AWS's files: what of them a definition holds, and a note for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.rules.imports import NOT_IMPORTED
from twin_stack.definition.schema import Component, ComponentType, Entity
from twin_stack.definition.schema.shape import LEFT_OUT_MEMBERS
from twin_stack.definition.source import LocatedMap, at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from twin_stack.definition.findings import Finding, Location

_RESPONSE_FLAGS: Final = frozenset({"isInherited", "isImported", "isFinal"})
_OVERRIDES: Final = ("defaultValue", "configuration")
_COMPUTED: Final = "the service computes it"


class MemberFilter:
    """Keeps the members that a definition holds, and counts the others by name."""

    def __init__(self) -> None:
        self._places: dict[str, Location] = {}
        self._counts: dict[str, int] = {}

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for each member that was left out, at its first place."""
        for name, place in self._places.items():
            count = self._counts[name]
            times = "" if count == 1 else f" ({count:,} times)"
            reason = LEFT_OUT_MEMBERS.get(name, _COMPUTED)
            yield NOT_IMPORTED.finding(place, f'"{name}"{times} is not imported: {reason}')

    def component_type(self, source: Mapping[str, Any]) -> dict[str, Any]:
        """Return a component type without what it inherits and what no request takes.

        Args:
            source: The type as a file of AWS or a response holds it.
        """
        members = self._without(source, ComponentType.read_only_members)
        for name, own in (
            ("propertyDefinitions", self._property_definition),
            ("functions", self._not_inherited),
            ("propertyGroups", self._not_inherited),
            ("compositeComponentTypes", self._not_inherited),
        ):
            if isinstance(members.get(name), dict):
                members[name] = self._each(members[name], own)
                if not members[name]:
                    del members[name]
        return members

    def entity(self, source: Mapping[str, Any]) -> dict[str, Any]:
        """Return an entity without what no request takes.

        Args:
            source: The entity as a file of AWS or a response holds it.
        """
        members = self._without(source, Entity.read_only_members)
        if isinstance(members.get("components"), dict):
            members["components"] = self._each(members["components"], self.component)
            if not members["components"]:
                del members["components"]
        return members

    def component(self, source: Mapping[str, Any]) -> dict[str, Any]:
        """Return a component of an entity without what no request takes.

        Args:
            source: The component as a file of AWS or a response holds it.
        """
        members = self._without(source, Component.read_only_members)
        if not members.get("properties", True):
            del members["properties"]
        return members

    def _without(self, source: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
        for name in source:
            if name in names:
                self._leave_out(source, name)
        return {name: value for name, value in source.items() if name not in names}

    def _leave_out(self, source: Mapping[str, Any], name: str) -> None:
        self._counts[name] = self._counts.get(name, 0) + 1
        if name not in self._places and isinstance(source, LocatedMap):
            self._places[name] = at(source, name, of_key=True)

    def _each(
        self, members: Mapping[str, Any], own: Callable[[Mapping[str, Any]], dict[str, Any] | None]
    ) -> dict[str, Any]:
        kept = {name: own(value) if isinstance(value, dict) else value for name, value in members.items()}
        return {name: value for name, value in kept.items() if value is not None}

    def _property_definition(self, source: Mapping[str, Any]) -> dict[str, Any] | None:
        if source.get("isImported") is True:
            return None
        if source.get("isInherited") is True:
            return {name: source[name] for name in _OVERRIDES if name in source} or None
        if _RESPONSE_FLAGS.isdisjoint(source):
            return dict(source)
        # A response spells all flags out. One that is false says something only beside a time series.
        is_series = source.get("isTimeSeries") is True
        return {
            name: value
            for name, value in source.items()
            if name not in _RESPONSE_FLAGS
            and (value is not False or (is_series and name == "isStoredExternally"))
        }

    def _not_inherited(self, source: Mapping[str, Any]) -> dict[str, Any] | None:
        if source.get("isInherited") is True:
            return None
        return {name: value for name, value in source.items() if name != "isInherited"}
