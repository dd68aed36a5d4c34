"""schemaInitializer's event and answer, for any store."""

import logging
from typing import Any

import pytest

from connector_kit import DataType, Definition, RequestError, serve
from tests.support.connector_events import load_event


@pytest.mark.parametrize("owner", [{}, {"entityId": "press-7", "componentName": "press"}])
def test_value_is_a_types_default_and_an_entitys_own(owner: dict[str, str]) -> None:
    value = {"stringValue": "Acme"}
    maker = Definition(DataType("STRING"), is_time_series=False, is_stored_externally=False, value=value)
    event = {"workspaceId": "press-shop", "properties": {}, **owner}
    definition: dict[str, Any] = {
        "dataType": {"type": "STRING"},
        "isTimeSeries": False,
        "isStoredExternally": False,
    }
    expected = (
        {"definition": definition, "value": value}
        if owner
        else {"definition": {**definition, "defaultValue": value}}
    )
    answer = serve(event, lambda _: [], schema=lambda _: {"maker": maker})
    assert answer == {"properties": {"maker": expected}}


FOUND = {
    "flow": Definition(DataType("DOUBLE"), unit_of_measure="l/min"),
    "oil level": Definition(DataType("DOUBLE")),
    "x" * 256: Definition(DataType("STRING")),
    "x" * 257: Definition(DataType("STRING")),
    "pressure": Definition(DataType("LONG")),
}


def ask(event: dict[str, Any]) -> dict[str, Any]:
    return serve(event, lambda _: [], schema=lambda _: FOUND)


def test_answer_lists_what_the_component_lacks_and_the_service_can_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, "connector"):
        answer = ask(load_event("schema_initializer"))
    assert list(answer["properties"]) == ["flow", "x" * 256]
    assert answer["properties"]["flow"] == {
        "definition": {
            "dataType": {"type": "DOUBLE", "unitOfMeasure": "l/min"},
            "isTimeSeries": True,
            "isStoredExternally": True,
        }
    }
    line = caplog.records[0].__dict__
    assert (line["function"], line["properties"], line["leftOut"]) == ("schemaInitializer", 2, 2)


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"workspaceId": ""}, r"workspaceId \(text\)"),
        ({"entityId": None}, r"entityId \(text\)"),
        ({"componentName": None}, r"componentName \(text\)"),
        ({"componentName": ""}, r"componentName \(text\)"),
        ({"entityId": 5}, r"entityId \(text\)"),
        ({"properties": []}, r"properties \(object\)"),
    ],
)
def test_event_is_refused_when_a_member_is_missing_or_wrong(changes: Any, lacking: str) -> None:
    with pytest.raises(RequestError, match=f"the event lacks {lacking} "):
        ask(load_event("schema_initializer", **changes))


def test_event_of_a_component_type_has_neither_entity_nor_component() -> None:
    event = load_event("schema_initializer", entityId=None, componentName=None)
    assert "flow" in ask(event)["properties"]
