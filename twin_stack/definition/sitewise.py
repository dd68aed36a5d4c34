"""Asset models and assets of AWS IoT SiteWise, derived from the definition.

A component type read through a connector that manages its assets becomes an asset model, each component of it
an asset. Properties, units and the tree are those of the twin: no file repeats them. A part of a composite
component is a component like any other.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from twin_stack.definition.asset_properties import AssetProperty, asset_properties, imported_names
from twin_stack.definition.asset_tree import (
    AssetKey,
    aggregation_edges,
    asset_keys,
    break_cycles,
    hierarchy_links,
    with_aggregated_types,
)
from twin_stack.definition.former_ids import (
    former_entity_ids,
    former_part_names,
    former_property_names,
    former_type_ids,
)
from twin_stack.twinmaker.names import (
    ATTRIBUTE_READER,
    HISTORY_READERS,
    SITEWISE_CONNECTOR,
    SITEWISE_PROPERTY_ALIAS,
    SITEWISE_PROPERTY_EXTERNAL_ID,
    SITEWISE_PROPERTY_ID,
)
from twin_stack.twinmaker.patterns import SITEWISE_EXTERNAL_ID

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import ComponentType, Connector, Entity
    from twin_stack.definition.twin_definition import TwinDefinition

ALIAS_TEMPLATE: Final = "/${workspaceId}/${entityId}/${partPath}${propertyName}"
"""The alias of a property, as the SiteWise connector takes it."""

PROPERTY_ADDRESSES: Final = (SITEWISE_PROPERTY_ID, SITEWISE_PROPERTY_EXTERNAL_ID, SITEWISE_PROPERTY_ALIAS)
"""Members of a property's configuration that name its place in SiteWise, as the connector takes them."""

_MAX_READABLE_PARTS: Final = 3
"""Data name, entity and component type."""


class AssetModel(NamedTuple):
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


AssetIdentity: TypeAlias = tuple[str, ...]
"""Entity id and component type. A part has the type of its component and the names of the parts between them.

The name of a component is not part of it, so that a component can be renamed.
"""


class Asset(NamedTuple):
    """An asset.

    Attributes:
        key: Its component.
        component_type_id: Names its model, and the hierarchy of its parent.
        parent: The asset above it; None for none.
        former_identities: The identities that it had before, newest first.
        whole: Of a part, the type of its component, and the names of parts from there to it.
    """

    key: AssetKey
    component_type_id: str
    parent: AssetKey | None = None
    former_identities: tuple[AssetIdentity, ...] = ()
    whole: tuple[str, ...] = ()

    @property
    def identity(self) -> AssetIdentity:
        """The ids of the definition that identify it, from which its external id is made."""
        return self.key[0], *self.whole, self.component_type_id

    @property
    def first_identity(self) -> AssetIdentity:
        """The oldest identity, which does not change when an entity or a type is renamed."""
        return (self.identity, *self.former_identities)[-1]


class SiteWise(NamedTuple):
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


def property_alias(workspace_id: str, entity_id: str, property_name: str, *, path: str = "") -> str:
    """Return the alias of a property. Only that of a part has the path of the component.

    Args:
        workspace_id: Id of the workspace.
        entity_id: Id of the entity.
        property_name: Name of the property.
        path: Name of the component, or the path of a part. Default: that of any component.
    """
    part_path = f"{path}/" if "/" in path else ""
    return f"/{workspace_id}/{entity_id}/{part_path}{property_name}"


def model_external_id(data_name: str, type_id: str) -> str:
    """Return the external id of an asset model: its identity in SiteWise, which never changes.

    Args:
        data_name: The name under which the twin keeps its data.
        type_id: Id of the component type.
    """
    return _external_id(data_name, type_id)


def asset_external_id(data_name: str, *identity: str) -> str:
    """Return the external id of an asset: its identity in SiteWise, which never changes.

    Args:
        data_name: The name under which the twin keeps its data.
        *identity: Identity of the asset: entity id and component type; of a part, its whole between them.
    """
    return _external_id(data_name, *identity)


def _external_id(*parts: str) -> str:
    """Return the parts joined by colons, or a digest of them where that is ambiguous or not allowed.

    A component type may have colons, so the text of a part could be that of a component.
    """
    text = ":".join(parts)
    is_unambiguous = len(parts) <= _MAX_READABLE_PARTS and not any(":" in part for part in parts[:-1])
    if is_unambiguous and SITEWISE_EXTERNAL_ID.fits(text):
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
    keys = asset_keys(definition.entities, type_ids, resolved)
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
        (entity_id, path): Asset(
            (entity_id, path),
            type_id,
            parents.get((entity_id, path)),
            _former_identities(definition, entity_id, whole, type_id),
            whole,
        )
        for entity_id in definition.entities  # parents come first
        for path, type_id in keys.get(entity_id, ())
        for whole in [whole_of_part(definition.entities[entity_id], path)]
    }
    return SiteWise(models, assets)


def whole_of_part(entity: Entity, path: str) -> tuple[str, ...]:
    """Return the type of the component that a part belongs to, and the names of parts from there to it.

    Args:
        entity: The entity.
        path: The path of a part. For the name of a component the result is empty.
    """
    component, *parts = path.split("/")
    return (entity.components[component].component_type_id, *parts) if parts else ()


def _former_identities(
    definition: TwinDefinition, entity_id: str, whole: tuple[str, ...], type_id: str
) -> tuple[AssetIdentity, ...]:
    """Return all former identities of an asset: which of its ids was renamed first is not known."""
    former_ids: list[tuple[str, ...]] = [(entity_id, *former_entity_ids(definition, entity_id))]
    if whole:
        whole_type_id, *names = whole
        former_ids.append((whole_type_id, *former_type_ids(definition, whole_type_id)))
        for name in names:
            former_ids.append((name, *former_part_names(definition, whole_type_id, name)))
            whole_type_id = definition.resolved_types[whole_type_id].parts[name]
    former_ids.append((type_id, *former_type_ids(definition, type_id)))
    return tuple(product(*former_ids))[1:]


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
