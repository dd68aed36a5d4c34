"""A component type of the service gets back what the stack keeps of it."""

from __future__ import annotations

from typing import Any

from twin_stack.formats.workspace.kept_types import with_kept_members

LIVE: dict[str, Any] = {
    "componentTypeId": "com.example.Light",
    "extendsFrom": ["com.amazon.iotsitewise.connector"],
    "propertyDefinitions": {
        "power": {"dataType": "DOUBLE", "isTimeSeries": True},
        "room": "STRING",
        "sitewiseAssetModelId": {"defaultValue": "m-1"},
    },
}


def test_formulas_alarms_and_parents_come_back_in_the_order_written() -> None:
    kept = {
        "extendsFrom": [],
        "propertyOrder": ["room", "load", "power"],
        "propertyDefinitions": {
            "power": {"expression": "load * 2"},
            "load": {"dataType": {"type": "DOUBLE"}, "isTimeSeries": True},
        },
        "functions": {"dataReader": {"connector": "plant"}},
        "alarms": {"high": {"property": "power", "above": 5.0}},
    }
    members, gone = with_kept_members(LIVE, kept, {"m-1"})
    assert gone == []
    assert "extendsFrom" not in members
    assert list(members["propertyDefinitions"]) == ["room", "load", "power"]
    assert members["propertyDefinitions"]["power"] == {
        "dataType": "DOUBLE",
        "isTimeSeries": True,
        "expression": "load * 2",
    }
    assert members["functions"] == {"dataReader": {"connector": "plant"}}
    assert members["alarms"] == kept["alarms"]


def test_formula_of_a_property_that_is_gone_is_named() -> None:
    members, gone = with_kept_members(LIVE, {"propertyDefinitions": {"sum": {"expression": "1"}}}, set())
    assert gone == ["sum"]
    assert "sum" not in members["propertyDefinitions"]


def test_asset_model_of_others_stays() -> None:
    members, _ = with_kept_members(LIVE, {}, {"m-2"})
    assert members == LIVE
