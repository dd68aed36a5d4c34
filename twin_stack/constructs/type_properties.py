"""The component types of a definition as the CDK's typed property objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk.aws_iottwinmaker import CfnComponentType

from twin_stack.constructs.entity_template import data_value
from twin_stack.definition.resolve import stored_externally

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.schema import DataType, DataValue, PropertyDefinition, PropertyGroup


def property_definitions(
    definitions: Mapping[str, PropertyDefinition],
) -> dict[str, CfnComponentType.PropertyDefinitionProperty]:
    """Return the property definitions of a component type.

    A time series is marked as stored externally even if the definition omits it, because the service itself
    stores no time series.

    Args:
        definitions: The checked definitions by name, with typed values.
    """
    return {name: _definition(definition) for name, definition in definitions.items()}


def property_groups(
    groups: Mapping[str, PropertyGroup],
) -> dict[str, CfnComponentType.PropertyGroupProperty]:
    """Return the property groups of a component type.

    Args:
        groups: The groups by name.
    """
    return {
        name: CfnComponentType.PropertyGroupProperty(
            group_type=group.group_type, property_names=group.property_names
        )
        for name, group in groups.items()
    }


def _definition(definition: PropertyDefinition) -> CfnComponentType.PropertyDefinitionProperty:
    return CfnComponentType.PropertyDefinitionProperty(
        data_type=_data_type(definition.data_type) if definition.data_type is not None else None,
        default_value=_value(definition.default_value) if definition.default_value is not None else None,
        # `Configurations` here; the same member of an entity's property is called `Configuration`.
        configurations=definition.configuration,
        is_external_id=definition.is_external_id,
        is_required_in_entity=definition.is_required_in_entity,
        is_stored_externally=True if stored_externally(definition) else definition.is_stored_externally,
        is_time_series=definition.is_time_series,
    )


def _data_type(data_type: DataType) -> CfnComponentType.DataTypeProperty:
    relationship = data_type.relationship
    return CfnComponentType.DataTypeProperty(
        type=data_type.type,
        nested_type=_data_type(data_type.nested_type) if data_type.nested_type is not None else None,
        allowed_values=[_value(value) for value in data_type.allowed_values]
        if data_type.allowed_values
        else None,
        unit_of_measure=data_type.unit_of_measure,
        relationship=CfnComponentType.RelationshipProperty(
            target_component_type_id=relationship.target_component_type_id,
            relationship_type=relationship.relationship_type,
        )
        if relationship is not None
        else None,
    )


def _value(value: DataValue) -> CfnComponentType.DataValueProperty:
    ((member, content),) = value.items()
    if member == "listValue":
        return CfnComponentType.DataValueProperty(list_value=[_value(item) for item in content])
    if member == "mapValue":
        return CfnComponentType.DataValueProperty(
            map_value={key: _value(item) for key, item in content.items()}
        )
    if member == "relationshipValue":
        # The CDK does not translate this member, so it needs CloudFormation's spelling.
        return CfnComponentType.DataValueProperty(relationship_value=data_value(value)["RelationshipValue"])
    return _SCALARS[member](content)


_SCALARS = {
    "stringValue": lambda content: CfnComponentType.DataValueProperty(string_value=content),
    "integerValue": lambda content: CfnComponentType.DataValueProperty(integer_value=content),
    "longValue": lambda content: CfnComponentType.DataValueProperty(long_value=content),
    "doubleValue": lambda content: CfnComponentType.DataValueProperty(double_value=content),
    "booleanValue": lambda content: CfnComponentType.DataValueProperty(boolean_value=content),
    "expression": lambda content: CfnComponentType.DataValueProperty(expression=content),
}
