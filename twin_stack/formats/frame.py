"""From an imported twin to the folder of a definition."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition import check
from twin_stack.definition.format import dump_yaml
from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from twin_stack.definition.findings import Finding

RECORD: Final = ".twin-import.json"
"""The file that lists what an import wrote into a folder, with digests."""

CHUNK_ENTITIES: Final = 1_000
"""Most entities in one file: editors and reviewers stay quick."""

_CHUNK_CHARACTERS: Final = 2_000_000
"""Most characters of a file of entities, well below what the check reads."""

_MAX_FILE_NAME: Final = 100
_NO_FILE_NAME: Final = re.compile(r"[^A-Za-z0-9_.-]")
_BLOCK: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedTwin:
    """A twin of another form, as the content of a definition.

    The iterables are consumed once and in this order: component types, entities, scenes. ``twin``, ``assets``
    and ``losses`` may grow meanwhile: a connector is found in a component type, a model in a scene.

    Attributes:
        twin: Members of ``twin.yaml``.
        component_types: Component types with the members of definition files, ``componentTypeId`` among them.
        entities: Entities likewise, with ``entityId``.
        scenes: Documents of scenes with ``sceneId`` and the other members that a file has beside them.
        assets: Models and textures by their path in ``assets``: a file to copy, or a function that writes to
            the path that it is given.
        losses: What was dropped or changed, and what a person has to decide.
    """

    twin: dict[str, Any]
    component_types: Iterable[Mapping[str, Any]] = ()
    entities: Iterable[Mapping[str, Any]] = ()
    scenes: Iterable[Mapping[str, Any]] = ()
    assets: dict[str, Path | Callable[[Path], None]] = field(default_factory=dict)
    losses: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WrittenDefinition:
    """What an import wrote, or would write.

    Attributes:
        folder: The folder of the definition.
        files: Files in it, by their path in it.
        component_types: Number of component types.
        entities: Number of entities.
        scenes: Number of scenes.
        assets: Number of models and textures.
        findings: What `twin check` says of it.
    """

    folder: Path
    files: list[str]
    component_types: int
    entities: int
    scenes: int
    assets: int
    findings: list[Finding]


def write_definition(
    imported: ImportedTwin,
    folder: Path,
    *,
    dry_run: bool = False,
    force: bool = False,
    progress: Callable[[str], None] = lambda _line: None,
) -> WrittenDefinition:
    """Write an imported twin as a definition: the whole folder, or nothing.

    Args:
        imported: The twin.
        folder: The folder of the definition: missing, empty, or with ``force`` one that an import wrote.
        dry_run: Whether to keep nothing of it.
        force: Whether to write again what an import wrote. Files of others stay.
        progress: Receives a line of text from time to time.

    Returns:
        What was written.

    Raises:
        TwinError: The folder holds files that must not be overwritten; names them.
        OSError: The folder cannot be written.
    """
    foreign = _foreign_files(folder, force=force)
    if not dry_run:
        folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(
        prefix=f".{folder.name}.", dir=None if dry_run else folder.parent, ignore_cleanup_errors=True
    ) as temporary:
        unfinished = Path(temporary, "definition")
        unfinished.mkdir()
        definition = _Definition(unfinished, progress)
        written = definition.write(imported, folder)
        clashing = sorted(path for path in foreign if os.path.lexists(unfinished / path))
        if clashing:
            raise TwinError(
                f"{folder}: {', '.join(clashing)}: not written by an import, or changed since; "
                "nothing was written; move them, or import into another folder"
            )
        if not dry_run:
            for path in foreign:
                _copy_foreign(folder / path, unfinished / path)
            definition.write_record()
            _replace_folder(folder, unfinished, Path(temporary, "former"))
    return written


class _Definition:
    """Writes the files of a definition into a folder."""

    def __init__(self, folder: Path, progress: Callable[[str], None]) -> None:
        self._folder = folder
        self._progress = progress
        self._digests: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._names: set[str] = set()

    def write(self, imported: ImportedTwin, target: Path) -> WrittenDefinition:
        for component_type in imported.component_types:
            members = dict(component_type)
            type_id = members.pop("componentTypeId")
            self._write(self._name("component_types", type_id, ".yaml"), dump_yaml({type_id: members}))
            self._counts["component_types"] += 1
        for number, chunk in enumerate(self._chunks(imported.entities), start=1):
            suffix = "" if number == 1 else f"-{number}"
            self._write(f"entities/entities{suffix}.yaml", chunk)
            self._progress(f"entities: {self._counts['entities']:,}")
        for scene in imported.scenes:
            self._write_scene(dict(scene))
        for path, source in sorted(imported.assets.items()):
            self._write_asset(path, source)
        self._write("twin.yaml", dump_yaml(imported.twin))
        findings = [_relocate(finding, self._folder, target) for finding in check(self._folder)[1]]
        return WrittenDefinition(
            folder=target,
            files=sorted(self._digests),
            component_types=self._counts["component_types"],
            entities=self._counts["entities"],
            scenes=self._counts["scenes"],
            assets=self._counts["assets"],
            findings=findings,
        )

    def write_record(self) -> None:
        """Write the list of files, by which a later import knows what it may overwrite."""
        record = json.dumps({"files": dict(sorted(self._digests.items()))}, indent=2)
        (self._folder / RECORD).write_bytes(f"{record}\n".encode())

    def _chunks(self, entities: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        texts: list[str] = []
        size = 0
        for entity in entities:
            members = dict(entity)
            text = dump_yaml({members.pop("entityId"): members})
            if texts and (len(texts) == CHUNK_ENTITIES or size + len(text) > _CHUNK_CHARACTERS):
                yield "".join(texts)
                texts, size = [], 0
            texts.append(text)
            size += len(text)
            self._counts["entities"] += 1
        if texts:
            yield "".join(texts)

    def _write_scene(self, scene: dict[str, Any]) -> None:
        path = self._name("scenes", scene["sceneId"], ".json")
        if path == f"scenes/{scene['sceneId']}.json" and "." not in scene["sceneId"]:
            del scene["sceneId"]  # it is the name of the file
        self._write(path, json.dumps(scene, indent=1, ensure_ascii=False) + "\n")
        self._counts["scenes"] += 1

    def _write_asset(self, path: str, source: Path | Callable[[Path], None]) -> None:
        path = f"assets/{path}"
        self._counts["assets"] += 1
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if callable(source):
            source(target)
        else:
            shutil.copyfile(source, target)
        self._digests[path] = _digest(target)
        self._progress(path)

    def _write(self, path: str, text: str) -> None:
        content = text.encode()
        self._digests[path] = hashlib.sha256(content).hexdigest()
        target = self._folder / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)

    def _name(self, folder: str, item_id: str, suffix: str) -> str:
        """Return the path of a file that is named after an id, which may hold anything."""
        stem = _NO_FILE_NAME.sub("_", item_id)[:_MAX_FILE_NAME]
        stem = f"_{stem}" if stem.startswith((".", "__")) or not stem else stem
        path, number = f"{folder}/{stem}{suffix}", 1
        while path.casefold() in self._names:
            number += 1
            path = f"{folder}/{stem}-{number}{suffix}"
        self._names.add(path.casefold())
        return path


def _foreign_files(folder: Path, *, force: bool) -> list[str]:
    """Return the files of a folder that an import did not write, or that were changed since.

    Raises:
        TwinError: The folder is not empty, and ``force`` is not given or no import wrote it.
    """
    if not os.path.lexists(folder):
        return []
    if not folder.is_dir() or folder.is_symlink():
        raise TwinError(f"{folder} is not a folder; name another one with --output")
    files = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or not path.is_dir()
    ]
    if not files:
        return []
    digests = _recorded_digests(folder)
    if digests is None:
        raise TwinError(f"{folder} is not empty, and no import wrote it; name another folder with --output")
    if not force:
        raise TwinError(f"{folder} is not empty; name another folder, or write it again with --force")
    return [
        path
        for path in files
        if path != RECORD
        and (path not in digests or (folder / path).is_symlink() or _digest(folder / path) != digests[path])
    ]


def _recorded_digests(folder: Path) -> dict[str, str] | None:
    """Return the digests of what an import wrote into a folder, None where there is no record."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        record = json.loads((folder / RECORD).read_bytes())
        return {str(path): str(digest) for path, digest in record["files"].items()}
    return None


def _copy_foreign(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)


def _replace_folder(folder: Path, finished: Path, former: Path) -> None:
    """Put a finished folder in the place of another; an interruption leaves one of them."""
    if not folder.exists():
        finished.rename(folder)
        return
    folder.rename(former)
    try:
        finished.rename(folder)
    except BaseException:
        former.rename(folder)
        raise


def _relocate(finding: Finding, folder: Path, target: Path) -> Finding:
    """Return a finding with the place that its file is going to have."""
    location = finding.location
    file = target / location.file.relative_to(folder)
    message = finding.message.replace(str(folder), str(target))
    return replace(finding, location=location._replace(file=file), message=message)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
