"""The twin as the page reads it: the members of ``Embedded`` in ``viewer/src/api/embedded.ts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.preview.deployed_entities import deployed_entities
from twin_stack.preview.encoding import compact_json, to_base64
from twin_stack.preview.samples import samples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.client.model import Component, Entity
    from twin_stack.definition import TwinDefinition

    Json = dict[str, Any]


def twin_data(definition: TwinDefinition, files: Mapping[str, bytes]) -> Json:
    """Return the data of a twin that the page shows.

    Args:
        definition: A checked definition.
        files: Contents of the scenes' files by name.
    """
    entities = deployed_entities(definition)
    bucket = f"s3://{definition.workspace_id}"
    objects = {f"{bucket}/{name}": to_base64(content) for name, content in files.items()}
    scenes = []
    for scene_id, scene in definition.scenes.items():
        location = f"{bucket}/{scene_id}.json"
        objects[location] = to_base64(compact_json(scene.document).encode())
        scenes.append({"sceneId": scene_id, "contentLocation": location})
    return {
        "workspaceId": definition.workspace_id,
        "entities": [_entity(entity) for entity in entities],
        "scenes": scenes,
        "objects": objects,
        "extendingTypes": _extending_types(definition),
        **samples(entities),
    }


def _extending_types(definition: TwinDefinition) -> dict[str, list[str]]:
    """Return the ids of the types that directly extend a type, by the id of that type."""
    extending: dict[str, list[str]] = {}
    for type_id, component_type in definition.component_types.items():
        for parent_id in component_type.extends_from:
            extending.setdefault(parent_id, []).append(type_id)
    return extending


def _entity(entity: Entity) -> Json:
    summary = entity.summary
    return {
        "entityId": summary.id,
        "entityName": summary.name,
        "parentEntityId": summary.parent_id,
        "description": summary.description,
        "components": {component.path: _component(component) for component in entity.components},
    }


def _component(component: Component) -> Json:
    return {
        "componentTypeId": component.type_id,
        "properties": {
            item.name: {
                "definition": item.definition,
                **({} if item.data_value is None else {"value": item.data_value}),
            }
            for item in component.properties
        },
    }
