"""Some of the entities of a workspace: what the service can select is selected there, page by page."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from twin_stack.client.errors import TwinClientError
from twin_stack.client.reader import summary_of
from twin_stack.twinmaker.names import ROOT
from twin_stack.twinmaker.quotas import MAX_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.client.model import EntitySummary

DEFAULT_LIMIT: Final = 1_000
"""Entities that a tree for people shows, unless another number is asked for."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which entities are asked for.

    Attributes:
        below: Only this entity and those below it.
        component_type: Only entities with a component of exactly this type.
        external_id: Only entities with a property that is an external id and has this value.
        search: Only entities with this text in their id or name, in any case.
        limit: Most entities; None for all.
    """

    below: str | None = None
    component_type: str | None = None
    external_id: str | None = None
    search: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Selected:
    """The entities that were asked for.

    Attributes:
        entities: In the order of the service, or parents first.
        is_complete: Whether there are no others.
    """

    entities: list[EntitySummary]
    is_complete: bool


def read_selected(client: Any, workspace_id: str, selection: Selection) -> Selected:
    """Return the entities of a selection; no more pages are read than it takes.

    Args:
        client: A boto3 client of ``iottwinmaker``.
        workspace_id: The workspace.
        selection: Which entities.

    Raises:
        TwinClientError: The selection needs two filters, of which ListEntities takes one.
    """
    named = {
        "--below": selection.below,
        "--type": selection.component_type,
        "--external-id": selection.external_id,
    }
    filters = [name for name, value in named.items() if value is not None]
    if len(filters) > 1:
        raise TwinClientError(
            f"{' and '.join(filters)} cannot be combined, as ListEntities takes one filter; leave one out"
        )
    if selection.limit is not None and selection.limit < 1:
        raise TwinClientError(f"--limit {selection.limit} shows nothing; give at least 1")
    entities = _entities(client, workspace_id, selection)
    if selection.search is not None:
        text = selection.search.casefold()
        entities = (item for item in entities if text in item.id.casefold() or text in item.name.casefold())
    selected = _take(entities, selection.limit)
    is_whole_tree = not filters and selection.search is None
    if selected.is_complete or not is_whole_tree:
        return selected
    # Any part of a list of all would have entities without those above them.
    return _take(_below(client, workspace_id, ROOT), selection.limit)


def _entities(client: Any, workspace_id: str, selection: Selection) -> Iterator[EntitySummary]:
    if selection.below is not None:
        yield summary_of(client.get_entity(workspaceId=workspace_id, entityId=selection.below))
        yield from _below(client, workspace_id, selection.below)
    elif selection.component_type is not None:
        yield from _pages(client, workspace_id, componentTypeId=selection.component_type)
    elif selection.external_id is not None:
        yield from _pages(client, workspace_id, externalId=selection.external_id)
    else:
        yield from _pages(client, workspace_id)


def _below(client: Any, workspace_id: str, entity_id: str) -> Iterator[EntitySummary]:
    """Yield what is below an entity, level by level."""
    queue = deque([entity_id])
    while queue:
        for child in _pages(client, workspace_id, parentEntityId=queue.popleft()):
            yield child
            if child.has_children:
                queue.append(child.id)


def _pages(client: Any, workspace_id: str, **one_filter: str) -> Iterator[EntitySummary]:
    request: dict[str, Any] = {"workspaceId": workspace_id, "maxResults": MAX_PAGE}
    if one_filter:
        request["filters"] = [one_filter]
    while True:
        page = client.list_entities(**request)
        yield from map(summary_of, page["entitySummaries"])
        if not page.get("nextToken"):
            return
        request["nextToken"] = page["nextToken"]


def _take(entities: Iterator[EntitySummary], limit: int | None) -> Selected:
    taken = list(islice(entities, limit))
    return Selected(taken, next(entities, None) is None)
