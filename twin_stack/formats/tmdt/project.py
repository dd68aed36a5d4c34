"""The files of a TMDT project, with places."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.budget import Budget
from twin_stack.definition.document_builder import value_size
from twin_stack.definition.files import read
from twin_stack.definition.findings import DefinitionError, Location
from twin_stack.definition.model_files import file_refusal, is_inside
from twin_stack.definition.phases.read import Document
from twin_stack.definition.rules.members import MISSING_KEY, WRONG_TYPE
from twin_stack.definition.rules.reading import MISSING_FILE
from twin_stack.definition.source import LocatedList, LocatedMap, at
from twin_stack.definition.unchecked import LostIdsCollector
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding

MANIFEST: Final = "tmdt.json"
MODELS_FOLDER: Final = "3d_models"
MANIFEST_MEMBERS: Final = ("version", "component_types", "scenes", "models", "entities")


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model that a project names.

    Attributes:
        key: The path by which scenes name it.
        listed: Its path as written in ``tmdt.json``.
        place: Where it is written.
        file: The file, None where it is missing or outside of the project.
        is_outside: Whether the path leads out of the project.
    """

    key: str
    listed: str
    place: Location
    file: Path | None
    is_outside: bool


class Project:
    """A TMDT project.

    Args:
        source: Its folder, or its ``tmdt.json``.
        findings: Receives every mistake of reading.
    """

    def __init__(self, source: Path, findings: list[Finding]) -> None:
        self.folder = source.parent if source.name == MANIFEST else source
        self.budget = Budget(self.folder)
        self.lost = LostIdsCollector()
        self._findings = findings
        document = self._document(self.folder / MANIFEST, Location(self.folder / MANIFEST, 1, 1))
        root = document.root if document else None
        if document is not None and not isinstance(root, LocatedMap):
            message, remedy = f"the file holds {quote_value(root)}", "write the members of a TMDT project"
            findings.append(WRONG_TYPE.finding(Location(document.path, 1, 1), message, remedy))
        self.manifest: LocatedMap | None = root if isinstance(root, LocatedMap) else None

    def component_types(self) -> Iterator[Document]:
        """Yield the files of component types."""
        yield from self._listed_documents("component_types")

    def scenes(self) -> Iterator[Document]:
        """Yield the documents of scenes."""
        yield from self._listed_documents("scenes")

    def entities(self) -> Document | None:
        """Return the file of entities with its content."""
        named = self._entities_path()
        return self._document(*named) if named is not None else None

    def entities_file(self) -> Path | None:
        """Return the file of entities, which may be of any size."""
        named = self._entities_path()
        return named[0] if named is not None and self._may_be_read(*named) else None

    def _entities_path(self) -> tuple[Path, Location] | None:
        """Return the path of the file of entities, and where it is named."""
        if self.manifest is None:
            return None
        path = self.manifest.get("entities")
        if "entities" not in self.manifest:
            self._findings.append(MISSING_KEY.finding(at(self.manifest), '"entities" is missing'))
        elif not isinstance(path, str):
            message = f'"entities" is {quote_value(path)}'
            remedy = "write the name of the file of entities"
            self._findings.append(WRONG_TYPE.finding(at(self.manifest, "entities"), message, remedy))
        else:
            return self.folder / path, at(self.manifest, "entities")
        self.lost.patterns.append("*")
        return None

    def models(self) -> Iterator[ListedModel]:
        """Yield the models that the project names.

        The tool reads them from ``3d_models``. AWS's samples have paths from the folder of the project, and
        their scenes name such a model without its folders.
        """
        for listed, place in self._paths("models"):
            plain = os.path.normpath(listed).replace(os.sep, "/")
            own, sample = self.folder / MODELS_FOLDER / listed, self.folder / listed
            is_outside = plain.startswith("../") or PurePosixPath(plain).is_absolute()
            name = PurePosixPath(plain).name
            if not is_outside and self._is_file(own):
                yield ListedModel(plain, listed, place, own, is_outside=False)
            elif not is_outside and self._is_file(sample):
                yield ListedModel(name, listed, place, sample, is_outside=False)
            else:
                yield ListedModel(name if is_outside else plain, listed, place, None, is_outside=is_outside)

    def _is_file(self, path: Path) -> bool:
        try:
            return is_inside(path, self.folder) and path.is_file()
        except (OSError, ValueError):
            return False

    def _listed_documents(self, member: str) -> Iterator[Document]:
        for path, place in self._paths(member):
            if (document := self._document(self.folder / path, place)) is not None:
                yield document

    def _paths(self, member: str) -> Iterator[tuple[str, Location]]:
        if self.manifest is None:
            return
        paths = self.manifest.get(member)
        if member not in self.manifest:
            self._findings.append(MISSING_KEY.finding(at(self.manifest), f'"{member}" is missing'))
        elif isinstance(paths, LocatedList):
            yield from self._items(paths)
        else:
            message = f'"{member}" is {quote_value(paths)}'
            place = at(self.manifest, member)
            self._findings.append(WRONG_TYPE.finding(place, message, "write a list of file names"))

    def _items(self, paths: LocatedList) -> Iterator[tuple[str, Location]]:
        for index, path in enumerate(paths):
            if isinstance(path, str):
                yield path, at(paths, index)
            else:
                message = f"item {index + 1} is {quote_value(path)}"
                place = at(paths, index)
                self._findings.append(WRONG_TYPE.finding(place, message, "write the name of a file"))

    def _document(self, path: Path, place: Location) -> Document | None:
        """Return the content of a file; None, with a finding, when it cannot be read."""
        self.budget.spend_file(path)
        if self._may_be_read(path, place):
            try:
                root: Any = read(path, findings=self._findings)
            except DefinitionError as error:
                self._findings += error.findings
            else:
                self.budget.spend_values(value_size(root))
                return Document(path, root)
        self.lost.patterns.append("*")
        return None

    def _may_be_read(self, path: Path, place: Location) -> bool:
        """Return whether a file is there and inside of the project; report it otherwise."""
        refusal = file_refusal(path, self.folder, f'file "{path.name}"', place, folder_label="the project")
        if refusal is None and not os.path.lexists(path):
            message = f'file "{path.name}" does not exist'
            refusal = MISSING_FILE.finding(place, message, "create it, or correct its name")
        if refusal is not None:
            self._findings.append(refusal)
        return refusal is None
