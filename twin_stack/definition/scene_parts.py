"""Nodes and components of scene documents, with their places; what has another form is skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.source import LocatedList, LocatedMap, at, locate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from twin_stack.definition.findings import Finding, Location
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


def first_at_each_place(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the first finding at each place: a template of a layout applies to many entities.

    Args:
        findings: Findings, several of which may be at one place.
    """
    places: set[Location] = set()
    for finding in findings:
        if finding.location not in places:
            places.add(finding.location)
            yield finding


def document_place(
    definition: UncheckedDefinition, scene_id: str, path: tuple[str | int, ...], *, of_key: bool = False
) -> Location:
    """Return the place of a value of a scene's document, whose nodes may have been numbered when it was read.

    Args:
        definition: The definition.
        scene_id: Id of the scene.
        path: Keys and indexes from the document to the value.
        of_key: Whether the place of the last key is asked for, not that of its value.
    """
    place = definition.where("scenes", scene_id)
    container: Any = definition.scenes[scene_id].document
    source = definition.sources["scenes", scene_id]
    if path and path[0] in source and path[0] not in ("nodes", "cameras"):
        container = source
    for position, key in enumerate(path):
        value = _member(container, key)
        if isinstance(container, LocatedMap | LocatedList):
            place = at(container, key, of_key=of_key and position == len(path) - 1)
        elif isinstance(value, LocatedMap | LocatedList):
            place = at(value)
        container = value
    return place


def _member(container: Any, key: str | int) -> Any:
    if isinstance(container, dict):
        return container.get(key)
    is_index = isinstance(container, list) and isinstance(key, int) and key < len(container)
    return container[key] if is_index else None
