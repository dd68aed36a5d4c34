"""A definition on its way: read and validated thing by thing, references not yet checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from twin_stack.definition.source import locate

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import ComponentType, Entity, Scene, TwinFile
    from twin_stack.definition.source import LocatedMap


@dataclass(slots=True)
class Draft:
    """What the checks look at.

    Attributes:
        folder: The twin's folder, as the caller spelled it.
        twin: What ``twin.yaml`` says, None when it has mistakes.
        component_types: Valid ones by id.
        entities: Valid ones by id.
        scenes: Valid ones by id.
        sources: What was read, by kind and id.
        places: Where each thing stands, by kind and id; also of those with mistakes.
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
    places: dict[tuple[str, str], Location] = field(default_factory=dict)
    resolved: dict[str, ResolvedType] = field(default_factory=dict)
    assets: dict[str, Path] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def declared(self, kind: str) -> set[str]:
        """Return the ids of a kind, those of things with mistakes among them.

        Args:
            kind: ``component_types``, ``entities`` or ``scenes``.
        """
        return {item_id for of_kind, item_id in self.places if of_kind == kind}

    def where(self, kind: str, item_id: str, *path: str | int) -> Location:
        """Return the place of a value of a thing, or of the thing when no path is given.

        Args:
            kind: ``component_types``, ``entities`` or ``scenes``.
            item_id: Its id.
            path: Keys from there to the value.
        """
        source = self.sources[kind, item_id]
        if not path or (len(path) == 1 and path[0] not in source):
            return self.places[kind, item_id]
        return locate(source, path)
