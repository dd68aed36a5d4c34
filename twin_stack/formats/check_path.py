"""Check a path, whatever it is: a definition, one of its files, a scene document, a source of an import."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.budget import Budget
from twin_stack.definition.files import parse, read_text
from twin_stack.definition.findings import DefinitionError, Location
from twin_stack.definition.ignores import comment_ignores
from twin_stack.definition.loader import check_folder, examine_files
from twin_stack.definition.phases.read import FOLDERS, TWIN_FILES, Document, ModelFiles
from twin_stack.definition.rules.reading import UNEXPECTED_FILE
from twin_stack.definition.unchecked import LostIds
from twin_stack.formats.checked_path import CheckedPath
from twin_stack.formats.kinds import detect_kind

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.findings import Finding, Findings
    from twin_stack.definition.loader import CheckResult

_SUFFIXES: Final = (".json", ".yaml", ".yml")
_SCENE_MEMBERS: Final = frozenset({"nodes", "rootNodeIndexes", "specVersion"})


def check_path(path: Path) -> CheckedPath:
    """Check a path, whatever it is.

    Args:
        path: A folder with ``twin.yaml`` or a file in it, a scene document, or a source that ``twin import``
            reads from files.
    """
    kind = detect_kind(path)
    if kind is not None:
        reader = kind.file_reader()
        result = examine_files(lambda findings: reader.read(path, findings), path)
        return CheckedPath(result.findings, result.ignored, _counts(result) or kind.title)
    folder = definition_of(path)
    if folder is not None:
        return _file_of_definition(path, folder)
    if path.suffix in _SUFFIXES and path.is_file():
        result = examine_files(lambda findings: _read_scene(path, findings), path)
        return CheckedPath(result.findings, result.ignored, "scene document")
    result = check_folder(path)
    return CheckedPath(result.findings, result.ignored, _counts(result))


def definition_of(path: Path) -> Path | None:
    """Return the folder of the definition that a file belongs to, None where it belongs to none.

    Args:
        path: A file.
    """
    if not path.is_file():
        return None
    if path.name in TWIN_FILES:
        return path.parent
    for child, folder in zip((path, *path.parents), path.parents, strict=False):
        if child.name in FOLDERS and child.is_dir() and any((folder / name).is_file() for name in TWIN_FILES):
            return folder
    return None


def _file_of_definition(path: Path, folder: Path) -> CheckedPath:
    _, findings, ignored = check_folder(folder)
    own = [finding for finding in findings if finding.location.file == path]
    own_ignored = [entry for entry in ignored if entry.finding.location.file == path]
    return CheckedPath(own, own_ignored, f"checked with {folder}", len(findings) - len(own))


def _counts(result: CheckResult) -> str:
    definition = result.definition
    if definition is None:
        return ""
    types, entities, scenes = definition.component_types, definition.entities, definition.scenes
    return f"{len(types)} component types, {len(entities)} entities, {len(scenes)} scenes"


def _read_scene(path: Path, findings: Findings) -> ModelFiles | None:
    """Return a scene document as a definition of nothing else, whose entities and models are not known."""
    try:
        text = read_text(path)
        root = parse(path, text, findings=findings)
    except DefinitionError as error:
        findings += error.findings
        return None
    if not _is_scene(root):
        findings.append(_unexpected(path))
        return None
    return ModelFiles(
        folder=path.parent,
        twin_file=None,
        documents=MappingProxyType(
            {"component_types": (), "entities": (), "scenes": (Document(path, root),)}
        ),
        assets_folder=path.parent / "assets",
        assets=MappingProxyType({}),
        lost=LostIds(patterns=("*",), has_lost_assets=True),
        budget=Budget(path.parent),
        ignores=tuple(comment_ignores(path, text)) if path.suffix != ".json" else (),
    )


def _is_scene(root: Any) -> bool:
    return isinstance(root, dict) and not _SCENE_MEMBERS.isdisjoint(root)


def _unexpected(path: Path) -> Finding:
    message = f'file "{path.name}" is no scene document, nor a file that twin import reads'
    remedy = "name the folder that holds twin.yaml, or a scene document"
    return UNEXPECTED_FILE.finding(Location(path, 1, 1), message, remedy)
