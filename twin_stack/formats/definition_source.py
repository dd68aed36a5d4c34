"""The definition of an export: checked where it is small enough, and read entity by entity."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.budget import Budget, ModelTooLargeError
from twin_stack.definition.findings import DefinitionError, Findings, Severity
from twin_stack.definition.graph import parents_first
from twin_stack.definition.loader import check_files
from twin_stack.definition.phases.coerce import coerce
from twin_stack.definition.phases.expand import expand
from twin_stack.definition.phases.read import read_assets, read_documents, read_files
from twin_stack.definition.phases.resolve import resolve_declarations
from twin_stack.definition.response_members import strip_read_only_members
from twin_stack.definition.unchecked import ResolvedDeclarations, members_of
from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.phases.read import Document
    from twin_stack.definition.schema import ComponentType, Entity, Scene, TwinFile
    from twin_stack.definition.source import LocatedMap
    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.definition.unchecked import Declarations, UncheckedDefinition

LIMITS_OF_A_STACK: Final = frozenset({"TWIN024", "TWIN066"})
"""Codes of limits of a deployment by CloudFormation, which an export leaves behind."""

_CHECKED_BYTES: Final = 5_000_000
"""Most bytes of entity files with which the whole definition is checked: more takes over a gigabyte."""


def checked_definition(model: Path) -> TwinDefinition:
    """Return a definition that is small enough to be checked as a whole.

    Raises:
        DefinitionError: It has mistakes.
    """
    definition, findings = check_files(
        lambda findings: read_files(model, findings), model, tolerated=LIMITS_OF_A_STACK
    )
    if definition is None:
        raise DefinitionError(_errors(findings))
    return definition


class DefinitionStream:
    """A definition of any size, whose entities are read file by file.

    A small definition is checked as a whole first. Of a large one, each component type and entity is checked
    by itself; `twin check` finds what is wrong between them.

    Args:
        model: The folder of the definition.

    Raises:
        DefinitionError: The definition has mistakes.
    """

    def __init__(self, model: Path) -> None:
        self._model = model
        size = sum(path.stat().st_size for path in self.files("entities"))
        self._checked = checked_definition(model) if size <= _CHECKED_BYTES else None
        findings = Findings()
        files = read_files(model, findings, kinds=("component_types",))
        if files is None:
            raise DefinitionError(_errors(findings))
        self._files = files
        self._base = self._unchecked(findings)
        _require_no_errors(findings)
        assert self._base.twin is not None  # noqa: S101 (a finding otherwise)
        self.twin: TwinFile = self._base.twin

    @property
    def sources(self) -> Mapping[tuple[str, str], LocatedMap]:
        """What was read of ``twin.yaml`` and the component types, with places."""
        return self._base.sources

    def files(self, folder: str) -> list[Path]:
        """Return the files of a folder of the definition, in the order of their paths.

        Args:
            folder: ``entities``, ``scenes`` or ``assets``.
        """
        return [path for path in sorted((self._model / folder).rglob("*")) if path.is_file()]

    def component_types(self) -> Iterator[ComponentType]:
        """Yield the component types, parents first, without what they inherit."""
        types = self._base.component_types
        for type_id in parents_first({type_id: own.needs for type_id, own in types.items()}):
            yield strip_read_only_members(types[type_id])

    def entities(self) -> Iterator[tuple[Entity, LocatedMap]]:
        """Yield each entity, in the order of the files, with what was read of it.

        Raises:
            DefinitionError: A file has mistakes.
        """
        findings = Findings()
        for document in read_documents(self._model, "entities", findings):
            _require_no_errors(findings)
            chunk = self._chunk(document, findings)
            _require_no_errors(findings)
            for entity_id, entity in chunk.entities.items():
                yield entity, chunk.sources["entities", entity_id]
        _require_no_errors(findings)

    def scenes(self) -> Iterator[tuple[Scene, LocatedMap]]:
        """Yield the scenes, in the order of their ids, with what was read of them.

        Raises:
            DefinitionError: A scene has mistakes.
            TwinError: A scene of a large definition has a layout.
        """
        declared: TwinDefinition | Declarations
        if self._checked is not None:
            declared = self._checked
        else:
            findings = Findings()
            files = read_files(self._model, findings, kinds=("scenes",)) or self._files
            _require_no_layouts(files.documents["scenes"])
            declared = expand(files, findings)
            _require_no_errors(findings)
        for scene_id, scene in sorted(declared.scenes.items()):
            yield scene, declared.sources["scenes", scene_id]

    def assets(self) -> Mapping[str, Path]:
        """Return the models and textures by their path in the folder ``assets``.

        Raises:
            DefinitionError: One of them leads out of that folder.
        """
        if not (self._model / "assets").is_dir():
            return {}
        findings = Findings()
        assets = read_assets(self._model / "assets", findings)
        _require_no_errors(findings)
        return assets

    def _unchecked(self, findings: Findings) -> UncheckedDefinition:
        return coerce(resolve_declarations(expand(self._files, findings), findings), findings)

    def _chunk(self, document: Document, findings: Findings) -> UncheckedDefinition:
        """Return the entities of one file, with the component types of all."""
        documents: dict[str, Any] = {**self._files.documents, "component_types": (), "entities": (document,)}
        files = replace(self._files, twin_file=None, documents=documents, budget=Budget(self._model))
        try:
            declarations = expand(files, findings)
        except ModelTooLargeError as error:
            raise DefinitionError([error.finding]) from error
        base = self._base
        shared = {name: getattr(base, name) for name in ("twin", "connectors", "component_types")}
        resolved = {"resolved_types": base.resolved_types, "ancestors": base.ancestors}
        return coerce(ResolvedDeclarations(**members_of(declarations) | shared | resolved), findings)


def _require_no_layouts(scenes: Sequence[Document]) -> None:
    """Raise where a scene has a layout, which needs all entities at once."""
    for document in scenes:
        if _has_layout(document.root):
            raise TwinError(
                f"{document.path}: a layout needs all entities at once, and there are too many; write its "
                "nodes out, or export without this scene"
            )


def _has_layout(value: Any) -> bool:
    if isinstance(value, dict):
        return "layout" in value or any(map(_has_layout, value.values()))
    return isinstance(value, list) and any(map(_has_layout, value))


def _errors(findings: list[Finding]) -> list[Finding]:
    return sorted(finding for finding in findings if finding.severity is Severity.ERROR)


def _require_no_errors(findings: list[Finding]) -> None:
    if errors := _errors(findings):
        raise DefinitionError(errors)
