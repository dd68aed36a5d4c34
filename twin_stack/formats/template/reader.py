"""Read the definition of a synthesized stack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from twin_stack.errors import TwinError, translate_os_errors
from twin_stack.formats.frame import ImportedTwin
from twin_stack.formats.template.members import (
    entity_members,
    kept_workspaces,
    resource_members,
    type_members,
)
from twin_stack.formats.workspace.component_types import without_empty
from twin_stack.formats.workspace.kept_types import with_kept_members
from twin_stack.twinmaker import custom_resources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    Json = dict[str, Any]

_TEMPLATE: Final = ".template.json"
_SCENE: Final = "AWS::IoTTwinMaker::Scene"
_REMEDY: Final = "name a folder that `cdk synth` wrote, or a template in it"


def is_synthesized(path: Path) -> bool:
    """Return whether a path is a cloud assembly or a template.

    Args:
        path: Any path.
    """
    return path.name.endswith(_TEMPLATE) or (path / "manifest.json").is_file()


def read_synthesized(path: Path) -> ImportedTwin:
    """Return the twin of a cloud assembly or of a template.

    Args:
        path: The folder that ``cdk synth`` wrote, or a template beside its assets.

    Raises:
        TwinError: It cannot be read, or has no twin or several.
    """
    file, template, kept = _find(path)
    return _imported(file.parent, template, kept)


def find_template(path: Path) -> Json:
    """Return the template of the twin of a cloud assembly or of a template.

    Args:
        path: As for ``read_synthesized``.

    Raises:
        TwinError: As for ``read_synthesized``.
    """
    return _find(path)[1]


def _find(path: Path) -> tuple[Path, Json, Mapping[str, Any]]:
    with translate_os_errors(_REMEDY):
        files = sorted(path.glob(f"*{_TEMPLATE}")) if path.is_dir() else [path]
        templates = {file: _read_json(file) for file in files}
    twins = [
        (file, template, kept) for file, template in templates.items() for kept in kept_workspaces(template)
    ]
    if len(twins) != 1:
        names = ", ".join(f"{kept['workspaceId']} in {file.name}" for file, _, kept in twins) or "none"
        raise TwinError(f"{path} has not one twin but {len(twins)} ({names}); name the template of one")
    return twins[0]


def _read_json(file: Path) -> Json:
    try:
        document = json.loads(file.read_bytes())
    except ValueError as error:
        raise TwinError(f"{file} is not JSON; {_REMEDY}") from error
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise TwinError(f"{file} is not a template of CloudFormation; {_REMEDY}")
    return document


def _imported(folder: Path, template: Json, kept: Mapping[str, Any]) -> ImportedTwin:
    def properties_of(kind: str) -> Iterator[Json]:
        resources = template["Resources"]
        for logical_id in sorted(resources):
            if resources[logical_id]["Type"] == kind:
                yield resources[logical_id].get("Properties", {})

    workspace_id = kept["workspaceId"]
    workspace = next(properties_of("AWS::IoTTwinMaker::Workspace"), {})
    data_name = kept.get("dataName", workspace_id)
    twin = without_empty(
        {
            "workspaceId": workspace_id,
            "dataName": data_name if data_name != workspace_id else None,
            "description": workspace.get("Description"),
            "tags": workspace.get("Tags"),
            **kept.get("twin", {}),
        }
    )
    connectors = kept.get("twin", {}).get("connectors", {})
    existing = {name: connector["arn"] for name, connector in connectors.items() if "arn" in connector}
    functions = {**existing, **kept.get("functions", {})}
    kept_types, kept_entities = kept.get("componentTypes", {}), kept.get("entities", {})
    types = (
        with_kept_members(
            type_members(properties, functions),
            kept_types.get(properties["ComponentTypeId"], {}),
            (),
        )[0]
        for properties in properties_of("AWS::IoTTwinMaker::ComponentType")
    )
    entities = (
        entity_members(properties, kept_entities.get(properties["EntityId"], {}))
        for properties in properties_of("AWS::IoTTwinMaker::Entity")
    )
    files = _uploaded_files(folder, properties_of(custom_resources.SCENE_FILES))
    documents = {properties["SceneId"]: _document_key(properties) for properties in properties_of(_SCENE)}
    former = kept.get("twin", {}).get("renames", {}).get("scenes", {})
    return ImportedTwin(
        twin=twin,
        component_types=types,
        entities=entities,
        scenes=[
            _scene(properties, files.get(documents[properties["SceneId"]]))
            for properties in properties_of(_SCENE)
            if properties["SceneId"] not in former
        ],
        assets={key.partition("/")[2]: file for key, file in files.items() if key not in documents.values()},
    )


def _uploaded_files(folder: Path, uploads: Iterator[Json]) -> dict[str, Path]:
    """Return the files of scenes by their key in the bucket: the workspace's prefix and their path."""
    files: dict[str, Path] = {}
    for source in (source for upload in uploads for source in upload.get("Sources", ())):
        asset = folder / f"asset.{str(source['Key']).removesuffix('.zip')}"
        for file in sorted(path for path in asset.rglob("*") if path.is_file()):
            files[f"{source['Prefix']}/{file.relative_to(asset).as_posix()}"] = file
    return files


def _document_key(properties: Json) -> str:
    """Return the key in the bucket of the document of a scene."""
    location = properties["ContentLocation"]
    if isinstance(location, dict):  # "s3://", the bucket's name, and the key
        return str(location["Fn::Join"][1][-1]).removeprefix("/")
    return str(location).removeprefix("s3://").partition("/")[2]


def _scene(properties: Json, document: Path | None) -> Json:
    scene_id = properties["SceneId"]
    if document is None:
        raise TwinError(f'the document of scene "{scene_id}" is not beside the template; {_REMEDY}')
    members = resource_members(properties)
    del members["contentLocation"]
    return {**json.loads(document.read_bytes()), **members}
