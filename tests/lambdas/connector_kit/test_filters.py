from typing import Any

import pytest

from connector_kit import DataType, RequestError, UnsupportedError
from connector_kit.filters import OPERATORS, predicate


def keeps(kind: str, operator: Any, operand: dict[str, Any], value: dict[str, Any]) -> bool:
    property_filter = {"propertyName": "p", "operator": operator, "value": operand}
    return predicate(property_filter, DataType(kind))(value)


@pytest.mark.parametrize(
    ("operator", "kept"),
    [("=", [2]), ("!=", [1, 3]), ("<", [1]), ("<=", [1, 2]), (">", [3]), (">=", [2, 3])],
)
def test_operator_compares_numbers_by_value(operator: str, kept: list[int]) -> None:
    passed = [n for n in (1, 2, 3) if keeps("INTEGER", operator, {"integerValue": 2}, {"integerValue": n})]
    assert passed == kept


def test_every_operator_is_tested() -> None:
    assert set(OPERATORS) == {"=", "!=", "<", "<=", ">", ">="}


def test_strings_compare_by_code_point() -> None:
    assert keeps("STRING", "<", {"stringValue": "a"}, {"stringValue": "Z"})
    assert keeps("STRING", ">", {"stringValue": "9"}, {"stringValue": "ä"})


def test_operand_is_converted_to_the_declared_type() -> None:
    assert keeps("DOUBLE", "=", {"stringValue": "1.50"}, {"doubleValue": 1.5})


@pytest.mark.parametrize("operator", ["<", "LIKE", None, 5])
def test_operator_without_a_meaning_for_the_type_is_refused(operator: Any) -> None:
    with pytest.raises(UnsupportedError, match="a BOOLEAN property takes =, !="):
        keeps("BOOLEAN", operator, {"booleanValue": True}, {"booleanValue": True})


@pytest.mark.parametrize("operand", [{}, {"stringValue": "warm"}])
def test_operand_of_another_type_is_refused(operand: dict[str, Any]) -> None:
    with pytest.raises(RequestError, match="give one DOUBLE value"):
        keeps("DOUBLE", "=", operand, {"doubleValue": 1.0})
