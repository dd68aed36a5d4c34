from __future__ import annotations

from tests.support.botocore_models import limits, shape
from twin_stack.twinmaker import data_types


def test_data_types_are_those_of_the_api() -> None:
    assert set(data_types.MEMBER_OF_TYPE) == set(limits("Type")["enum"])


def test_members_of_a_value_are_those_of_the_api() -> None:
    assert set(data_types.VALUE_MEMBERS) == set(shape("DataValue").members)


def test_members_of_a_data_type_are_those_of_the_api() -> None:
    assert set(data_types.DATA_TYPE_MEMBERS) == set(shape("DataType").members)


def test_members_of_a_property_definition_are_those_of_the_api() -> None:
    assert set(data_types.DEFINITION_REQUEST_MEMBERS) == set(shape("PropertyDefinitionRequest").members)
    assert set(data_types.DEFINITION_RESPONSE_MEMBERS) == set(shape("PropertyDefinitionResponse").members)


def test_limits_of_values_are_those_of_the_api() -> None:
    assert limits("String")["max"] == data_types.MAX_STRING
    assert limits("Expression")["max"] == data_types.MAX_EXPRESSION
    assert limits("DataValueList")["max"] == data_types.MAX_MEMBERS
    assert limits("DataValueMap")["max"] == data_types.MAX_MEMBERS
