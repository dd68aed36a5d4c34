import pytest

from connector_kit import Component, DataType, RequestError
from connector_kit.component import configuration_of, data_type_of
from tests.support.connector_events import definition


def component(**properties: object) -> Component:
    return Component(workspace_id="w", entity_id="e", component_name="c", properties=properties)


def test_text_is_the_value_else_the_default() -> None:
    default = definition("STRING", defaultValue={"stringValue": "from the type"})
    assert component(serial=default).text_of("serial") == "from the type"
    assert component(serial={**default, "value": {"stringValue": "own"}}).text_of("serial") == "own"
    assert component(serial={"value": {"integerValue": 7}}).text_of("serial") == "7"


@pytest.mark.parametrize("value", [None, {}, {"stringValue": ""}, {"listValue": []}, {"mapValue": {}}])
def test_value_without_text_is_none(value: object) -> None:
    assert component(serial={"value": value}).text_of("serial") is None
    assert component().text_of("serial") is None


def test_external_ids_are_sorted_by_name() -> None:
    properties = {
        "b": definition("STRING", isExternalId=True),
        "a": definition("STRING", externalId=True),
        "c": definition("STRING", isExternalId=False),
    }
    assert component(**properties).external_ids() == ["a", "b"]


def test_configuration_has_text_members_only() -> None:
    properties = {"p": definition("STRING", configuration={"attribute": "x", "number": 5})}
    assert configuration_of(properties, "p") == {"attribute": "x"}
    assert configuration_of(properties, "other") == {}


def test_data_type_is_read_with_its_nested_type() -> None:
    properties = {"p": {"definition": {"dataType": {"type": "LIST", "nestedType": {"type": "LONG"}}}}}
    assert data_type_of(properties, "p") == DataType("LIST", DataType("LONG"))


@pytest.mark.parametrize(
    "data_type", [{}, {"type": "FLOAT"}, {"type": "LIST"}, {"type": "MAP", "nestedType": 5}]
)
def test_unknown_data_type_is_refused_by_name(data_type: object) -> None:
    with pytest.raises(RequestError, match='property "p"'):
        data_type_of({"p": {"definition": {"dataType": data_type}}}, "p")
