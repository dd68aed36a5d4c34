"""A definition as a TMDT project."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from twin_stack.definition.source import at
from twin_stack.formats.definition_source import DefinitionStream
from twin_stack.formats.file_names import FileNames
from twin_stack.formats.kinds import Exported
from twin_stack.formats.output_folder import output_folder
from twin_stack.formats.service_json import ServiceJson, write_list
from twin_stack.formats.tmdt.project import MANIFEST, MODELS_FOLDER

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.schema import Scene
    from twin_stack.definition.source import LocatedMap
    from twin_stack.formats.kinds import ExportOptions

_ENTITIES = "entities.json"
_VERSION = "0.0.2"
"""What the tool itself writes; it does not read it."""

_SCENE_MEMBERS = {
    "description": "description",
    "capabilities": "capabilities",
    "scene_metadata": "sceneMetadata",
}


def export_twin(model: Path, target: Path, options: ExportOptions) -> Exported:
    """Write a definition as a project, which ``tmdt deploy`` deploys into a workspace.

    Args:
        model: The folder of the definition.
        target: The folder of the project.
        options: What the user chose.

    Raises:
        DefinitionError: The definition has mistakes; nothing is written.
        TwinError: The folder holds files that must not be overwritten.
        OSError: The folder cannot be written.
    """
    definition = DefinitionStream(model)
    sources = definition.sources
    service = ServiceJson(definition.twin, sources["twin", ""], has_parts=True)
    names = FileNames()
    manifest: dict[str, Any] = {"version": _VERSION, "component_types": [], "scenes": [], "models": []}
    with output_folder(target, "export", force=options.force) as output:
        for own in definition.component_types():
            path = names.path("component_types", own.component_type_id, ".json")
            source = sources["component_types", own.component_type_id]
            output.write(path, _json(service.component_type(own, source)))
            manifest["component_types"].append(path)
        for scene, source in definition.scenes():
            path = names.path("scenes", scene.scene_id, ".json")
            output.write(path, _json(_scene_document(scene, source, service)))
            manifest["scenes"].append(path)
        for path, file in sorted(definition.assets().items()):
            output.add(f"{MODELS_FOLDER}/{path}", file)
            manifest["models"].append(path)
            options.progress(f"{MODELS_FOLDER}/{path}")
        output.add(_ENTITIES, partial(_write_entities, definition, service))
        output.write(MANIFEST, _json({**manifest, "entities": _ENTITIES}))
        files = [target / path for path in output.files]
    return Exported(files, service.findings())


def _write_entities(definition: DefinitionStream, service: ServiceJson, path: Path) -> None:
    """Write the entities, one a line; memory holds one file of them at a time."""
    with path.open("wb") as file:
        write_list(file, (service.entity(entity, source) for entity, source in definition.entities()))
        file.write(b"\n")


def _scene_document(scene: Scene, source: LocatedMap, service: ServiceJson) -> dict[str, Any]:
    """Return the document of a scene; the tool expects ``components`` in each node."""
    for member, name in _SCENE_MEMBERS.items():
        if getattr(scene, member):
            place = at(source, name, of_key=True)
            service.lose(f"{name} of a scene", place, "the tool creates a scene with its document alone")
    nodes = [{**node, "components": node.get("components") or []} for node in scene.document["nodes"]]
    return {**scene.document, "nodes": nodes}


def _json(document: Any) -> str:
    return json.dumps(document, indent=4, ensure_ascii=False) + "\n"
