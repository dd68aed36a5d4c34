"""Nodes and components of scene documents, with their places; what has another form is skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.source import LocatedMap, locate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.findings import Location
    from twin_stack.definition.schema import Scene
    from twin_stack.definition.unchecked import UncheckedDefinition


def list_member(container: Mapping[str, Any], key: str) -> list[Any]:
    """Return a member that is a list; an empty list if it is not.

    Args:
        container: A part of a document.
        key: Name of the member.
    """
    value = container.get(key)
    return value if isinstance(value, list) else []


def map_member(container: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return a member that is a mapping; an empty mapping if it is not.

    Args:
        container: A part of a document.
        key: Name of the member.
    """
    value = container.get(key)
    return value if isinstance(value, dict) else {}


def scene_nodes(scene: Scene) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the nodes of a scene with their indexes.

    Args:
        scene: The scene.
    """
    for index, node in enumerate(list_member(scene.document, "nodes")):
        if isinstance(node, dict):
            yield index, node


def scene_components(
    definition: UncheckedDefinition,
) -> Iterator[tuple[str, Scene, dict[str, Any], Location]]:
    """Yield every component of every scene: id of the scene, scene, component and place.

    Args:
        definition: The definition.
    """
    for scene_id, scene in definition.scenes.items():
        for _, node in scene_nodes(scene):
            for component in list_member(node, "components"):
                if isinstance(component, dict):
                    yield scene_id, scene, component, component_place(definition, scene_id, component)


def component_place(
    definition: UncheckedDefinition, scene_id: str, component: dict[str, Any], *path: str | int
) -> Location:
    """Return the place of a component or of a value in it.

    Args:
        definition: The definition.
        scene_id: Id of the scene.
        component: The component.
        path: Keys from the component to the value.
    """
    # A component has its own place, also where its node was renumbered. Inline cameras have none.
    if isinstance(component, LocatedMap):
        return locate(component, path)
    return definition.where("scenes", scene_id)
