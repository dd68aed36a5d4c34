"""Scenes: the viewer's own document, or the same with nested instead of numbered nodes, and with layouts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.layouts import LayoutExpander
from twin_stack.definition.rules.members import UNKNOWN_KEY, WRONG_TYPE
from twin_stack.definition.rules.scenes import INVALID_SCENE
from twin_stack.definition.rules.templates import INVALID_LAYOUT
from twin_stack.definition.source import LocatedList, LocatedMap, at, relocated
from twin_stack.definition.wording import did_you_mean, quote_value
from twin_stack.twinmaker.scenes import scene_facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.unchecked import Declarations

_SCENE_MEMBERS = ("sceneId", "description", "capabilities", "sceneMetadata")
"""Members of the service's Scene that a file has beside those of the document."""


def scene_members(
    root: LocatedMap, stem: str, declarations: Declarations, findings: list[Finding]
) -> dict[str, Any] | None:
    """Return the members of a scene: its id, its document, and what the service stores beside it.

    In a document with nested nodes, nodes are numbered in the order written, transforms and versions that
    are absent get the viewer's defaults, and a camera's settings are in its component.

    Args:
        root: Content of the file.
        stem: Name of the file up to the first dot: the id where the file has none.
        declarations: Entities and component types, for layouts.
        findings: Receives every mistake.

    Returns:
        Members of ``schema.Scene``, or None when the document has no list of nodes.
    """
    document_members = scene_facts().document_members
    for key in root.keys() - {*_SCENE_MEMBERS, *document_members}:
        findings.append(_unknown(root, key, (*_SCENE_MEMBERS, *document_members)))
    document = {key: value for key, value in root.items() if key not in _SCENE_MEMBERS}
    nodes = root.get("nodes")
    if not isinstance(nodes, LocatedList):
        message = f'"nodes" is {"missing" if nodes is None else quote_value(nodes)}'
        findings.append(INVALID_SCENE.finding(at(root, "nodes"), message, "write a list of nodes"))
        return None
    if "rootNodeIndexes" not in root and _is_nested(nodes):
        layouts = LayoutExpander(declarations, findings)
        document = _NodeNumbering(findings, layouts).document(root, nodes)
        findings += layouts.empty_layouts()
    else:
        findings += _unusable_layouts(nodes)
    members = {key: root[key] for key in _SCENE_MEMBERS if key in root}
    return {"sceneId": stem, **members, "document": document}


def _is_nested(nodes: LocatedList) -> bool:
    """Return False for a numbered document that merely lost its root indexes."""
    children = [node.get("children") for node in nodes if isinstance(node, LocatedMap)]
    return not any(
        isinstance(child, int) for siblings in children if isinstance(siblings, list) for child in siblings
    )


def _unusable_layouts(nodes: LocatedList) -> Iterator[Finding]:
    """Yield a finding for each layout in a numbered document: it would shift the indexes."""
    for node in nodes:
        if isinstance(node, LocatedMap) and "layout" in node:
            place = at(node, "layout", of_key=True)
            message = '"layout" is in a document with numbered nodes'
            remedy = "leave out rootNodeIndexes and nest children instead"
            yield INVALID_LAYOUT.finding(place, message, remedy)


def _unknown(container: LocatedMap, key: str, allowed: Iterable[str]) -> Finding:
    place = at(container, key, of_key=True)
    return UNKNOWN_KEY.finding(place, f"{quote_value(key)} is not a known key", did_you_mean(key, [*allowed]))


class _NodeNumbering:
    """Numbers nested nodes and cameras."""

    def __init__(self, findings: list[Finding], layouts: LayoutExpander) -> None:
        self.findings = findings
        self.layouts = layouts
        self.facts = scene_facts()
        self.nodes: list[dict[str, Any]] = []
        self.cameras: list[dict[str, Any]] = []

    def document(self, root: LocatedMap, nodes: LocatedList) -> dict[str, Any]:
        cameras = root.get("cameras")
        if isinstance(cameras, list):
            self.cameras += cameras
        elif cameras is not None:
            self._report_type("cameras", cameras, at(root, "cameras"), "a list of cameras")
        roots = self.numbers(nodes)
        facts = self.facts
        return {
            "specVersion": facts.spec_version,
            **facts.document_defaults,
            **{key: root[key] for key in facts.document_members if key in root},
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
            self._report_type("a node", node, place, "a mapping of name, transform, components, children")
            return None
        allowed = (*self.facts.node_members, "layout")
        for key in node.keys() - set(allowed):
            self.findings.append(_unknown(node, key, allowed))
        index = len(self.nodes)
        numbered = relocated(node, {"name": node.get("name", f"Node {index}")})
        self.nodes.append(numbered)
        transform = self.transform(node)
        defaults = {key: list(vector) for key, vector in self.facts.transform_defaults.items()}
        numbered["transform"] = relocated(transform, {**defaults, **transform})
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
            self._report_type("children", children, at(node, "children"), "a list of nodes")
        if "layout" in node:
            numbers += self.numbers(self.layouts.nodes(node))
        return numbers

    def numbers(self, nodes: LocatedList) -> list[int]:
        numbers = (self.node(nodes, position) for position in range(len(nodes)))
        return [number for number in numbers if number is not None]

    def transform(self, node: LocatedMap) -> LocatedMap:
        transform = node.get("transform")
        if transform is None:
            return relocated(node, {})
        if not isinstance(transform, LocatedMap):
            self._report_type(
                "transform", transform, at(node, "transform"), "a mapping of position, rotation, scale"
            )
            return relocated(node, {})
        allowed = tuple(self.facts.transform_defaults)
        for key in transform.keys() - set(allowed):
            self.findings.append(_unknown(transform, key, allowed))
        return relocated(transform, {key: transform[key] for key in allowed if key in transform})

    def components(self, node: LocatedMap) -> list[Any]:
        components = node.get("components")
        if components is None:
            return []
        if not isinstance(components, LocatedList):
            self._report_type("components", components, at(node, "components"), "a list of components")
            return []
        return [
            self.camera(component) if _is_inline_camera(component) else component for component in components
        ]

    def camera(self, component: LocatedMap) -> LocatedMap:
        members = self.facts.camera_members
        for key in component.keys() - {"type", *members}:
            self.findings.append(_unknown(component, key, ("type", *members)))
        settings = {key: component[key] for key in members if key in component}
        self.cameras.append(relocated(component, {**self.facts.camera_defaults, **settings}))
        return relocated(component, {"type": "Camera", "cameraIndex": len(self.cameras) - 1})

    def _report_type(self, what: str, value: Any, place: Location, expected: str) -> None:
        message = f"{what} is {quote_value(value)}, not {expected.split(' of ', maxsplit=1)[0]}"
        self.findings.append(WRONG_TYPE.finding(place, message, f"write {expected}"))


def _is_inline_camera(component: Any) -> bool:
    return (
        isinstance(component, LocatedMap)
        and component.get("type") == "Camera"
        and "cameraIndex" not in component
    )
