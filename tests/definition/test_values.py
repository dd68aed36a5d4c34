"""Bare values become the service's own, by their declared type and within its limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from twin_stack.definition.findings import Location
from twin_stack.definition.schema import DataType
from twin_stack.definition.source import Cell
from twin_stack.definition.values import ValueMismatchError, target_entities, to_data_value, to_untyped_value

LIST = {"type": "LIST", "nestedType": {"type": "DOUBLE"}}
MAP = {"type": "MAP", "nestedType": {"type": "STRING"}}
LINKS = {"type": "LIST", "nestedType": {"type": "RELATIONSHIP"}}


def cell(text: str) -> Cell:
    return Cell(text, Location(Path("rows.csv"), 2, 1))


def typed(value: Any, data_type: Any) -> Any:
    return to_data_value(value, DataType.model_validate(data_type))


@pytest.mark.parametrize(
    ("value", "data_type", "expected"),
    [
        ("x", "STRING", {"stringValue": "x"}),
        ("x" * 256, "STRING", {"stringValue": "x" * 256}),
        ("é", "STRING", {"stringValue": "é"}),
        ({"stringValue": "x"}, "STRING", {"stringValue": "x"}),
        ("${Parameters.a}", "STRING", {"stringValue": "${Parameters.a}"}),
        ({"expression": "${Parameters.a}"}, "STRING", {"expression": "${Parameters.a}"}),
        ("${Parameters.limit_1}", "DOUBLE", {"expression": "${Parameters.limit_1}"}),
        (2**31 - 1, "INTEGER", {"integerValue": 2**31 - 1}),
        (-(2**31), "INTEGER", {"integerValue": -(2**31)}),
        (2**63 - 1, "LONG", {"longValue": 2**63 - 1}),
        (-(2**63), "LONG", {"longValue": -(2**63)}),
        (1, "DOUBLE", {"doubleValue": 1}),
        (1.5, "DOUBLE", {"doubleValue": 1.5}),
        (False, "BOOLEAN", {"booleanValue": False}),
        ([1, 2.5], LIST, {"listValue": [{"doubleValue": 1}, {"doubleValue": 2.5}]}),
        ([1] * 50, LIST, {"listValue": [{"doubleValue": 1}] * 50}),
        ({"listValue": [{"doubleValue": 1}]}, LIST, {"listValue": [{"doubleValue": 1}]}),
        ([], LIST, {"listValue": []}),
        ({"a": "x"}, MAP, {"mapValue": {"a": {"stringValue": "x"}}}),
        ({"mapValue": {"a": {"stringValue": "x"}}}, MAP, {"mapValue": {"a": {"stringValue": "x"}}}),
        (["x", 1], "LIST", {"listValue": [{"stringValue": "x"}, {"integerValue": 1}]}),
        ("m-1", "RELATIONSHIP", {"relationshipValue": {"targetEntityId": "m-1"}}),
        ({"targetEntityId": "m-1"}, "RELATIONSHIP", {"relationshipValue": {"targetEntityId": "m-1"}}),
        (
            {"relationshipValue": {"TargetEntityId": "m-1", "TargetComponentName": "c"}},
            "RELATIONSHIP",
            {"relationshipValue": {"targetEntityId": "m-1", "targetComponentName": "c"}},
        ),
        (["m-1"], LINKS, {"listValue": [{"relationshipValue": {"targetEntityId": "m-1"}}]}),
        (cell("17"), "STRING", {"stringValue": "17"}),
        (cell("-17"), "INTEGER", {"integerValue": -17}),
        (cell("17"), "LONG", {"longValue": 17}),
        (cell("1e3"), "DOUBLE", {"doubleValue": 1000.0}),
        (cell(".5"), "DOUBLE", {"doubleValue": 0.5}),
        (cell("TRUE"), "BOOLEAN", {"booleanValue": True}),
    ],
)
def test_value_is_typed_when_it_fits(value: Any, data_type: Any, expected: dict[str, Any]) -> None:
    typed_value = typed(value, data_type)
    assert typed_value == expected
    ((member, content),) = typed_value.items()
    assert type(content) is type(expected[member]), "a cell does not stay one"


@pytest.mark.parametrize(
    ("value", "data_type", "message"),
    [
        (17, "STRING", "value 17 is a number, its type is STRING; quote it"),
        (True, "STRING", "value true is true or false, its type is STRING; quote it"),
        ([], "STRING", "value is a list, its type is STRING; quote it"),
        ("", "STRING", 'value "" is not allowed: 1 to 256 characters, in one line; shorten it, or leave the property out '
         "where it is empty"),
        ("x" * 257, "STRING", f'value "{"x" * 50}..." (257 characters) is not allowed: 1 to 256 characters, in one line; '
         "shorten it, or leave the property out where it is empty"),
        ("a\nb", "STRING", r'value "a\nb" is not allowed: 1 to 256 characters, in one line; shorten it, or leave the '
         "property out where it is empty"),
        (None, "STRING", "there is no value; write one, or leave the property out"),
        ({"doubleValue": 1}, "STRING", 'value is a doubleValue, its type is STRING; write "stringValue" or a bare value'),
        ({"expression": "1 + 1"}, "STRING", 'expression "1 + 1" is not allowed; write ${Parameters.NAME}'),
        (2**31, "INTEGER", "value 2147483648 needs more than the 32 bits of INTEGER; declare LONG or DOUBLE"),
        (2**63, "LONG", "value 9223372036854775808 needs more than the 64 bits of LONG; declare DOUBLE or STRING"),
        (-(2**63) - 1, "LONG", "value -9223372036854775809 needs more than the 64 bits of LONG; declare DOUBLE or STRING"),
        (1.5, "INTEGER", "value 1.5 is a number, its type is INTEGER; write a whole number without quotes"),
        ("5", "INTEGER", 'value "5" is text, its type is INTEGER; write a whole number without quotes'),
        (True, "INTEGER", "value true is true or false, its type is INTEGER; write a whole number without quotes"),
        ("1.5", "DOUBLE", 'value "1.5" is text, its type is DOUBLE; write a number without quotes'),
        (float("inf"), "DOUBLE", "value inf is not a finite number; leave the property out"),
        ("yes", "BOOLEAN", 'value "yes" is text, its type is BOOLEAN; write true or false without quotes'),
        (1, "BOOLEAN", "value 1 is a number, its type is BOOLEAN; write true or false without quotes"),
        (1, LIST, "value 1 is a number, its type is LIST; write a list"),
        ([1] * 51, LIST, "value has 51 members, 50 are allowed; split it over several properties"),
        (["x"], LIST, 'value "x" is text, its type is DOUBLE; write a number without quotes'),
        (["x"], MAP, "value is a list, its type is MAP; write a mapping"),
        ({str(n): "x" for n in range(51)}, MAP, "value has 51 members, 50 are allowed; split it over several properties"),
        ({"a b": "x"}, MAP, 'key "a b" of a MAP is not allowed: 1 to 256 characters, letters a-z without accents, digits, "-" and "_"; '
         "rename it"),
        ("not an id", "RELATIONSHIP", 'value "not an id" is not a relationship; write {targetEntityId: ...} '
         "and optionally targetComponentName"),
        ({"targetEntityId": "m-1", "x": 1}, "RELATIONSHIP", 'value "m-1" is not a relationship; write {targetEntityId: ...} '
         "and optionally targetComponentName"),
        ({"targetEntityId": "m-1", "targetComponentName": 5}, "RELATIONSHIP", 'value "m-1" is not a relationship; write '
         "{targetEntityId: ...} and optionally targetComponentName"),
        ("a" * 129, "RELATIONSHIP", f'value "{"a" * 50}..." (129 characters) is not a relationship; write '
         "{targetEntityId: ...} and optionally targetComponentName"),
        (cell("1.5"), "INTEGER", 'value "1.5" is text, its type is INTEGER; write a whole number, or declare DOUBLE'),
        (cell("1_000"), "DOUBLE", 'value "1_000" is text, its type is DOUBLE; write a number such as 2.5'),
        (cell("nan"), "DOUBLE", 'value "nan" is text, its type is DOUBLE; clear the cell where there is no value'),
        (cell("1e999"), "DOUBLE", "value inf is not a finite number; leave the property out"),
        (cell("yes"), "BOOLEAN", 'value "yes" is text, its type is BOOLEAN; write true or false'),
    ],
)  # fmt: skip
def test_value_is_refused_with_a_remedy_when_it_does_not_fit(
    value: Any, data_type: Any, message: str
) -> None:
    with pytest.raises(ValueMismatchError) as caught:
        typed(value, data_type)
    assert f"{caught.value}; {caught.value.remedy}" == message


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x", {"stringValue": "x"}),
        (True, {"booleanValue": True}),
        (5, {"integerValue": 5}),
        (2**31, {"longValue": 2**31}),
        (1.5, {"doubleValue": 1.5}),
        ([1, "x"], {"listValue": [{"integerValue": 1}, {"stringValue": "x"}]}),
        ({"a": 1}, {"mapValue": {"a": {"integerValue": 1}}}),
        ({"longValue": 5}, {"longValue": 5}),
        ({"expression": "${Parameters.a}"}, {"expression": "${Parameters.a}"}),
        ({"relationshipValue": {"targetEntityId": "m-1"}}, {"relationshipValue": {"targetEntityId": "m-1"}}),
    ],
)
def test_value_has_its_own_kind_when_no_type_is_declared(value: Any, expected: dict[str, Any]) -> None:
    assert to_untyped_value(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        None,
        {"stringValue": 5},
        {"integerValue": "x"},
        {"listValue": 5},
        {"relationshipValue": 5},
        {"mapValue": []},
    ],
)
def test_untyped_value_is_refused_when_its_form_is_wrong(value: Any) -> None:
    with pytest.raises(ValueMismatchError):
        to_untyped_value(value)


def test_targets_are_found_at_every_depth() -> None:
    link = {"relationshipValue": {"targetEntityId": "m-1"}}
    assert target_entities({"mapValue": {"a": {"listValue": [link, {"doubleValue": 1}]}}}) == [
        ("m-1", ("a", 0))
    ]
