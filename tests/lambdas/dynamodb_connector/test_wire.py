"""Attribute values in DynamoDB's wire form."""

import json
from typing import Any

import pytest

from dynamodb_connector.wire import from_wire
from tests.support.connector_events import load_event, milliseconds
from tests.support.fake_table import FakeTable, ask_table, row

START = milliseconds("2026-03-02T06:00:00")


def test_every_wire_type_becomes_its_declared_type() -> None:
    readings: dict[str, Any] = {
        "strokes": {"N": "9007199254740993"},
        "guardClosed": {"BOOL": True},
        "dieTemperatures": {"L": [{"N": "71.5"}, {"N": "70"}]},
    }
    event = load_event("history_by_entity", selectedProperties=list(readings))
    page = ask_table(event, FakeTable([row("press-7", START + 1, **readings)]))
    assert [item["values"][0]["value"] for item in page["propertyValues"]] == [
        {"longValue": 9007199254740993},
        {"booleanValue": True},
        {"listValue": [{"doubleValue": 71.5}, {"doubleValue": 70.0}]},
    ]
    assert json.loads(json.dumps(page, allow_nan=False)) == page


@pytest.mark.parametrize(
    ("wire", "content"),
    [
        ({"M": {"a": {"L": [{"NULL": True}, {"S": ""}]}}}, {"a": [None, ""]}),
        ({"SS": ["a"]}, ["a"]),
        ({"NS": ["1"]}, ["1"]),
        ({"BOOL": False}, False),
    ],
)
def test_wire_form_is_unwrapped(wire: dict[str, Any], content: Any) -> None:
    assert from_wire(wire) == content
