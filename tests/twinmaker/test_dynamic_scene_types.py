"""The component types of dynamic scenes."""

from __future__ import annotations

from twin_stack.twinmaker.builtin_types import BUILTIN_TYPES
from twin_stack.twinmaker.dynamic_scene_types import DYNAMIC_SCENE_TYPES, FIXED_DYNAMIC_SCENE_TYPES

PREFIX = "com.amazon.iottwinmaker.3d."


def test_every_type_of_the_guide_is_built_in() -> None:
    parts = (
        "camera",
        "dataoverlay",
        "light",
        "modelref",
        "modelshader",
        "motionindicator",
        "submodelref",
        "tag",
    )
    documented = {PREFIX + "node", *(f"{PREFIX}component.{part}" for part in parts)}
    assert documented < DYNAMIC_SCENE_TYPES.keys() < BUILTIN_TYPES.keys()
    assert documented > FIXED_DYNAMIC_SCENE_TYPES


def test_only_what_the_service_prints_as_required_is_required() -> None:
    required = {
        type_id.removeprefix(PREFIX): [
            name for name, item in definition["propertyDefinitions"].items() if item.get("isRequiredInEntity")
        ]
        for type_id, definition in DYNAMIC_SCENE_TYPES.items()
        if "propertyDefinitions" in definition
    }
    assert {name: names for name, names in required.items() if names} == {
        "node": ["name"],
        "component.modelref": ["uri", "modelType"],
        "component.dataoverlay": ["subType", "dataRows"],
    }
