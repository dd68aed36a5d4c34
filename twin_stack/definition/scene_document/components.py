"""Nodes and components of scene documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.scene_document.problems import closest_remedy
from twin_stack.definition.scene_parts import list_member, map_member
from twin_stack.definition.wording import quote_value
from twin_stack.twinmaker.scene_texts import utf16_length
from twin_stack.twinmaker.scenes import scene_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.scene_document.members import MemberChecker
    from twin_stack.definition.scene_document.problems import Path, Problems

_CHECKED: Final = ("transform", "layout")
"""Members of nodes that are checked in another way: a layout is no member of a viewer's document."""
_VARIABLE: Final = re.compile(r"\$\{([^\n\r\u2028\u2029]+?)\}")


def check_nodes(problems: Problems, members: MemberChecker, document: Mapping[str, Any]) -> None:
    """Check nodes and their components, and the light that they need.

    Args:
        problems: Receives the problems.
        members: Checks their members.
        document: The document.
    """
    facts = scene_facts()
    node_members = {name: member for name, member in facts.node_members.items() if name != "transform"}
    for index, node in enumerate(list_member(document, "nodes")):
        path: Path = ("nodes", index)
        if not isinstance(node, dict):
            problems.add("node-form", path, index=index, value=quote_value(node))
            continue
        if node.get("transform") is None:
            problems.add("no-transform", path, name=node_label(node, index))
        else:
            members.check_value(
                node["transform"], facts.node_members["transform"], (*path, "transform"), "transform"
            )
        unchecked = {key: value for key, value in node.items() if key not in _CHECKED}
        members.check(unchecked, node_members, path, owner="a node")
        for position, component in enumerate(list_member(node, "components")):
            _check_component(problems, members, document, component, (*path, "components", position))
    _check_default_camera(problems, document)
    _check_light(problems, document)


def node_label(node: Mapping[str, Any], index: int) -> str:
    """Return a node as messages name it.

    Args:
        node: The node.
        index: Its index.
    """
    name = node.get("name")
    return quote_value(name) if isinstance(name, str) and name else f"#{index}"


def components_of(document: Mapping[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the components of a document with their paths; those that are no mappings are skipped.

    Args:
        document: The document.
    """
    for index, node in enumerate(list_member(document, "nodes")):
        for position, component in enumerate(
            list_member(node, "components") if isinstance(node, dict) else []
        ):
            if isinstance(component, dict):
                yield ("nodes", index, "components", position), component


def _check_component(
    problems: Problems, members: MemberChecker, document: Mapping[str, Any], component: Any, path: Path
) -> None:
    facts = scene_facts()
    if not isinstance(component, dict):
        level = "fatal" if component is None else "error"
        problems.add("component-form", path, level=level, index=path[-1], value=quote_value(component))
        return
    kind = component.get("type")
    if not isinstance(kind, str) or kind not in facts.component_types:
        allowed = facts.component_types
        remedy = closest_remedy(kind, allowed)
        problems.add("component-type", path, remedy=remedy, value=quote_value(kind))
        return
    own_members = dict(facts.component_types[kind].members)
    values = component
    if kind == "Camera" and component.get("cameraIndex") is not None:
        _check_camera_index(problems, document, component["cameraIndex"], (*path, "cameraIndex"))
        values = {key: value for key, value in component.items() if key != "cameraIndex"}
        own_members.pop("cameraIndex")
    members.check(values, own_members, path, owner=f"a component {kind}", component=kind)
    if kind == "MotionIndicator":
        for name, binding in map_member(component, "valueDataBindings").items():
            if binding is None:
                problems.add("missing-stops-viewer", path, component=kind, name=f"valueDataBindings.{name}")
    if kind == "DataOverlay":
        _check_overlay(problems, component, path)


def _check_camera_index(problems: Problems, document: Mapping[str, Any], index: Any, path: Path) -> None:
    count = len(list_member(document, "cameras"))
    if index_of(index, count) is None:
        # AWS's viewer takes what it cannot compare with a number, and has no camera then.
        level = "fatal" if _is_comparable(index) and not 0 <= float(index) < count else "error"
        problems.add("camera-index", path, level=level, value=quote_value(index), count=count)
    elif isinstance(index, str):
        problems.add("camera-index", path, level="warning", value=quote_value(index), count=count)


def _is_comparable(index: Any) -> bool:
    if isinstance(index, str):
        return re.fullmatch(scene_facts().numeric_text, index) is not None
    return isinstance(index, int | float)


def index_of(value: Any, count: int) -> int | None:
    """Return an index as AWS's viewer reads it; None if it is none.

    Args:
        value: A number, or its digits as text.
        count: How many there are.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        number = int(value) if re.fullmatch("0|[1-9][0-9]{0,8}", value) else -1
    else:
        number = int(value) if float(value).is_integer() else -1
    return number if 0 <= number < count else None


def _check_overlay(problems: Problems, component: Mapping[str, Any], path: Path) -> None:
    limit = scene_facts().limits.text_length
    bindings = [item for item in list_member(component, "valueDataBindings") if isinstance(item, dict)]
    bound_names = [item.get("bindingName") for item in bindings]
    for index, row in enumerate(list_member(component, "dataRows")):
        content = row.get("content") if isinstance(row, dict) else None
        if not isinstance(content, str):
            continue
        content_path = (*path, "dataRows", index, "content")
        if (length := utf16_length(content)) > limit:
            problems.add("costly-text", content_path, length=f"{length:,}", limit=f"{limit:,}")
            continue
        for name in dict.fromkeys(_VARIABLE.findall(content)):
            if name not in bound_names and isinstance(component.get("valueDataBindings"), list):
                problems.add("unbound-variable", content_path, name=quote_value(f"${{{name}}}"))


def _check_default_camera(problems: Problems, document: Mapping[str, Any]) -> None:
    index = document.get("defaultCameraIndex")
    count = len(list_member(document, "cameras"))
    # AWS's samples have 0 in scenes without cameras.
    if isinstance(index, int) and index >= max(count, 1) and not isinstance(index, bool):
        problems.add("default-camera", ("defaultCameraIndex",), value=quote_value(index), count=count)


def _check_light(problems: Problems, document: Mapping[str, Any]) -> None:
    properties = map_member(document, "properties")
    if properties.get("environmentPreset") or properties.get("sceneRootEntityId"):
        return  # an unknown preset is reported itself; entities may be lights
    components = [component for _, component in components_of(document)]
    is_lit = any(component.get("type") == "Light" for component in components)
    if not is_lit and any(_needs_light(component) for component in components):
        problems.add("unlit-scene", ("properties",))


def _needs_light(component: Mapping[str, Any]) -> bool:
    """Return whether a component is black without a light."""
    is_known_model = component.get("modelType") in tuple(scene_facts().model_types)
    return component.get("type") == "PlaneGeometry" or (
        component.get("type") == "ModelRef" and is_known_model
    )
