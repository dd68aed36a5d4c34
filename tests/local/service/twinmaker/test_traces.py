"""The trace of one real call, from the caller's request to the caller's answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest


def build_model_of_the_trace(twinmaker: Any, functions: Any, case: Any) -> Any:
    """Make the component types and the entity of the trace through the API, and return the entity."""
    entity = case("trace.entity")
    workspace = {"workspaceId": entity["workspaceId"]}
    twinmaker.create_workspace(**workspace)
    for request in case("trace.types"):
        for function in request.get("functions", {}).values():
            function["implementedBy"]["lambda"]["arn"] = functions.arn("reader")
        twinmaker.create_component_type(**workspace, **request)
    twinmaker.create_entity(**workspace, entityId=entity["parentEntityId"], entityName="Parent")
    twinmaker.create_entity(
        **workspace,
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
    return entity


def test_get_entity_returns_the_entity_of_the_trace(twinmaker: Any, functions: Any, case: Any) -> None:
    expected = build_model_of_the_trace(twinmaker, functions, case)
    described = twinmaker.get_entity(workspaceId=expected["workspaceId"], entityId=expected["entityId"])
    assert described["arn"] == expected["arn"]
    for member in ("entityName", "status", "description", "parentEntityId", "hasChildEntities"):
        assert described[member] == expected[member]
    assert len(expected["components"]) == 3
    for name, component in expected["components"].items():
        for member in ("componentName", "componentTypeId", "status", "properties"):
            assert described["components"][name][member] == component[member], (name, member)


def test_history_sends_the_event_and_returns_the_result_of_the_trace(
    twinmaker: Any, functions: Any, case: Any
) -> None:
    build_model_of_the_trace(twinmaker, functions, case)
    request = case("trace.request")
    functions.handlers["reader"] = lambda _: case("trace.response")
    answer = twinmaker.get_property_value_history(**request)
    assert len(functions.payloads) == 1
    event = functions.payloads[0]
    # Events captured later (2023) also have the deprecated epoch seconds; that of the trace has not.
    moments = [datetime.fromisoformat(request[name]).timestamp() for name in ("startTime", "endTime")]
    assert [event.pop("startDateTime"), event.pop("endDateTime")] == moments
    assert event == case("trace.event")
    del answer["ResponseMetadata"]
    point = answer["propertyValues"][0]["values"][0]
    point["timestamp"] = point["timestamp"].timestamp()
    assert answer == case("trace.result")


@pytest.mark.parametrize("name", ["event.ascending", "event.descending"])
def test_events_have_exactly_the_captured_members(
    twinmaker: Any, functions: Any, case: Any, name: str
) -> None:
    captured = case(name)
    definitions = {}
    for key, item in captured["properties"].items():
        flags = ("isTimeSeries", "isRequiredInEntity", "isExternalId", "isStoredExternally")
        kept = (*flags, "dataType", "defaultValue")
        definitions[key] = {k: v for k, v in item["definition"].items() if k in kept}
    inherited = {k for k, v in captured["properties"].items() if v["definition"]["isInherited"]}
    twinmaker.create_workspace(workspaceId=captured["workspaceId"])
    twinmaker.create_component_type(
        workspaceId=captured["workspaceId"],
        componentTypeId="base",
        functions={"dataReader": {"implementedBy": {"lambda": {"arn": functions.arn("reader")}}}},
        propertyDefinitions={k: v for k, v in definitions.items() if k in inherited},
    )
    twinmaker.create_component_type(
        workspaceId=captured["workspaceId"],
        componentTypeId="line",
        extendsFrom=["base"],
        propertyDefinitions={k: v for k, v in definitions.items() if k not in inherited},
    )
    twinmaker.create_entity(
        workspaceId=captured["workspaceId"],
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
    entity = build_model_of_the_trace(twinmaker, functions, case)
    request, answer = case("trace.request"), case("trace.response")
    component = entity["components"][request["componentName"]]
    definitions = {name: item["definition"] for name, item in component["properties"].items()}
    external_id = next(name for name, item in definitions.items() if item["isExternalId"])
    defaults = {name: item["defaultValue"] for name, item in definitions.items() if "defaultValue" in item}
    (selected,) = request["selectedProperties"]
    reference = answer["propertyValues"][0]["entityPropertyReference"]
    del reference["entityId"], reference["componentName"]
    reference["externalIdProperty"] = {external_id: "the key"}
    functions.handlers["reader"] = lambda _: answer
    history = twinmaker.get_property_value_history(
        workspaceId=request["workspaceId"],
        componentTypeId=component["componentTypeId"],
        selectedProperties=[selected],
        startTime=request["startTime"],
        endTime=request["endTime"],
    )
    event = functions.payloads[0]
    assert event["componentTypeId"] == component["componentTypeId"]
    assert "entityId" not in event
    assert "orderByTime" not in event
    assert defaults
    assert {name: event["properties"][name]["value"] for name in defaults} == defaults
    assert "value" not in event["properties"][external_id]
    assert history["propertyValues"][0]["entityPropertyReference"] == {
        "propertyName": selected,
        "externalIdProperty": {external_id: "the key"},
    }
