"""The existing SiteWise assets and asset models that a definition names, to narrow permissions to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.constructs.sitewise_connector import MAX_ASSETS
from twin_stack.definition.parts import placed_components
from twin_stack.twinmaker.names import SITEWISE_ASSET_ID, SITEWISE_ASSET_MODEL_ID

if TYPE_CHECKING:
    from collections.abc import Collection

    from twin_stack.definition.twin_definition import TwinDefinition


def types_with_connector(
    definition: TwinDefinition, connector: str, function_name: str | None = None
) -> set[str]:
    """Return the component types that use a connector, and the types that extend them.

    Args:
        definition: A checked definition.
        connector: The name of a connector of ``twin.yaml``.
        function_name: The function that has to use the connector, such as ``dataWriter``. Default: any.
    """
    type_ids: set[str] = set()
    for type_id, component_type in definition.component_types.items():  # parents come first
        uses_connector = any(
            function.connector == connector and function_name in (None, name)
            for name, function in component_type.functions.items()
        )
        if uses_connector or not type_ids.isdisjoint(component_type.extends_from):
            type_ids.add(type_id)
    return type_ids


def referenced_assets(definition: TwinDefinition, type_ids: Collection[str]) -> list[str] | None:
    """Return the ids of the SiteWise assets that components of some types name.

    Args:
        definition: A checked definition.
        type_ids: The types of the components.

    Returns:
        Sorted ids. None if there are none or more than ``MAX_ASSETS``, or if a component names its asset
        by an external id or through a default value, because then the ARN is not known at synthesis.
    """
    asset_ids: set[str] = set()
    for entity in definition.entities.values():
        for _, type_id, component in placed_components(entity, definition.resolved_types):
            if type_id not in type_ids:
                continue
            reference = component.properties.get(SITEWISE_ASSET_ID)
            asset_id = reference.value.get("stringValue") if reference and reference.value else None
            if asset_id is None or ":" in asset_id:
                return None
            asset_ids.add(asset_id)
    return sorted(asset_ids) if 0 < len(asset_ids) <= MAX_ASSETS else None


def referenced_models(definition: TwinDefinition, type_ids: Collection[str]) -> list[str] | None:
    """Return the ids of the SiteWise asset models that some component types name.

    Args:
        definition: A checked definition.
        type_ids: The component types.

    Returns:
        Sorted ids, without models that are named by an external id, whose ARN is not known at synthesis.
        None if there are none or more than ``MAX_ASSETS``.
    """
    model_ids: set[str] = set()
    for type_id in type_ids:
        reference = definition.component_types[type_id].property_definitions.get(SITEWISE_ASSET_MODEL_ID)
        model_id = (reference.default_value or {}).get("stringValue") if reference is not None else None
        if model_id is not None and ":" not in model_id:
            model_ids.add(model_id)
    return sorted(model_ids) if 0 < len(model_ids) <= MAX_ASSETS else None
