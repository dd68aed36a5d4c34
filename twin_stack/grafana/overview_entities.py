"""The entities that an overview shows: all of a small twin, the upper levels of a large one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from twin_stack.twinmaker.names import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.definition import Entity

MAX_SHOWN: Final = 500
"""Entities of an overview, each of which is a list item and a node of a graph in the browser."""


def children_by_parent(entities: Mapping[str, Entity]) -> dict[str, list[Entity]]:
    """Return the entities by the id of their parent, which is ``$ROOT`` where the twin does not have it.

    Args:
        entities: The entities by id.
    """
    children: dict[str, list[Entity]] = {}
    for entity in entities.values():
        parent = entity.parent_entity_id if entity.parent_entity_id in entities else ROOT
        children.setdefault(parent, []).append(entity)
    return children


def shown_entities(entities: Mapping[str, Entity], limit: int = MAX_SHOWN) -> dict[str, Entity]:
    """Return the entities of as many whole levels, from the roots on, as a limit allows.

    Args:
        entities: The entities by id.
        limit: How many to show at most. The first entities of the roots are shown where these exceed it.
    """
    if len(entities) <= limit:
        return dict(entities)
    children = children_by_parent(entities)
    level = children.get(ROOT, [])
    shown = {entity.entity_id: entity for entity in level[:limit]}
    while level := [child for entity in level for child in children.get(entity.entity_id, [])]:
        if len(shown) + len(level) > limit:
            break
        shown |= {entity.entity_id: entity for entity in level}
    return shown
