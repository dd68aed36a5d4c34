from decimal import Decimal
from typing import Any

import pytest

from connector_kit.values import DataType, SkipValueError, bulk_converter, converter, unwrap

LIST_OF_LONG = DataType("LIST", DataType("LONG"))
MAP_OF_DOUBLE = DataType("MAP", DataType("DOUBLE"))
RELATION = {"targetEntityId": "line-1", "targetComponentName": "belt"}


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("DOUBLE", "1.5", {"doubleValue": 1.5}),
        ("DOUBLE", 2, {"doubleValue": 2.0}),
        ("DOUBLE", Decimal("-0.25"), {"doubleValue": -0.25}),
        ("INTEGER", "-5", {"integerValue": -5}),
        ("INTEGER", 5.0, {"integerValue": 5}),
        ("INTEGER", 2**31 - 1, {"integerValue": 2**31 - 1}),
        ("INTEGER", -(2**31), {"integerValue": -(2**31)}),
        ("LONG", str(2**63 - 1), {"longValue": 2**63 - 1}),
        ("LONG", "1E+3", {"longValue": 1000}),
        ("LONG", -(2**63), {"longValue": -(2**63)}),
        ("BOOLEAN", False, {"booleanValue": False}),
        ("BOOLEAN", "True", {"booleanValue": True}),
        ("BOOLEAN", "0", {"booleanValue": False}),
        ("BOOLEAN", 1, {"booleanValue": True}),
        ("BOOLEAN", "FALSE", {"booleanValue": False}),
        ("STRING", "O'Neil", {"stringValue": "O'Neil"}),
        ("STRING", "x" * 256, {"stringValue": "x" * 256}),
        ("STRING", 5, {"stringValue": "5"}),
        ("STRING", True, {"stringValue": "true"}),
        ("RELATIONSHIP", "line-1", {"relationshipValue": {"targetEntityId": "line-1"}}),
        ("RELATIONSHIP", RELATION | {"x": 1}, {"relationshipValue": RELATION}),
    ],
)
def test_value_is_in_the_member_of_its_declared_type(kind: str, raw: Any, value: Any) -> None:
    written = converter(DataType(kind))(raw)
    assert written == value
    assert [type(content) for content in written.values()] == [type(c) for c in value.values()]


def test_members_are_written_by_the_nested_type() -> None:
    assert converter(LIST_OF_LONG)(["1", 2]) == {"listValue": [{"longValue": 1}, {"longValue": 2}]}
    assert converter(MAP_OF_DOUBLE)({"a": "0.5"}) == {"mapValue": {"a": {"doubleValue": 0.5}}}
    nested = converter(DataType("MAP", LIST_OF_LONG))({"a": []})
    assert nested == {"mapValue": {"a": {"listValue": []}}}


@pytest.mark.parametrize(
    ("data_type", "raw", "reason"),
    [
        (DataType("DOUBLE"), "NaN", "notFinite"),
        (DataType("DOUBLE"), float("-inf"), "notFinite"),
        (DataType("DOUBLE"), True, "mismatched"),
        (DataType("DOUBLE"), "high", "mismatched"),
        (DataType("DOUBLE"), [1], "mismatched"),
        (DataType("INTEGER"), 2**31, "mismatched"),
        (DataType("INTEGER"), "5.5", "mismatched"),
        (DataType("INTEGER"), "1e999999999", "mismatched"),
        (DataType("INTEGER"), "five", "mismatched"),
        (DataType("INTEGER"), float("nan"), "notFinite"),
        (DataType("INTEGER"), -(2**31) - 1, "mismatched"),
        (DataType("LONG"), 2**63, "mismatched"),
        (DataType("LONG"), -(2**63) - 1, "mismatched"),
        (DataType("LONG"), False, "mismatched"),
        (DataType("BOOLEAN"), "yes", "mismatched"),
        (DataType("STRING"), "", "empty"),
        (DataType("STRING"), "x" * 257, "overLong"),
        (DataType("STRING"), b"x", "mismatched"),
        (DataType("RELATIONSHIP"), {}, "mismatched"),
        (DataType("RELATIONSHIP"), "", "mismatched"),
        (LIST_OF_LONG, "12", "mismatched"),
        (LIST_OF_LONG, list(range(51)), "overLong"),
        (LIST_OF_LONG, [1, "x"], "mismatched"),
        (MAP_OF_DOUBLE, [1], "mismatched"),
        (MAP_OF_DOUBLE, {str(i): i for i in range(51)}, "overLong"),
        (MAP_OF_DOUBLE, {"a": "inf"}, "notFinite"),
    ],
)
def test_value_is_skipped_with_a_reason_when_the_type_cannot_hold_it(
    data_type: DataType, raw: Any, reason: str
) -> None:
    with pytest.raises(SkipValueError) as skipped:
        converter(data_type)(raw)
    assert skipped.value.reason == reason


DEEP: Any = {"doubleValue": 1}
DEEP_MAP: Any = {"longValue": 1}
for _ in range(8):
    DEEP = {"listValue": [DEEP]}
    DEEP_MAP = {"mapValue": {"a": DEEP_MAP}}


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ({"doubleValue": 0}, 0),
        ({"stringValue": None, "booleanValue": False}, False),
        ({"relationshipValue": RELATION}, RELATION),
        ({"listValue": [{"longValue": 1}, {"longValue": 2}]}, [1, 2]),
        ({"mapValue": {"a": {"listValue": []}, "b": {"mapValue": {}}}}, {"a": [], "b": {}}),
        (DEEP, [[[[[[[[1]]]]]]]]),
        ({"listValue": [DEEP]}, None),
        (DEEP_MAP, {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}}),
        ({"mapValue": {"a": DEEP_MAP}}, None),
        ({"listValue": [{"longValue": 1}, 2]}, None),
        ({"mapValue": {"a": {}}}, None),
        ({"mapValue": [{"longValue": 1}]}, None),
        ({"listValue": "ab"}, None),
        ({"number": 1}, None),
        (1, None),
    ],
)
def test_content_is_that_of_all_members_or_none(value: Any, content: Any) -> None:
    assert unwrap(value) == content


def test_list_and_map_may_have_fifty_members() -> None:
    assert len(converter(LIST_OF_LONG)(list(range(50)))["listValue"]) == 50
    assert len(converter(MAP_OF_DOUBLE)({str(i): i for i in range(50)})["mapValue"]) == 50


@pytest.mark.parametrize(
    ("kind", "raws"),
    [
        ("DOUBLE", ["1.5", 2, -0.25]),
        ("DOUBLE", [2.5]),
        ("DOUBLE", [0.0, -0.0]),
        ("DOUBLE", ["0.0", "-0.0", "0", "-0"]),
        ("INTEGER", ["7", -(2**31), 2**31 - 1]),
        ("INTEGER", [0]),
        ("LONG", ["7", -(2**63), 2**63 - 1]),
        ("BOOLEAN", [True, False]),
        ("STRING", ["x" * 256, "y"]),
    ],
)
def test_usual_column_is_written_at_once_as_its_values_alone(kind: str, raws: list[Any]) -> None:
    alone = [converter(DataType(kind))(raw) for raw in raws]
    for column in (raws, raws * 3):  # each value once, and values that repeat themselves
        converted = bulk_converter(DataType(kind))(column)
        assert converted is not None
        # As text, for 1 == 1.0 and 0.0 == -0.0.
        assert list(map(repr, converted)) == list(map(repr, alone)) * (len(column) // len(raws))


@pytest.mark.parametrize(
    ("kind", "raws"),
    [
        ("DOUBLE", [1.5, True]),
        ("DOUBLE", [1.5, "high"]),
        ("DOUBLE", [1.5, "NaN"]),
        ("DOUBLE", [float("inf"), 1.5]),
        ("INTEGER", [0, 2**31]),
        ("INTEGER", [-(2**31) - 1, 0]),
        ("INTEGER", [1, 2.5]),
        ("INTEGER", [1, "2.5"]),
        ("LONG", [0, 2**63]),
        ("LONG", [-(2**63) - 1, 0]),
        ("LONG", [0, True]),
        ("BOOLEAN", [True, "true"]),
        ("BOOLEAN", [1, 0]),
        ("STRING", ["x" * 257, "y"]),
        ("STRING", ["", "y"]),
        ("STRING", ["x", 5]),
        ("RELATIONSHIP", ["line-1"]),
    ],
)
def test_column_with_an_odd_value_is_left_to_the_values_alone(kind: str, raws: list[Any]) -> None:
    assert bulk_converter(DataType(kind))(raws) is None
    assert bulk_converter(DataType(kind))(raws * 3) is None
