"""What an import keeps of a component type or entity of AWS's files, and what it notes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.definition.files import parse
from twin_stack.formats.members import MemberFilter, places_in

if TYPE_CHECKING:
    from pathlib import Path

NO_FLAGS = {"isExternalId": False, "isRequiredInEntity": False, "isImported": False, "isFinal": False}


def located(folder: Path, document: dict[str, Any]) -> Any:
    path = folder / "item.json"
    return parse(path, json.dumps(document, indent=1), findings=None)


def component_type(folder: Path, **members: Any) -> tuple[dict[str, Any], list[str]]:
    """Return what is kept of a component type, and the notes."""
    own = MemberFilter()
    item = located(folder, {"componentTypeId": "com.example.T", **members})
    kept = own.component_type(item, places_in(item))
    return kept, [str(finding).replace(f"{folder}/", "") for finding in own.findings()]


def test_members_of_a_response_are_left_out_with_a_note(tmp_path: Path) -> None:
    kept, notes = component_type(tmp_path, arn="arn:x", isAbstract=False, description="T")
    assert kept == {"componentTypeId": "com.example.T", "description": "T"}
    assert notes == [
        'item.json:3:2 TWIN230 warning: "arn" is not imported: the service computes it; no action is needed',
        'item.json:4:2 TWIN230 warning: "isAbstract" is not imported: the service computes it; no action is '
        "needed",
    ]


def test_flags_of_a_response_are_not_kept(tmp_path: Path) -> None:
    series = {"isTimeSeries": True, "isStoredExternally": True}
    kept, notes = component_type(
        tmp_path,
        propertyDefinitions={
            "own": {"dataType": {"type": "DOUBLE"}, **NO_FLAGS, "isInherited": False, **series},
            "written": {"dataType": {"type": "DOUBLE"}, "isRequiredInEntity": False},
        },
    )
    assert kept["propertyDefinitions"] == {
        "own": {"dataType": "DOUBLE", **series},
        "written": {"dataType": "DOUBLE", "isRequiredInEntity": False},
    }
    assert notes == []


@pytest.mark.parametrize("member", ["functions", "propertyGroups", "compositeComponentTypes"])
def test_inherited_members_are_not_kept(tmp_path: Path, member: str) -> None:
    kept, _ = component_type(tmp_path, **{member: {"a": {"isInherited": True}, "b": {"isInherited": False}}})
    assert kept[member] == {"b": {}}
    kept, _ = component_type(tmp_path, **{member: {"a": {"isInherited": True}}})
    assert member not in kept


def test_inherited_property_keeps_what_overrides_it(tmp_path: Path) -> None:
    text = {"dataType": {"type": "STRING"}, **NO_FLAGS, "isInherited": True}
    kept, _ = component_type(
        tmp_path,
        propertyDefinitions={
            "plain": text,
            "given": {**text, "defaultValue": {"stringValue": "a"}},
            "imported": {**text, "isInherited": False, "isImported": True},
        },
    )
    assert kept["propertyDefinitions"] == {"given": {"defaultValue": {"stringValue": "a"}}}


def entity(folder: Path, properties: dict[str, Any], **how: bool) -> tuple[Any, list[str]]:
    own = MemberFilter(**how)
    item = located(
        folder,
        {
            "entityId": "e-1",
            "components": {"c": {"componentTypeId": "com.example.T", "properties": properties}},
        },
    )
    kept = own.entity(item, places_in(item))
    return kept["components"]["c"].get("properties"), [
        f"{finding.location.line}:{finding.location.column} {finding.code} {finding.message}"
        for finding in own.findings()
    ]


def test_targets_of_relationships_get_the_spelling_of_the_api(tmp_path: Path) -> None:
    def relationship(name: str) -> dict[str, Any]:
        return {"relationshipValue": {name: "e-2"}}

    properties = {
        "feeds": {"value": {"listValue": [relationship("TargetEntityId"), relationship("targetEntityId")]}},
        "named": {"value": {"mapValue": {"relationshipValue": relationship("TargetEntityId")}}},
    }
    expected = {
        "feeds": {"value": {"listValue": [relationship("targetEntityId")] * 2}},
        "named": {"value": {"mapValue": {"relationshipValue": relationship("targetEntityId")}}},
    }
    kept, notes = entity(tmp_path, properties)
    assert kept == expected
    assert notes == [
        '12:10 TWIN231 "TargetEntityId" (2 times) is written in another spelling: the API names it '
        '"targetEntityId"'
    ]
    kept, notes = entity(tmp_path, properties, is_cloudformation_spelling=True)
    assert kept == expected
    assert notes == []


def test_values_and_bare_values_are_kept(tmp_path: Path) -> None:
    properties = {
        "bare": 4,
        "map": {"a": 1},
        "own": {"value": {"doubleValue": 1.5}, "updateType": "UPDATE"},
        "defined": {"definition": {"dataType": {"type": "STRING"}, "isInherited": False, **NO_FLAGS}},
    }
    kept, notes = entity(tmp_path, properties)
    assert kept == {
        "bare": 4,
        "map": {"a": 1},
        "own": {"value": {"doubleValue": 1.5}},
        "defined": {"definition": "STRING"},
    }
    assert notes == []


def test_empty_properties_are_not_kept(tmp_path: Path) -> None:
    assert entity(tmp_path, {}) == (None, [])
