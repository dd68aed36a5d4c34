"""A project of AWS's development tools is imported, corrected where it has to be, deployed, and exported."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App

from tests.support.entity_values import entity_differences
from tests.support.round_trips import export_from, import_into
from tests.support.stacks import make_function
from tests.support.templates import cdk_context
from twin_stack import TwinStack, load

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.slow

NO_FLAGS = dict.fromkeys(
    ("isExternalId", "isFinal", "isImported", "isInherited", "isRequiredInEntity"), False
)
STORED = {**NO_FLAGS, "isStoredExternally": False, "isTimeSeries": False}
SERIES = {**NO_FLAGS, "isStoredExternally": True, "isTimeSeries": True}
TEXT = {"type": "STRING"}
LIST_OF_RELATIONSHIPS = {"type": "LIST", "nestedType": {"type": "RELATIONSHIP"}}
MAP_OF_TEXT = {"type": "MAP", "nestedType": TEXT}


def component_types(arn: str) -> list[dict[str, Any]]:
    """Return types as ``tmdt init`` writes them: with all that they inherit and all flags."""
    reader = {"dataReader": {"implementedBy": {"isNative": False, "lambda": {"arn": arn}}}}
    asset_id = {"dataType": TEXT, **STORED, "isExternalId": True, "isRequiredInEntity": True}
    kind = {"dataType": TEXT, **STORED, "defaultValue": {"stringValue": "Mixer"}}
    return [
        {
            "componentTypeId": "com.example.mixer",
            "extendsFrom": ["com.example.telemetry"],
            "functions": {"dataReader": {**reader["dataReader"], "isInherited": True}},
            "isSingleton": False,
            "propertyDefinitions": {
                "RPM": {"dataType": {"type": "DOUBLE"}, **SERIES},
                "assetId": {**asset_id, "isInherited": True},
                "assetKind": {**kind, "isInherited": True},
            },
        },
        {
            "componentTypeId": "com.example.telemetry",
            "functions": reader,
            "isSingleton": False,
            "propertyDefinitions": {"assetId": asset_id, "assetKind": {"dataType": TEXT, **STORED}},
        },
        {
            "componentTypeId": "com.example.equipment",
            "isSingleton": False,
            "propertyDefinitions": {"feed": {"dataType": LIST_OF_RELATIONSHIPS, **STORED}},
        },
    ]


def property_of(data_type: dict[str, Any], **value: Any) -> dict[str, Any]:
    return {"definition": {"dataType": data_type}, "value": value}


ENTITIES = [
    {
        "components": {
            "MixerComponent": {
                "componentTypeId": "com.example.mixer",
                "properties": {
                    "assetId": property_of(TEXT, stringValue="Mixer_1"),
                    "assetKind": property_of(TEXT, stringValue="Mixer"),
                },
            },
            "EquipmentComponent": {
                "componentTypeId": "com.example.equipment",
                "properties": {
                    "feed": property_of(
                        LIST_OF_RELATIONSHIPS,
                        listValue=[
                            {"relationshipValue": {"TargetEntityId": "Mixers_1"}},
                            {"relationshipValue": {"targetEntityId": "Mixer_1"}},
                        ],
                    )
                },
            },
            "SpecSheets": {
                "componentTypeId": "com.amazon.iottwinmaker.documents",
                "properties": {
                    "documents": property_of(
                        MAP_OF_TEXT, mapValue={"manual": {"stringValue": "https://example.com/m"}}
                    )
                },
            },
        },
        "description": "",
        "entityId": "Mixer_1",
        "entityName": "Mixer_1",
        "parentEntityId": "Mixers_1",
    },
    {
        "components": {},
        "description": "",
        "entityId": "Mixers_1",
        "entityName": "Mixers",
        "parentEntityId": "$ROOT",
    },
]


def test_entities_of_an_imported_project_are_deployed_value_for_value(
    local_twin: LocalTwin, tmp_path: Path
) -> None:
    name = f"ws-{uuid.uuid4().hex[:8]}"
    types = component_types(make_function(local_twin.client("lambda"), f"{name}-reader", "handler = dict"))
    project, model = tmp_path / "project", tmp_path / "model"
    project.mkdir()
    manifest: dict[str, Any] = {
        "component_types": [],
        "scenes": [],
        "models": [],
        "entities": "entities.json",
    }
    for own in types:
        manifest["component_types"].append(f"{own['componentTypeId']}.json")
        (project / f"{own['componentTypeId']}.json").write_text(json.dumps(own, indent=4))
    (project / "entities.json").write_text(json.dumps(ENTITIES, indent=4))
    (project / "tmdt.json").write_text(json.dumps(manifest))

    losses = import_into("tmdt", project, model, workspace_id=name)
    assert [(finding.code, finding.message.split()[0]) for finding in losses] == [
        ("TWIN231", '"TargetEntityId"')
    ]
    app = App(context=cdk_context())
    TwinStack(app, name, definition=load(model))
    local_twin.deploy(app)

    twinmaker = local_twin.client("iottwinmaker")
    assert entity_differences(twinmaker, name, ENTITIES) == []
    for own in types:
        deployed = twinmaker.get_component_type(workspaceId=name, componentTypeId=own["componentTypeId"])
        assert deployed["propertyDefinitions"] == own["propertyDefinitions"]

    export_from("tmdt", model, tmp_path / "again")
    assert load(model).entities == load_again(tmp_path).entities


def load_again(folder: Path) -> Any:
    """Import what was exported and return the definition."""
    import_into("tmdt", folder / "again", folder / "model-again")
    return load(folder / "model-again")
