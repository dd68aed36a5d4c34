"""The entities whose telemetry is simulated: all of a small twin, some of each component type of a large one.

The values of components are in GetEntity only, one entity a call, and an account has few calls a second. So
a twin of 10,000 entities would be read for a quarter of an hour before the first row is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin_stack.client.access import pages
from twin_stack.twinmaker.quotas import MAX_PAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.simulate.connectors import ConnectorLookup


@dataclass(frozen=True, slots=True)
class Choice:
    """The entities whose telemetry is simulated.

    Attributes:
        ids: Their ids, sorted.
        candidates: Number of entities that have telemetry.
    """

    ids: tuple[str, ...]
    candidates: int

    def describe(self) -> str | None:
        """Return which entities are left out; None where there are none."""
        if len(self.ids) >= self.candidates:
            return None
        return (
            f"only {len(self.ids)} of {self.candidates} entities get telemetry, some of each component type, "
            f"because each is read by a call; run `twin simulate --max-entities {self.candidates}` for all"
        )


def choose_entities(
    twinmaker: Any, workspace_id: str, lookup: ConnectorLookup, entity_ids: Sequence[str], limit: int
) -> Choice:
    """Choose the entities to simulate: all up to a limit, above it those with component types that are read.

    Args:
        twinmaker: A boto3 client of ``iottwinmaker``.
        workspace_id: The workspace.
        lookup: Its connectors.
        entity_ids: All entities of the workspace.
        limit: How many to choose at most.

    Returns:
        The entities.
    """
    if len(entity_ids) <= limit:
        return Choice(tuple(sorted(entity_ids)), len(entity_ids))
    types = pages(
        twinmaker.list_component_types,
        "componentTypeSummaries",
        workspaceId=workspace_id,
        maxResults=MAX_PAGE,
    )
    groups = [
        [item["entityId"] for item in _list_entities(twinmaker, workspace_id, type_id)]
        for type_id in sorted(item["componentTypeId"] for item in types)
        if lookup.is_read(type_id)
    ]
    candidates = {entity_id for group in groups for entity_id in group}
    return Choice(tuple(sorted(choose_evenly(groups, limit))), len(candidates))


def choose_evenly(groups: Sequence[Sequence[str]], limit: int) -> set[str]:
    """Choose members of all groups, the same number of each as far as it has so many.

    Args:
        groups: Groups of ids, which may have members in common.
        limit: How many to choose at most.

    Returns:
        The ids, spread over the order of each group.

    >>> sorted(choose_evenly([["a1", "a2", "a3", "a4"], ["b1"]], 3))
    ['a1', 'a3', 'b1']
    """
    chosen: set[str] = set()
    # The smallest group is the first, so that the others get what it does not use.
    ordered = sorted(groups, key=len)
    for index, group in enumerate(ordered):
        members = sorted(set(group) - chosen)
        count = min((limit - len(chosen)) // (len(ordered) - index), len(members))
        chosen.update(members[number * len(members) // count] for number in range(count))
    return chosen


def _list_entities(twinmaker: Any, workspace_id: str, type_id: str) -> list[Any]:
    return pages(
        twinmaker.list_entities,
        "entitySummaries",
        workspaceId=workspace_id,
        filters=[{"componentTypeId": type_id}],
        maxResults=MAX_PAGE,
    )
