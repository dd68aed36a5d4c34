"""Answers of schema initializers: what is read, and what a new property needs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.contract_answers import SCHEMA, initialized
from twin_stack.contract import Code
from twin_stack.contract.schema import check_schema, read_schema
from twin_stack.contract.violations import Report

LEVEL = "$.properties.level"


def read(answer: object) -> tuple[Any, list[tuple[str, Code]]]:
    report = Report()
    document = read_schema(report, answer)
    return document, [(violation.path, violation.code) for violation in report]


def test_members_of_the_contract_are_returned() -> None:
    answer = initialized(value={"doubleValue": 1.5}, configuration={"column": "l"})
    assert read(answer) == (answer, [])


def test_members_without_a_meaning_are_reported_and_left_out() -> None:
    answer = initialized(isImported=True)
    document, violations = read({**answer, "more": 1})
    assert "isImported" not in document["properties"]["level"]["definition"]
    assert document.keys() == {"properties"}
    assert violations == [
        ("$.more", Code.UNKNOWN_MEMBER),
        (f"{LEVEL}.definition.isImported", Code.UNKNOWN_MEMBER),
    ]


@pytest.mark.parametrize(
    ("answer", "path", "code"),
    [
        (None, "$", Code.MISSING_MEMBER),
        ([], "$", Code.WRONG_SHAPE),
        ({}, "$.properties", Code.MISSING_MEMBER),
        ({"properties": []}, "$.properties", Code.WRONG_SHAPE),
    ],
    ids=str,
)
def test_answer_of_another_shape_is_not_read(answer: object, path: str, code: Code) -> None:
    assert read(answer) == (None, [(path, code)])


def test_property_that_is_no_object_is_left_out() -> None:
    answer = {"properties": {"level": "DOUBLE", **initialized("flow")["properties"]}}
    document, violations = read(answer)
    assert document["properties"].keys() == {"flow"}
    assert violations == [(LEVEL, Code.WRONG_SHAPE)]


def nested(depth: int) -> Any:
    data_type: Any = {"type": "DOUBLE"}
    for _ in range(depth):
        data_type = {"type": "LIST", "nestedType": data_type}
    return data_type


@pytest.mark.parametrize("depth", [0, 1, 8])
def test_type_may_nest(depth: int) -> None:
    assert read(initialized(dataType=nested(depth)))[1] == []


@pytest.mark.parametrize(
    ("data_type", "path", "code"),
    [
        ({"type": "FLOAT"}, "type", Code.BAD_DATA_TYPE),
        ({}, "type", Code.BAD_DATA_TYPE),
        ({"type": "MAP"}, "nestedType", Code.BAD_DATA_TYPE),
        ({"type": "DOUBLE", "nestedType": {"type": "DOUBLE"}}, "nestedType", Code.BAD_DATA_TYPE),
        ({"type": "LIST", "nestedType": {"type": "FLOAT"}}, "nestedType.type", Code.BAD_DATA_TYPE),
        (nested(10), f"{'nestedType.' * 9}nestedType", Code.BAD_DATA_TYPE),
        ({"type": "DOUBLE", "unitOfMeasure": ""}, "unitOfMeasure", Code.TEXT_LENGTH),
        ({"type": "DOUBLE", "unitOfMeasure": 5}, "unitOfMeasure", Code.WRONG_SHAPE),
    ],
    ids=str,
)
def test_wrong_type_is_reported_at_its_path(data_type: Any, path: str, code: Code) -> None:
    assert read(initialized(dataType=data_type))[1] == [(f"{LEVEL}.definition.dataType.{path}", code)]


def test_time_series_that_is_not_stored_externally_is_reported() -> None:
    path = f"{LEVEL}.definition.isStoredExternally"
    assert read(initialized(isStoredExternally=None))[1] == [(path, Code.NOT_STORED_EXTERNALLY)]
    assert read(initialized(isTimeSeries=False, isStoredExternally=None))[1] == []


def check(answer: Any, event: Any = SCHEMA) -> list[tuple[str, Code]]:
    report = Report()
    check_schema(report, event, read_schema(Report(), answer))
    return [(violation.path, violation.code) for violation in report]


def test_new_property_needs_a_type_and_a_known_or_deleted_one_does_not() -> None:
    untyped: dict[str, Any] = {"definition": {"displayName": "Level"}}
    missing = [(f"{LEVEL}.definition.dataType", Code.MISSING_MEMBER)]
    assert check({"properties": {"level": untyped}}) == missing
    assert check({"properties": {"level": {**untyped, "updateType": "CREATE"}}}) == missing
    assert check({"properties": {"level": {**untyped, "updateType": "DELETE"}}}) == []
    assert check({"properties": {"level": untyped}}, {"properties": {"level": {}}}) == []


def test_answer_that_cannot_be_read_is_not_checked() -> None:
    assert check(None) == []
