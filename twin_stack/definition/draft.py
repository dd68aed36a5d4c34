"""A definition on its way: read and validated thing by thing, references not yet checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from twin_stack.definition.findings import Findings
from twin_stack.definition.source import locate

if TYPE_CHECKING:
    from collections.abc import KeysView
    from pathlib import Path

    from twin_stack.definition.findings import Location
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import ComponentType, Entity, Scene, TwinFile
    from twin_stack.definition.source import LocatedMap


@dataclass(slots=True)
class Draft:
    """What the checks look at.

    Attributes:
        folder: The twin's folder, as the caller spelled it.
        twin: What ``twin.yaml`` says, None when it has mistakes.
        component_types: By id, what is right of them.
        entities: By id, what is right of them.
        scenes: Valid ones by id.
        sources: What was read, by kind and id; ``twin.yaml`` is of kind ``twin`` and has no id.
        connectors: Names of the connectors in ``twin.yaml``, also of those with mistakes; None when the file
            could not be read.
        partial: Kind and id of things with mistakes; what is left of them is looked at all the same.
        places: Where each thing stands, by kind, then by id; also of those with mistakes.
        lost_ids: Words of files that could not be read: ids may be declared there.
        lost_patterns: Ids, with ``*`` for what is not known, that a ``forEach`` would have made.
        resolved: Types with all that they inherit, AWS's own among them.
        assets: Files of the ``assets`` folder, by their path in it.
        findings: Every mistake so far.
    """

    folder: Path
    twin: TwinFile | None = None
    component_types: dict[str, ComponentType] = field(default_factory=dict)
    entities: dict[str, Entity] = field(default_factory=dict)
    scenes: dict[str, Scene] = field(default_factory=dict)
    sources: dict[tuple[str, str], LocatedMap] = field(default_factory=dict)
    connectors: set[str] | None = None
    partial: set[tuple[str, str]] = field(default_factory=set)
    places: dict[str, dict[str, Location]] = field(default_factory=dict)
    lost_ids: set[str] = field(default_factory=set)
    lost_patterns: list[str] = field(default_factory=list)
    resolved: dict[str, ResolvedType] = field(default_factory=dict)
    assets: dict[str, Path] = field(default_factory=dict)
    findings: Findings = field(default_factory=Findings)

    def declared(self, kind: str) -> KeysView[str]:
        """Return the ids of a kind, those of things with mistakes among them.

        Args:
            kind: ``component_types``, ``entities`` or ``scenes``.
        """
        return self.places.get(kind, {}).keys()

    def is_lost(self, item_id: str) -> bool:
        """Return whether an id may be declared in what could not be read.

        A reference to it is no mistake of its own.

        Args:
            item_id: An id that nothing readable declares.
        """
        return item_id in self.lost_ids or any(fnmatchcase(item_id, one) for one in self.lost_patterns)

    def where(self, kind: str, item_id: str, *path: str | int) -> Location:
        """Return the place of a value of a thing, or of the thing when no path is given.

        Args:
            kind: ``component_types``, ``entities`` or ``scenes``.
            item_id: Its id.
            path: Keys from there to the value.
        """
        source = self.sources[kind, item_id]
        if not path or (len(path) == 1 and path[0] not in source):
            return self.places[kind][item_id]
        return locate(source, path)
