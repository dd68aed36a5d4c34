"""The trace of one real call, from the caller's request to the caller's answer."""

from __future__ import annotations

import copy
from typing import Any

import pytest

TRACE = "udq_captured_events/timestream_{}.json"


def model_of_the_trace(twinmaker: Any, functions: Any, entity: Any) -> None:
    """Make the component types and the entity of the captured trace, through the API."""
    twinmaker.create_workspace(workspaceId="CookieFactory")
    text = {"dataType": {"type": "STRING"}}
    reader = {"dataReader": {"implementedBy": {"lambda": {"arn": functions.arn("reader")}}}}
    common = {"workspaceId": "CookieFactory"}
    twinmaker.create_component_type(
        **common,
        componentTypeId="com.example.timestream-telemetry",
        functions=reader,
        propertyDefinitions={
            "telemetryAssetId": {**text, "isRequiredInEntity": True},
            "telemetryAssetType": {**text, "isRequiredInEntity": True},
        },
    )
    twinmaker.create_component_type(
        **common,
        componentTypeId="com.example.cookiefactory.alarm",
        extendsFrom=["com.example.timestream-telemetry", "com.amazon.iottwinmaker.alarm.basic"],
        functions=reader,
        propertyDefinitions={"telemetryAssetType": {"defaultValue": {"stringValue": "Alarm"}}},
    )
    series = {"dataType": {"type": "DOUBLE"}, "isTimeSeries": True, "isStoredExternally": True}
    twinmaker.create_component_type(
        **common,
        componentTypeId="com.example.cookiefactory.mixer",
        extendsFrom=["com.example.timestream-telemetry"],
        propertyDefinitions={
            "telemetryAssetType": {"defaultValue": {"stringValue": "Mixer"}},
            "RPM": series,
            "Temperature": series,
        },
    )
    twinmaker.create_entity(**common, entityId=entity["parentEntityId"], entityName="Mixers")
    twinmaker.create_entity(
        **common,
        entityId=entity["entityId"],
        entityName=entity["entityName"],
        parentEntityId=entity["parentEntityId"],
        components={
            name: {
                "componentTypeId": component["componentTypeId"],
                "properties": {
                    key: {"value": item["value"]}
                    for key, item in component["properties"].items()
                    if "value" in item and item["value"] != item["definition"].get("defaultValue")
                },
            }
            for name, component in entity["components"].items()
        },
    )


def test_get_entity_shows_the_captured_entity_when_it_was_made_through_the_api(
    twinmaker: Any, functions: Any, case: Any
) -> None:
    expected = case(TRACE.format("3_entity_model"))
    model_of_the_trace(twinmaker, functions, expected)
    found = twinmaker.get_entity(workspaceId="CookieFactory", entityId=expected["entityId"])
    assert found["arn"] == expected["arn"]
    for member in ("entityName", "status", "description", "parentEntityId", "hasChildEntities"):
        assert found[member] == expected[member]
    for name, component in expected["components"].items():
        for member in ("componentName", "componentTypeId", "status", "properties"):
            assert found["components"][name][member] == component[member], (name, member)


def test_history_sends_the_captured_event_and_gives_the_captured_result_when_the_trace_is_replayed(
    twinmaker: Any, functions: Any, case: Any
) -> None:
    model_of_the_trace(twinmaker, functions, case(TRACE.format("3_entity_model")))
    functions.handlers["reader"] = lambda _: case(TRACE.format("5_lambda_response"))
    answer = twinmaker.get_property_value_history(**case(TRACE.format("1_service_request")))
    assert len(functions.payloads) == 1
    event = functions.payloads[0]
    # events captured later (2023) also have the deprecated epoch seconds; this one has not
    assert (event.pop("startDateTime"), event.pop("endDateTime")) == (1635724800, 1667260800)
    assert event == case(TRACE.format("2_lambda_event"))
    del answer["ResponseMetadata"]
    point = answer["propertyValues"][0]["values"][0]
    point["timestamp"] = point["timestamp"].timestamp()
    assert answer == case(TRACE.format("6_service_result"))


@pytest.mark.parametrize("name", ["synthetic_v2_lambda_event", "synthetic_v3_lambda_event"])
def test_events_have_exactly_the_captured_members_when_the_same_call_is_made(
    twinmaker: Any, functions: Any, case: Any, name: str
) -> None:
    captured = case(f"udq_captured_events/{name}.json")
    definitions = {}
    for key, item in captured["properties"].items():
        flags = ("isTimeSeries", "isRequiredInEntity", "isExternalId", "isStoredExternally")
        kept = (*flags, "dataType", "defaultValue")
        definitions[key] = {k: v for k, v in item["definition"].items() if k in kept}
    inherited = {k for k, v in captured["properties"].items() if v["definition"]["isInherited"]}
    twinmaker.create_workspace(workspaceId="CookieFactory")
    twinmaker.create_component_type(
        workspaceId="CookieFactory",
        componentTypeId="base",
        functions={"dataReader": {"implementedBy": {"lambda": {"arn": functions.arn("reader")}}}},
        propertyDefinitions={k: v for k, v in definitions.items() if k in inherited},
    )
    twinmaker.create_component_type(
        workspaceId="CookieFactory",
        componentTypeId="line",
        extendsFrom=["base"],
        propertyDefinitions={k: v for k, v in definitions.items() if k not in inherited},
    )
    twinmaker.create_entity(
        workspaceId="CookieFactory",
        entityId=captured["entityId"],
        entityName="line",
        components={
            captured["componentName"]: {
                "componentTypeId": "line",
                "properties": {
                    k: {"value": v["value"]} for k, v in captured["properties"].items() if "value" in v
                },
            }
        },
    )
    functions.handlers["reader"] = lambda _: {"propertyValues": [], "nextToken": None}
    names = (
        "entityId",
        "componentName",
        "selectedProperties",
        "startTime",
        "endTime",
        "orderByTime",
        "maxResults",
        "workspaceId",
    )
    twinmaker.get_property_value_history(**{key: captured[key] for key in names})
    assert functions.payloads == [captured]


def test_the_event_by_component_type_has_defaults_and_no_entity_when_no_entity_is_named(
    twinmaker: Any, functions: Any, case: Any
) -> None:
    model_of_the_trace(twinmaker, functions, case(TRACE.format("3_entity_model")))
    answer = copy.deepcopy(case(TRACE.format("5_lambda_response")))
    reference = answer["propertyValues"][0]["entityPropertyReference"]
    del reference["entityId"], reference["componentName"]
    reference["externalIdProperty"] = {"alarm_key": "Mixer_2"}
    functions.handlers["reader"] = lambda _: answer
    found = twinmaker.get_property_value_history(
        workspaceId="CookieFactory",
        componentTypeId="com.example.cookiefactory.alarm",
        selectedProperties=["alarm_status"],
        startTime="2021-11-01T00:00:00Z",
        endTime="2022-11-01T00:00:00Z",
    )
    event = functions.payloads[0]
    assert event["componentTypeId"] == "com.example.cookiefactory.alarm"
    assert "entityId" not in event
    assert "orderByTime" not in event
    assert event["properties"]["telemetryAssetType"]["value"] == {"stringValue": "Alarm"}
    assert "value" not in event["properties"]["alarm_key"]
    assert found["propertyValues"][0]["entityPropertyReference"] == {
        "propertyName": "alarm_status",
        "externalIdProperty": {"alarm_key": "Mixer_2"},
    }
