"""Scene documents of values that AWS's viewer shows."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.support.scene_mutations import sample_binding, valid_scene
from twin_stack.twinmaker.scenes import scene_facts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from twin_stack.twinmaker.scenes import Member


SAMPLES: dict[str, tuple[Any, ...]] = {
    "string": ("text", "x"),
    "stringOrNumber": ("text", 7),
    "number": (0, 1.5, "2", -3),
    "positive": (0.1, 100, "7"),
    "fraction": (0, 0.5, 1),
    "degrees": (1, 53.13, 179),
    "boolean": (True, False),
    "index": (0,),
    "vector": ([0, 1, 2], ["0", "1.5", "-2"]),
    "texts": ([], ["turn", "walk"]),
    "textMap": ({}, {"sel_entity": "machine-1"}),
    "uri": ("hall.glb", "s3://bucket/hall.glb"),
    "icon": ("iottwinmaker.common.icon:Video", ""),
    "color": ("#fff", "#d13212", "Red", "rgb(1, 2, 3)", ""),
    "cssColor": ("#d13212", "transparent", "#d1321280", "oklch(40% 0.2 30)"),
    "lightColor": (16777215, "#ffffff", "white"),
    "hexColor": ("#00FF00", "#d13212"),
    "binding": ({}, sample_binding(), {**sample_binding(), "isStaticData": True, "dataFrameLabel": "x"}),
    "ruleId": ("icons", "", None),
    "list": ([],),
}
"""Values that AWS's viewer shows, by type of a member."""

TARGETS = (
    "iottwinmaker.common.icon:Error",
    "iottwinmaker.common.color:",
    "iottwinmaker.common.color:hsla(120, 50%, 50%, 0.5)",
    "iottwinmaker.common.opacity:0.3",
    "iottwinmaker.common.number",
)


def sample_members(random: Random, members: Mapping[str, Member]) -> dict[str, Any]:
    """Return a mapping with the required and some of the other members, each with a value of its type.

    Args:
        random: Where members and values are drawn from.
        members: What the mapping may have.
    """
    facts = scene_facts()
    values: dict[str, Any] = {}
    for name, member in members.items():
        if not member.is_required and random.random() < 0.4:
            continue
        if member.type in facts.names:
            values[name] = random.choice([*facts.names[member.type]])
        elif member.part is not None:
            value = sample_members(random, facts.parts[member.part])
            values[name] = [value] * random.randint(0, 2) if member.type == "list" else value
        else:
            values[name] = copy.deepcopy(random.choice(SAMPLES[member.type]))
    return values


def sample_scene(random: Random) -> dict[str, Any]:
    """Return a document of values that AWS's viewer shows, with any components.

    Args:
        random: Where members and values are drawn from.
    """
    scene = valid_scene()
    facts = scene_facts()
    properties = sample_members(random, facts.property_members)
    scene["properties"] = {**properties, "environmentPreset": "neutral"}
    scene["rules"] = {
        rule_id: {"statements": [{"expression": "true", "target": random.choice(TARGETS)}]}
        for rule_id in scene["rules"]
    }
    scene["cameras"] = [sample_members(random, facts.camera_members)]
    for node in scene["nodes"]:
        members = {name: member for name, member in facts.node_members.items() if member.part is not None}
        node.update({"transform": {}, **sample_members(random, members)})
        for component in node["components"]:
            kind = component["type"]
            if kind != "Camera":
                component.update(sample_members(random, facts.component_types[kind].members))
    return scene
