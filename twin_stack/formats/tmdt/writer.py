"""A definition as a TMDT project."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin_stack.definition.source import at
from twin_stack.formats.definition_source import checked_definition
from twin_stack.formats.file_names import FileNames
from twin_stack.formats.kinds import Exported
from twin_stack.formats.output_folder import output_folder
from twin_stack.formats.service_json import ServiceJson
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
    definition = checked_definition(model)
    sources = definition.sources
    service = ServiceJson(definition.twin, sources["twin", ""], has_parts=True)
    names = FileNames()
    manifest: dict[str, Any] = {"version": _VERSION, "component_types": [], "scenes": [], "models": []}
    with output_folder(target, "export", force=options.force) as output:
        for type_id, own in definition.component_types.items():
            path = names.path("component_types", type_id, ".json")
            output.write(path, _json(service.component_type(own, sources["component_types", type_id])))
            manifest["component_types"].append(path)
        for scene_id, scene in definition.scenes.items():
            path = names.path("scenes", scene_id, ".json")
            output.write(path, _json(_scene_document(scene, sources["scenes", scene_id], service)))
            manifest["scenes"].append(path)
        for path, file in sorted(definition.asset_files.items()):
            output.add(f"{MODELS_FOLDER}/{path}", file)
            manifest["models"].append(path)
            options.progress(f"{MODELS_FOLDER}/{path}")
        entities = [
            service.entity(entity, sources["entities", entity_id])
            for entity_id, entity in definition.entities.items()
        ]
        output.write(_ENTITIES, _json(entities))
        output.write(MANIFEST, _json({**manifest, "entities": _ENTITIES}))
        files = [target / path for path in output.files]
    return Exported(files, service.findings())


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
