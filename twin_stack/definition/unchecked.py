"""What the phases of loading return: declarations, then resolved ones, then what the rules check."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from twin_stack.definition.source import LocatedMap, at, locate

if TYPE_CHECKING:
    from collections.abc import KeysView, Mapping
    from pathlib import Path

    from twin_stack.definition.budget import Budget
    from twin_stack.definition.findings import Location
    from twin_stack.definition.graph import Ancestors
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import ComponentType, Entity, Scene, TwinFile


WHOLE_MEMBER = "*"
"""The id in ``partial`` of a whole member of ``twin.yaml`` that could not be read."""


@dataclass(frozen=True, slots=True)
class LostIds:
    """Ids that may be declared in what could not be read. A reference to one of them is no mistake.

    Attributes:
        words: Words of files that could not be read.
        patterns: Ids that a ``forEach`` with a mistake would have made, with ``*`` for unknown parts.
        has_lost_assets: Whether the files of ``assets`` are not known, as with a scene document alone.
    """

    words: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()
    has_lost_assets: bool = False

    def __contains__(self, item_id: str) -> bool:
        """Return whether an id may be declared in what could not be read."""
        return item_id in self.words or any(fnmatchcase(item_id, pattern) for pattern in self.patterns)

    def __or__(self, other: LostIds) -> LostIds:
        """Return the lost ids of both."""
        return LostIds(
            self.words | other.words,
            (*self.patterns, *other.patterns),
            self.has_lost_assets or other.has_lost_assets,
        )


@dataclass(slots=True)
class LostIdsCollector:
    """Collects lost ids while files are read and expanded."""

    words: set[str] = field(default_factory=set)
    patterns: list[str] = field(default_factory=list)

    def collected(self) -> LostIds:
        """Return what was collected so far."""
        return LostIds(frozenset(self.words), tuple(self.patterns))


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """What the files declare, validated item by item; references are not checked.

    Attributes:
        folder: The twin's folder, which holds all files that the definition names.
        budget: What is left of the size that a definition may have.
        twin: Content of ``twin.yaml`` without what is wrong in it, None when nothing of it can be checked.
        connectors: Names of the connectors in ``twin.yaml``, including those with mistakes; None when they
            could not be read.
        component_types: By id, without what is wrong in them.
        entities: By id, without what is wrong in them.
        scenes: Valid scenes by id.
        assets: Files of the ``assets`` folder, by their path in it.
        sources: What was read, by kind and id; ``twin.yaml`` is of kind ``twin`` and has no id.
        places: Place of each item, by kind, then by id, including items with mistakes.
        partial: Kind and id of items with mistakes; the rest of them is checked all the same. A connector or
            an ingest with a mistake is of kind ``connectors`` or ``ingest`` and not in ``twin``.
        lost: Ids that may be declared in what could not be read.
    """

    folder: Path
    budget: Budget
    twin: TwinFile | None
    connectors: frozenset[str] | None
    component_types: Mapping[str, ComponentType]
    entities: Mapping[str, Entity]
    scenes: Mapping[str, Scene]
    assets: Mapping[str, Path]
    sources: Mapping[tuple[str, str], LocatedMap]
    places: Mapping[str, Mapping[str, Location]]
    partial: frozenset[tuple[str, str]]
    lost: LostIds

    def declared(self, kind: str) -> KeysView[str]:
        """Return the ids of a kind, including those of items with mistakes.

        Args:
            kind: ``component_types``, ``entities`` or ``scenes``.
        """
        return self.places.get(kind, {}).keys()

    def is_lost(self, member: str, name: str | None) -> bool:
        """Return whether a connector or an ingest has a mistake, so that nothing of it is known.

        Args:
            member: ``connectors`` or ``ingest``.
            name: Its name.
        """
        return name is not None and not self.partial.isdisjoint({(member, name), (member, WHOLE_MEMBER)})

    def has_lost(self, member: str) -> bool:
        """Return whether any connector or any ingest has a mistake.

        Args:
            member: ``connectors`` or ``ingest``.
        """
        return any(kind == member for kind, _ in self.partial)

    def where(self, kind: str, item_id: str, *path: str | int) -> Location:
        """Return the place of a value of an item, or of the item when no path is given.

        Args:
            kind: ``twin``, ``component_types``, ``entities`` or ``scenes``.
            item_id: Id of the item.
            path: Keys from there to the value.
        """
        source = self.sources[kind, item_id]
        if not path or (len(path) == 1 and path[0] not in source):
            return self.places.get(kind, {}).get(item_id) or at(source)
        return locate(source, path)

    def where_key(self, kind: str, item_id: str, *path: str | int) -> Location:
        """Return the place of a key of an item, or of the item where the key is not written.

        Args:
            kind: As for ``where``.
            item_id: Id of the item.
            path: Keys from there to the key.
        """
        container: Any = self.sources[kind, item_id]
        for key in path[:-1]:
            container = container.get(key) if isinstance(container, dict) else None
        is_written = isinstance(container, LocatedMap) and path[-1] in container
        return at(container, path[-1], of_key=True) if is_written else self.where(kind, item_id, *path)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedDeclarations(Declarations):
    """Declarations whose component types have no cycles and are resolved.

    Attributes:
        resolved_types: Component types with all that they inherit, by id, those of AWS among them.
        ancestors: Ids of the types that a component type extends, directly or not, nearest first.
    """

    resolved_types: Mapping[str, ResolvedType]
    ancestors: Ancestors

    def has_lost_reader(self, type_id: str) -> bool:
        """Return whether a connector with a mistake reads a component type, so that its store is not known.

        Args:
            type_id: Id of the type.
        """
        functions = self.resolved_types[type_id].functions.values()
        return any(self.is_lost("connectors", function.connector) for function in functions)


@dataclass(frozen=True, slots=True, kw_only=True)
class UncheckedDefinition(ResolvedDeclarations):
    """What the rules check: every value is in the service's form, references are not checked.

    A value that does not fit its data type is None; a default or allowed value that does not fit is as it was
    written.
    """


def members_of(declarations: Declarations) -> dict[str, Any]:
    """Return the attributes of a phase's result, for the result of the next phase.

    Args:
        declarations: The result.
    """
    return {member.name: getattr(declarations, member.name) for member in fields(declarations)}
