"""Renames that are not declared: a thing is removed, and another one of the same content is added."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.changes import Action, Kind
from twin_stack.plan.members import members_of, things_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.twin_definition import TwinDefinition
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
_NAMES: Final = frozenset(
    {"entityId", "componentTypeId", "sceneId", "entityName", "parentEntityId", "description"}
)


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
    is alike if its content is.

    Args:
        comparison: Both sides of the change.
    """
    return [
        rename
        for kind in SECTIONS
        for rename in _pairs(
            kind, _contents(comparison, kind, Action.REMOVED), _contents(comparison, kind, Action.ADDED)
        )
    ]


def _contents(comparison: Comparison, kind: Kind, action: Action) -> Mapping[str, list[str]]:
    """Return the ids of removed or added things by their content."""
    definition = comparison.before if action is Action.REMOVED else comparison.after
    contents: defaultdict[str, list[str]] = defaultdict(list)
    for change in comparison.of(kind, action):
        contents[_content(definition, comparison, kind, change.id, action)].append(change.id)
    return contents


def _content(
    definition: TwinDefinition, comparison: Comparison, kind: Kind, thing_id: str, action: Action
) -> str:
    members = members_of(kind, things_of(definition)[kind][thing_id])
    if action is Action.REMOVED:
        members = comparison.ids.in_present_terms(kind, thing_id, members)[0]
    content: dict[str, Any] = {key: value for key, value in members.items() if key not in _NAMES}
    if kind is Kind.ENTITY and not content:
        content = {"entityName": members["entityName"]}
    return json.dumps(content, sort_keys=True, default=str)


def _pairs(
    kind: Kind, removed: Mapping[str, list[str]], added: Mapping[str, list[str]]
) -> Iterator[SuspectedRename]:
    for content, former_ids in removed.items():
        new_ids = added.get(content, [])
        if len(former_ids) == len(new_ids) == 1 and content != "{}":
            yield SuspectedRename(kind, former_ids[0], new_ids[0])


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
