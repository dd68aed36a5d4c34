"""Entities in CloudFormation's spelling.

A twin has hundreds of entities, and each typed property object is a call into the jsii runtime (0.3 to
1 ms). Therefore entities are written as plain mappings; a test checks every member against the
CloudFormation schema of ``AWS::IoTTwinMaker::Entity``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.schema import CompositeComponent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition.schema import (
        Component,
        DataType,
        DataValue,
        Entity,
        PropertyDefinition,
        PropertyGroup,
        PropertyValue,
    )


def entity_properties(entity: Entity, workspace_id: str) -> dict[str, Any]:
    """Return the properties of an entity's resource.

    Args:
        entity: A checked entity with typed values.
        workspace_id: The id of the workspace, or a reference to it.

    Returns:
        The properties of ``AWS::IoTTwinMaker::Entity``, without members that have no value.
    """
    return _without_none(
        WorkspaceId=workspace_id,
        EntityId=entity.entity_id,
        EntityName=entity.entity_name,
        Description=entity.description,
        ParentEntityId=entity.parent_entity_id,
        Components={name: _component(name, component) for name, component in entity.components.items()}
        or None,
        CompositeComponents={
            path: part_properties(path, component) for path, component in entity.composite_components.items()
        }
        or None,
        Tags=dict(entity.tags) or None,
    )


def _without_none(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _component(name: str, component: Component) -> dict[str, Any]:
    return _without_none(
        ComponentName=name,
        ComponentTypeId=component.component_type_id,
        Description=component.description,
        Properties=_properties(component.properties),
        PropertyGroups=_groups(component.property_groups),
    )


def part_properties(path: str, component: CompositeComponent | None = None) -> dict[str, Any]:
    """Return a part of a composite component, as a member of an entity's ``CompositeComponents``.

    Args:
        path: Its path, such as ``pump/motor``.
        component: What the entity gives it. Default: nothing.
    """
    component = component or CompositeComponent()
    return _without_none(
        ComponentName=path.rsplit("/", 1)[-1],
        ComponentPath=path,
        Description=component.description,
        Properties=_properties(component.properties),
        PropertyGroups=_groups(component.property_groups),
    )


def _properties(properties: Mapping[str, PropertyValue]) -> dict[str, Any] | None:
    return {
        name: _without_none(
            Definition=_definition(prop.definition) if prop.definition is not None else None,
            Value=data_value(prop.value) if prop.value is not None else None,
        )
        for name, prop in properties.items()
    } or None


def _groups(groups: Mapping[str, PropertyGroup]) -> dict[str, Any] | None:
    return {
        name: {"GroupType": group.group_type, "PropertyNames": group.property_names}
        for name, group in groups.items()
    } or None


def _definition(definition: PropertyDefinition) -> dict[str, Any]:
    # `Configuration` here; the same member of a component type is called `Configurations`.
    return _without_none(
        DataType=_data_type(definition.data_type) if definition.data_type is not None else None,
        DefaultValue=data_value(definition.default_value) if definition.default_value is not None else None,
        Configuration=definition.configuration,
        IsExternalId=definition.is_external_id,
        IsRequiredInEntity=definition.is_required_in_entity,
        IsStoredExternally=definition.is_stored_externally,
        IsTimeSeries=definition.is_time_series,
    )


def _data_type(data_type: DataType) -> dict[str, Any]:
    relationship = data_type.relationship
    return _without_none(
        Type=data_type.type,
        NestedType=_data_type(data_type.nested_type) if data_type.nested_type is not None else None,
        AllowedValues=[data_value(value) for value in data_type.allowed_values]
        if data_type.allowed_values
        else None,
        UnitOfMeasure=data_type.unit_of_measure,
        Relationship=_without_none(
            TargetComponentTypeId=relationship.target_component_type_id,
            RelationshipType=relationship.relationship_type,
        )
        if relationship is not None
        else None,
    )


def data_value(value: DataValue) -> dict[str, Any]:
    """Return a data value in CloudFormation's spelling: members begin with a capital, map keys do not change.

    Args:
        value: A value in the service's form, such as ``{"doubleValue": 1.5}``.
    """
    ((member, content),) = value.items()
    name = f"{member[0].upper()}{member[1:]}"
    if member == "listValue":
        return {name: [data_value(item) for item in content]}
    if member == "mapValue":
        return {name: {key: data_value(item) for key, item in content.items()}}
    if member == "relationshipValue":
        return {name: {f"{key[0].upper()}{key[1:]}": target for key, target in content.items()}}
    return {name: content}
