"""A TMDT project as the files of a definition, and as an imported twin."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.budget import ModelTooLargeError
from twin_stack.definition.document_builder import reading_error
from twin_stack.definition.findings import DefinitionError
from twin_stack.definition.phases.read import Document, ModelFiles
from twin_stack.definition.rules.imports import CHANGED_ON_IMPORT, NEEDS_A_DECISION, NOT_IMPORTED
from twin_stack.definition.rules.members import MISSING_KEY, WRONG_TYPE
from twin_stack.definition.rules.reading import MISSING_FILE, OUTSIDE_MODEL
from twin_stack.definition.source import LocatedMap, at
from twin_stack.definition.wording import quote_value
from twin_stack.formats.connectors import LambdaConnectors
from twin_stack.formats.frame import ImportedTwin
from twin_stack.formats.json_items import JsonItem, JsonItems
from twin_stack.formats.members import MemberFilter, places_in
from twin_stack.formats.tmdt.project import MANIFEST_MEMBERS, MODELS_FOLDER, ListedModel, Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.rule import Rule
    from twin_stack.formats.kinds import ImportOptions

_ANY_WORKSPACE: Final = "tmdt"
"""A project names no workspace: ``tmdt deploy`` takes it as an option."""

_NO_ID: Final = re.compile(r"[^A-Za-z0-9_.:-]+")


def read(source: Path, findings: list[Finding]) -> ModelFiles | None:
    """Return the content of a project with its own places, for ``loader.check_files``.

    Args:
        source: The folder of the project, or its ``tmdt.json``.
        findings: Receives every mistake of reading.

    Returns:
        The content, None where the project has no readable ``tmdt.json``.
    """
    project = Project(source, findings)
    if project.manifest is None:
        return None
    entities = project.entities()
    documents = {
        "component_types": tuple(project.component_types()),
        "entities": (entities,) if entities is not None else (),
        "scenes": tuple(project.scenes()),
    }
    models = list(project.models())
    findings += _missing_models(
        models, OUTSIDE_MODEL, MISSING_FILE, "copy {files} into the folder {folder} of the project"
    )
    project.lost.words.update(model.key for model in models if model.file is None)
    twin = LocatedMap(project.manifest.file, project.manifest.mark)
    twin["workspaceId"] = _ANY_WORKSPACE
    return ModelFiles(
        folder=project.folder,
        twin_file=Document(project.manifest.file, twin),
        documents=MappingProxyType(documents),
        assets_folder=project.folder / MODELS_FOLDER,
        assets=MappingProxyType({model.key: model.file for model in models if model.file is not None}),
        lost=project.lost.collected(),
        budget=project.budget,
    )


def import_twin(source: str, options: ImportOptions) -> ImportedTwin:
    """Return a project as a definition.

    Args:
        source: The folder of the project, or its ``tmdt.json``.
        options: What the user chose.

    Raises:
        DefinitionError: A file of the project cannot be read.
    """
    findings: list[Finding] = []
    try:
        project = Project(Path(source), findings)
        types, entities = list(project.component_types()), project.entities_file()
        scenes, models = list(project.scenes()), list(project.models())
    except ModelTooLargeError as error:
        raise DefinitionError([error.finding]) from error
    ids: set[str | None] = set()
    if entities is not None:
        try:
            ids.update(map(_given_id, JsonItems(entities)))
        except DefinitionError as error:
            findings += error.findings
    if findings:
        raise DefinitionError(sorted(findings))
    assert project.manifest is not None  # noqa: S101 (a finding otherwise)
    losses = [_left_out(project.manifest, name) for name in project.manifest if name not in MANIFEST_MEMBERS]
    losses += _missing_models(
        models, NEEDS_A_DECISION, NEEDS_A_DECISION, "copy {files} to {assets} of the definition"
    )
    twin: dict[str, Any] = {"workspaceId": options.workspace_id}
    content = _Content(twin, losses)
    return ImportedTwin(
        twin=twin,
        component_types=content.component_types(types),
        entities=content.entities(entities, ids),
        scenes=content.scenes(scenes),
        assets={model.key: model.file for model in models if model.file is not None},
        losses=losses,
    )


class _Content:
    def __init__(self, twin: dict[str, Any], losses: list[Finding]) -> None:
        self._losses = losses
        self._connectors = LambdaConnectors(twin)

    def component_types(self, documents: list[Document]) -> Iterator[dict[str, Any]]:
        members = MemberFilter()
        for document in documents:
            root = document.root
            if not isinstance(root, LocatedMap) or not isinstance(root.get("componentTypeId"), str):
                message, remedy = 'the file holds no component type with a "componentTypeId"', "add it"
                raise reading_error(document.path, (1, 1), MISSING_KEY, message, remedy)
            yield self._connectors.use(members.component_type(root, places_in(root)))
        self._losses += members.findings()

    def entities(self, file: Path | None, ids: set[str | None]) -> Iterator[dict[str, Any]]:
        """Yield the entities of a file, of which memory holds a few at a time."""
        members = MemberFilter()
        for item in JsonItems(file) if file is not None else ():
            own = members.entity(_entity(item), item.place_of)
            if not isinstance(own.get("entityId"), str):
                own["entityId"] = entity_id = _id_of(own.get("entityName"), item.index or 0, ids)
                name = quote_value(own.get("entityName"))
                message = f"entity {name} has no id, and gets {quote_value(entity_id)}"
                remedy = "write another entityId into the definition before the first deployment"
                self._losses.append(CHANGED_ON_IMPORT.finding(item.place, message, remedy))
            yield own
        self._losses += members.findings()

    def scenes(self, documents: list[Document]) -> Iterator[dict[str, Any]]:
        for document in documents:
            if isinstance(document.root, LocatedMap):
                yield {"sceneId": document.path.name.removesuffix(".json"), **document.root}


def _entity(item: JsonItem) -> dict[str, Any]:
    """Return an item of the file of entities.

    Raises:
        DefinitionError: It is no entity.
    """
    if item.section is not None or not isinstance(item.value, dict):
        message = f"the file of entities holds {quote_value(item.value)}"
        raise reading_error(item.file, item.mark, WRONG_TYPE, message, "write a list of entities")
    return item.value


def _given_id(item: JsonItem) -> str | None:
    entity_id = _entity(item).get("entityId")
    return entity_id if isinstance(entity_id, str) else None


def _id_of(name: Any, index: int, taken: set[str | None]) -> str:
    """Return an id for an entity that has none; the tool lets the service make a random one."""
    stem = _NO_ID.sub("-", name).strip("-_.:") if isinstance(name, str) else ""
    stem = stem if len(stem) > 1 else f"entity-{index + 1}"
    entity_id, number = stem, 1
    while entity_id in taken:
        number += 1
        entity_id = f"{stem}-{number}"
    taken.add(entity_id)
    return entity_id


def _left_out(manifest: LocatedMap, name: str) -> Finding:
    place = at(manifest, name, of_key=True)
    if name == "data":
        message = '"data" is not imported: a definition holds no recorded data'
        return NOT_IMPORTED.finding(place, message, "publish the data to the deployed twin")
    return NOT_IMPORTED.finding(place, f"{quote_value(name)} is not imported: the tool does not read it")


def _missing_models(
    models: list[ListedModel], outside: Rule, missing: Rule, remedy: str
) -> Iterator[Finding]:
    """Yield a finding for the models that are outside of the project, and one for those that are missing."""
    for rule, is_outside, where in (
        (outside, True, "outside of the project"),
        (missing, False, f"not in the folder {MODELS_FOLDER}"),
    ):
        unread = [model for model in models if model.file is None and model.is_outside is is_outside]
        if not unread:
            continue
        first = unread[0]
        if len(unread) == 1:
            message = f"model {quote_value(first.listed)} is {where}"
            files, assets = "it", f"assets/{first.key}"
        else:
            message = f"{len(unread)} models are {where}"
            files, assets = ", ".join(sorted({PurePosixPath(model.key).name for model in unread})), "assets"
        advice = remedy.format(files=files, assets=assets, folder=MODELS_FOLDER)
        yield rule.finding(first.place, message, advice)
