"""Members of responses that are not deployed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.definition.response_members import strip_read_only_members
from twin_stack.definition.schema import ComponentType, PropertyDefinition

if TYPE_CHECKING:
    from pathlib import Path


def test_pasted_component_type_keeps_its_own_members_alone(tmp_path: Path) -> None:
    printed = {
        "workspaceId": "other",
        "componentTypeId": "com.B",
        "arn": "arn:aws:iottwinmaker:us-east-1:111122223333:workspace/other/component-type/com.B",
        "creationDateTime": "2024-01-01T00:00:00Z",
        "isAbstract": False,
        "extendsFrom": ["com.A"],
        "propertyDefinitions": {
            "size": {"dataType": {"type": "LONG"}, "isInherited": True, "isFinal": False},
            "kind": {
                "dataType": {"type": "STRING"},
                "isInherited": True,
                "defaultValue": {"stringValue": "B"},
            },
            "made": {"dataType": {"type": "STRING"}, "isImported": True},
            "own": {"dataType": {"type": "STRING"}, "isInherited": False, "isImported": False},
        },
        "functions": {"dataReader": {"isInherited": True, "implementedBy": {"isNative": True}}},
        "status": {"state": "ACTIVE", "error": {}},
    }
    files: dict[str, str | bytes] = {
        "component_types/a.yaml": "com.A: {propertyDefinitions: {size: LONG, kind: STRING}}",
        "component_types/b.json": json.dumps(printed),
    }
    component_type = load(write(tmp_path, files)).component_types["com.B"]
    assert list(component_type.property_definitions) == ["kind", "own"]
    kind = component_type.property_definitions["kind"]
    assert (kind.default_value, kind.data_type) == ({"stringValue": "B"}, None)
    assert component_type.functions == {}


def test_type_without_inherited_members_is_the_same_object() -> None:
    own = ComponentType.model_validate({"componentTypeId": "com.A", "propertyDefinitions": {"p": "LONG"}})
    assert strip_read_only_members(own) is own


def test_inherited_groups_and_parts_are_dropped_and_own_ones_stay() -> None:
    group = {"groupType": "TABULAR", "propertyNames": ["p"]}
    part = {"componentTypeId": "com.B"}
    stripped = strip_read_only_members(
        ComponentType.model_validate(
            {
                "componentTypeId": "com.A",
                "propertyGroups": {"own": group, "other": {**group, "isInherited": True}},
                "compositeComponentTypes": {"own": part, "other": {**part, "isInherited": True}},
            }
        )
    )
    assert list(stripped.property_groups) == ["own"]
    assert list(stripped.composite_component_types) == ["own"]


def test_configuration_of_an_inherited_property_is_an_override() -> None:
    definition = {
        "dataType": "LONG",
        "isRequiredInEntity": True,
        "configuration": {"a": "b"},
        "isInherited": True,
    }
    stripped = strip_read_only_members(
        ComponentType.model_validate({"componentTypeId": "com.A", "propertyDefinitions": {"p": definition}})
    )
    (kept,) = stripped.property_definitions.values()
    assert kept == PropertyDefinition(configuration={"a": "b"}, is_inherited=True)
