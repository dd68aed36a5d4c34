"""A small scene document, with changes."""

from __future__ import annotations

import json
from typing import Any

NUMBERED: dict[str, Any] = {
    "specVersion": "1.0",
    "version": "1",
    "unit": "meters",
    "nodes": [
        {"name": "floor", "transform": {}, "children": [1], "components": [], "properties": {}},
        {"name": "view", "transform": {}, "components": [{"type": "Camera", "cameraIndex": 0}]},
    ],
    "rootNodeIndexes": [0],
    "cameras": [{"cameraType": "Perspective", "fov": 53.13, "near": 0.1, "far": 1000, "zoom": 1}],
    "rules": {"r": {"statements": [{"expression": "true", "target": "iottwinmaker.common.icon:Info"}]}},
    "properties": {},
}


TAG = {"type": "Tag", "ruleBasedMapId": "r"}


TYPES = "com.e.S: {propertyDefinitions: {m: STRING}}\n"


ENTITIES = "m-1: {entityName: M1, components: {c: {componentTypeId: com.e.S, properties: {n: 1}}}}\n".replace(
    ", properties: {n: 1}", ""
)


def scene(**changes: Any) -> str:
    return json.dumps({key: value for key, value in {**NUMBERED, **changes}.items() if value is not ...})


def with_component(component: Any) -> str:
    nodes = [{"transform": {}, "components": [component]}]
    return scene(nodes=nodes, properties={"environmentPreset": "neutral"})


def bound(**context: Any) -> dict[str, Any]:
    return {**TAG, "valueDataBinding": {"dataBindingContext": context}}
