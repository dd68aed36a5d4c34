"""JSON as the service and its tools write it: pasted into a definition, it loads as it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import finding_lines, write
from twin_stack.definition import load

if TYPE_CHECKING:
    from pathlib import Path

ARN = "arn:aws:lambda:us-east-1:111122223333:function:reader"
PLACEHOLDER = "__TO_FILL_IN_READER_ARN__"
NO_FLAGS = {
    "isExternalId": False,
    "isFinal": False,
    "isImported": False,
    "isInherited": False,
    "isRequiredInEntity": False,
    "isStoredExternally": False,
    "isTimeSeries": False,
}
SERIES = {"isStoredExternally": True, "isTimeSeries": True}


def property_response(data_type: str | dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A property definition as GetComponentType returns it: with every flag."""
    named = {"type": data_type} if isinstance(data_type, str) else data_type
    return {"dataType": named, **NO_FLAGS, **changed}


def component_types(arn: str) -> list[dict[str, Any]]:
    """A base type with a reader, a machine that extends it, and an alarm that extends it and AWS's own."""
    reader = {"implementedBy": {"isNative": False, "lambda": {"arn": arn}}, "isInherited": False}
    asset_id = property_response("STRING", isExternalId=True, isRequiredInEntity=True)
    asset_kind = property_response("STRING", isRequiredInEntity=True)
    inherited = {
        "assetId": {**asset_id, "isInherited": True},
        "assetKind": {**asset_kind, "isInherited": True, "defaultValue": {"stringValue": "Machine"}},
    }
    statuses = [{"stringValue": name} for name in ("ACTIVE", "SNOOZE_DISABLED", "ACKNOWLEDGED", "NORMAL")]
    status_type = {"type": "STRING", "allowedValues": statuses}
    return [
        {
            "workspaceId": "plant",
            "arn": "arn:aws:iottwinmaker:us-east-1:111122223333:workspace/plant/component-type/com.e.base",
            "componentTypeId": "com.e.base",
            "isAbstract": False,
            "isSchemaInitialized": False,
            "isSingleton": False,
            "creationDateTime": "2024-01-01T00:00:00Z",
            "status": {"state": "ACTIVE", "error": {}},
            "propertyDefinitions": {"assetId": asset_id, "assetKind": asset_kind},
            "functions": {"dataReader": reader},
        },
        {
            "componentTypeId": "com.e.machine",
            "extendsFrom": ["com.e.base"],
            "propertyDefinitions": {**inherited, "speed": property_response("DOUBLE", **SERIES)},
            "functions": {"dataReader": {**reader, "isInherited": True}},
        },
        {
            "componentTypeId": "com.e.alarm",
            "extendsFrom": ["com.amazon.iottwinmaker.alarm.basic", "com.e.base"],
            "propertyDefinitions": {
                **inherited,
                "alarm_key": property_response(
                    "STRING", isExternalId=True, isInherited=True, isRequiredInEntity=True
                ),
                "alarm_status": property_response(status_type, isInherited=True, **SERIES),
            },
            "functions": {"dataReader": reader},
        },
    ]


def value(kind: str | dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    return {"definition": {"dataType": {"type": kind} if isinstance(kind, str) else kind}, "value": content}


ENTITIES = [
    {"entityId": "hall-1", "entityName": "Hall 1", "description": "", "parentEntityId": "$ROOT", "components": {}},
    {
        "entityId": "mixer_1.a-0",
        "entityName": "MIXER",
        "description": "",
        "parentEntityId": "hall-1",
        "hasChildEntities": False,
        "components": {
            "Machine": {
                "componentTypeId": "com.e.machine",
                "componentName": "Machine",
                "properties": {
                    "assetId": value("STRING", {"stringValue": "mixer"}),
                    "feeds": value(
                        {"type": "LIST", "nestedType": {"type": "RELATIONSHIP"}},
                        {"listValue": [{"relationshipValue": {"TargetEntityId": "hall-1"}}]},
                    ),
                    "speed": {"definition": {"dataType": {"type": "DOUBLE"}, "isTimeSeries": True}},
                },
            },
            "Alarm": {
                "componentTypeId": "com.e.alarm",
                "properties": {
                    "alarm_key": value("STRING", {"stringValue": "mixer"}),
                    "assetId": value("STRING", {"stringValue": "mixer"}),
                },
            },
        },
    },
]  # fmt: skip


def plant(*, arn: str = ARN) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {"entities/entities.json": json.dumps(ENTITIES)}
    for body in component_types(arn):
        files[f"component_types/{body['componentTypeId']}.json"] = json.dumps(body, indent=2)
    return files


def test_responses_of_the_service_load_whole(tmp_path: Path) -> None:
    folder = write(tmp_path, plant())
    assert finding_lines(folder) == []
    definition = load(folder)
    assert sorted(definition.component_types) == ["com.e.alarm", "com.e.base", "com.e.machine"]
    assert list(definition.entities) == ["hall-1", "mixer_1.a-0"]
    assert definition.component_types["com.e.alarm"].functions["dataReader"].implemented_by is not None


def test_inherited_members_of_a_response_are_not_deployed(tmp_path: Path) -> None:
    machine = load(write(tmp_path, plant())).component_types["com.e.machine"]
    assert machine.functions == {}
    assert sorted(machine.property_definitions) == ["assetKind", "speed"]
    assert machine.property_definitions["assetKind"].data_type is None


def test_placeholders_are_reported_where_they_are(tmp_path: Path) -> None:
    findings = finding_lines(write(tmp_path, plant(arn=PLACEHOLDER)))
    wrong = [line for line in findings if PLACEHOLDER in line]
    places = [re.match(r"component_types/com\.e\.(\w+)\.json:\d+:\d+ TWIN011 ", line) for line in wrong]
    assert [place[1] for place in places if place] == ["alarm", "base", "machine"]
    assert len(places) == len(findings) == 3


def node(**members: Any) -> dict[str, Any]:
    transform = {"position": [1, 0, 0], "rotation": [0, 0, 0], "scale": [1, 1, 1]}
    return {"name": "Node", "transform": transform, "transformConstraint": {}, "children": [], **members}


def document(*nodes: dict[str, Any], version: str = "1.0") -> dict[str, Any]:
    return {
        "specVersion": version,
        "version": "1",
        "unit": "meters",
        "properties": {"environmentPreset": "neutral", "componentSettings": {"Tag": {"scale": 1}}},
        "nodes": list(nodes),
        "rootNodeIndexes": [0] if nodes else [],
        "cameras": [{"cameraType": "Perspective", "fov": 53.13, "near": 0.1, "far": 1000, "zoom": 1}],
        "rules": {
            "heat": {"statements": [{"expression": "t > 1", "target": "iottwinmaker.common.icon:Error"}]}
        },
    }


MODEL = {"type": "ModelRef", "uri": "MIXER.glb", "modelType": "GLB", "unitOfMeasure": "meters"}
BINDING = {
    "dataBindingContext": {"entityId": "${sel_entity}", "componentName": "${sel_comp}", "propertyName": "t"}
}
DRAWN = document(
    node(
        children=[1],
        components=[
            MODEL,
            {"type": "Camera", "cameraIndex": 0},
            {"type": "Light", "lightType": "Directional", "lightSettings": {"color": "#ffffff"}},
            {"type": "DataOverlay", "subType": "OverlayPanel", "dataRows": [], "valueDataBindings": []},
        ],
    ),
    node(
        components=[
            {"type": "Tag", "ruleBasedMapId": "heat", "valueDataBinding": BINDING, "navLink": {"params": {}}},
            {"type": "ModelShader", "ruleBasedMapId": "heat", "valueDataBinding": BINDING},
            {
                "type": "MotionIndicator",
                "shape": "LinearPlane",
                "config": {"numOfRepeatInY": 2},
                "valueDataBindings": {"speed": {"ruleBasedMapId": "heat", "valueDataBinding": BINDING}},
            },
        ]
    ),
)


@pytest.mark.parametrize(
    ("scene", "codes"),
    [
        (DRAWN, {"TWIN043"}),
        (document(), set()),
        (document(version="a.1"), {"TWIN040"}),
        (document(node(components=[MODEL, {"type": "Future"}]), version="1.1"), {"TWIN040", "TWIN043"}),
        (document(node(children=[1, 2], components=[{"type": "Future"}])), {"TWIN040", "TWIN042"}),
    ],
    ids=["everything drawn", "empty", "invalid version", "later version", "unknown component and node"],
)
def test_scene_of_the_viewer_is_judged_as_the_viewer_does(
    scene: dict[str, Any], codes: set[str], tmp_path: Path
) -> None:
    findings = finding_lines(write(tmp_path, {"scenes/s1.scene.json": json.dumps(scene, indent=1)}))
    assert {line.split()[1] for line in findings} == codes


def test_scene_without_its_models_and_entities_says_which_are_missing(tmp_path: Path) -> None:
    bound = {
        "dataBindingContext": {"entityId": "mixer-9", "componentName": "Machine", "propertyName": "speed"}
    }
    tag = {"type": "Tag", "valueDataBinding": bound}
    findings = finding_lines(
        write(tmp_path, {**plant(), "scenes/s1.json": json.dumps(document(node(components=[MODEL, tag])))})
    )
    assert [line.split()[1] for line in findings] == ["TWIN043", "TWIN044"]
    assert '"MIXER.glb"' in findings[0]
    assert '"mixer-9"' in findings[1]


BULK_CREATE = {
    "componentTypes": [{"componentTypeId": "component.type.a", "tags": {"key": "value"}}],
    "entities": [{"entityName": "first", "entityId": "first"}],
}
BULK_UPDATE = {
    "componentTypes": [{"componentTypeId": "component.type.a", "description": "updated"}],
    "entities": [
        {"entityName": "parent", "entityId": "parent"},
        {
            "entityName": "child",
            "entityId": "child",
            "parentEntityId": "parent",
            "components": {
                "part": {
                    "componentTypeId": "component.type.a",
                    "properties": {
                        "extra": {
                            "definition": {
                                "dataType": {"type": "STRING", "unitOfMeasure": "t"},
                                "configuration": {"alias": "extra"},
                                "displayName": "Extra",
                            }
                        }
                    },
                }
            },
        },
    ],
}


@pytest.mark.parametrize(
    ("bulk", "entities", "warned"),
    [(BULK_CREATE, ["first"], []), (BULK_UPDATE, ["parent", "child"], ["TWIN029"])],
    ids=["create", "update"],
)
def test_bulk_file_loads_list_by_list(
    bulk: dict[str, Any], entities: list[str], warned: list[str], tmp_path: Path
) -> None:
    files: dict[str, str | bytes] = {
        "component_types/bulk.json": json.dumps({"componentTypes": bulk["componentTypes"]}),
        "entities/bulk.json": json.dumps({"entities": bulk["entities"]}),
    }
    definition = load(write(tmp_path, files))
    assert list(definition.entities) == entities
    assert [finding.code for finding in definition.warnings] == warned


def test_whole_bulk_file_says_where_its_lists_belong(tmp_path: Path) -> None:
    text = json.dumps(BULK_CREATE, indent=1)
    assert finding_lines(write(tmp_path, {"entities/bulk.json": text})) == [
        'entities/bulk.json:2:2 TWIN003 "componentTypes" cannot be used beside "entities"; move it to a file of its '
        "own folder; entities alone are read here"
    ]
