"""The entries of ``renames`` with what they may refer to, for the rules of the check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from twin_stack.definition.graph import cycles
from twin_stack.definition.source import LocatedMap, at
from twin_stack.definition.unchecked import WHOLE_MEMBER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from twin_stack.definition.findings import Location
    from twin_stack.definition.schema import TwinFile
    from twin_stack.definition.unchecked import UncheckedDefinition


class RenameMap(NamedTuple):
    """The entries of one kind, or of one entity or component type.

    Attributes:
        kind: Attribute of ``Renames``, such as ``component_types``.
        label: What is renamed, for messages.
        path: Keys from the twin file to the entries.
        owner: The entity of components, the component type of properties and parts, else empty.
        entries: New ids by old id.
        declared: The ids that are declared; None if they are not known because files have mistakes.
    """

    kind: str
    label: str
    path: tuple[str, ...]
    owner: str
    entries: Mapping[str, str]
    declared: Collection[str] | None

    def present_id(self, new_id: str) -> str:
        """Return the present id of what got an id, which may have been renamed again.

        Args:
            new_id: The new id of an entry.
        """
        return list(self._following(new_id))[-1]

    def circles(self) -> Iterator[list[str]]:
        """Yield the ids of the entries that lead back to themselves, one list a circle."""
        return cycles({old: [new] for old, new in self.entries.items()})

    def is_in_circle(self, old_id: str) -> bool:
        """Return whether the entries lead from an id back to it.

        Args:
            old_id: The old id of an entry.
        """
        *_, last = self._following(old_id)
        return self.entries.get(last) == old_id

    def _following(self, item_id: str) -> Iterator[str]:
        """Yield an id and the ids that entries lead to from it, each once."""
        seen: set[str] = set()
        while item_id not in seen:
            yield item_id
            seen.add(item_id)
            item_id = self.entries.get(item_id, item_id)


class RenamedEntry(NamedTuple):
    """An entry of ``renames``.

    Attributes:
        renamed: The entries of its kind.
        old: The old id.
        new: The new id.
    """

    renamed: RenameMap
    old: str
    new: str


def renamed_entries(definition: UncheckedDefinition) -> Iterator[RenamedEntry]:
    """Yield each entry of a twin file, without those of entities and types that are not declared.

    Args:
        definition: The definition.
    """
    for renamed in rename_maps(definition):
        for old, new in renamed.entries.items():
            yield RenamedEntry(renamed, old, new)


def rename_maps(definition: UncheckedDefinition) -> Iterator[RenameMap]:
    """Yield the entries of a twin file; those of entities and types that are not declared are left out.

    Args:
        definition: The definition.
    """
    if definition.twin is None:
        return
    renames = definition.twin.renames
    entities, types = definition.declared("entities"), definition.declared("component_types")
    yield RenameMap("entities", "entity", ("renames", "entities"), "", renames.entities, entities)
    for entity_id, entries in renames.components.items():
        if entity_id in definition.entities:
            is_known = ("entities", entity_id) not in definition.partial
            names = definition.entities[entity_id].components.keys() if is_known else None
            path = ("renames", "components", entity_id)
            yield RenameMap("components", "component", path, entity_id, entries, names)
    for type_id, entries in renames.properties.items():
        if type_id in definition.component_types:
            resolved = definition.resolved_types[type_id]
            properties = None if resolved.takes_any_property else resolved.properties.keys()
            path = ("renames", "properties", type_id)
            yield RenameMap("properties", "property", path, type_id, entries, properties)
    for type_id, entries in renames.parts.items():
        if type_id in definition.component_types:
            resolved = definition.resolved_types[type_id]
            parts = None if resolved.takes_any_property else resolved.parts.keys()
            yield RenameMap("parts", "part", ("renames", "parts", type_id), type_id, entries, parts)
    for kind, label, key, new_ids, declared in (
        ("component_types", "component type", "componentTypes", renames.component_types, types),
        ("connectors", "connector", "connectors", renames.connectors, definition.connectors),
        ("ingests", "ingest", "ingests", renames.ingests, _declared_ingests(definition, definition.twin)),
        ("scenes", "scene", "scenes", renames.scenes, definition.declared("scenes")),
    ):
        yield RenameMap(kind, label, ("renames", key), "", new_ids, declared)


def _declared_ingests(definition: UncheckedDefinition, twin: TwinFile) -> Collection[str] | None:
    """Return the names of ingests, including those with mistakes; None when they could not be read."""
    if definition.is_lost("ingest", WHOLE_MEMBER):
        return None
    return twin.ingest.keys() | {name for kind, name in definition.partial if kind == "ingest"}


def key_place(definition: UncheckedDefinition, path: tuple[str, ...], key: str) -> Location:
    """Return the place of a key of the twin file.

    Args:
        definition: The definition.
        path: Keys to the mapping that has the key.
        key: The key.
    """
    container: Any = definition.sources["twin", ""]
    for step in path:
        container = container[step]
    if not isinstance(container, LocatedMap):
        return definition.where("twin", "", *path)
    return at(container, key, of_key=True)
