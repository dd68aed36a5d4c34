"""The twin as the page reads it: the members of ``Embedded`` in ``viewer/src/api/embedded.ts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.preview.deployed_entities import deployed_entities
from twin_stack.preview.encoding import compact_json, to_base64
from twin_stack.preview.samples import samples

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin_stack.client.model import Component, Entity, Property
    from twin_stack.definition import TwinDefinition

    Json = dict[str, Any]

_MASK: Final = "(masked)"
"""In place of a masked value."""
_VALUE_MEMBERS: Final = ("allowedValues", "defaultValue")
"""Members of a property's definition that hold values."""


def twin_data(definition: TwinDefinition, files: Mapping[str, bytes], hides: Callable[[str], bool]) -> Json:
    """Return the data of a twin that the page shows.

    Args:
        definition: A checked definition.
        files: Contents of the scenes' files by name.
        hides: Whether the values of properties of a name are masked.
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
        "entities": [_entity(entity, hides) for entity in entities],
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


def _entity(entity: Entity, hides: Callable[[str], bool]) -> Json:
    summary = entity.summary
    return {
        "entityId": summary.id,
        "entityName": summary.name,
        "parentEntityId": summary.parent_id,
        "description": summary.description,
        "components": {component.path: _component(component, hides) for component in entity.components},
    }


def _component(component: Component, hides: Callable[[str], bool]) -> Json:
    return {
        "componentTypeId": component.type_id,
        "properties": {
            item.name: _masked_property(item) if hides(item.name) else _property(item)
            for item in component.properties
        },
    }


def _property(item: Property) -> Json:
    return {
        "definition": item.definition,
        **({} if item.data_value is None else {"value": item.data_value}),
    }


def _masked_property(item: Property) -> Json:
    definition = {key: member for key, member in item.definition.items() if key not in _VALUE_MEMBERS}
    return {
        "definition": definition,
        **({} if item.data_value is None else {"value": {"stringValue": _MASK}}),
    }
