"""The fewest calls that delete a set of entities, and no other."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from entity_reconciler.difference import order_parents_first
from entity_reconciler.shapes import LiveEntity


class Deletion(NamedTuple):
    """One call of DeleteEntity.

    Attributes:
        entity_id: The entity.
        is_recursive: Whether all entities below it are deleted too.
    """

    entity_id: str
    is_recursive: bool


class Blocked(NamedTuple):
    """An entity that stays, below one that would be deleted.

    Attributes:
        entity_id: The entity that stays.
        parent: The one above it.
    """

    entity_id: str
    parent: str


def leaves_first(removals: Collection[str], parents: Mapping[str, str]) -> list[Deletion]:
    """Return one call an entity, children before parents: what is unknown below them is never deleted.

    Args:
        removals: The entities to delete.
        parents: The entities above them, by id.
    """
    ordered = order_parents_first(sorted(removals), parents)
    return [Deletion(item, is_recursive=False) for item in reversed(ordered)]


def count_roots(removals: Collection[str], parent_of: Callable[[str], str]) -> int:
    """Return the number of subtrees that a set of entities consists of.

    Args:
        removals: The entities.
        parent_of: Returns the entity above another one.
    """
    return sum(parent_of(item) not in removals for item in removals)


def by_subtree(
    removals: Collection[str], live: Mapping[str, LiveEntity], parents: Mapping[str, str]
) -> tuple[list[Deletion], Sequence[Blocked]]:
    """Return one call for each subtree of entities to delete, and what would be lost by that.

    Args:
        removals: The entities to delete.
        live: All entities of the workspace.
        parents: The parents of those entities that are moved or created before, by id.

    Returns:
        The calls, and the entities that stay although they are below one that is deleted.
    """
    present = {item for item in removals if item in live}
    with_children: set[str] = set()
    blocked = []
    for entity_id, entity in live.items():
        parent = parents.get(entity_id, entity.parent)
        if parent not in present:
            continue
        if entity_id in present:
            with_children.add(parent)
        else:
            blocked.append(Blocked(entity_id, parent))
    roots = sorted(item for item in present if live[item].parent not in present)
    return [Deletion(item, item in with_children) for item in roots], blocked
