"""Renames that are not declared: a thing is removed, and another one of the same content is added."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.changes import Action, Kind
from twin_stack.plan.members import members_of, things_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from twin_stack.plan.changes import Change
    from twin_stack.plan.rule import Comparison

SECTIONS: Final = {
    Kind.ENTITY: "entities",
    Kind.COMPONENT_TYPE: "componentTypes",
    Kind.CONNECTOR: "connectors",
    Kind.SCENE: "scenes",
    Kind.INGEST: "ingests",
}
"""Keys of ``renames`` by kind."""
_IDS: Final = frozenset({"entityId", "componentTypeId", "sceneId"})
_NAMES: Final = _IDS | {"entityName", "parentEntityId", "description"}


@dataclass(frozen=True, slots=True)
class SuspectedRename:
    """A thing that seems to have another id.

    Attributes:
        kind: Its kind.
        former_id: The id before the change.
        id: The id after it.
        owner: The component type of a property, the entity of a component, else empty.
    """

    kind: Kind
    former_id: str
    id: str
    owner: str = ""


def suspected_renames(comparison: Comparison) -> list[SuspectedRename]:
    """Return the pairs of removed and added things with the same content, if there is one pair of it.

    Entities are alike by their components, or by their name if they have none. An entity that has children
    is alike if its content is. Where several things have the same content, those of the same name,
    description and parent are pairs. A content may hold its own id, such as the key of an alarm: it is the
    same with the new id in its place.

    Args:
        comparison: Both sides of the change.
    """
    renames = []
    for kind in SECTIONS:
        removed = _contents(comparison, kind, Action.REMOVED)
        added = _contents(comparison, kind, Action.ADDED)
        for names in (_IDS, _NAMES):
            pairs = _pairs(_by_content(removed, names), _by_content(added, names))
            for former_id, new_id in pairs:
                del removed[former_id], added[new_id]
                renames.append(SuspectedRename(kind, former_id, new_id))
    return renames


def _contents(comparison: Comparison, kind: Kind, action: Action) -> dict[str, dict[str, Any]]:
    """Return the members of removed or added things by id."""
    definition = comparison.before if action is Action.REMOVED else comparison.after
    contents = {}
    for change in comparison.of(kind, action):
        members = members_of(kind, things_of(definition)[kind][change.id])
        if action is Action.REMOVED:
            members = comparison.ids.in_present_terms(kind, change.id, members)[0]
        contents[change.id] = members
    return contents


def _by_content(contents: Mapping[str, dict[str, Any]], ignored: Collection[str]) -> dict[str, list[str]]:
    """Return the ids of things by their content without some members."""
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for thing_id, members in contents.items():
        content = {key: value for key, value in members.items() if key not in _NAMES}
        if not content:
            content = {key: value for key, value in members.items() if key == "entityName"}
        content |= {key: value for key, value in members.items() if key not in ignored}
        if content:
            text = json.dumps(content, sort_keys=True, default=str)
            ids[_without_id(text, thing_id)].append(thing_id)
    return ids


def _without_id(text: str, thing_id: str) -> str:
    """Return a text with a placeholder where it holds an id that is no part of a longer word."""
    return re.sub(rf"(?<![A-Za-z0-9]){re.escape(thing_id)}(?![A-Za-z0-9])", "<id>", text)


def _pairs(removed: Mapping[str, list[str]], added: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [
        (former_ids[0], new_ids[0])
        for content, former_ids in removed.items()
        if len(former_ids) == len(new_ids := added.get(content, [])) == 1
    ]


def suspected_properties(change: Change) -> list[tuple[str, str]]:
    """Return former and new names of properties of a type that seem to be renamed.

    Args:
        change: The change of a component type.
    """
    return _suspected_members(change, "propertyDefinitions")


def suspected_components(change: Change) -> list[tuple[str, str]]:
    """Return former and new names of components of an entity that seem to be renamed.

    Args:
        change: The change of an entity.
    """
    return _suspected_members(change, "components")


def _suspected_members(change: Change, key: str) -> list[tuple[str, str]]:
    contents: dict[Action, defaultdict[str, list[str]]] = {
        Action.REMOVED: defaultdict(list),
        Action.ADDED: defaultdict(list),
    }
    for detail in change.details:
        if len(detail.path) == 2 and detail.path[0] == key and detail.action in contents:
            value = detail.before if detail.action is Action.REMOVED else detail.after
            contents[detail.action][json.dumps(value, sort_keys=True, default=str)].append(detail.path[1])
    return [
        (former[0], new[0])
        for content, former in contents[Action.REMOVED].items()
        if len(former) == 1 and len(new := contents[Action.ADDED].get(content, [])) == 1
    ]
