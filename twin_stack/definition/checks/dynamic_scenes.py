"""Rules of dynamic scenes, whose nodes are entities below a root entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.checks.scene_bindings import unknown_binding
from twin_stack.definition.source import LocatedMap, at
from twin_stack.definition.wording import did_you_mean, quote_value
from twin_stack.twinmaker.dynamic_scene_types import SCENE_ROOT_METADATA, SCENE_ROOT_PROPERTY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.unchecked import UncheckedDefinition


@unknown_binding.checked_by
def unknown_scene_roots(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Report root entities of dynamic scenes that are not defined; the viewer would draw nothing.

    Args:
        definition: Scenes and entities.
    """
    valid = definition.declared("entities")
    for place, entity_id in _scene_roots(definition):
        if entity_id not in valid and entity_id not in definition.lost:
            message = f"root entity {quote_value(entity_id)} of the dynamic scene is not defined"
            yield unknown_binding.finding(place, message, did_you_mean(entity_id, valid))


def _scene_roots(definition: UncheckedDefinition) -> Iterator[tuple[Location, str]]:
    """Yield the ids of root entities with their places, from documents and from what the service stores."""
    for scene_id, scene in definition.scenes.items():
        properties = scene.document.get("properties")
        if isinstance(properties, LocatedMap):
            entity_id = properties.get(SCENE_ROOT_PROPERTY)
            if isinstance(entity_id, str):
                yield at(properties, SCENE_ROOT_PROPERTY), entity_id
        if SCENE_ROOT_METADATA in scene.scene_metadata:
            place = definition.where("scenes", scene_id, "sceneMetadata", SCENE_ROOT_METADATA)
            yield place, scene.scene_metadata[SCENE_ROOT_METADATA]
