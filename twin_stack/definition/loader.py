"""From a folder to a checked definition: ``models/factory`` in, ``TwinDefinition`` or every mistake out."""

from __future__ import annotations

import os
import re
from pathlib import Path
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
    shown,
)
from twin_stack.definition.graph import ancestors, parents_first
from twin_stack.definition.pasted import own_members
from twin_stack.definition.resolve import MAX_INHERITED, resolve
from twin_stack.definition.scenes import scene_members
from twin_stack.definition.schema import ComponentType, Entity, Scene, TwinDefinition, TwinFile
from twin_stack.definition.source import LocatedMap, at, read, read_text
from twin_stack.definition.typed import type_values
from twin_stack.definition.validation import salvage, validate

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    names = _names(draft)
    if draft.findings:
        return
    _read_twin_file(draft, names)
    _check_folder(draft, names)
    for kind in _MODELS:
        _read_items(draft, kind)
    _read_scenes(draft)
    _list_assets(draft)
    checks.cut_inheritance_cycles(draft)
    _resolve(draft)
    type_values(draft)
    for rule in checks.RULES:
        draft.findings += rule(draft)


def _resolve(draft: Draft) -> None:
    partial = {item_id for kind, item_id in draft.partial if kind == "component_types"}
    draft.resolved = resolve(draft.component_types, partial)
    missing = sorted(draft.component_types.keys() - draft.resolved.keys())
    for type_id in missing:
        del draft.component_types[type_id]
    if missing:
        place = draft.where("component_types", missing[0])
        message = f"component types inherit more than {MAX_INHERITED:,} properties in all"
        draft.findings.append(Finding(place, Code.VALUE_NOT_ALLOWED, message, "extend fewer types"))


def _definition(draft: Draft, twin: TwinFile, warnings: tuple[Finding, ...]) -> TwinDefinition:
    types, entities = draft.component_types, draft.entities
    type_order = parents_first({key: one.needs for key, one in types.items()})
    entity_order = parents_first({key: [one.parent_entity_id] for key, one in entities.items()})
    assets = draft.folder / "assets"
    component_types = {key: own_members(types[key]) for key in type_order}
    return TwinDefinition(
        twin=twin,
        component_types=component_types,
        entities={key: entities[key] for key in entity_order},
        scenes=dict(sorted(draft.scenes.items())),
        resolved_types=resolve(component_types),
        ancestors=ancestors({key: one.extends_from for key, one in component_types.items()}),
        assets=assets if draft.assets else None,
        warnings=warnings,
        sources=draft.sources,
    )


def _names(draft: Draft) -> list[str]:
    """Return what is in the twin's folder, sorted; nothing, and a finding, when it cannot be listed."""
    try:
        return sorted(os.listdir(draft.folder))  # noqa: PTH208 (sorted by name, not by path)
    except FileNotFoundError:
        message, remedy, code = "the folder does not exist", "check the path of the model", Code.MISSING_FILE
    except NotADirectoryError:
        message, remedy, code = "is not a folder", "give the folder that holds twin.yaml", Code.MISSING_FILE
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a name of a folder"
        message, remedy = f"cannot be read ({reason})", "check that it is a folder you may read"
        code = Code.UNREADABLE_FILE
    draft.findings.append(Finding(Location(draft.folder, 1, 1), code, message, remedy))
    return []


def _read_twin_file(draft: Draft, names: list[str]) -> None:
    present = [name for name in TWIN_FILES if name in names]
    if not present:
        place = Location(draft.folder / TWIN_FILES[0], 1, 1)
        message = "the folder has no twin.yaml"
        draft.findings.append(Finding(place, Code.MISSING_FILE, message, "create it with a workspaceId"))
        return
    path = draft.folder / present[0]
    for name in present[1:]:
        message = f'file "{name}" stands beside "{present[0]}"'
        draft.findings.append(_unexpected(draft.folder / name, message, "keep one of them"))
    root = _read(draft, path)
    if isinstance(root, LocatedMap):
        connectors = root.get("connectors")
        draft.connectors = set(connectors) if isinstance(connectors, dict) else set()
        draft.sources["twin", ""], draft.places["twin"] = root, {"": at(root)}
        draft.twin = validate(TwinFile, root, root, at(root), draft.findings)
    elif root is not _UNREAD:
        draft.findings.append(_not_a_mapping(path, root, "write a mapping with a workspaceId"))


def _unexpected(path: Path, message: str, remedy: str) -> Finding:
    return Finding(Location(path, 1, 1), Code.UNEXPECTED_FILE, message, remedy)


def _not_a_mapping(path: Path, root: Any, remedy: str) -> Finding:
    return Finding(Location(path, 1, 1), Code.WRONG_TYPE, f"the file holds {shown(root)}", remedy)


_UNREAD = object()


def _read(draft: Draft, path: Path) -> Any:
    try:
        return read(path, findings=draft.findings)
    except DefinitionError as error:
        draft.findings += error.findings
    try:
        text = read_text(path)
        draft.lost_ids.update(_WORD.findall(text))
        is_lost = "forEach" in text
    except DefinitionError:
        is_lost = True
    if is_lost:  # nothing is known of the ids in it
        draft.lost_patterns.append("*")
    return _UNREAD


_WORD = re.compile(r"[a-zA-Z0-9_.:-]+(?<!:)")


def _check_folder(draft: Draft, names: list[str]) -> None:
    """Report what would be left out without a word: misspelt folders and files."""
    for name in names:
        path = draft.folder / name
        is_folder = os.path.isdir(path)  # noqa: PTH112 (Path.is_dir raises where a folder is locked)
        if name.startswith((".", "__")):
            continue
        if name in FOLDERS and not is_folder:
            draft.findings.append(_unexpected(path, f'"{name}" is not a folder', "make it a folder of files"))
        elif is_folder and name not in FOLDERS:
            message = f'folder "{name}" is not part of a definition'
            draft.findings.append(_unexpected(path, message, did_you_mean(name, FOLDERS)))
        elif not is_folder and path.suffix in _SUFFIXES and name not in TWIN_FILES:
            message = f'file "{name}" is not part of a definition'
            remedy = f"move it to one of {', '.join(FOLDERS[:3])}"
            draft.findings.append(_unexpected(path, message, remedy))


def _walk(draft: Draft, kind: str) -> Iterator[Path]:
    """Yield the files below a folder in order; report folders that are passed over."""

    def fail(error: OSError) -> None:
        message = f"cannot be read ({error.strerror})"
        remedy = "check that it is a folder you may read"
        place = Location(Path(error.filename), 1, 1)
        draft.findings.append(Finding(place, Code.UNREADABLE_FILE, message, remedy))
        draft.lost_patterns.append("*")

    top = draft.folder / kind
    if not os.path.isdir(top):  # noqa: PTH112 (Path.is_dir raises where a folder is locked)
        return
    for root, folders, files in os.walk(top, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for path in (Path(root, name) for name in folders):
            if path.is_symlink():
                message = f'folder "{path.name}" is a link, which is not followed'
                draft.findings.append(_unexpected(path, message, "put its files here, or link each of them"))
        yield from (Path(root, name) for name in sorted(files) if not name.startswith("."))


def _files(draft: Draft, kind: str) -> Iterator[tuple[Path, Any]]:
    for path in _walk(draft, kind):
        if path.suffix in _SUFFIXES:
            if (root := _read(draft, path)) is not _UNREAD:
                yield path, root
        elif path.suffix not in _BESIDE:
            remedy = f"give it one of the endings {', '.join(_SUFFIXES)}, or move it away"
            draft.findings.append(_unexpected(path, f'file "{path.name}" is not read', remedy))


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
    message = f"{word} {shown(item_id)} is declared twice, first at {first}"
    draft.findings.append(Finding(place, Code.DUPLICATE_ID, message, "rename or remove one of them"))
    return False


def _read_scenes(draft: Draft) -> None:
    for path, root in _files(draft, "scenes"):
        if not isinstance(root, LocatedMap):
            draft.findings.append(_not_a_mapping(path, root, "write a scene document"))
            continue
        members = scene_members(root, path.name.split(".")[0], draft)
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
    for path in _walk(draft, "assets"):
        draft.assets[path.relative_to(folder).as_posix()] = path
