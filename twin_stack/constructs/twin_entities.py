"""The entities that a definition declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from aws_cdk.aws_iottwinmaker import CfnEntity

from twin_stack.constructs.entity_template import entity_properties, part_properties
from twin_stack.constructs.included_resources import IncludedResource, IncludedResources
from twin_stack.definition.parts import placed_components
from twin_stack.twinmaker.names import SITEWISE_ASSET_ID

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from aws_cdk import CfnResource
    from constructs import Construct

    from twin_stack.constructs.component_type import ComponentType
    from twin_stack.constructs.logical_ids import LogicalIds
    from twin_stack.definition import schema
    from twin_stack.definition.asset_tree import AssetKey
    from twin_stack.definition.twin_definition import TwinDefinition

_HANDED_OVER: Final = {
    "DeletionPolicy": "RetainExceptOnCreate",
    # CloudFormation notes another policy only together with a change of something else.
    "Metadata": {"twin-stack:handOver": True},
}
"""Attributes of entities that stay when they leave the stack. Source: API reference, ``UpdateStack``."""

KIND: Final = "Entity"
"""The kind of entities in logical ids."""


class TwinEntities(Mapping[str, CfnEntity]):
    """The entities of a definition, one resource each, by entity id.

    The resources are created together, since 400 constructs from Python would take most of the synthesis. An
    L1 is fetched on first access.

    Args:
        scope: The parent construct.
        construct_id: The id of the construct with the resources within its parent.
        definition: A checked definition.
        workspace_id: The id of the workspace, or a reference to it.
        logical_ids: The logical ids of the twin.
        component_types: The component types of this app by id.
        native_types: The ids of the types that the service's own SiteWise connector reads.
        assets: The SiteWise assets by entity id, and component name or path of a part.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        definition: TwinDefinition,
        workspace_id: str,
        logical_ids: LogicalIds,
        component_types: Mapping[str, ComponentType],
        native_types: Collection[str],
        assets: Mapping[AssetKey, CfnResource],
    ) -> None:
        self._component_types = component_types
        self._native_types = native_types
        self._assets = assets
        self._resolved_types = definition.resolved_types
        self._logical_ids = {entity_id: logical_ids.of(KIND, entity_id) for entity_id in definition.entities}
        self._resources: dict[str, CfnEntity] = {}
        type_name = CfnEntity.CFN_RESOURCE_TYPE_NAME
        self._included = IncludedResources(
            scope,
            construct_id,
            {
                self._logical_ids[entity_id]: IncludedResource(
                    type_name,
                    self._properties(entity, workspace_id),
                    self._dependencies(entity),
                    _HANDED_OVER if definition.twin.hand_over else {},
                )
                for entity_id, entity in definition.entities.items()
            },
        )

    def __getitem__(self, entity_id: str) -> CfnEntity:
        """Return the resource of an entity."""
        if entity_id not in self._resources:
            resource = self._included.resource(self._logical_ids[entity_id])
            assert isinstance(resource, CfnEntity)  # noqa: S101 (included with this type)
            self._resources[entity_id] = resource
        return self._resources[entity_id]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the entity ids, parents first."""
        return iter(self._logical_ids)

    def __len__(self) -> int:
        """Return the number of entities."""
        return len(self._logical_ids)

    @property
    def construct(self) -> Construct:
        """The construct with the resources."""
        return self._included

    def _properties(self, entity: schema.Entity, workspace_id: str) -> dict[str, Any]:
        """Return the properties of an entity; a natively read component refers to its asset."""
        properties = entity_properties(entity, workspace_id)
        for path, asset in self._assets_of(entity, is_native=True):
            if "/" in path:
                parts = properties.setdefault("CompositeComponents", {})
                component = parts.setdefault(path, part_properties(path))
            else:
                component = properties["Components"][path]
            values = component.setdefault("Properties", {})
            values[SITEWISE_ASSET_ID] = {"Value": {"StringValue": asset.ref}}
        return properties

    def _dependencies(self, entity: schema.Entity) -> list[str | Construct]:
        """Return what an entity needs: its parent, its component types and its assets."""
        parent = self._logical_ids.get(entity.parent_entity_id or "")
        type_ids = sorted({component.component_type_id for component in entity.components.values()})
        return [
            *([parent] if parent is not None else []),
            *(self._component_types[type_id] for type_id in type_ids if type_id in self._component_types),
            # A natively read component refers to its asset, which orders the two as well.
            *(asset for _, asset in self._assets_of(entity, is_native=False)),
        ]

    def _assets_of(self, entity: schema.Entity, *, is_native: bool) -> Iterator[tuple[str, CfnResource]]:
        """Return the assets of an entity's components and their parts, by name or path."""
        if not self._assets:
            return
        for path, type_id, _ in placed_components(entity, self._resolved_types):
            asset = self._assets.get((entity.entity_id, path))
            if asset is not None and (type_id in self._native_types) is is_native:
                yield path, asset
