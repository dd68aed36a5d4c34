"""JSON Schema of scenes: the viewer's document by the facts that check and page read, and our layouts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.json_schemas.models import model_definitions, reference
from twin_stack.definition.schema import Scene
from twin_stack.definition.schema.layout import Layout
from twin_stack.twinmaker.scenes import scene_facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from twin_stack.twinmaker.scenes import Member

Json = dict[str, Any]

_NUMBER: Json = {"type": "number"}
_TYPES: Mapping[str, Json] = {
    "string": {"type": "string"},
    "number": _NUMBER,
    "degrees": {"type": "number", "description": "In degrees."},
    "boolean": {"type": "boolean"},
    "index": {"type": "integer", "minimum": 0},
    "vector": {"type": "array", "items": _NUMBER, "minItems": 3, "maxItems": 3},
    "stringOrNumber": {"type": ["string", "number"]},
    "list": {"type": ["array", "null"]},
    "map": {"type": ["object", "null"]},
    "uri": {"type": "string", "description": "A path in `assets/`, or an address with a scheme."},
    "ruleId": {"type": "string", "description": "A rule of the scene, by its name under `rules`."},
    "binding": reference("Binding"),
    "unit": reference("Unit"),
}
"""Schemas by the type of a member; other types take any value."""


def scene_schema() -> Json:
    """Return the JSON Schema of a scene's file, with nested or numbered nodes."""
    facts = scene_facts()
    stored = model_definitions(Scene)["Scene"]["properties"]
    service = {name: stored[name] for name in ("sceneId", "description", "capabilities", "sceneMetadata")}
    members = service | _members(facts.document_members)
    members["nodes"] = {
        "description": "Nodes, nested by `children`; or numbered ones, with `rootNodeIndexes`.",
        "type": "array",
        "items": reference("Node"),
    }
    members["rules"] = {
        "description": "Rules by name: the first statement that is true chooses the target.",
        "type": ["object", "null"],
        "additionalProperties": reference("Rule"),
    }
    members["cameras"] = {"type": ["array", "null"], "items": reference("Camera")}
    members["properties"] = {"type": ["object", "null"], "properties": _properties()}
    return {
        "type": "object",
        "properties": _in_order(members, last=("properties", "rules", "cameras", "nodes", "rootNodeIndexes")),
        "required": ["nodes"],
        "additionalProperties": False,
        "definitions": {
            **model_definitions(Layout),
            "Node": _node(),
            "Component": _component(),
            "Camera": {"type": "object", "properties": _members(facts.camera_members)},
            "Binding": _binding(),
            "Rule": _rule(),
            "Unit": {"description": "Unit of length.", "enum": list(facts.units)},
        },
    }


def _in_order(members: Json, last: Iterable[str]) -> Json:
    """Return members with those last that hold the most: a reader sees first what a thing is."""
    rest = {name: schema for name, schema in members.items() if name not in last}
    return {**rest, **{name: members[name] for name in last if name in members}}


def _members(members: Mapping[str, Member]) -> Json:
    return {name: _member(member) for name, member in members.items()}


def _member(member: Member) -> Json:
    described = _TYPES.get(member.type) or _named_values(member.type)
    note = "" if member.is_drawn else "AWS's viewer reads it; the page does not draw it."
    if not note:
        return dict(described)
    if "$ref" in described:
        return {"description": note, "allOf": [described]}
    return {**described, "description": " ".join([described.get("description", ""), note]).strip()}


def _named_values(kind: str) -> Json:
    """Return the schema of a type whose values are facts by name; without them, any value."""
    facts = scene_facts()
    values: Mapping[str, Mapping[str, object]] = {
        "modelType": facts.model_types,
        "lightType": facts.light_types,
        "motionShape": facts.motion_shapes,
        "cameraType": facts.camera_types,
        "overlayType": facts.overlay_types,
        "environmentPreset": facts.environment_presets,
    }
    if kind not in values:
        return {}
    described = [f"`{name}`: {about}" for name, about in values[kind].items() if isinstance(about, str)]
    return _enumeration(values[kind], described)


def _enumeration(values: Iterable[str], described: Iterable[str]) -> Json:
    text = "; ".join(described)
    return {**({"description": f"{text}."} if text else {}), "enum": list(values)}


def _node() -> Json:
    facts = scene_facts()
    members = _members(facts.node_members)
    vectors = dict.fromkeys(facts.transform_defaults, _TYPES["vector"])
    members["transform"] = {
        "description": "Position, rotation in radians, and scale, relative to the parent.",
        "type": ["object", "null"],
        "properties": vectors,
        "additionalProperties": False,
    }
    members["children"] = {
        "description": "Nodes below it; indexes of nodes where they are numbered.",
        "type": ["array", "null"],
        "items": {"if": {"type": "object"}, "then": reference("Node"), "else": _TYPES["index"]},
    }
    members["components"] = {"type": ["array", "null"], "items": reference("Component")}
    members["layout"] = reference("Layout")
    ordered = _in_order(members, last=("components", "properties", "layout", "children"))
    return {"type": "object", "properties": ordered, "additionalProperties": False}


def _component() -> Json:
    facts = scene_facts()
    types = facts.component_types
    described = [f"`{name}`: {kind.description}" for name, kind in types.items()]
    choices = []
    for name, kind in types.items():
        members = _members(kind.members)
        required = [member for member, fact in kind.members.items() if fact.is_required]
        if name == "Camera":  # its settings are here where nodes are nested
            members, required = {**_members(facts.camera_members), **members}, []
        then: Json = {"description": kind.description, "properties": members}
        if required:
            then["required"] = required
        choices.append({"if": {"properties": {"type": {"const": name}}, "required": ["type"]}, "then": then})
    return {
        "type": "object",
        "properties": {"type": _enumeration(types, described)},
        "required": ["type"],
        "allOf": choices,
    }


def _binding() -> Json:
    return {
        "description": "The property whose values are shown.",
        "type": ["object", "null"],
        "properties": {
            "dataBindingContext": {
                "type": ["object", "null"],
                "properties": {
                    "entityId": {"description": "Id of an entity.", "type": "string"},
                    "componentName": {"description": "Name of its component.", "type": "string"},
                    "propertyName": {"description": "Name of its property.", "type": "string"},
                },
            },
            "isStaticData": {"type": "boolean"},
        },
    }


def _rule() -> Json:
    targets = ", ".join(f"`{prefix}`" for prefix in scene_facts().targets.values())
    statement = {
        "type": "object",
        "properties": {
            "expression": {"description": "A jexl expression over the bound property.", "type": "string"},
            "target": {"description": f"What it chooses; begins with {targets}.", "type": "string"},
            "targetMetadata": {"type": ["object", "null"]},
        },
    }
    return {
        "type": "object",
        "properties": {"statements": {"type": "array", "items": statement}},
        "required": ["statements"],
    }


def _properties() -> Json:
    facts = scene_facts()
    members = _members(facts.property_members)
    for name, settings in facts.setting_members.items():
        members[name] = {"type": ["object", "null"], "properties": _members(settings)}
    return members
