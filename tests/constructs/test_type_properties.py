"""Data values and definitions of component types as typed property objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk.aws_iottwinmaker import CfnComponentType

from tests.support.templates import synthesize
from twin_stack.constructs.type_properties import property_definitions, property_groups
from twin_stack.definition.schema import PropertyDefinition, PropertyGroup

if TYPE_CHECKING:
    from aws_cdk import Stack


def rendered(**definitions: dict[str, Any]) -> Any:
    def build(stack: Stack) -> None:
        CfnComponentType(
            stack,
            "Type",
            workspace_id="plant-1",
            component_type_id="com.example.Pump",
            property_definitions=property_definitions(
                {
                    name: PropertyDefinition.model_validate(definition)
                    for name, definition in definitions.items()
                }
            ),
        )

    return synthesize(build).properties("AWS::IoTTwinMaker::ComponentType")["PropertyDefinitions"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"doubleValue": 1.5}, {"DoubleValue": 1.5}),
        ({"booleanValue": False}, {"BooleanValue": False}),
        ({"listValue": [{"integerValue": 1}]}, {"ListValue": [{"IntegerValue": 1}]}),
        ({"mapValue": {"a b": {"stringValue": "x"}}}, {"MapValue": {"a b": {"StringValue": "x"}}}),
    ],
)
def test_default_values_keep_their_kind(value: dict[str, Any], expected: dict[str, Any]) -> None:
    data_type = {"type": "DOUBLE"}

    assert rendered(flow={"dataType": data_type, "defaultValue": value})["flow"]["DefaultValue"] == expected


def test_time_series_are_stored_externally_even_if_not_written() -> None:
    flow = rendered(flow={"dataType": {"type": "DOUBLE"}, "isTimeSeries": True})["flow"]

    assert (flow["IsTimeSeries"], flow["IsStoredExternally"]) == (True, True)


def test_property_groups_keep_the_order_of_their_properties() -> None:
    group = PropertyGroup.model_validate({"groupType": "TABULAR", "propertyNames": ["b", "a"]})

    (rendered_group,) = property_groups({"table": group}).values()

    assert (rendered_group.group_type, rendered_group.property_names) == ("TABULAR", ["b", "a"])
