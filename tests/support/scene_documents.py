"""Builds small scene documents."""

from __future__ import annotations

from typing import Any

GREEN, RED, BLUE = "#128a12", "#d13212", "#0972d3"
"""Colours of the test model, of rules, and of tags and the selection."""

Json = dict[str, Any]


def node(name: str, *components: Json, **members: Any) -> Json:
    """Return a node with components."""
    return {"name": name, "transform": {}, "components": list(components), **members}


def model(uri: str = "plain.glb", model_type: str = "GLB", **members: Any) -> Json:
    """Return a ModelRef: a green cube by default."""
    return {"type": "ModelRef", "uri": uri, "modelType": model_type, **members}


def binding(key: str) -> Json:
    """Return the binding to a property, as entity, component and property with slashes between them."""
    names = dict(zip(("entityId", "componentName", "propertyName"), key.split("/"), strict=False))
    return {"valueDataBinding": {"dataBindingContext": names}}


def tag(key: str, **members: Any) -> Json:
    """Return a Tag with the rule ``icon``."""
    return {"type": "Tag", "ruleBasedMapId": "icon", **binding(key), **members}


def model_shader(key: str) -> Json:
    """Return a ModelShader with the rule ``color``."""
    return {"type": "ModelShader", "ruleBasedMapId": "color", **binding(key)}


def overlay(*rows: str, sub_type: str = "OverlayPanel") -> Json:
    """Return a DataOverlay whose variable ``t`` is bound to ``m/c/t``."""
    return {
        "type": "DataOverlay",
        "subType": sub_type,
        "dataRows": [{"rowType": "Markdown", "content": row} for row in rows],
        "valueDataBindings": [{"bindingName": "t", **binding("m/c/t")}],
    }


CAMERA = node("Camera", {"type": "Camera", "cameraIndex": 0}, transform={"position": [0, 0, 4]})
RULES = {
    "color": {
        "statements": [
            {"expression": "t >= 80", "target": f"iottwinmaker.common.color:{RED}"},
            {"expression": "t < 0", "target": "iottwinmaker.common.opacity:0"},
        ]
    },
    "icon": {
        "statements": [
            {"expression": "t >= 80", "target": "iottwinmaker.common.icon:Error"},
            {"expression": "t >= 60", "target": "iottwinmaker.common.icon:Warning"},
        ]
    },
    "speed": {"statements": [{"expression": "t", "target": "iottwinmaker.common.number"}]},
}


def scene(*nodes: Json, roots: list[int] | None = None, **members: Any) -> Json:
    """Return a scene with a camera in front of the origin, which is node 0, and further nodes."""
    return {
        "specVersion": "1.0",
        "version": "1",
        "nodes": [CAMERA, *nodes],
        "rootNodeIndexes": [0, *(roots or range(1, len(nodes) + 1))],
        "cameras": [{"fov": 40, "near": 0.1, "far": 100}],
        "rules": RULES,
        "properties": {"environmentPreset": "neutral"},
        **members,
    }
