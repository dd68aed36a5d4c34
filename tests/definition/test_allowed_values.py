"""Values that their data type does not allow."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.definition.allowed_values import disallowed_members, disallowed_values
from twin_stack.definition.schema import DataType

COLOR = {"type": "STRING", "allowedValues": ["red", "green"]}


def data_type(**members: Any) -> DataType:
    return DataType.model_validate(members)


def paths(value: Any, **members: Any) -> list[tuple[str | int, ...]]:
    return [problem.path for problem in disallowed_values(value, data_type(**members))]


def test_value_is_disallowed_with_what_its_type_allows() -> None:
    (problem,) = disallowed_values({"stringValue": "blue"}, data_type(**COLOR))
    assert (problem.path, problem.value) == ((), {"stringValue": "blue"})
    assert problem.allowed == [{"stringValue": "red"}, {"stringValue": "green"}]
    assert paths({"stringValue": "red"}, **COLOR) == []
    assert paths({"stringValue": "blue"}, type="STRING") == []


def test_members_are_disallowed_at_any_depth() -> None:
    row = {"listValue": [{"stringValue": "red"}, {"stringValue": "blue"}]}
    value = {"mapValue": {"a": row, "b": {"listValue": []}, "c": {"listValue": [{"stringValue": "x"}]}}}
    nested = {"type": "LIST", "nestedType": COLOR}
    assert paths(value, type="MAP", nestedType=nested) == [("a", 1), ("c", 0)]


def test_list_that_is_disallowed_as_a_whole_has_no_disallowed_members() -> None:
    value = {"listValue": [{"stringValue": "blue"}]}
    whole = {"type": "LIST", "nestedType": COLOR, "allowedValues": [{"listValue": [{"stringValue": "red"}]}]}
    assert paths(value, **whole) == [()]
    assert [problem.path for problem in disallowed_members(value, data_type(**whole))] == [(0,)]


@pytest.mark.parametrize(
    "value", [{"expression": "${Parameters.color}"}, {"listValue": [{"expression": "x"}]}]
)
def test_value_of_an_expression_is_not_known(value: Any) -> None:
    assert paths(value, **(COLOR if "expression" in value else {"type": "LIST", "nestedType": COLOR})) == []
    assert list(disallowed_members(value, data_type(type="LIST", nestedType=COLOR))) == []


def test_wrong_allowed_value_is_a_mistake_of_its_declaration() -> None:
    assert paths({"integerValue": 3}, type="INTEGER", allowedValues=["x"]) == []
