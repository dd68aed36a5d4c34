"""An entity: a node of the twin's tree with its components."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import jsii
from aws_cdk import Resource
from aws_cdk import aws_iottwinmaker as twinmaker
from aws_cdk.interfaces import aws_iottwinmaker as refs

from twin_stack.constructs.argument_checks import (
    check_argument_type,
    check_description,
    check_same_workspace,
    check_text,
)
from twin_stack.constructs.component_type import ComponentType
from twin_stack.definition.schema import COMPONENT_PATH, COMPONENT_TYPE_ID, ENTITY_ID, ENTITY_NAME, NAME
from twin_stack.twinmaker.names import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from twin_stack.constructs.interfaces import IWorkspace


@dataclass(frozen=True, kw_only=True)
class Component:
    """A component of an entity.

    Args:
        component_type: The component type; the construct if the type belongs to this app, so that the
            entity is created after it, otherwise its id.
        properties: The properties by name. Ordinary entities need only ``value``. ``Configuration`` of
            CfnEntity and ``Configurations`` of CfnComponentType are different members.
        description: Up to 512 characters. Default: none.
        property_groups: The property groups by name. Default: none.
    """

    component_type: ComponentType | str
    properties: Mapping[str, twinmaker.CfnEntity.PropertyProperty] = field(default_factory=dict)
    description: str | None = None
    property_groups: Mapping[str, twinmaker.CfnEntity.PropertyGroupProperty] = field(default_factory=dict)


@jsii.implements(refs.IEntityRef)
class Entity(Resource):
    """An entity of a workspace.

    It is created after the workspace, its parent and the types of its components, and deleted before them.
    Each entity takes several calls through the CDK's bridge to Node (about 3 ms): use ``DigitalTwin`` for
    hundreds of entities.

    Example:
        ```python
        zone = Entity(
            self, "ZoneA", workspace=workspace, entity_id="zone-a", entity_name="Zone A"
        )
        Entity(
            self,
            "Machine",
            workspace=workspace,
            entity_id="machine-001",
            entity_name="CNC Machine 1",
            parent=zone,
            components={
                "sensor": Component(
                    component_type=sensor,
                    properties={
                        "sensorModel": CfnEntity.PropertyProperty(
                            value=CfnEntity.DataValueProperty(string_value="TMP-117")
                        )
                    },
                )
            },
        )
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        workspace: The workspace of the entity.
        entity_id: The id in the service, 2 to 128 characters. It cannot be changed later: with another id,
            CloudFormation creates a new entity, and children of the old one prevent its deletion.
        entity_name: The display name, 2 to 256 characters; CloudFormation accepts fewer characters than
            the API.
        description: Up to 512 characters. Default: none.
        parent: The parent entity, or the id of an entity outside of this app. It can be changed. Default:
            the root of the tree.
        components: The components by name. Default: none.
        composite_components: Nested components by path, such as ``pump/motor``. Default: none.
        tags: The tags of the entity. Default: none.

    Raises:
        ValueError: An argument violates a rule of the service.
    """

    _workspace: IWorkspace

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workspace: IWorkspace,
        entity_id: str,
        entity_name: str,
        description: str | None = None,
        parent: Entity | str | None = None,
        components: Mapping[str, Component] = {},
        composite_components: Mapping[str, twinmaker.CfnEntity.CompositeComponentProperty] = {},
        tags: Mapping[str, str] | None = None,
    ) -> None:
        _check(entity_id, entity_name, description, parent)
        for name, component in components.items():
            check_argument_type(f'components["{name}"]', component, Component)
            _check_component(name, component)
        for path in composite_components:
            check_text(COMPONENT_PATH, "a path in composite_components", path)

        if isinstance(parent, Entity):
            check_same_workspace(workspace, parent._workspace, f'parent "{parent.entity_id}"')
        for component in components.values():
            if isinstance(kind := component.component_type, ComponentType):
                check_same_workspace(workspace, kind._workspace, f'component type "{kind.component_type_id}"')
        workspace.claim_id("entity_id", entity_id)

        super().__init__(scope, construct_id, physical_name=entity_id)
        self._entity_id = entity_id
        resource = twinmaker.CfnEntity(
            self,
            "Resource",
            workspace_id=workspace.workspace_id,
            entity_id=entity_id,
            entity_name=entity_name,
            description=description,
            parent_entity_id=parent.entity_id if isinstance(parent, Entity) else parent,
            components={name: _component_property(name, component) for name, component in components.items()}
            or None,
            composite_components=composite_components or None,
            tags=tags,
        )
        if isinstance(parent, Entity):
            resource.node.add_dependency(parent)
        for component in components.values():
            if isinstance(component.component_type, ComponentType):
                resource.node.add_dependency(component.component_type)

        self._workspace = workspace
        self._entity_arn = self._get_resource_arn_attribute(
            resource.attr_arn,
            service="iottwinmaker",
            resource="workspace",
            resource_name=f"{workspace.literal_workspace_id}/entity/{entity_id}",
        )

    @property
    def entity_id(self) -> str:
        """The id in the service, as given."""
        return self._entity_id

    @property
    def entity_arn(self) -> str:
        """The ARN of the entity."""
        return self._entity_arn

    @property
    def entity_ref(self) -> refs.EntityReference:
        """The reference to the entity that generated constructs accept."""
        return refs.EntityReference(
            entity_arn=self.entity_arn,
            entity_id=self.entity_id,
            workspace_id=self._workspace.workspace_id,
        )


def _component_property(name: str, component: Component) -> twinmaker.CfnEntity.ComponentProperty:
    component_type = component.component_type
    return twinmaker.CfnEntity.ComponentProperty(
        component_name=name,
        component_type_id=component_type
        if isinstance(component_type, str)
        else component_type.component_type_id,
        description=component.description,
        properties=component.properties or None,
        property_groups=component.property_groups or None,
    )


def _check(entity_id: str, entity_name: str, description: str | None, parent: Entity | str | None) -> None:
    check_text(ENTITY_ID, "entity_id", entity_id)
    check_text(ENTITY_NAME, "entity_name", entity_name)
    check_description(description)
    if isinstance(parent, str) and parent != ROOT:
        check_text(ENTITY_ID, "parent", parent)


def _check_component(name: str, component: Component) -> None:
    check_text(NAME, "a name in components", name)
    if isinstance(component.component_type, str):
        check_text(COMPONENT_TYPE_ID, f'component_type of "{name}"', component.component_type)
    check_description(component.description, argument=f'description of "{name}"')
    for property_name in component.properties:
        check_text(NAME, f'a property name of "{name}"', property_name)
