"""The tree of assets of AWS IoT SiteWise, derived from the tree of entities.

A part of a composite component is an asset of its own below that of its component, because its type has an
asset model of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.parts import placed_components

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Entity

AssetKey = tuple[str, str]
"""Entity id, and component name or path of a part."""


def asset_keys(
    entities: Mapping[str, Entity], type_ids: Collection[str], types: Mapping[str, ResolvedType]
) -> dict[str, list[tuple[str, str]]]:
    """Return the components that are assets: names or paths, and types, by entity. Parts follow their whole.

    Args:
        entities: By id.
        type_ids: Component types with managed assets.
        types: All resolved types by id.
    """
    if not type_ids:
        return {}
    return {
        entity_id: keys
        for entity_id, entity in entities.items()
        if (
            keys := [
                (placed.path, placed.type_id)
                for placed in placed_components(entity, types)
                if placed.type_id in type_ids
            ]
        )
    }


def hierarchy_links(
    entities: Mapping[str, Entity], keys: Mapping[str, Sequence[tuple[str, str]]]
) -> Iterator[tuple[AssetKey, str, AssetKey, str]]:
    """Yield each asset and its type below another asset and its type, parent first.

    The asset of a part is below that of the nearest component around it that has one. Any other is below the
    parent entity's asset: of several components of an entity, that of the first one.

    Args:
        entities: By id.
        keys: As ``asset_keys`` returns them.
    """
    for entity_id, own in keys.items():
        types = dict(own)
        parent_id = entities[entity_id].parent_entity_id
        above = min(keys[parent_id], key=_is_part) if parent_id in keys else None
        for path, type_id in own:
            whole = _nearest_whole(path, types)
            if whole is not None:
                yield (entity_id, whole), types[whole], (entity_id, path), type_id
            elif above is not None:
                yield (parent_id, above[0]), above[1], (entity_id, path), type_id


def _is_part(key: tuple[str, str]) -> bool:
    return "/" in key[0]


def _nearest_whole(path: str, types: Mapping[str, str]) -> str | None:
    while "/" in path:
        path = path.rpartition("/")[0]
        if path in types:
            return path
    return None


def break_cycles(edges: Collection[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the child types by parent type, without edges that would close a cycle.

    CloudFormation cannot create models that need each other.

    Args:
        edges: Pairs of parent and child type.
    """
    children: dict[str, list[str]] = {}
    for parent, child in dict.fromkeys(edges):
        if not _leads_to(children, child, parent):
            children.setdefault(parent, []).append(child)
    return children


def _leads_to(children: Mapping[str, Sequence[str]], start: str, goal: str) -> bool:
    seen, stack = {start}, [start]
    while stack:
        type_id = stack.pop()
        if type_id == goal:
            return True
        new = [child for child in children.get(type_id, ()) if child not in seen]
        seen.update(new)
        stack += new
    return False


def aggregation_edges(
    resolved: Mapping[str, ResolvedType], used: Collection[str], children: Collection[str] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield parent and child type for each expression over properties of child entities.

    Args:
        resolved: Types by id.
        used: Ids of the types that become asset models.
        children: Ids of the types that may be referred to. Default: the same.
    """
    allowed = used if children is None else children
    for type_id in sorted(used):
        for definition in resolved[type_id].properties.values():
            for variable in definition.declared_variables.values():
                if variable.component_type_id in allowed:
                    yield type_id, str(variable.component_type_id)


def with_aggregated_types(
    resolved: Mapping[str, ResolvedType], used: Collection[str], managed: Collection[str]
) -> set[str]:
    """Return the types that become asset models: those of components, and those that expressions refer to.

    A model cannot refer to one that does not exist, also when no entity has such a component at present.

    Args:
        resolved: Types by id.
        used: Ids of the types of components.
        managed: Ids of all types with managed assets.
    """
    with_referenced = set(used)
    while True:
        referenced = {child for _, child in aggregation_edges(resolved, with_referenced, managed)}
        if referenced <= with_referenced:
            return with_referenced
        with_referenced |= referenced
