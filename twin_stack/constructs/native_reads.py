"""What AWS IoT TwinMaker itself reads from AWS IoT SiteWise for a twin, by its native connector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.constructs.sitewise_connector import MAX_ASSETS
from twin_stack.constructs.sitewise_references import referenced_assets
from twin_stack.definition import sitewise
from twin_stack.definition.parts import placed_component, placed_components
from twin_stack.twinmaker.names import SITEWISE_CONNECTOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from twin_stack.constructs.interfaces import IWorkspace
    from twin_stack.constructs.sitewise_assets import SiteWiseAssets
    from twin_stack.definition import schema
    from twin_stack.definition.twin_definition import TwinDefinition


def native_types(definition: TwinDefinition, native_connectors: set[str]) -> dict[str, schema.ComponentType]:
    """Return the types whose values the service itself reads from SiteWise, as they are deployed.

    Args:
        definition: A checked definition.
        native_connectors: The names of connectors of kind ``sitewise-native``.
    """
    if not native_connectors:
        return {}
    resolved = definition.resolved_types
    return {
        type_id: sitewise.native_type(declared, resolved[type_id], native_connectors)
        for type_id, declared in definition.component_types.items()
        if sitewise.is_read_by(resolved[type_id], native_connectors)
    }


def allow_native_reads(
    consumer: Construct,
    workspace: IWorkspace,
    definition: TwinDefinition,
    types: Mapping[str, schema.ComponentType],
    assets: SiteWiseAssets | None,
) -> None:
    """Let the service read SiteWise if types or components use its own SiteWise connector.

    Args:
        consumer: The construct that needs the permission.
        workspace: The workspace.
        definition: A checked definition.
        types: The component types that ``native_types`` returns.
        assets: The assets that the twin manages; None if it manages none.
    """
    type_ids = {SITEWISE_CONNECTOR}
    for type_id, declared in definition.component_types.items():  # parents come first
        if not type_ids.isdisjoint(types.get(type_id, declared).extends_from):
            type_ids.add(type_id)
    used_types = {
        placed.type_id
        for entity in definition.entities.values()
        for placed in placed_components(entity, definition.resolved_types)
    }
    if len(type_ids) > 1 or not type_ids.isdisjoint(used_types):
        manages_all = type_ids - types.keys() == {SITEWISE_CONNECTOR} and SITEWISE_CONNECTOR not in used_types
        if manages_all and assets is not None and assets.bulk_assets is not None:
            workspace.allow_sitewise_read(data_name=assets.data_name, consumer=consumer)
            return
        asset_ids = _asset_ids(definition, types, type_ids, assets)
        workspace.allow_sitewise_read(asset_ids, consumer=consumer)


def _asset_ids(
    definition: TwinDefinition,
    types: Mapping[str, schema.ComponentType],
    type_ids: set[str],
    assets: SiteWiseAssets | None,
) -> list[str] | None:
    """Return the assets that the service itself reads; None if too many or not known at synthesis."""
    managed = _managed_assets(definition, types, assets)
    other_types = type_ids - types.keys()
    referenced = referenced_assets(definition, other_types)
    if not types:
        return referenced
    if managed is None or (other_types != {SITEWISE_CONNECTOR} and referenced is None):
        return None
    asset_ids = [*managed, *(referenced or ())]
    return asset_ids if len(asset_ids) <= MAX_ASSETS else None


def _managed_assets(
    definition: TwinDefinition, types: Mapping[str, schema.ComponentType], assets: SiteWiseAssets | None
) -> list[str] | None:
    """Return references to this twin's assets that the service itself reads; None if none or too many."""
    if assets is None:
        return None
    asset_ids = [
        resource.ref
        for (entity_id, path), resource in assets.assets.items()
        if (placed := placed_component(definition.entities[entity_id], path, definition.resolved_types))
        is not None
        and placed.type_id in types
    ]
    return asset_ids if 0 < len(asset_ids) <= MAX_ASSETS else None
