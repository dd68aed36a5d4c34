"""Read: from a folder to the content of its files."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from twin_stack.definition.budget import Budget
from twin_stack.definition.document_builder import value_size
from twin_stack.definition.files import parse, read_text
from twin_stack.definition.findings import DefinitionError, Finding, Location
from twin_stack.definition.ignores import Ignore, comment_ignores, entry_ignores
from twin_stack.definition.model_files import file_refusal, is_inside
from twin_stack.definition.rules.reading import MISSING_FILE, OUTSIDE_MODEL, UNEXPECTED_FILE, UNREADABLE_FILE
from twin_stack.definition.unchecked import LostIds, LostIdsCollector
from twin_stack.definition.wording import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

FOLDERS: Final = ("component_types", "entities", "scenes", "assets")
ITEM_FOLDERS: Final = FOLDERS[:3]
TWIN_FILES: Final = ("twin.yaml", "twin.yml", "twin.json")
_SUFFIXES = (".yaml", ".yml", ".json")
_IGNORED_SUFFIXES = (".csv", ".md", ".txt")
_VALUE_LENGTH = 20  # characters of a broken file that count as a value, about as many as values have
_WORD = re.compile(r"[a-zA-Z0-9_.:-]+")


class Document(NamedTuple):
    """A file that was read.

    Attributes:
        path: The file, as findings name it.
        root: Its content, with places.
    """

    path: Path
    root: Any


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The content of a twin's folder.

    Attributes:
        folder: The folder.
        twin_file: ``twin.yaml``, None where it is missing or could not be read.
        documents: Readable files by folder: ``component_types``, ``entities``, ``scenes``.
        assets_folder: The folder of models and textures, whether it exists or not.
        assets: Files of that folder, by their path in it.
        lost: Ids that may be declared in what could not be read.
        budget: What is left of the size that a definition may have.
        ignores: Findings that the files accept.
    """

    folder: Path
    twin_file: Document | None
    documents: Mapping[str, Sequence[Document]]
    assets_folder: Path
    assets: Mapping[str, Path]
    lost: LostIds
    budget: Budget
    ignores: tuple[Ignore, ...] = ()


@dataclass(frozen=True, slots=True)
class FileSource:
    """Where the content of files comes from: the disk, or an editor with unsaved text.

    Attributes:
        read_text: As ``files.read_text``.
        parse: As ``files.parse``.
    """

    read_text: Callable[[Path], str] = read_text
    parse: Callable[..., Any] = parse


def read_files(
    folder: Path,
    findings: list[Finding],
    *,
    kinds: Collection[str] = ITEM_FOLDERS,
    source: FileSource = FileSource(),
) -> ModelFiles | None:
    """Read the files of a twin.

    Args:
        folder: The twin's folder.
        findings: Receives every mistake.
        kinds: Folders of items to read; the others are taken as empty.
        source: Where the content of files comes from.

    Returns:
        The content of the files, None when the folder cannot be listed.

    Raises:
        ModelTooLargeError: The files are too large together.
    """
    names = _list_folder(folder, findings)
    if names is None:
        return None
    return _FolderReader(folder, findings, source).read(names, kinds)


def read_documents(folder: Path, kind: str, findings: list[Finding]) -> Iterator[Document]:
    """Yield the files of one kind, each when it is asked for: memory need hold only one of them.

    Args:
        folder: The twin's folder.
        kind: ``component_types``, ``entities`` or ``scenes``.
        findings: Receives every mistake.

    Raises:
        ModelTooLargeError: One file is larger than a definition may be.
    """
    for path in _FolderReader(folder, findings).walk(kind):
        yield from _FolderReader(folder, findings).documents([path])


def read_assets(folder: Path, findings: list[Finding]) -> Mapping[str, Path]:
    """Return the models and textures of a folder.

    Args:
        folder: The folder.
        findings: Receives a finding for each file that is not a regular file inside of the folder.

    Returns:
        Files by their path in the folder.
    """
    if _list_folder(folder, findings) is None:
        return {}
    return _FolderReader(folder.parent, findings).assets(folder.name)


def _list_folder(folder: Path, findings: list[Finding]) -> list[str] | None:
    """Return the names in the twin's folder, sorted; None, and a finding, when it cannot be listed."""
    rule = MISSING_FILE
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 (sorted by name, not by path)
    except FileNotFoundError:
        message, remedy = "the folder does not exist", "check the path of the model"
    except NotADirectoryError:
        message, remedy = "is not a folder", "give the folder that holds twin.yaml"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a name of a folder"
        message, remedy = f"cannot be read ({reason})", "check that it is a folder you may read"
        rule = UNREADABLE_FILE
    findings.append(rule.finding(Location(folder, 1, 1), message, remedy))
    return None


def _unexpected(path: Path, message: str, remedy: str) -> Finding:
    return UNEXPECTED_FILE.finding(Location(path, 1, 1), message, remedy)


class _FolderReader:
    """Reads the files of a folder and reports those that would silently be left out."""

    def __init__(self, folder: Path, findings: list[Finding], source: FileSource = FileSource()) -> None:
        self._source = source
        self._folder = folder
        self._findings = findings
        self._budget = Budget(folder)
        self._lost = LostIdsCollector()
        self._ignores: list[Ignore] = []

    def read(self, names: Sequence[str], kinds: Collection[str]) -> ModelFiles:
        twin_file = self._twin_file(names)
        if twin_file is not None:
            self._budget.fit_engine(twin_file.root)
        paths = {kind: list(self.walk(kind)) if kind in kinds else [] for kind in ITEM_FOLDERS}
        for path in (path for listed in paths.values() for path in listed if path.suffix in _SUFFIXES):
            self._budget.spend_file(path)
        self._check_names(names)
        documents = {kind: tuple(self.documents(listed)) for kind, listed in paths.items()}
        return ModelFiles(
            folder=self._folder,
            twin_file=twin_file,
            documents=MappingProxyType(documents),
            assets_folder=self._folder / "assets",
            assets=self.assets("assets"),
            lost=self._lost.collected(),
            budget=self._budget,
            ignores=(*self._ignores, *entry_ignores(twin_file.root if twin_file else None, self._folder)),
        )

    def assets(self, name: str) -> Mapping[str, Path]:
        top = self._folder / name
        return MappingProxyType(
            {
                path.relative_to(top).as_posix(): path
                for path in self.walk(name)
                if self._may_be_read(path, top, f"the folder {name}")
            }
        )

    def _twin_file(self, names: Sequence[str]) -> Document | None:
        present = [name for name in TWIN_FILES if name in names]
        if not present:
            place = Location(self._folder / TWIN_FILES[0], 1, 1)
            message = "the folder has no twin.yaml"
            self._findings.append(MISSING_FILE.finding(place, message, "create it with a workspaceId"))
            return None
        for name in present[1:]:
            message = f'both "{present[0]}" and "{name}" exist'
            self._findings.append(_unexpected(self._folder / name, message, "keep one of them"))
        return self._document(self._folder / present[0])

    def _check_names(self, names: Sequence[str]) -> None:
        """Report misspelt folders and files."""
        for name in names:
            path = self._folder / name
            is_folder = os.path.isdir(path)  # noqa: PTH112 (Path.is_dir raises where a folder is locked)
            if name.startswith((".", "__")):
                continue
            if name in FOLDERS and not is_folder:
                finding = _unexpected(path, f'"{name}" is not a folder', "make it a folder of files")
                self._findings.append(finding)
            elif is_folder and name not in FOLDERS:
                message = f'folder "{name}" is not part of a definition'
                self._findings.append(_unexpected(path, message, did_you_mean(name, FOLDERS)))
            elif not is_folder and path.suffix in _SUFFIXES and name not in TWIN_FILES:
                message = f'file "{name}" is not part of a definition'
                remedy = f"move it to one of {', '.join(FOLDERS[:3])}"
                self._findings.append(_unexpected(path, message, remedy))

    def documents(self, paths: Sequence[Path]) -> Iterator[Document]:
        for path in paths:
            if path.suffix in _SUFFIXES:
                if (document := self._document(path)) is not None:
                    yield document
            elif path.suffix not in _IGNORED_SUFFIXES:
                remedy = f"give it one of the endings {', '.join(_SUFFIXES)}, or move it away"
                self._findings.append(_unexpected(path, f'file "{path.name}" is not read', remedy))

    def _document(self, path: Path) -> Document | None:
        """Return a file's content; None, with findings and its words as lost ids, when it cannot be read."""
        if not self._may_be_read(path, self._folder, "the model"):
            self._lost.patterns.append("*")
            return None
        try:
            text = self._source.read_text(path)
        except DefinitionError as error:
            self._findings += error.findings
            self._lost.patterns.append("*")
            return None
        try:
            root = self._source.parse(path, text, findings=self._findings)
        except DefinitionError as error:
            self._findings += error.findings
            self._budget.spend_values(len(text) // _VALUE_LENGTH)
            self._lost.words.update(word.rstrip(":") for word in _WORD.findall(text))
            if "forEach" in text:
                self._lost.patterns.append("*")
            return None
        self._budget.spend_values(value_size(root))
        if path.suffix != ".json":
            self._ignores += comment_ignores(path, text)
        return Document(path, root)

    def _may_be_read(self, path: Path, folder: Path, folder_label: str) -> bool:
        """Return whether a file is a regular file inside of a folder; report it otherwise."""
        place = Location(path, 1, 1)
        refusal = file_refusal(path, folder, f'file "{path.name}"', place, folder_label=folder_label)
        if refusal is not None:
            self._findings.append(refusal)
        return refusal is None

    def walk(self, kind: str) -> Iterator[Path]:
        """Yield the files below a folder in order; report folders that are not read."""

        def report(error: OSError) -> None:
            message = f"cannot be read ({error.strerror})"
            place = Location(Path(error.filename), 1, 1)
            remedy = "check that it is a folder you may read"
            self._findings.append(UNREADABLE_FILE.finding(place, message, remedy))
            self._lost.patterns.append("*")

        top = self._folder / kind
        if not os.path.isdir(top):  # noqa: PTH112 (Path.is_dir raises where a folder is locked)
            return
        if not is_inside(top, self._folder):
            message, remedy = f'folder "{kind}" is outside of the model', "copy it into the model"
            self._findings.append(OUTSIDE_MODEL.finding(Location(top, 1, 1), message, remedy))
            self._lost.patterns.append("*")
            return
        for root, folders, files in os.walk(top, onerror=report):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for path in (Path(root, name) for name in folders):
                if path.is_symlink():
                    message = f'folder "{path.name}" is a link, which is not followed'
                    remedy = "put its files here, or link each of them"
                    self._findings.append(_unexpected(path, message, remedy))
            yield from (Path(root, name) for name in sorted(files) if not name.startswith("."))
