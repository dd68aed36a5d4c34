"""Entities and their components."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from twin_stack.definition.schema.names import (  # noqa: TC001
    ComponentPath,
    ComponentTypeId,
    Description,
    EntityId,
    EntityName,
    Name,
    ParentEntityId,
)
from twin_stack.definition.schema.property import PropertyGroup, PropertyValue  # noqa: TC001
from twin_stack.definition.schema.shape import READ_ONLY_MEMBERS, ResponseShape
from twin_stack.definition.schema.tags import Tags  # noqa: TC001
from twin_stack.twinmaker.names import ROOT
from twin_stack.twinmaker.quotas import MAX_TAGS

_COMPONENT_READ_ONLY_MEMBERS = frozenset(
    {
        "componentName",
        "definedIn",
        "status",
        "syncSource",
        "areAllPropertiesReturned",
        "compositeComponents",
        "areAllCompositeComponentsReturned",
        "componentExternalId",
    }
)


class Component(ResponseShape):
    """A component of an entity.

    Attributes:
        component_type_id: Its type.
        description: At most 512 characters (CloudFormation).
        properties: Values by property name.
        property_groups: By name.
    """

    read_only_members: ClassVar[frozenset[str]] = _COMPONENT_READ_ONLY_MEMBERS

    component_type_id: ComponentTypeId
    description: Description | None = None
    properties: dict[Name, PropertyValue] = Field(default={})
    property_groups: dict[Name, PropertyGroup] = Field(default={})


class CompositeComponent(ResponseShape):
    """Values for a component inside of a composite one, by its path.

    Attributes:
        description: At most 512 characters (CloudFormation).
        properties: Values by property name.
        property_groups: By name.
    """

    read_only_members: ClassVar[frozenset[str]] = _COMPONENT_READ_ONLY_MEMBERS | {
        "componentTypeId",
        "componentPath",
    }

    description: Description | None = None
    properties: dict[Name, PropertyValue] = Field(default={})
    property_groups: dict[Name, PropertyGroup] = Field(default={})


class Entity(ResponseShape):
    """An entity.

    Attributes:
        entity_id: Its id. A new id is a new entity; everything else can change in place.
        entity_name: CloudFormation's pattern: letters, digits, "-", "_", "." and spaces.
        description: At most 512 characters (CloudFormation).
        parent_entity_id: Its parent, default ``$ROOT``.
        components: By name.
        composite_components: By path.
        tags: At most 50.
    """

    read_only_members: ClassVar[frozenset[str]] = READ_ONLY_MEMBERS | {
        "hasChildEntities",
        "areAllComponentsReturned",
        "entityPath",
        "entityExternalId",
    }

    entity_id: EntityId
    entity_name: EntityName
    description: Description | None = None
    parent_entity_id: ParentEntityId = ROOT
    components: dict[Name, Component] = Field(default={})
    composite_components: dict[ComponentPath, CompositeComponent] = Field(default={})
    tags: Tags = Field(default={}, max_length=MAX_TAGS)
