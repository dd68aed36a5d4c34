"""Asset models and assets of AWS IoT SiteWise, derived from the definition.

A component type read through a connector that manages its assets becomes an asset model, each component of it
an asset. Properties, units and the tree are those of the twin: no file repeats them.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from twin_stack.definition.asset_properties import AssetProperty, asset_properties, imported_names
from twin_stack.definition.asset_tree import (
    AssetKey,
    aggregation_edges,
    asset_keys,
    break_cycles,
    hierarchy_links,
    with_aggregated_types,
)
from twin_stack.definition.former_ids import former_entity_ids, former_property_names, former_type_ids
from twin_stack.twinmaker.names import ATTRIBUTE_READER, HISTORY_READERS, SITEWISE_CONNECTOR

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import ComponentType, Connector
    from twin_stack.definition.twin_definition import TwinDefinition

ALIAS_TEMPLATE: Final = "/${workspaceId}/${entityId}/${propertyName}"
"""The alias of a property, as the SiteWise connector takes it."""

_EXTERNAL_ID: Final = re.compile(r"(?=.{2,128}\Z)[a-zA-Z0-9_][a-zA-Z_\-0-9.:]*[a-zA-Z0-9_]+")
"""Pattern of external ids. Source: botocore, iotsitewise, ``ExternalId``."""


@dataclass(frozen=True, slots=True)
class AssetModel:
    """An asset model.

    Attributes:
        component_type_id: The type it is made of.
        properties: Its properties.
        children: Types whose assets can be below its own, each a hierarchy.
        former_type_ids: The ids that the type had before, newest first.
    """

    component_type_id: str
    properties: tuple[AssetProperty, ...]
    children: tuple[str, ...]
    former_type_ids: tuple[str, ...] = ()

    @property
    def first_type_id(self) -> str:
        """The oldest id of the type, which does not change when it is renamed."""
        return (self.component_type_id, *self.former_type_ids)[-1]


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset.

    Attributes:
        key: Its component.
        component_type_id: Names its model, and the hierarchy of its parent.
        parent: The asset above it; None for none.
        former_identities: The pairs of entity id and type id that it had before, newest first.
    """

    key: AssetKey
    component_type_id: str
    parent: AssetKey | None = None
    former_identities: tuple[tuple[str, str], ...] = ()

    @property
    def first_identity(self) -> tuple[str, str]:
        """The oldest entity id and type id, which do not change when one of them is renamed."""
        return ((self.key[0], self.component_type_id), *self.former_identities)[-1]


@dataclass(frozen=True, slots=True)
class SiteWise:
    """All that SiteWise holds of a twin.

    Attributes:
        models: By component type id, children first.
        assets: By entity id and component name, parents first.
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


def model_external_id(data_name: str, type_id: str) -> str:
    """Return the external id of an asset model: its identity in SiteWise, which never changes.

    Args:
        data_name: The name under which the twin keeps its data.
        type_id: Id of the component type.
    """
    return _external_id(data_name, type_id)


def asset_external_id(data_name: str, entity_id: str, type_id: str) -> str:
    """Return the external id of an asset: its identity in SiteWise, which never changes.

    The name of the component is not part of it, so that a component can be renamed.

    Args:
        data_name: The name under which the twin keeps its data.
        entity_id: Id of the entity.
        type_id: Id of the component type.
    """
    return _external_id(data_name, entity_id, type_id)


def _external_id(*parts: str) -> str:
    """Return the parts joined by colons, or a digest of them where that is ambiguous or not allowed."""
    text = ":".join(parts)
    if not any(":" in part for part in parts[:-1]) and _EXTERNAL_ID.fullmatch(text):
        return text
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return f"twin-stack:{digest}"


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
    used = with_aggregated_types(resolved, {type_id for own in keys.values() for _, type_id in own}, type_ids)
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
            tuple(
                replace(prop, former_names=former_property_names(definition, type_id, prop.name))
                for prop in asset_properties(
                    resolved[type_id], is_native=is_read_by(resolved[type_id], native)
                )
            ),
            tuple(children.get(type_id, ())),
            former_type_ids(definition, type_id),
        )
        for type_id in _children_first(sorted(used), children)
    }
    parents = {
        child: parent
        for parent, parent_type, child, child_type in links
        if child_type in children.get(parent_type, ())
    }
    assets = {
        (entity_id, name): Asset(
            (entity_id, name),
            type_id,
            parents.get((entity_id, name)),
            _former_identities(definition, entity_id, type_id),
        )
        for entity_id in definition.entities  # parents come first
        for name, type_id in keys.get(entity_id, ())
    }
    return SiteWise(models, assets)


def _former_identities(
    definition: TwinDefinition, entity_id: str, type_id: str
) -> tuple[tuple[str, str], ...]:
    """Return all former pairs of entity and type: which of the two was renamed first is not known."""
    entity_ids = (entity_id, *former_entity_ids(definition, entity_id))
    type_ids = (type_id, *former_type_ids(definition, type_id))
    return tuple((entity, of_type) for entity in entity_ids for of_type in type_ids)[1:]


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
