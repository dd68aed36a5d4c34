"""Data values against data types."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.local.service.twinmaker.values import value_problems

COLOURS = {"type": "STRING", "allowedValues": [{"stringValue": "red"}, {"stringValue": "blue"}]}
NUMBERS = {"type": "LIST", "nestedType": {"type": "DOUBLE"}}
NAMES = {"type": "MAP", "nestedType": {"type": "STRING"}}


@pytest.mark.parametrize(
    ("value", "data_type"),
    [
        ({"stringValue": "red"}, COLOURS),
        ({"expression": "a + b"}, COLOURS),
        ({"listValue": [{"doubleValue": 1.5}]}, NUMBERS),
        ({"mapValue": {"a": {"stringValue": "x"}}}, NAMES),
        ({"relationshipValue": {"targetEntityId": "e"}}, {"type": "RELATIONSHIP"}),
        ({"doubleValue": 1.5}, {"type": "DOUBLE", "nestedType": {"type": "DOUBLE"}}),
    ],
)
def test_a_value_of_its_type_has_no_problems(value: Any, data_type: Any) -> None:
    assert value_problems(value, data_type, "x") == []


@pytest.mark.parametrize(
    ("value", "data_type", "problem"),
    [
        ({}, COLOURS, "x must have exactly one member, got none"),
        ({"stringValue": "green"}, COLOURS, "x must be one of red, blue; got green"),
        ({"integerValue": 1}, {"type": "LONG"}, "x is of type LONG and takes longValue, got integerValue"),
        (
            {"listValue": [{"doubleValue": 1.5}, {"stringValue": "2"}]},
            NUMBERS,
            "x.1 is of type DOUBLE and takes doubleValue, got stringValue",
        ),
        (
            {"mapValue": {"a": {"booleanValue": True}}},
            NAMES,
            "x.a is of type STRING and takes stringValue, got booleanValue",
        ),
    ],
)
def test_a_problem_names_the_place_and_what_is_expected(value: Any, data_type: Any, problem: str) -> None:
    assert value_problems(value, data_type, "x") == [problem]
