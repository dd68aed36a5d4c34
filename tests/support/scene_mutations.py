"""A scene document with all that one can have, and documents with mistakes that are made of it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random


def sample_binding(name: str = "temperature") -> dict[str, Any]:
    context = {"entityId": "machine-1", "componentName": "sensor", "propertyName": name}
    return {"dataBindingContext": context}


def valid_scene() -> dict[str, Any]:
    """Return a document without mistakes."""
    return {
        "specVersion": "1.0",
        "version": "1",
        "unit": "meters",
        "properties": {
            "environmentPreset": "neutral",
            "fogSettings": {"color": "#cccccc", "near": 1, "far": 100},
            "sceneBackgroundSettings": {"color": "#ffffff", "textureUri": "sky.png"},
            "groundPlaneSettings": {"color": "#00ff00", "opacity": 0.5, "textureUri": "grass.png"},
            "dataBindingConfig": {
                "fieldMapping": {"entityId": ["sel_entity"], "componentName": ["sel_comp"]},
                "template": {"sel_entity": "machine-1", "sel_comp": "sensor"},
            },
            "componentSettings": {
                "Tag": {"scale": 1, "autoRescale": True, "enableOcclusion": False},
                "DataOverlay": {"overlayPanelVisible": True},
            },
            "fogCustomColors": ["#cccccc"],
            "layerIds": ["layer-1"],
        },
        "nodes": [
            {
                "name": "Hall",
                "transform": {"position": [0, 0, 0], "rotation": [0, 0, 0], "scale": [1, 1, 1]},
                "transformConstraint": {"snapToFloor": True},
                "children": [1, 2, 3],
                "components": [
                    {
                        "type": "ModelRef",
                        "uri": "hall.glb",
                        "modelType": "GLB",
                        "unitOfMeasure": "feet",
                        "localScale": [1, 1, 1],
                        "castShadow": True,
                        "receiveShadow": False,
                    },
                    {"type": "Animation", "uri": "hall.glb", "currentAnimations": ["turn"]},
                ],
                "properties": {"alwaysVisible": True, "matterportId": "x", "hiddenWhileImmersive": False},
            },
            {
                "name": "Pump",
                "transform": {"position": [1, 0, 0]},
                "components": [
                    {"type": "SubModelRef", "parentRef": "Hall", "selector": "Pump"},
                    {"type": "ModelShader", "ruleBasedMapId": "colors", "valueDataBinding": sample_binding()},
                    {"type": "EntityBinding", "valueDataBinding": sample_binding()},
                ],
            },
            {
                "name": "Tag",
                "transform": {},
                "components": [
                    {
                        "type": "Tag",
                        "icon": "iottwinmaker.common.icon:Info",
                        "ruleBasedMapId": "icons",
                        "valueDataBinding": sample_binding("oil-level"),
                        "navLink": {"destination": "/d/1", "params": {"a": "b"}},
                        "offset": [0, 1, 0],
                        "chosenColor": "#d13212",
                        "customIcon": {"prefix": "fas", "iconName": "bell"},
                    },
                    {"type": "Tag", "ruleBasedMapId": "icons", "valueDataBinding": sample_binding()},
                    {
                        "type": "DataOverlay",
                        "subType": "OverlayPanel",
                        "dataRows": [{"rowType": "Markdown", "content": "${temperature} C"}],
                        "valueDataBindings": [
                            {"bindingName": "temperature", "valueDataBinding": sample_binding()}
                        ],
                    },
                ],
            },
            {
                "name": "Belt",
                "transform": {},
                "children": [],
                "components": [
                    {
                        "type": "MotionIndicator",
                        "shape": "LinearPlane",
                        "valueDataBindings": {
                            "speed": {"ruleBasedMapId": "speed", "valueDataBinding": sample_binding()},
                            "foregroundColor": {
                                "ruleBasedMapId": "colors",
                                "valueDataBinding": sample_binding(),
                            },
                        },
                        "config": {
                            "numOfRepeatInY": 2,
                            "backgroundColorOpacity": 1,
                            "defaultSpeed": "1",
                            "defaultBackgroundColor": "red",
                            "defaultForegroundColor": "#fff",
                        },
                    },
                    {
                        "type": "PlaneGeometry",
                        "width": 1,
                        "height": 2,
                        "color": "#ffffff",
                        "textureUri": "belt.png",
                    },
                ],
            },
            {"name": "View", "transform": {}, "components": [{"type": "Camera", "cameraIndex": 0}]},
            {
                "name": "Light",
                "transform": {},
                "components": [
                    {
                        "type": "Light",
                        "lightType": "Point",
                        "lightSettings": {
                            "color": "#ffffff",
                            "intensity": 1,
                            "distance": 0,
                            "decay": 2,
                            "castShadow": True,
                        },
                    },
                ],
            },
        ],
        "rootNodeIndexes": [0, 4, 5],
        "defaultCameraIndex": 0,
        "cameras": [{"cameraType": "Perspective", "fov": 50, "near": 0.1, "far": 1000, "zoom": 1}],
        "rules": {
            "icons": {
                "statements": [
                    {"expression": "oil-level > 3", "target": "iottwinmaker.common.icon:Error"},
                    {
                        "expression": "temperature > 80",
                        "target": "iottwinmaker.common.icon:Custom",
                        "targetMetadata": {"color": "#ff00ff", "iconPrefix": "fas", "iconName": "bell"},
                    },
                ]
            },
            "colors": {
                "statements": [
                    {"expression": "temperature > 80", "target": "iottwinmaker.common.color:#d13212"},
                    {"expression": "true", "target": "iottwinmaker.common.opacity:0.5"},
                ]
            },
            "speed": {
                "statements": [{"expression": "temperature / 60", "target": "iottwinmaker.common.number"}]
            },
        },
    }


TOKENS = (
    "temperature",
    "oil-level",
    "temprature",
    "1st",
    "a.b",
    "'text'",
    '"text"',
    "3",
    "1.5",
    ".5",
    "true",
    "in",
    "[1, 2]",
    "{a: 1}",
    "==",
    "=",
    "===",
    "!=",
    ">",
    ">=",
    "&&",
    "&",
    "||",
    "!",
    "+",
    "-",
    "*",
    "^",
    "?",
    ":",
    "(",
    ")",
    "[",
    "]",
    "|round",
    "round(",
    ",",
    "${",
    "}",
    "#",
    "constructor",
)
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    2,
    7,
    -1,
    0.5,
    "",
    "0",
    "7",
    "text",
    "#d13212",
    "#12",
    "red",
    "nocolour",
    "${sel_entity}",
    "${none}",
    [],
    {},
    [1],
    [None],
    [1, 2, 3],
    ["1", "2", "3"],
    ["x", 1, 2],
    {"a": 1},
    {"a": "b"},
    "1.5",
    "2.0",
    "1",
    "Infinity",
    "hsl(1, 2%, 3%)",
    "transparent",
    "x" * 80,
    "Ambient",
    "GLTF",
    "Tag",
    "Camera",
    "ModelRef",
    "SubModelRef",
    "iottwinmaker.common.icon:Eror",
    "iottwinmaker.common.color:redd",
    "iottwinmaker.common.opacity:2",
    "1rpm",
    "iottwinmaker.common.number",
    "iottwinmaker.common.color:rgba(1, 2, 3, 0.5)",
    {"entityId": "machine-1"},
    "oil-level > 3 && oil-level < 9",
    "x" * 501,
    "temperature > 1rpm",
    "y" * 10_001,
    "${rpm}",
    "rpm > 3",
)


LIKELY: tuple[tuple[str, Any], ...] = (
    ("specVersion", "1.5"),
    ("specVersion", "2.0"),
    ("specVersion", "0.9"),
    ("defaultCameraIndex", 7),
    ("cameraIndex", 3),
    ("cameraIndex", "0"),
    ("dataBindingConfig", {}),
    ("propertyName", "1rpm"),
    ("propertyName", "${sel_comp}"),
    ("propertyName", "temperatures"),
    ("expression", "1rpm > 3"),
    ("expression", "oil-level > 3 && oil-level < 9"),
    ("content", "y" * 10_001),
    ("content", "${rpm} ${temperature}"),
    ("target", "iottwinmaker.common.opacity:2"),
    ("target", "iottwinmaker.common.color:redd"),
    ("target", "Error"),
    ("icon", "Warning"),
    ("modelType", "glb"),
    ("valueDataBinding", {"entityId": "machine-1"}),
    ("valueDataBinding", {"dataBindingContext": {}}),
    ("ruleBasedMapId", "none"),
    ("ruleBasedMapId", "colors"),
    ("ruleBasedMapId", ""),
    ("environmentPreset", None),
    ("children", [0]),
    ("children", [1, 1]),
    ("children", ["1", 99]),
    ("rootNodeIndexes", [0, 4]),
    ("rootNodeIndexes", [9]),
    ("unitOfMeasure", "metres"),
    ("lightType", "Sun"),
    ("shape", "Ring"),
    ("type", "Hologram"),
    ("color", "bleu"),
    ("fov", 180),
    ("near", -1),
    ("opacity", 2),
    ("currentAnimations", "turn"),
    ("statements", [None]),
    ("components", [None]),
)
"""Mistakes that people make, by the key that has them."""


def expression(random: Random) -> str:
    """Return a text that is sometimes an expression.

    Args:
        random: Where its tokens are drawn from.
    """
    if random.random() < 0.5:
        return random.choice(("", " ")).join(random.choices(TOKENS, k=random.randint(0, 6)))
    operand = (
        "temperature",
        "oil-level",
        "3",
        "'a'",
        "!temperature",
        "(temperature + 1)",
        "-1",
        "- temperature",
    )
    parts = [random.choice(operand)]
    for _ in range(random.randint(0, 3)):
        parts += [random.choice(("==", ">", "&&", "||", "+", "? 1 :", "in", "|f")), random.choice(operand)]
    return " ".join(parts)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        yield value, key
        yield from _places(member)


def mutated_scene(random: Random) -> dict[str, Any]:
    """Return a document with one to three changes, most of which are mistakes.

    Args:
        random: Where the changes are drawn from.
    """
    scene = copy.deepcopy(valid_scene())
    for _ in range(random.randint(1, 3)):
        container, key = random.choice([*_places(scene)])
        change = random.random()
        likely_key, likely_value = random.choice(LIKELY)
        likely_places = [place for place in _places(scene) if place[1] == likely_key]
        if change < 0.4 and likely_places:
            random.choice(likely_places)[0][likely_key] = copy.deepcopy(likely_value)
            continue
        change = random.random()
        if key == "expression" or (change < 0.15 and scene.get("rules")):
            statements = [place for place in _places(scene) if place[1] == "expression"]
            if statements:
                container, key = random.choice(statements)
                container[key] = expression(random)
        elif change < 0.35:
            del container[key]
        elif change < 0.45 and isinstance(container, dict):
            container[f"{key}s"] = container.pop(key)
        elif change < 0.55 and isinstance(container, list):
            container.append(copy.deepcopy(random.choice([*VALUES, container[key]])))
        else:
            container[key] = copy.deepcopy(random.choice(VALUES))
    return scene
