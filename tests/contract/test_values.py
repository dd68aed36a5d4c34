"""DataValues: what is read, and what the declared type allows."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.contract import Code
from twin_stack.contract.values import check_type, read_value
from twin_stack.contract.violations import Report


def read(value: object) -> tuple[object, list[tuple[str, Code]]]:
    report = Report()
    document = read_value(report, value, "$.v")
    return document, [(violation.path, violation.code) for violation in report]


@pytest.mark.parametrize(
    "value",
    [
        {"doubleValue": 1.5},
        {"integerValue": -(2**31)},
        {"integerValue": 2**31 - 1},
        {"longValue": 2**63 - 1},
        {"booleanValue": False},
        {"stringValue": "x" * 256},
        {"listValue": [{"doubleValue": 1}, {"stringValue": "a"}]},
        {"mapValue": {"a": {"longValue": 1}}},
        {"relationshipValue": {"targetEntityId": "e", "targetComponentName": "c"}},
        {"expression": "a + b"},
    ],
    ids=str,
)
def test_right_value_is_returned_without_a_violation(value: Any) -> None:
    assert read(value) == (value, [])


def test_null_members_are_left_out() -> None:
    assert read({"doubleValue": 1.5, "stringValue": None}) == ({"doubleValue": 1.5}, [])


@pytest.mark.parametrize(
    ("value", "native"),
    [
        ({"doubleValue": "1.5"}, 1.5),
        ({"integerValue": "7"}, 7),
        ({"longValue": "-7"}, -7),
        ({"booleanValue": "True"}, True),
        ({"booleanValue": "false"}, False),
    ],
    ids=str,
)
def test_text_of_a_number_or_boolean_is_read_with_a_warning(value: Any, native: object) -> None:
    (member,) = value
    document, violations = read(value)
    assert document == {member: native}
    assert type(document[member]) is type(native)
    assert violations == [(f"$.v.{member}", Code.NUMBER_AS_TEXT)]


def test_whole_float_is_an_integer() -> None:
    document, violations = read({"integerValue": 7.0})
    assert document == {"integerValue": 7}
    assert isinstance(document, dict)
    assert type(document["integerValue"]) is int
    assert violations == []


@pytest.mark.parametrize(
    ("value", "path", "code"),
    [
        (None, "$.v", Code.MISSING_MEMBER),
        (5, "$.v", Code.WRONG_SHAPE),
        ({}, "$.v", Code.NOT_ONE_MEMBER),
        ({"doubleValue": 1, "longValue": 1}, "$.v", Code.NOT_ONE_MEMBER),
        ({"floatValue": 1}, "$.v.floatValue", Code.UNKNOWN_VALUE_MEMBER),
        ({"doubleValue": True}, "$.v.doubleValue", Code.WRONG_CONTENT),
        ({"doubleValue": "1e999"}, "$.v.doubleValue", Code.WRONG_CONTENT),
        ({"integerValue": 2**31}, "$.v.integerValue", Code.WRONG_CONTENT),
        ({"integerValue": -(2**31) - 1}, "$.v.integerValue", Code.WRONG_CONTENT),
        ({"longValue": 2**63}, "$.v.longValue", Code.WRONG_CONTENT),
        ({"longValue": "1.0"}, "$.v.longValue", Code.WRONG_CONTENT),
        ({"booleanValue": 1}, "$.v.booleanValue", Code.WRONG_CONTENT),
        ({"booleanValue": "TRUE"}, "$.v.booleanValue", Code.WRONG_CONTENT),
        ({"stringValue": 1}, "$.v.stringValue", Code.WRONG_CONTENT),
        ({"listValue": {}}, "$.v.listValue", Code.WRONG_SHAPE),
        ({"listValue": [{"longValue": "x"}]}, "$.v.listValue[0].longValue", Code.WRONG_CONTENT),
        ({"mapValue": {"a": {}}}, "$.v.mapValue.a", Code.NOT_ONE_MEMBER),
        ({"relationshipValue": "e"}, "$.v.relationshipValue", Code.WRONG_SHAPE),
    ],
    ids=str,
)
def test_value_that_cannot_be_read_is_reported_at_its_path(value: object, path: str, code: Code) -> None:
    assert read(value) == (None, [(path, code)])


@pytest.mark.parametrize(
    ("value", "path", "code"),
    [
        ({"stringValue": ""}, "$.v.stringValue", Code.STRING_LENGTH),
        ({"stringValue": "x" * 257}, "$.v.stringValue", Code.STRING_LENGTH),
        ({"listValue": [{"longValue": 1}] * 51}, "$.v.listValue", Code.TOO_MANY_MEMBERS),
        ({"relationshipValue": {"target": "e"}}, "$.v.relationshipValue.target", Code.UNKNOWN_MEMBER),
        (
            {"relationshipValue": {"targetEntityId": 5}},
            "$.v.relationshipValue.targetEntityId",
            Code.WRONG_CONTENT,
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_value_beyond_a_limit_is_reported_and_still_read(value: object, path: str, code: Code) -> None:
    assert read(value) == (value, [(path, code)])


def check(value: Any, data_type: Any) -> tuple[bool, list[tuple[str, Code]]]:
    report = Report()
    is_right = check_type(report, value, data_type, "$.v")
    return is_right, [(violation.path, violation.code) for violation in report]


@pytest.mark.parametrize(
    ("value", "data_type"),
    [
        ({"doubleValue": 1.5}, {"type": "DOUBLE"}),
        ({"doubleValue": 1.5}, {}),
        ({"expression": "a"}, {"type": "DOUBLE"}),
        ({"stringValue": "a"}, {"type": "STRING", "allowedValues": [{"stringValue": "a"}]}),
        ({"listValue": []}, {"type": "LIST", "nestedType": {"type": "DOUBLE"}}),
        ({"listValue": [{"doubleValue": 1}]}, {"type": "LIST", "nestedType": {"type": "DOUBLE"}}),
    ],
    ids=str,
)
def test_value_of_the_declared_type_is_right(value: Any, data_type: Any) -> None:
    assert check(value, data_type) == (True, [])


def test_value_of_another_type_is_reported() -> None:
    assert check({"longValue": 1}, {"type": "DOUBLE"}) == (False, [("$.v.longValue", Code.OTHER_TYPE)])


def test_value_that_is_not_allowed_still_has_its_type() -> None:
    data_type = {"type": "STRING", "allowedValues": [{"stringValue": "auto"}]}
    assert check({"stringValue": "x"}, data_type) == (True, [("$.v.stringValue", Code.VALUE_NOT_ALLOWED)])


def test_each_member_of_another_type_is_reported() -> None:
    doubles = {"nestedType": {"type": "DOUBLE"}}
    items = [{"longValue": 1}, {"doubleValue": 1}, {"stringValue": "a"}]
    assert check({"listValue": items}, {"type": "LIST", **doubles}) == (
        False,
        [
            ("$.v.listValue[0].longValue", Code.OTHER_TYPE),
            ("$.v.listValue[2].stringValue", Code.OTHER_TYPE),
        ],
    )
    assert check({"mapValue": {"a": {"longValue": 1}}}, {"type": "MAP", **doubles}) == (
        False,
        [("$.v.mapValue.a.longValue", Code.OTHER_TYPE)],
    )
