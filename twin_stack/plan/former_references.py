"""Ids that the definition after a change declares as renamed, and the definition before it in these terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.changes import Action, Detail, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.plan.members import Members

_REFERENCES: Final = {
    "parentEntityId": Kind.ENTITY,
    "targetEntityId": Kind.ENTITY,
    "entityId": Kind.ENTITY,
    "sceneRootEntityId": Kind.ENTITY,
    "componentTypeId": Kind.COMPONENT_TYPE,
    "targetComponentTypeId": Kind.COMPONENT_TYPE,
    "alarmTypeId": Kind.COMPONENT_TYPE,
    "extendsFrom": Kind.COMPONENT_TYPE,
    "connector": Kind.CONNECTOR,
    "connectors": Kind.CONNECTOR,
}
"""Members that name another thing, by its kind. They mean the same in entities, types, ingests and scenes."""


class PresentIds:
    """The present ids of the things before a change.

    Args:
        before: The definition before the change.
        after: The definition after it, whose ``renames`` apply.
    """

    def __init__(self, before: TwinDefinition, after: TwinDefinition) -> None:
        renames = after.renames
        self._ids = {
            kind: _effective(entries, declared_before, declared_after)
            for kind, entries, declared_before, declared_after in (
                (Kind.ENTITY, renames.entities, before.entities, after.entities),
                (
                    Kind.COMPONENT_TYPE,
                    renames.component_types,
                    before.component_types,
                    after.component_types,
                ),
                (Kind.CONNECTOR, renames.connectors, before.connectors, after.connectors),
                (Kind.SCENE, renames.scenes, before.scenes, after.scenes),
                (Kind.INGEST, renames.ingests, before.twin.ingest, after.twin.ingest),
            )
        }
        self._components = {
            entity_id: _effective(
                entries, before.entities[former].components, after.entities[entity_id].components
            )
            for entity_id, entries in renames.components.items()
            if entity_id in after.entities
            and (former := self.former_of(Kind.ENTITY, entity_id)) in before.entities
        }
        self._properties = _member_names(renames.properties, after)
        self._parts = _member_names(renames.parts, after)
        self._types = after.resolved_types
        self.is_empty = not (
            any(self._ids.values())
            or any(self._components.values())
            or any(self._properties.values())
            or any(self._parts.values())
        )

    def present_of(self, kind: Kind, former_id: str) -> str:
        """Return the present id of a thing before the change.

        Args:
            kind: The kind of the thing.
            former_id: Its id before the change.
        """
        return self._ids.get(kind, {}).get(former_id, former_id)

    def former_of(self, kind: Kind, present_id: str) -> str:
        """Return the id before the change of a present thing.

        Args:
            kind: The kind of the thing.
            present_id: Its id after the change.
        """
        entries = self._ids.get(kind, {})
        return next((former for former, present in entries.items() if present == present_id), present_id)

    def renamed(self, kind: Kind) -> Mapping[str, str]:
        """Return the present ids of the renamed things of a kind, by former id.

        Args:
            kind: The kind.
        """
        return self._ids.get(kind, {})

    def component_names(self, entity_id: str) -> Mapping[str, str]:
        """Return the present names of renamed components, by former name.

        Args:
            entity_id: The present id of their entity.
        """
        return self._components.get(entity_id, {})

    def property_names(self, type_id: str) -> Mapping[str, str]:
        """Return the present names of renamed properties, by former name.

        Args:
            type_id: The present id of a component type that has the properties, its own or inherited.
        """
        return self._properties.get(type_id, {})

    def in_present_terms(self, kind: Kind, thing_id: str, members: Members) -> tuple[Members, list[Detail]]:
        """Return the members of a thing before the change with present ids in place of former ones.

        Args:
            kind: The kind of the thing.
            thing_id: Its present id.
            members: Its members before the change.

        Returns:
            The members, and the components and properties inside of the thing that are renamed.
        """
        if self.is_empty:
            return members, []
        members = dict(self._translate(members))
        renamed: list[Detail] = []
        if kind is Kind.ENTITY and "components" in members:
            components = ("components",)
            members["components"] = _rename_keys(
                members["components"], self.component_names(thing_id), components, renamed
            )
            if "compositeComponents" in members:
                members["compositeComponents"] = {
                    self._present_path(path, members["components"], thing_id): part
                    for path, part in members["compositeComponents"].items()
                }
            for component in members["components"].values():
                if "properties" in component:
                    # A property is renamed by its type, where the change is reported.
                    names = self.property_names(component.get("componentTypeId", ""))
                    component["properties"] = _rename_keys(component["properties"], names, (), [])
        if kind is Kind.COMPONENT_TYPE and "propertyDefinitions" in members:
            path = ("propertyDefinitions",)
            names = self.property_names(thing_id)
            members["propertyDefinitions"] = _rename_keys(
                members["propertyDefinitions"], names, path, renamed
            )
        if kind is Kind.COMPONENT_TYPE and "compositeComponentTypes" in members:
            path = ("compositeComponentTypes",)
            names = self._parts.get(thing_id, {})
            members["compositeComponentTypes"] = _rename_keys(
                members["compositeComponentTypes"], names, path, renamed
            )
        return members, renamed

    def _present_path(self, path: str, components: Members, entity_id: str) -> str:
        """Return the present path of a part, such as ``pump/motor``."""
        name, *parts = path.split("/")
        name = self.component_names(entity_id).get(name, name)
        type_id = components.get(name, {}).get("componentTypeId", "")
        present = [name]
        for part in parts:
            present.append(self._parts.get(type_id, {}).get(part, part))
            resolved = self._types.get(type_id)
            type_id = resolved.parts.get(present[-1], "") if resolved is not None else ""
        return "/".join(present)

    def _translate(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: self._reference(_REFERENCES[key], member)
                if key in _REFERENCES
                else self._translate(member)
                for key, member in value.items()
            }
        if isinstance(value, list):
            return [self._translate(member) for member in value]
        return value

    def _reference(self, kind: Kind, value: Any) -> Any:
        if isinstance(value, str):
            return self.present_of(kind, value)
        if isinstance(value, list):
            return [self._reference(kind, member) for member in value]
        return self._translate(value)


def _effective(
    entries: Mapping[str, str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, str]:
    """Return the entries that take effect in this change, each with the last id of a chain of renames."""
    effective: dict[str, str] = {}
    for former in entries:
        if former not in before or former in after:
            continue
        present, seen = entries[former], {former}
        while present not in after and present in entries and present not in seen:
            seen.add(present)
            present = entries[present]
        if present in after and present not in before:
            effective[former] = present
    return effective


def _member_names(
    renames: Mapping[str, Mapping[str, str]], after: TwinDefinition
) -> dict[str, dict[str, str]]:
    """Return the present names of properties or parts by former name, for each type that has them."""
    declared = {
        type_id: {former: _last(entries, former) for former in entries}
        for type_id, entries in renames.items()
    }
    if not declared:
        return {}
    names: dict[str, dict[str, str]] = {}
    for type_id in after.component_types:
        for declaring in (type_id, *after.ancestors.walk(type_id)):
            for former, present in declared.get(declaring, {}).items():
                names.setdefault(type_id, {}).setdefault(former, present)
    return names


def _last(entries: Mapping[str, str], former: str) -> str:
    present, seen = entries[former], {former}
    while present in entries and present not in seen:
        seen.add(present)
        present = entries[present]
    return present


def _rename_keys(
    members: Members, names: Mapping[str, str], path: tuple[str, ...], renamed: list[Detail]
) -> Members:
    """Return members under their present names, and append a detail for each that is renamed."""
    present: Members = {}
    for key, member in members.items():
        new_key = names.get(key, key)
        if new_key != key and new_key not in members:
            renamed.append(Detail(Action.RENAMED, (*path, new_key), key, new_key))
            key = new_key  # noqa: PLW2901
        present[key] = member
    return present
