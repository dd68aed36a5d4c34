"""Properties of asset models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.managed_models import held, model
from twin_stack.definition.asset_properties import (
    asset_properties,
    formula_of,
    imported_names,
    is_attribute,
    used_names,
)
from twin_stack.definition.formula_error import FormulaError
from twin_stack.definition.resolve import ResolvedType, resolve
from twin_stack.definition.schema import ComponentType, PropertyDefinition

if TYPE_CHECKING:
    from pathlib import Path


def test_names_in_expressions_become_those_sitewise_takes(tmp_path: Path) -> None:
    types = """
com.e.A:
  propertyDefinitions:
    oilTempC: {dataType: DOUBLE, isTimeSeries: true}
    min: {dataType: DOUBLE, isTimeSeries: true}
    Min: {dataType: DOUBLE, isTimeSeries: true}
    flow-rate: {dataType: DOUBLE, isTimeSeries: true}
    sum1: {expression: oilTempC + min + Min + flow, variables: {flow: {propertyName: flow-rate}}}
  functions: {dataReader: plant}
"""
    folder = model(tmp_path, types, "a-1: {entityName: A 1, components: {a: {componentTypeId: com.e.A}}}")
    computed = held(folder).models["com.e.A"].properties[-1]

    assert computed.expression == "oil_temp_c + p_min + p_min_2 + flow"
    assert [(variable.name, variable.property_name) for variable in computed.inputs] == [
        ("oil_temp_c", "oilTempC"), ("p_min", "min"), ("p_min_2", "Min"), ("flow", "flow-rate")
    ]  # fmt: skip


def resolved_type(**properties: Any) -> ResolvedType:
    own = ComponentType.model_validate({"componentTypeId": "com.e.A", "propertyDefinitions": properties})
    return resolve({"com.e.A": own})["com.e.A"]


SERIES = {"dataType": "DOUBLE", "isTimeSeries": True}
RESOLVED = resolved_type(
    p=SERIES,
    rated={"dataType": "DOUBLE", "defaultValue": {"doubleValue": 40}},
    isOn={"dataType": "BOOLEAN", "defaultValue": {"booleanValue": False}},
    limit={"dataType": "DOUBLE", "defaultValue": {"expression": "${Parameters.a}"}},
    tags={"dataType": {"type": "LIST", "nestedType": "STRING"}},
    count={"dataType": "LONG", "isTimeSeries": True},
    sitewiseAssetId="STRING",
    load={"expression": "p / r", "variables": {"r": {"propertyName": "rated"}}},
    broken={"expression": "p +"},
)


def test_names_in_use_are_those_of_properties_not_of_variables() -> None:
    assert used_names(RESOLVED) == {"p", "rated"}, "an expression with a mistake uses nothing"


def test_service_imports_series_and_the_attributes_that_are_used() -> None:
    assert imported_names(RESOLVED) == {"p", "rated", "count", "load", "broken"}


def test_default_of_an_attribute_is_text() -> None:
    sound = resolved_type(**{
        name: definition.model_dump(by_alias=True, exclude_unset=True)
        for name, definition in RESOLVED.properties.items() if name != "broken"
    })  # fmt: skip
    attributes = {
        definition.name: definition.default_value
        for definition in asset_properties(sound, is_native=False)
        if definition.kind == "Attribute"
    }
    assert attributes == {"rated": "40", "isOn": "false", "limit": None}
    native = [definition.name for definition in asset_properties(sound, is_native=True)]
    assert native == ["p", "rated", "load"], "what the service does not import it keeps itself"


@pytest.mark.parametrize(
    ("definition", "expected"),
    [("STRING", True), ("LONG", False), (SERIES, False), ({"isExternalId": True}, False)],
)
def test_attribute_is_one_value_of_a_type_of_sitewise(definition: object, *, expected: bool) -> None:
    assert is_attribute(PropertyDefinition.model_validate(definition)) is expected


def test_expression_cannot_use_its_own_property() -> None:
    with pytest.raises(FormulaError, match="not a property that the expression can use"):
        formula_of(resolved_type(p=SERIES, r={"expression": "r + p"}), "r")
