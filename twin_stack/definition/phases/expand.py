"""Expand: from the content of files to validated component types, entities and scenes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from twin_stack.definition.findings import Location
from twin_stack.definition.items import items
from twin_stack.definition.plain_entities import EntityFactory
from twin_stack.definition.rules.members import DUPLICATE_ID, WRONG_TYPE
from twin_stack.definition.scenes import scene_members
from twin_stack.definition.schema import ComponentType, Entity, Scene, TwinFile
from twin_stack.definition.source import LocatedMap, at
from twin_stack.definition.unchecked import WHOLE_MEMBER, Declarations, LostIdsCollector, members_of
from twin_stack.definition.validation import salvage, validate
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from pathlib import Path

    from twin_stack.definition.findings import Finding, Findings
    from twin_stack.definition.phases.read import Document, ModelFiles

Model = TypeVar("Model", ComponentType, Entity)

_LABELS = {"component_types": "component type", "entities": "entity", "scenes": "scene"}
_ID_FIELDS = {"component_types": "component_type_id", "entities": "entity_id"}


def expand(files: ModelFiles, findings: Findings) -> Declarations:
    """Expand shorthand, ``forEach`` and layouts, and validate each item.

    Args:
        files: Content of the files.
        findings: Receives every mistake.
    """
    expander = _Expander(files, findings)
    return expander.with_scenes(expander.declarations())


class _Expander:
    def __init__(self, files: ModelFiles, findings: Findings) -> None:
        self._files = files
        self._findings = findings
        self._factory = EntityFactory()
        self._lost = LostIdsCollector()
        self._sources: dict[tuple[str, str], LocatedMap] = {}
        self._places: dict[str, dict[str, Location]] = {}
        self._partial: set[tuple[str, str]] = set()

    def declarations(self) -> Declarations:
        """Return everything but the scenes, whose layouts need the entities."""
        twin, connectors = self._twin_file()
        documents = self._files.documents
        component_types = self._items("component_types", ComponentType, documents["component_types"])
        entities = self._items("entities", Entity, documents["entities"])
        return Declarations(
            folder=self._files.folder,
            budget=self._files.budget,
            twin=twin,
            connectors=connectors,
            component_types=MappingProxyType(component_types),
            entities=MappingProxyType(entities),
            scenes=MappingProxyType({}),
            assets=self._files.assets,
            sources=MappingProxyType(self._sources),
            places=MappingProxyType(self._places),
            partial=frozenset(self._partial),
            lost=self._files.lost | self._lost.collected(),
        )

    def with_scenes(self, declarations: Declarations) -> Declarations:
        """Return declarations with the scenes.

        Args:
            declarations: Component types and entities, for layouts.
        """
        scenes: dict[str, Scene] = {}
        for document in self._files.documents["scenes"]:
            scene = self._scene(document, declarations)
            if scene is not None:
                scenes[scene.scene_id] = scene
        later = {"scenes": MappingProxyType(scenes), "partial": frozenset(self._partial)}
        return Declarations(**members_of(declarations) | later)

    def _twin_file(self) -> tuple[TwinFile | None, frozenset[str] | None]:
        document = self._files.twin_file
        if document is None:
            return None, None
        root = document.root
        if not isinstance(root, LocatedMap):
            self._findings.append(_not_a_mapping(document.path, root, "write a mapping with a workspaceId"))
            return None, None
        connectors = root.get("connectors", {})
        names = frozenset(connectors) if isinstance(connectors, dict) else None
        self._sources["twin", ""], self._places["twin"] = root, {"": at(root)}
        twin = validate(TwinFile, root, root, at(root), self._findings)
        if twin is None:
            self._partial.add(("twin", ""))
            twin = salvage(TwinFile, root)
            if twin is not None:
                self._partial |= _lost_entries("connectors", root, twin.connectors)
                self._partial |= _lost_entries("ingest", root, twin.ingest)
        return twin, names

    def _items(self, kind: str, model: type[Model], documents: Sequence[Document]) -> dict[str, Model]:
        """Return the valid parts of the items of a kind, by id."""
        valid: dict[str, Model] = {}
        for document in documents:
            for item in items(
                kind,
                document.root,
                document.path,
                folder=self._files.folder,
                findings=self._findings,
                lost=self._lost,
                budget=self._files.budget,
            ):
                key = item.item_id
                if key is None or not self._declare(kind, key, item.place):
                    key = self._stand_in(kind, item.place)
                self._sources[kind, key] = item.source
                usual: Any = self._factory.entity(item.data) if model is Entity else None
                parsed = usual or validate(model, item.data, item.source, item.place, self._findings)
                if parsed is None:
                    self._partial.add((kind, key))
                    parsed = salvage(model, item.data)
                if parsed is not None:
                    valid[key] = (
                        parsed if key == item.item_id else parsed.model_copy(update={_ID_FIELDS[kind]: key})
                    )
        return valid

    def _stand_in(self, kind: str, place: Location) -> str:
        """Return a key for an item without an id of its own, so that the rest of it is checked."""
        key = f"{_LABELS[kind]} in line {place.line}, column {place.column} of {place.file.name}"
        self._partial.add((kind, key))
        return key

    def _declare(self, kind: str, item_id: str, place: Location) -> bool:
        """Remember the place of an id; return False, with a finding, when it is already declared."""
        first = self._places.setdefault(kind, {}).setdefault(item_id, place)
        if first is place:
            return True
        message = f"{_LABELS[kind]} {quote_value(item_id)} is declared twice, first at {first}"
        self._findings.append(DUPLICATE_ID.finding(place, message, "rename or remove one of them"))
        return False

    def _scene(self, document: Document, declarations: Declarations) -> Scene | None:
        root = document.root
        if not isinstance(root, LocatedMap):
            self._findings.append(_not_a_mapping(document.path, root, "write a scene document"))
            return None
        stem = document.path.name.split(".")[0]
        members = scene_members(root, stem, declarations, self._findings)
        if members is None:
            return None
        key = members["sceneId"]
        if not isinstance(key, str) or not self._declare("scenes", key, at(root)):
            key = self._stand_in("scenes", at(root))
        self._sources["scenes", key] = root
        scene = validate(Scene, members, root, at(root), self._findings)
        if scene is None:
            self._partial.add(("scenes", key))
            scene = salvage(Scene, members)
        return None if scene is None else scene.model_copy(update={"scene_id": key})


def _lost_entries(member: str, root: LocatedMap, kept: Container[str]) -> set[tuple[str, str]]:
    """Return member and name of each entry of the twin file that has a mistake."""
    entries = root.get(member, {})
    if not isinstance(entries, dict):
        return {(member, WHOLE_MEMBER)}
    return {(member, name) for name in entries if name not in kept}


def _not_a_mapping(path: Path, root: Any, remedy: str) -> Finding:
    return WRONG_TYPE.finding(Location(path, 1, 1), f"the file holds {quote_value(root)}", remedy)
