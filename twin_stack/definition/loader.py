"""From a folder to a checked definition: ``models/factory`` in, ``TwinDefinition`` or every mistake out."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from twin_stack.definition import checks, expand
from twin_stack.definition.draft import Draft
from twin_stack.definition.findings import (
    MAX_FINDINGS,
    Code,
    DefinitionError,
    Finding,
    Location,
    Severity,
    TooManyFindingsError,
    did_you_mean,
)
from twin_stack.definition.graph import parents_first
from twin_stack.definition.pasted import own_members
from twin_stack.definition.resolve import resolve
from twin_stack.definition.scenes import scene_members
from twin_stack.definition.schema import ComponentType, Entity, Scene, TwinDefinition, TwinFile
from twin_stack.definition.source import LocatedMap, at, read, read_text
from twin_stack.definition.typed import type_values
from twin_stack.definition.validation import salvage, validate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic import BaseModel

FOLDERS = ("component_types", "entities", "scenes", "assets")
TWIN_FILES = ("twin.yaml", "twin.yml", "twin.json")
_SUFFIXES = (".yaml", ".yml", ".json")
_BESIDE = (".csv", ".md", ".txt")
_MODELS: dict[str, type[BaseModel]] = {"component_types": ComponentType, "entities": Entity}


def load(folder: Path) -> TwinDefinition:
    """Read and check the definition of a twin.

    Args:
        folder: The twin's folder, holding ``twin.yaml``.

    Returns:
        The definition; what is only worth knowing is in its ``warnings``.

    Raises:
        DefinitionError: With every mistake found, in the order of files and lines.
    """
    definition, findings = check(folder)
    if definition is None:
        raise DefinitionError([found for found in findings if found.severity is Severity.ERROR])
    return definition


def check(folder: Path) -> tuple[TwinDefinition | None, list[Finding]]:
    """Read and check the definition of a twin, without raising.

    Args:
        folder: The twin's folder, holding ``twin.yaml``.

    Returns:
        The definition, None when there are errors, and all findings in the order of files and lines.
    """
    draft = Draft(folder)
    try:
        _fill(draft)
    except TooManyFindingsError:
        place = Location(folder, 1, 1)
        message = f"more than {MAX_FINDINGS:,} mistakes, the rest is not shown"
        remedy = "correct these first"
        findings = [*sorted(draft.findings), Finding(place, Code.TOO_MANY_FINDINGS, message, remedy)]
        return None, findings
    findings = sorted(draft.findings)
    if draft.twin is None or any(found.severity is Severity.ERROR for found in findings):
        return None, findings
    return _definition(draft, draft.twin, tuple(findings)), findings


def _fill(draft: Draft) -> None:
    _read_twin_file(draft)
    _check_folder(draft)
    for kind in _MODELS:
        _read_items(draft, kind)
    _read_scenes(draft)
    _list_assets(draft)
    checks.cut_inheritance_cycles(draft)
    partial = {item_id for kind, item_id in draft.partial if kind == "component_types"}
    draft.resolved = resolve(draft.component_types, partial)
    type_values(draft)
    for rule in checks.RULES:
        draft.findings += rule(draft)


def _definition(draft: Draft, twin: TwinFile, warnings: tuple[Finding, ...]) -> TwinDefinition:
    types, entities = draft.component_types, draft.entities
    type_order = parents_first({key: one.needs for key, one in types.items()})
    entity_order = parents_first({key: [one.parent_entity_id] for key, one in entities.items()})
    assets = draft.folder / "assets"
    return TwinDefinition(
        twin=twin,
        component_types={key: own_members(types[key]) for key in type_order},
        entities={key: entities[key] for key in entity_order},
        scenes=dict(sorted(draft.scenes.items())),
        assets=assets if draft.assets else None,
        warnings=warnings,
        sources=draft.sources,
    )


def _read_twin_file(draft: Draft) -> None:
    path = next((file for name in TWIN_FILES if (file := draft.folder / name).is_file()), None)
    if path is None:
        exists = draft.folder.is_dir()
        message = "the folder has no twin.yaml" if exists else "the folder does not exist"
        remedy = "create it with a workspaceId" if exists else "check the path of the model"
        place = Location(draft.folder / TWIN_FILES[0] if exists else draft.folder, 1, 1)
        draft.findings.append(Finding(place, Code.MISSING_FILE, message, remedy))
        return
    root = _read(draft, path)
    if isinstance(root, LocatedMap):
        connectors = root.get("connectors")
        draft.connectors = set(connectors) if isinstance(connectors, dict) else set()
        draft.twin = validate(TwinFile, root, root, at(root), draft.findings)
    elif root is not _UNREAD:
        message = f"the file holds {root!r:.40}"
        draft.findings.append(
            Finding(Location(path, 1, 1), Code.WRONG_TYPE, message, "write a mapping with a workspaceId")
        )


_UNREAD = object()


def _read(draft: Draft, path: Path) -> Any:
    try:
        return read(path, findings=draft.findings)
    except DefinitionError as error:
        draft.findings += error.findings
        draft.lost_ids |= _words(path)
        return _UNREAD


def _words(path: Path) -> set[str]:
    """Return the words of a file that could not be read: a reference to one of them is no second mistake."""
    with suppress(DefinitionError):
        return set(re.findall(r"[\w.:-]+[a-zA-Z0-9]", read_text(path)))
    return set()


def _check_folder(draft: Draft) -> None:
    """Report what would be left out without a word: misspelt folders and files."""
    if not draft.folder.is_dir():
        return
    for path in sorted(draft.folder.iterdir()):
        if path.name.startswith((".", "__")):
            continue
        if path.is_dir() and path.name not in FOLDERS:
            message = f'folder "{path.name}" is not part of a definition'
            draft.findings.append(
                Finding(Location(path, 1, 1), Code.UNEXPECTED_FILE, message, did_you_mean(path.name, FOLDERS))
            )
        elif path.suffix in _SUFFIXES and path.name not in TWIN_FILES:
            message = f'file "{path.name}" is not part of a definition'
            remedy = f"move it to one of {', '.join(FOLDERS[:3])}"
            draft.findings.append(Finding(Location(path, 1, 1), Code.UNEXPECTED_FILE, message, remedy))


def _files(draft: Draft, kind: str) -> Iterator[tuple[Path, Any]]:
    folder = draft.folder / kind
    for path in sorted(folder.rglob("*")):
        if path.is_dir() or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        if path.suffix in _SUFFIXES:
            if (root := _read(draft, path)) is not _UNREAD:
                yield path, root
        elif path.suffix not in _BESIDE:
            message = f'file "{path.name}" is not read'
            remedy = f"give it one of the endings {', '.join(_SUFFIXES)}, or move it away"
            draft.findings.append(Finding(Location(path, 1, 1), Code.UNEXPECTED_FILE, message, remedy))


def _read_items(draft: Draft, kind: str) -> None:
    things: dict[str, Any] = getattr(draft, kind)
    for path, root in _files(draft, kind):
        for item in expand.items(draft, kind, root, path):
            if item.item_id is not None:
                if not _declare(draft, kind, item.item_id, item.place):
                    continue
                draft.sources[kind, item.item_id] = item.source
            thing = validate(_MODELS[kind], item.data, item.source, item.place, draft.findings)
            if thing is None and item.item_id is not None:
                draft.partial.add((kind, item.item_id))
                thing = salvage(_MODELS[kind], item.data)
            if thing is not None and item.item_id is not None:
                things[item.item_id] = thing


def _declare(draft: Draft, kind: str, item_id: str, place: Location) -> bool:
    first = draft.places.setdefault(kind, {}).setdefault(item_id, place)
    if first is place:
        return True
    word = {"component_types": "component type", "entities": "entity", "scenes": "scene"}[kind]
    message = f'{word} "{item_id}" is declared twice, first at {first}'
    draft.findings.append(Finding(place, Code.DUPLICATE_ID, message, "rename or remove one of them"))
    return False


def _read_scenes(draft: Draft) -> None:
    for path, root in _files(draft, "scenes"):
        if not isinstance(root, LocatedMap):
            message = f"the file holds {root!r:.40}"
            draft.findings.append(
                Finding(Location(path, 1, 1), Code.WRONG_TYPE, message, "write a scene document")
            )
            continue
        members = scene_members(root, path.name.split(".")[0], draft.findings)
        if members is None:
            continue
        scene_id = members["sceneId"]
        if isinstance(scene_id, str):
            if not _declare(draft, "scenes", scene_id, at(root)):
                continue
            draft.sources["scenes", scene_id] = root
        scene = validate(Scene, members, root, at(root), draft.findings)
        if scene is not None:
            draft.scenes[scene.scene_id] = scene


def _list_assets(draft: Draft) -> None:
    folder = draft.folder / "assets"
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            draft.assets[path.relative_to(folder).as_posix()] = path
