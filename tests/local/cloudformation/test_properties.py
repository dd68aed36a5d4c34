"""CloudFormation properties as members of API requests."""

from __future__ import annotations

import pytest

from twin_stack.local.cloudformation.properties import UnknownPropertyError, members, to_request


def test_names_begin_in_lower_case_and_keys_of_maps_stay() -> None:
    definitions = {"Speed": {"DataType": {"Type": "DOUBLE"}, "IsTimeSeries": "true"}}
    request = to_request(
        "iottwinmaker",
        "CreateComponentTypeRequest",
        {"ComponentTypeId": "T", "PropertyDefinitions": definitions},
    )

    assert request == {
        "componentTypeId": "T",
        "propertyDefinitions": {"Speed": {"dataType": {"type": "DOUBLE"}, "isTimeSeries": True}},
    }


def test_numbers_may_be_written_as_text_and_text_as_numbers() -> None:
    value = {"IntegerValue": "5", "StringValue": 7}

    assert to_request("iottwinmaker", "DataValue", value) == {"integerValue": 5, "stringValue": "7"}


def test_read_only_members_are_removed() -> None:
    component = {
        "ComponentTypeId": "T",
        "ComponentName": "C",
        "DefinedIn": "T",
        "Status": {"State": "ACTIVE"},
    }

    assert to_request("iottwinmaker", "ComponentRequest", component) == {"componentTypeId": "T"}


@pytest.mark.parametrize("name", ["Colour", "entityName"])
def test_a_property_that_the_type_lacks_is_refused(name: str) -> None:
    with pytest.raises(UnknownPropertyError, match=rf"extraneous key \[{name}\] is not permitted"):
        to_request("iottwinmaker", "CreateEntityRequest", {name: "x"})


def test_a_value_of_another_type_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match="#/IsSingleton: expected boolean, found 'maybe'"):
        to_request("iottwinmaker", "CreateComponentTypeRequest", {"IsSingleton": "maybe"})


def test_members_are_those_of_the_model() -> None:
    assert members("iottwinmaker", "ListWorkspacesRequest") == {"maxResults", "nextToken"}
    assert members("iottwinmaker", "Id") == frozenset()
