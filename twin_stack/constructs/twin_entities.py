"""The entities that a definition declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import CfnResource
from constructs import Construct

from twin_stack.constructs.entity_template import entity_properties
from twin_stack.twinmaker.names import SITEWISE_ASSET_ID

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from twin_stack.constructs.component_type import ComponentType
    from twin_stack.definition import schema
    from twin_stack.definition.asset_tree import AssetKey
    from twin_stack.definition.twin_definition import TwinDefinition


class TwinEntities(Construct):
    """The entities of a definition, one resource each, parents first.

    An entity takes two calls into jsii, however many components it has. A construct with typed properties
    takes about a dozen, which dominates the synthesis of a large twin.

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        definition: A checked definition.
        workspace_id: The id of the workspace, or a reference to it.
        component_types: The component types of this app by id.
        native_types: The ids of the types that the service's own SiteWise connector reads.
        asset_logical_ids: The logical ids of SiteWise assets by entity id and component name.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: TwinDefinition,
        workspace_id: str,
        component_types: Mapping[str, ComponentType],
        native_types: Collection[str],
        asset_logical_ids: Mapping[AssetKey, str],
    ) -> None:
        super().__init__(scope, construct_id)
        self._native_types = native_types
        self._asset_logical_ids = asset_logical_ids
        self._resources: dict[str, CfnResource] = {}
        type_logical_ids = {
            type_id: _logical_id(component_type) for type_id, component_type in component_types.items()
        }
        parent_ids = {entity.parent_entity_id for entity in definition.entities.values()}
        parent_logical_ids: dict[str, str] = {}
        for entity_id, entity in definition.entities.items():
            resource = CfnResource(
                self,
                entity_id,
                type="AWS::IoTTwinMaker::Entity",
                properties=self._properties(entity, workspace_id),
            )
            depends_on = self._dependencies(entity, type_logical_ids)
            if entity.parent_entity_id in parent_logical_ids:
                depends_on.insert(0, parent_logical_ids[entity.parent_entity_id])
            if depends_on:
                resource.add_override("DependsOn", depends_on)
            if entity_id in parent_ids:
                parent_logical_ids[entity_id] = resource.logical_id
            self._resources[entity_id] = resource

    @property
    def resources(self) -> Mapping[str, CfnResource]:
        """The resources of the entities by entity id."""
        return self._resources

    def _properties(self, entity: schema.Entity, workspace_id: str) -> dict[str, Any]:
        """Return the properties of an entity; a natively read component refers to its asset."""
        properties = entity_properties(entity, workspace_id)
        if not self._asset_logical_ids:
            return properties
        for name, component in entity.components.items():
            if component.component_type_id in self._native_types:
                asset_id = {"Ref": self._asset_logical_ids[entity.entity_id, name]}
                values = properties["Components"][name].setdefault("Properties", {})
                values[SITEWISE_ASSET_ID] = {"Value": {"StringValue": asset_id}}
        return properties

    def _dependencies(self, entity: schema.Entity, type_logical_ids: Mapping[str, str]) -> list[str]:
        """Return the logical ids of the component types and assets that an entity needs."""
        type_ids = sorted({component.component_type_id for component in entity.components.values()})
        return [
            *(type_logical_ids[type_id] for type_id in type_ids if type_id in type_logical_ids),
            *(
                self._asset_logical_ids[entity.entity_id, name]
                for name, component in entity.components.items()
                if (entity.entity_id, name) in self._asset_logical_ids
                # A natively read component refers to its asset, which orders the two as well.
                and component.component_type_id not in self._native_types
            ),
        ]


def _logical_id(component_type: ComponentType) -> str:
    resource = component_type.node.default_child
    assert isinstance(resource, CfnResource)  # noqa: S101 (created by ComponentType)
    return resource.logical_id
