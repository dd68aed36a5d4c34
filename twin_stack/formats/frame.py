"""From an imported twin to the folder of a definition."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition import check
from twin_stack.definition.format import definition_text, format_text, schema_reference
from twin_stack.formats.file_names import FileNames
from twin_stack.formats.output_folder import OutputFolder, output_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from twin_stack.definition.findings import Finding

CHUNK_ENTITIES: Final = 1_000
"""Most entities in one file: editors and reviewers stay quick."""

_CHUNK_CHARACTERS: Final = 2_000_000
"""Most characters of a file of entities, well below what the check reads."""


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
        files: Other files by their path in the definition, definition files as text: a register with the
            ``forEach`` that reads it.
        losses: What was dropped or changed, and what a person has to decide.
    """

    twin: dict[str, Any]
    component_types: Iterable[Mapping[str, Any]] = ()
    entities: Iterable[Mapping[str, Any]] = ()
    scenes: Iterable[Mapping[str, Any]] = ()
    assets: dict[str, Path | Callable[[Path], None]] = field(default_factory=dict)
    files: Mapping[str, str | bytes] = field(default_factory=dict)
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
    with output_folder(folder, "import", dry_run=dry_run, force=force) as unfinished:
        return _DefinitionWriter(unfinished, progress).write(imported, folder)


class _DefinitionWriter:
    def __init__(self, output: OutputFolder, progress: Callable[[str], None]) -> None:
        self._output = output
        self._progress = progress
        self._names = FileNames()
        self._counts: Counter[str] = Counter()

    def write(self, imported: ImportedTwin, target: Path) -> WrittenDefinition:
        for component_type in imported.component_types:
            members = dict(component_type)
            type_id = members.pop("componentTypeId")
            path = self._names.path("component_types", type_id, ".yaml")
            self._write_yaml(path, definition_text({type_id: members}, "component_types"))
            self._counts["component_types"] += 1
        self._write_entities(imported.entities)
        for scene in imported.scenes:
            self._write_scene(dict(scene))
        for asset, source in sorted(imported.assets.items()):
            self._output.add(f"assets/{asset}", source)
            self._progress(f"assets/{asset}")
        for path, content in imported.files.items():
            if isinstance(content, str):
                self._write_yaml(path, content)
            else:
                self._output.write(path, content)
        self._write_yaml("twin.yaml", definition_text(imported.twin, "twin"))
        own = self._output.path
        definition, findings = check(own)
        if definition is not None:  # with those that forEach makes
            self._counts["entities"] = len(definition.entities)
        return WrittenDefinition(
            folder=target,
            files=self._output.files,
            component_types=self._counts["component_types"],
            entities=self._counts["entities"],
            scenes=self._counts["scenes"],
            assets=len(imported.assets),
            findings=[_relocate(finding, own, target) for finding in findings],
        )

    def _write_entities(self, entities: Iterable[Mapping[str, Any]]) -> None:
        """Write the entities; only where there are several files do they have numbers."""
        first: str | None = None
        for number, chunk in enumerate(self._chunks(entities), start=1):
            if number == 1:
                first = chunk
                continue
            if first is not None:
                self._write_yaml("entities/entities-0001.yaml", first)
                first = None
            self._write_yaml(f"entities/entities-{number:04}.yaml", chunk)
            self._progress(f"entities: {self._counts['entities']:,}")
        if first is not None:
            self._write_yaml("entities/entities.yaml", first)

    def _chunks(self, entities: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        texts: list[str] = []
        size = 0
        for entity in entities:
            members = dict(entity)
            text = definition_text({members.pop("entityId"): members}, "entities")
            if texts and (len(texts) == CHUNK_ENTITIES or size + len(text) > _CHUNK_CHARACTERS):
                yield "".join(texts)
                texts, size = [], 0
            texts.append(text)
            size += len(text)
            self._counts["entities"] += 1
        if texts:
            yield "".join(texts)

    def _write_yaml(self, path: str, text: str) -> None:
        """Write a file in the form of `twin fmt`, whose first line names the schema for editors."""
        kind = Path(path).parts[0].removesuffix(".yaml")
        reference = schema_reference(Path(path), Path(), kind)
        self._output.write(path, f"# yaml-language-server: $schema={reference}\n{text}")

    def _write_scene(self, scene: dict[str, Any]) -> None:
        path = self._names.path("scenes", scene["sceneId"], ".json")
        if path == f"scenes/{scene['sceneId']}.json" and "." not in scene["sceneId"]:
            del scene["sceneId"]  # it is the name of the file
        text = format_text(json.dumps(scene, ensure_ascii=False), "scenes", file=Path(path))
        self._output.write(path, text)
        self._counts["scenes"] += 1


def _relocate(finding: Finding, folder: Path, target: Path) -> Finding:
    """Return a finding with the place that its file is going to have."""
    location = finding.location
    file = target / location.file.relative_to(folder)
    message = finding.message.replace(str(folder), str(target))
    return replace(finding, location=location._replace(file=file), message=message)
