"""Scenes: the viewer's own document, or the same with nodes nested instead of numbered, and laid out.

Source of the document's form: the scene composer of AWS IoT App Kit (its scene models and deserialiser).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.findings import Code, Finding, did_you_mean, shown
from twin_stack.definition.layout import Layouts
from twin_stack.definition.source import LocatedList, LocatedMap, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.draft import Draft
    from twin_stack.definition.findings import Location

_OURS = ("sceneId", "description", "capabilities", "sceneMetadata")
_DOCUMENT = (
    "specVersion",
    "version",
    "unit",
    "nodes",
    "rootNodeIndexes",
    "cameras",
    "rules",
    "properties",
    "defaultCameraIndex",
)
_NODE = ("name", "transform", "transformConstraint", "children", "components", "properties", "layout")
_TRANSFORM = ("position", "rotation", "scale")
_CAMERA = ("cameraType", "fov", "near", "far", "zoom")


def scene_members(root: LocatedMap, stem: str, draft: Draft) -> dict[str, Any] | None:
    """Return the members of a scene: its id, its document, and what the service keeps beside it.

    In a document with nested nodes, nodes are numbered in the order written, transforms and versions that
    are left out become the viewer's defaults, and a camera's settings stand in its component.

    Args:
        root: What was read.
        stem: The file's name up to the first dot: the id where the file gives none.
        draft: Entities, for layouts; it takes every mistake.

    Returns:
        Members of ``schema.Scene``, or None when the document is beyond reading.
    """
    findings = draft.findings
    for key in root.keys() - {*_OURS, *_DOCUMENT}:
        findings.append(_unknown(root, key, (*_OURS, *_DOCUMENT)))
    document = {key: value for key, value in root.items() if key not in _OURS}
    nodes = root.get("nodes")
    if not isinstance(nodes, LocatedList):
        message = f'"nodes" is {"missing" if nodes is None else shown(nodes)}'
        findings.append(Finding(at(root, "nodes"), Code.BAD_SCENE, message, "write a list of nodes"))
        return None
    if "rootNodeIndexes" not in root and _is_nested(nodes):
        layouts = Layouts(draft)
        document = _Numbering(findings, layouts).document(root, nodes)
        findings += layouts.empty()
    else:
        findings += _layouts_in_vain(nodes)
    members = {key: root[key] for key in _OURS if key in root}
    return {"sceneId": stem, **members, "document": document}


def _is_nested(nodes: LocatedList) -> bool:
    """Return False for a numbered document that merely lost its root indexes."""
    children = [node.get("children") for node in nodes if isinstance(node, LocatedMap)]
    return not any(isinstance(child, int) for some in children if isinstance(some, list) for child in some)


def _layouts_in_vain(nodes: LocatedList) -> Iterator[Finding]:
    """Yield a finding for each layout in a numbered document, whose indexes it would shift."""
    for node in nodes:
        if isinstance(node, LocatedMap) and "layout" in node:
            place = at(node, "layout", of_key=True)
            message = '"layout" stands in a document with numbered nodes'
            remedy = "leave out rootNodeIndexes and nest children instead"
            yield Finding(place, Code.BAD_LAYOUT, message, remedy)


def _unknown(container: LocatedMap, key: str, known: tuple[str, ...]) -> Finding:
    place = at(container, key, of_key=True)
    return Finding(place, Code.UNKNOWN_KEY, f"{shown(key)} is not a known key", did_you_mean(key, known))


class _Numbering:
    """Numbers nested nodes and cameras."""

    def __init__(self, findings: list[Finding], layouts: Layouts) -> None:
        self.findings = findings
        self.layouts = layouts
        self.nodes: list[dict[str, Any]] = []
        self.cameras: list[dict[str, Any]] = []

    def document(self, root: LocatedMap, nodes: LocatedList) -> dict[str, Any]:
        cameras = root.get("cameras")
        if isinstance(cameras, list):
            self.cameras += cameras
        elif cameras is not None:
            self._not("cameras", cameras, at(root, "cameras"), "a list of cameras")
        roots = self.numbers(nodes)
        return {
            "specVersion": "1.0",
            "version": "1",
            "unit": "meters",
            **{key: root[key] for key in _DOCUMENT if key in root},
            "nodes": self.nodes,
            "rootNodeIndexes": roots,
            "cameras": self.cameras,
            "rules": root.get("rules") or {},
            "properties": root.get("properties") or {},
        }

    def node(self, siblings: LocatedList, position: int) -> int | None:
        node = siblings[position]
        if not isinstance(node, LocatedMap):
            place = at(siblings, position)
            self._not("a node", node, place, "a mapping of name, transform, components, children")
            return None
        for key in node.keys() - set(_NODE):
            self.findings.append(_unknown(node, key, _NODE))
        index = len(self.nodes)
        numbered: dict[str, Any] = {"name": node.get("name", f"Node {index}")}
        self.nodes.append(numbered)
        numbered["transform"] = {
            "position": [0, 0, 0],
            "rotation": [0, 0, 0],
            "scale": [1, 1, 1],
            **self.transform(node),
        }
        numbered["transformConstraint"] = node.get("transformConstraint") or {}
        numbered["children"] = self.children(node)
        numbered["components"] = self.components(node)
        numbered["properties"] = node.get("properties") or {}
        return index

    def children(self, node: LocatedMap) -> list[int]:
        children = node.get("children")
        numbers: list[int] = []
        if isinstance(children, LocatedList):
            numbers = self.numbers(children)
        elif children is not None:
            self._not("children", children, at(node, "children"), "a list of nodes")
        if "layout" in node:
            numbers += self.numbers(self.layouts.nodes(node))
        return numbers

    def numbers(self, nodes: LocatedList) -> list[int]:
        numbers = (self.node(nodes, position) for position in range(len(nodes)))
        return [number for number in numbers if number is not None]

    def transform(self, node: LocatedMap) -> dict[str, Any]:
        transform = node.get("transform")
        if transform is None:
            return {}
        if not isinstance(transform, LocatedMap):
            self._not("transform", transform, at(node, "transform"), "a mapping of position, rotation, scale")
            return {}
        for key in transform.keys() - set(_TRANSFORM):
            self.findings.append(_unknown(transform, key, _TRANSFORM))
        return transform

    def components(self, node: LocatedMap) -> list[Any]:
        components = node.get("components")
        if components is None:
            return []
        if not isinstance(components, LocatedList):
            self._not("components", components, at(node, "components"), "a list of components")
            return []
        return [self.camera(one) if _is_inline_camera(one) else one for one in components]

    def camera(self, component: LocatedMap) -> dict[str, Any]:
        for key in component.keys() - {"type", *_CAMERA}:
            self.findings.append(_unknown(component, key, ("type", *_CAMERA)))
        self.cameras.append(
            {"cameraType": "Perspective", "fov": 53.13, "near": 0.1, "far": 1000, "zoom": 1}
            | {key: component[key] for key in _CAMERA if key in component}
        )
        return {"type": "Camera", "cameraIndex": len(self.cameras) - 1}

    def _not(self, what: str, value: Any, place: Location, expected: str) -> None:
        message = f"{what} is {shown(value)}, not {expected.split(' of ', maxsplit=1)[0]}"
        self.findings.append(Finding(place, Code.WRONG_TYPE, message, f"write {expected}"))


def _is_inline_camera(component: Any) -> bool:
    return (
        isinstance(component, LocatedMap)
        and component.get("type") == "Camera"
        and "cameraIndex" not in component
    )
