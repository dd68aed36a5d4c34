"""Values of the service in the short form of definition files are read as the same values again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin_stack.definition.schema import DataType, PropertyDefinition, PropertyValue
from twin_stack.definition.values import to_data_value
from twin_stack.formats.bare_values import bare_value, short_data_type, short_definition

_TEXTS = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=20)
_NAMES = st.sampled_from(["a", "b-1", "C_2", "value", "definition", "doubleValue", "expression"])
_TARGETS = st.fixed_dictionaries(
    {"targetEntityId": st.sampled_from(["pump-1", "hall.2"])}, optional={"targetComponentName": _NAMES}
)
_VALUES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "STRING": _TEXTS.map(lambda text: {"stringValue": text}),
    "DOUBLE": st.floats(allow_nan=False, allow_infinity=False).map(lambda number: {"doubleValue": number}),
    "INTEGER": st.integers(-(2**31), 2**31 - 1).map(lambda number: {"integerValue": number}),
    "LONG": st.integers(-(2**63), 2**63 - 1).map(lambda number: {"longValue": number}),
    "BOOLEAN": st.booleans().map(lambda flag: {"booleanValue": flag}),
    "RELATIONSHIP": _TARGETS.map(lambda target: {"relationshipValue": target}),
}


@st.composite
def typed_values(draw: st.DrawFn, depth: int = 2) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw a data type in the service's form, and a value of it."""
    name = draw(st.sampled_from([*_VALUES, *(["LIST", "MAP"] if depth else [])]))
    if name in _VALUES:
        return {"type": name}, draw(_VALUES[name])
    nested, first = draw(typed_values(depth - 1))
    if name == "LIST":
        return {"type": name, "nestedType": nested}, {"listValue": [first]}
    return {"type": name, "nestedType": nested}, {"mapValue": {draw(_NAMES): first}}


@given(typed_values())
def test_bare_value_is_read_as_the_same_value(typed: tuple[dict[str, Any], dict[str, Any]]) -> None:
    data_type, value = typed
    bare = bare_value(value, data_type)
    assert to_data_value(bare, DataType.model_validate(short_data_type(data_type))) == value


@pytest.mark.parametrize(
    ("value", "data_type", "bare"),
    [
        ({"doubleValue": 4.5}, {"type": "DOUBLE"}, 4.5),
        ({"stringValue": "7"}, {"type": "STRING"}, "7"),
        ({"relationshipValue": {"targetEntityId": "pump-1"}}, {"type": "RELATIONSHIP"}, "pump-1"),
        ({"listValue": [{"integerValue": 1}]}, {"type": "LIST", "nestedType": {"type": "INTEGER"}}, [1]),
    ],
)
def test_value_of_its_declared_type_is_bare(value: Any, data_type: Any, bare: Any) -> None:
    assert bare_value(value, data_type) == bare


@pytest.mark.parametrize(
    ("value", "data_type"),
    [
        ({"stringValue": "${Parameters.x}"}, {"type": "STRING"}),  # a bare one is an expression
        ({"expression": "${Parameters.x}"}, {"type": "DOUBLE"}),
        ({"integerValue": 1}, {"type": "DOUBLE"}),  # not the declared type: the check says so
        ({"listValue": [{"integerValue": 1}]}, {"type": "LIST"}),
        (
            {"mapValue": {"stringValue": {"stringValue": "x"}}},
            {"type": "MAP", "nestedType": {"type": "STRING"}},
        ),
        ({"stringValue": "x"}, None),
    ],
)
def test_other_values_keep_the_form_of_the_service(value: Any, data_type: Any) -> None:
    assert bare_value(value, data_type) == value


def test_definition_says_only_what_is_no_default() -> None:
    answer = {
        "dataType": {"type": "DOUBLE", "unitOfMeasure": "W"},
        "isTimeSeries": True,
        "isStoredExternally": True,
        "isRequiredInEntity": False,
        "isExternalId": False,
        "isImported": False,
        "isFinal": False,
        "isInherited": False,
        "defaultValue": {"doubleValue": 4},
        "configuration": {"attribute": "power"},
        "displayName": "",
    }
    assert short_definition(answer) == {
        "dataType": {"type": "DOUBLE", "unitOfMeasure": "W"},
        "isTimeSeries": True,
        "defaultValue": 4,
        "configuration": {"attribute": "power"},
    }
    assert short_definition({"dataType": {"type": "STRING"}, "isTimeSeries": False}) == "STRING"
    external = short_definition({"dataType": {"type": "STRING"}, "isStoredExternally": True})
    assert external == {"dataType": "STRING", "isStoredExternally": True}
    PropertyDefinition.model_validate(external)


def test_allowed_values_are_bare() -> None:
    answer = {"type": "STRING", "allowedValues": [{"stringValue": "ON"}, {"stringValue": "${x}"}]}
    assert short_data_type(answer) == {"type": "STRING", "allowedValues": ["ON", {"stringValue": "${x}"}]}


def test_value_of_the_service_is_a_value_of_a_component() -> None:
    assert PropertyValue.model_validate({"value": {"value": "x"}}).value == {"value": "x"}
