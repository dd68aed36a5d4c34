"""Facts of scene documents: members, component types, units, targets and defaults.

They are kept as data in ``scene_facts.json``, and the words about mistakes in ``scene_problems.json``; the
page (``viewer/``) reads both too. Each group of facts names its source under ``sources`` there.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    Json = dict[str, Any]

FACTS_FILE = Path(__file__).with_name("scene_facts.json")
PROBLEMS_FILE = Path(__file__).with_name("scene_problems.json")


class Member(NamedTuple):
    """A member of a part of a scene document.

    Attributes:
        type: What it holds: ``string``, ``number``, ``vector``, ``list``, ``map``, ``binding``, or a fact
            by name, such as ``unit`` or ``modelType``.
        is_required: Whether AWS's viewer fails on, or leaves out, what lacks it.
        is_drawn: Whether the page shows it. Members that it accepts and ignores are not drawn.
        part: Name of the part that a map is, or that the items of a list are; None where it is checked in
            another way, or not at all.
        missing_level: Level of the problem if a required member is missing.
        wrong_level: Level of the problem if it has another type.
        is_lenient: Whether AWS's viewer takes 0, false and an empty text as none.
        expected: What it takes, in words; None for what all members of its type take.
    """

    type: str
    is_required: bool
    is_drawn: bool
    part: str | None = None
    missing_level: str = "error"
    wrong_level: str = "error"
    is_lenient: bool = False
    expected: str | None = None


class ProblemText(NamedTuple):
    """What is said about a kind of mistake.

    Attributes:
        level: ``fatal``: the whole scene is lost in AWS's viewer; ``error``: a part of it; ``warning``: all
            is drawn.
        code: Code of the rule of the check.
        message: What is wrong, with values in braces.
        remedy: What to do, with values in braces.
    """

    level: str
    code: str
    message: str
    remedy: str


class SceneComponentType(NamedTuple):
    """A type of component of a scene's node.

    Attributes:
        description: What it shows.
        members: Its members by name, without ``type``.
    """

    description: str
    members: Mapping[str, Member]


class SceneLimits(NamedTuple):
    """Limits of expressions and texts, so that none takes the time of a viewer. AWS documents no limits.

    Attributes:
        expression_length: Most characters of an expression.
        expression_depth: Most nested brackets and conditions of an expression.
        expressions_length: Most characters of all expressions of a scene.
        text_length: Most characters of a Markdown text.
    """

    expression_length: int
    expression_depth: int
    expressions_length: int
    text_length: int


class SceneFacts(NamedTuple):
    """What AWS documents of scene documents.

    Attributes:
        spec_version: The version of the document format that AWS's viewer reads.
        document_members: Members of the document.
        document_defaults: Values of members that a document may leave out.
        node_members: Members of a node.
        transform_defaults: Position, rotation (radians) and scale of a node that has none.
        camera_members: Members of a camera's settings.
        camera_types: Descriptions by ``cameraType``.
        camera_defaults: Settings of a camera that has none; ``fov`` in degrees.
        units: Metres by name of a unit of length.
        component_types: Component types by name.
        model_types: Descriptions by ``modelType``.
        light_types: Default settings by ``lightType``.
        motion_shapes: Descriptions by ``shape`` of a motion indicator.
        motion_bindings: Descriptions by name of what a motion indicator binds.
        overlay_types: Descriptions by ``subType`` of a data overlay.
        overlay_row_types: Descriptions by ``rowType`` of a data overlay.
        icons: Descriptions by name of an icon.
        targets: Prefixes of a rule's targets, by ``icon``, ``color``, ``opacity`` and ``number``. That of
            ``number`` is the whole target.
        environment_presets: Descriptions by ``environmentPreset``.
        property_members: Members of the document's ``properties``.
        setting_members: Members of the settings of fog, background and ground, by property.
        parts: Members of what maps and lists contain, by name of the part.
        names: Values that are allowed, by type of a member that has a list of them, such as ``unit``.
        hex_color: Pattern of a colour in settings of fog, background and ground.
        color: Pattern of a colour that AWS's viewer draws, beside the names.
        css_color: Pattern of what colours of icons may be beside these.
        color_names: Names of colours.
        numeric_text: Pattern of a text that JavaScript reads as a number.
        limits: Limits of expressions and texts.
    """

    spec_version: str
    document_members: Mapping[str, Member]
    document_defaults: Mapping[str, str]
    node_members: Mapping[str, Member]
    transform_defaults: Mapping[str, list[int]]
    camera_members: Mapping[str, Member]
    camera_types: Mapping[str, str]
    camera_defaults: Mapping[str, str | float]
    units: Mapping[str, float]
    component_types: Mapping[str, SceneComponentType]
    model_types: Mapping[str, str]
    light_types: Mapping[str, Json]
    motion_shapes: Mapping[str, str]
    motion_bindings: Mapping[str, str]
    overlay_types: Mapping[str, str]
    overlay_row_types: Mapping[str, str]
    icons: Mapping[str, str]
    targets: Mapping[str, str]
    environment_presets: Mapping[str, str]
    property_members: Mapping[str, Member]
    setting_members: Mapping[str, Mapping[str, Member]]
    parts: Mapping[str, Mapping[str, Member]]
    names: Mapping[str, Mapping[str, object]]
    hex_color: str
    color: str
    css_color: str
    color_names: tuple[str, ...]
    numeric_text: str
    limits: SceneLimits


@cache
def scene_facts() -> SceneFacts:
    """Return the facts of scene documents, read at the first call."""
    facts: Json = json.loads(FACTS_FILE.read_text(encoding="utf-8"))
    return SceneFacts(
        spec_version=facts["specVersion"]["current"],
        document_members=_members(facts["document"]["members"]),
        document_defaults=facts["document"]["defaults"],
        node_members=_members(facts["node"]["members"]),
        transform_defaults=facts["node"]["transform"],
        camera_members=_members(facts["cameras"]["members"]),
        camera_types=facts["cameras"]["types"],
        camera_defaults=facts["cameras"]["defaults"],
        units=facts["units"],
        component_types={
            name: SceneComponentType(component["about"], _members(component["members"]))
            for name, component in facts["components"].items()
        },
        model_types=facts["modelTypes"],
        light_types=facts["lightTypes"],
        motion_shapes=facts["motionShapes"],
        motion_bindings=facts["motionBindings"],
        overlay_types=facts["overlays"]["subTypes"],
        overlay_row_types=facts["overlays"]["rowTypes"],
        icons=facts["icons"],
        targets=facts["targets"],
        environment_presets=facts["environmentPresets"],
        property_members=_members(facts["properties"]["members"]),
        setting_members={
            name: _members(members) for name, members in facts["properties"]["settings"].items()
        },
        parts={
            name: _members(members)
            for name, members in {
                **facts["parts"],
                **facts["properties"]["settings"],
                "camera": facts["cameras"]["members"],
                "binding": facts["bindings"]["members"],
                "bindingContext": facts["bindings"]["context"],
            }.items()
        },
        names={
            "unit": facts["units"],
            "modelType": facts["modelTypes"],
            "lightType": facts["lightTypes"],
            "motionShape": facts["motionShapes"],
            "overlayType": facts["overlays"]["subTypes"],
            "rowType": facts["overlays"]["rowTypes"],
            "cameraType": facts["cameras"]["types"],
            "environmentPreset": facts["environmentPresets"],
        },
        hex_color=facts["hexColor"],
        color=facts["colorPattern"],
        css_color=facts["cssColorPattern"],
        color_names=tuple(facts["colorNames"]),
        numeric_text=facts["numericText"],
        limits=SceneLimits(
            expression_length=facts["limits"]["expressionLength"],
            expression_depth=facts["limits"]["expressionDepth"],
            expressions_length=facts["limits"]["expressionsLength"],
            text_length=facts["limits"]["textLength"],
        ),
    )


@cache
def problem_texts() -> Mapping[str, ProblemText]:
    """Return what is said about mistakes, by kind."""
    return {kind: ProblemText(**text) for kind, text in _problem_file()["problems"].items()}


@cache
def expected_values() -> Mapping[str, str]:
    """Return what members take, in words, by type."""
    expected: dict[str, str] = _problem_file()["expected"]
    return expected


@cache
def _problem_file() -> Json:
    content: Json = json.loads(PROBLEMS_FILE.read_text(encoding="utf-8"))
    return content


def _members(members: Json) -> dict[str, Member]:
    return {
        name: Member(
            member["type"],
            member.get("required", False),
            member.get("drawn", True),
            member.get("of"),
            member.get("missing", "error"),
            member.get("wrong", "error"),
            member.get("lenient", False),
            member.get("expected"),
        )
        for name, member in members.items()
    }
