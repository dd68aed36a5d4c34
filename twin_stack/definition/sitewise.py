"""Asset models and assets of AWS IoT SiteWise, derived from the definition.

A component type read through a connector that manages its assets becomes an asset model, each component of it
an asset. Properties, units and the tree are those of the twin: no file repeats them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from twin_stack.definition.asset_properties import AssetProperty, asset_properties, imported_names
from twin_stack.definition.asset_tree import (
    AssetKey,
    aggregation_edges,
    asset_keys,
    break_cycles,
    hierarchy_links,
)
from twin_stack.twinmaker.names import ATTRIBUTE_READER, HISTORY_READERS, SITEWISE_CONNECTOR

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import ComponentType, Connector
    from twin_stack.definition.twin_definition import TwinDefinition

ALIAS_TEMPLATE: Final = "/${workspaceId}/${entityId}/${propertyName}"
"""The alias of a property, as the SiteWise connector takes it."""


@dataclass(frozen=True, slots=True)
class AssetModel:
    """An asset model.

    Attributes:
        component_type_id: The type it is made of.
        properties: Its properties.
        children: Types whose assets can be below its own, each a hierarchy.
    """

    component_type_id: str
    properties: tuple[AssetProperty, ...]
    children: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset.

    Attributes:
        key: Its component.
        component_type_id: Names its model.
        children: Assets below it, by the type that names the hierarchy.
    """

    key: AssetKey
    component_type_id: str
    children: tuple[tuple[str, AssetKey], ...]


@dataclass(frozen=True, slots=True)
class SiteWise:
    """All that SiteWise holds of a twin.

    Attributes:
        models: By component type id, children first.
        assets: By entity id and component name, children first.
    """

    models: Mapping[str, AssetModel]
    assets: Mapping[AssetKey, Asset]


def managed_connectors(connectors: Mapping[str, Connector]) -> set[str]:
    """Return the names of the connectors whose assets the twin creates.

    Args:
        connectors: Those of ``twin.yaml``.
    """
    return {name for name, connector in connectors.items() if connector.manages_assets}


def is_read_by(resolved: ResolvedType, connectors: Collection[str]) -> bool:
    """Return whether one of some connectors reads the values of a component type.

    Args:
        resolved: The type with what it inherits.
        connectors: Names of connectors.
    """
    readers = (resolved.functions.get(name) for name in (*HISTORY_READERS, ATTRIBUTE_READER))
    return any(function is not None and function.connector in connectors for function in readers)


def property_alias(workspace_id: str, entity_id: str, property_name: str) -> str:
    """Return the alias of a property.

    Args:
        workspace_id: Id of the workspace.
        entity_id: Id of the entity.
        property_name: Name of the property.
    """
    return f"/{workspace_id}/{entity_id}/{property_name}"


def sitewise_of(definition: TwinDefinition) -> SiteWise:
    """Return what SiteWise holds of a twin.

    Args:
        definition: A checked definition.
    """
    connectors = managed_connectors(definition.connectors)
    if not connectors:
        return SiteWise({}, {})
    resolved = definition.resolved_types
    type_ids = {
        type_id for type_id in definition.component_types if is_read_by(resolved[type_id], connectors)
    }
    keys = asset_keys(definition.entities, type_ids)
    used = {type_id for own in keys.values() for _, type_id in own}
    links = list(hierarchy_links(definition.entities, keys))
    edges = [(parent_type, child_type) for _, parent_type, _, child_type in links]
    edges += aggregation_edges(resolved, used)
    children = break_cycles(edges)
    native = {
        name for name, connector in definition.connectors.items() if connector.kind == "sitewise-native"
    }
    models = {
        type_id: AssetModel(
            type_id,
            tuple(asset_properties(resolved[type_id], is_native=is_read_by(resolved[type_id], native))),
            tuple(children.get(type_id, ())),
        )
        for type_id in _children_first(sorted(used), children)
    }
    assets_below: dict[AssetKey, list[tuple[str, AssetKey]]] = {}
    for parent, parent_type, child, child_type in links:
        if child_type in children.get(parent_type, ()):
            assets_below.setdefault(parent, []).append((child_type, child))
    depth: dict[str, int] = {}
    for entity_id, entity in definition.entities.items():  # parents come first
        depth[entity_id] = depth.get(entity.parent_entity_id, 0) + 1
    assets = {
        (entity_id, name): Asset((entity_id, name), type_id, tuple(assets_below.get((entity_id, name), ())))
        for entity_id in sorted(keys, key=depth.__getitem__, reverse=True)
        for name, type_id in keys[entity_id]
    }
    return SiteWise(models, assets)


def _children_first(type_ids: Sequence[str], children: Mapping[str, Sequence[str]]) -> list[str]:
    ordered: dict[str, None] = {}

    def visit(type_id: str) -> None:
        if type_id not in ordered:
            for child in children.get(type_id, ()):
                visit(child)
            ordered[type_id] = None

    for type_id in type_ids:
        visit(type_id)
    return list(ordered)


def native_type(
    component_type: ComponentType, resolved: ResolvedType, connectors: Collection[str]
) -> ComponentType:
    """Return a component type as it is deployed where the service reads SiteWise itself.

    It extends the service's own type, which has the functions, and omits the properties that this type
    imports from the asset model. The guide does not document the names of imported properties; the names
    here are such that any replacement of characters keeps them.

    Args:
        component_type: The type as it was written.
        resolved: The same with what it inherits.
        connectors: Names of the connectors of kind ``sitewise-native``.
    """
    functions = {
        name: own for name, own in component_type.functions.items() if own.connector not in connectors
    }
    extends = list(component_type.extends_from)
    if len(functions) < len(component_type.functions) and SITEWISE_CONNECTOR not in extends:
        extends.append(SITEWISE_CONNECTOR)
    imported = imported_names(resolved)
    properties = {
        name: own for name, own in component_type.property_definitions.items() if name not in imported
    }
    return component_type.model_copy(
        update={"functions": functions, "extends_from": extends, "property_definitions": properties}
    )
