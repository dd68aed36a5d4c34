"""Which things differ between two definitions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.changes import Action, Change, Detail, Kind
from twin_stack.plan.differences import differences
from twin_stack.plan.members import members_of, things_of
from twin_stack.plan.scene_nodes import scene_differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from twin_stack.definition.findings import Location
    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.plan.former_references import PresentIds

_SOURCES: Final = {
    Kind.COMPONENT_TYPE: "component_types",
    Kind.ENTITY: "entities",
    Kind.SCENE: "scenes",
}
"""Kinds of ``TwinDefinition.sources`` that have an id."""
_KEYS: Final = {Kind.CONNECTOR: "connectors", Kind.INGEST: "ingest"}
"""Keys of ``twin.yaml`` by kind."""

_ID_MEMBERS: Final = {
    Kind.COMPONENT_TYPE: "componentTypeId",
    Kind.ENTITY: "entityId",
    Kind.SCENE: "sceneId",
    Kind.WORKSPACE: "workspaceId",
}
"""The member that is the id of a thing, by kind."""


def compare(
    before: TwinDefinition | None, after: TwinDefinition | None, ids: PresentIds | None
) -> list[Change]:
    """Return the things that differ, by kind, in the order of ids.

    Args:
        before: The definition before the change; None if there is none.
        after: The definition after the change; None if there is none.
        ids: The present ids of things before the change; None without one of the definitions.
    """
    old = things_of(before) if before is not None else {}
    new = things_of(after) if after is not None else {}
    changes: list[Change] = []
    for kind in Kind:
        pairs = _pairs(kind, old.get(kind, {}), new.get(kind, {}), ids)
        changes += (
            change
            for pair in pairs
            if (change := _change(kind, pair, old.get(kind, {}), new.get(kind, {}), ids)) is not None
        )
    below = _removed_below(before, changes) if before is not None else {}
    return [_with_place(change, before, after, below) for change in changes]


def _pairs(
    kind: Kind, old: Mapping[str, Any], new: Mapping[str, Any], ids: PresentIds | None
) -> list[tuple[str | None, str | None]]:
    """Return ids before and after of each thing, in the order of the ids after the change."""
    if kind is Kind.WORKSPACE:
        return [(next(iter(old), None), next(iter(new), None))]
    present = {former: ids.present_of(kind, former) if ids is not None else former for former in old}
    former = {new_id: old_id for old_id, new_id in present.items()}
    listed: list[tuple[str | None, str | None]] = [(former.get(new_id), new_id) for new_id in new]
    listed += [(old_id, None) for old_id, new_id in present.items() if new_id not in new]
    return sorted(listed, key=lambda pair: pair[1] or pair[0] or "")


def _change(
    kind: Kind,
    pair: tuple[str | None, str | None],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    ids: PresentIds | None,
) -> Change | None:
    old_id, new_id = pair
    if new_id is None:
        return Change(Action.REMOVED, kind, old_id or "")
    if old_id is None:
        return Change(Action.ADDED, kind, new_id, content=members_of(kind, new[new_id]))
    is_same_id = old_id == new_id
    # Documents of scenes are equal in Python where 1 gets true; files of assets have equal paths.
    is_compared_quickly = kind not in (Kind.SCENE, Kind.ASSET_FILE)
    if is_same_id and is_compared_quickly and (ids is None or ids.is_empty) and old[old_id] == new[new_id]:
        return None
    details = tuple(_details(kind, old[old_id], new[new_id], new_id, ids))
    if not is_same_id:
        action = Action.REPLACED if kind is Kind.WORKSPACE else Action.RENAMED
        return Change(action, kind, new_id, former_id=old_id, details=details)
    if not details:
        return None
    is_moved = kind is Kind.ENTITY and any(detail.action is Action.MOVED for detail in details)
    return Change(Action.MOVED if is_moved else Action.CHANGED, kind, new_id, details=details)


def _details(kind: Kind, old: Any, new: Any, new_id: str, ids: PresentIds | None) -> Iterator[Detail]:
    before, after = members_of(kind, old), members_of(kind, new)
    if ids is not None:
        before, renamed = ids.in_present_terms(kind, new_id, before)
        yield from renamed
    if kind in _ID_MEMBERS:
        before.pop(_ID_MEMBERS[kind], None)
        after.pop(_ID_MEMBERS[kind], None)
    if kind is Kind.SCENE:
        yield from scene_differences(before, after)
        return
    for detail in differences(before, after):
        if kind is Kind.ENTITY and detail.path == ("parentEntityId",):
            yield Detail(Action.MOVED, detail.path, detail.before, detail.after)
        else:
            yield detail


def _with_place(
    change: Change,
    before: TwinDefinition | None,
    after: TwinDefinition | None,
    below: Mapping[str, Sequence[str]],
) -> Change:
    is_removed = change.action is Action.REMOVED
    definition = before if is_removed else after
    if definition is None:
        return change
    location = place_of(definition, change.kind, change.id)
    is_entity = is_removed and change.kind is Kind.ENTITY
    return replace(change, location=location, below=tuple(sorted(below[change.id])) if is_entity else ())


def place_of(definition: TwinDefinition, kind: Kind, thing_id: str, *path: str | int) -> Location | None:
    """Return where a thing or a part of it is written; None for a file of the folder ``assets``.

    Args:
        definition: The definition that has the thing.
        kind: The kind of the thing.
        thing_id: Its id.
        path: Keys from the thing to the part.
    """
    if kind is Kind.ASSET_FILE:
        return None
    if kind in _SOURCES:
        return definition.location(_SOURCES[kind], thing_id, *path)
    keys = (_KEYS[kind], thing_id) if kind in _KEYS else ()
    return definition.location("twin", "", *keys, *path)


def _removed_below(before: TwinDefinition, changes: Iterable[Change]) -> Mapping[str, Sequence[str]]:
    """Return the removed entities below each removed entity; those that moved elsewhere stay."""
    removed = {
        change.id for change in changes if change.kind is Kind.ENTITY and change.action is Action.REMOVED
    }
    below: defaultdict[str, list[str]] = defaultdict(list)
    for entity_id in reversed([*before.entities]):  # parents come first
        parent = before.entities[entity_id].parent_entity_id
        if entity_id in removed and parent in removed:
            below[parent] += (entity_id, *below[entity_id])
    return below
