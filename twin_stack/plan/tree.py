"""The part of the tree of entities that a change concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.plan.changes import Action, Kind, Row
from twin_stack.plan.usage import Usage
from twin_stack.twinmaker.names import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.plan.changes import Change


def affected_rows(
    changes: Iterable[Change], before: TwinDefinition | None, after: TwinDefinition | None
) -> tuple[Row, ...]:
    """Return the entities that a change concerns and those above them, parents first.

    An entity that is removed is below the parent that it had, all others below their present one. An
    entity that is the same, and has a component of a changed type or of one that extends it, is reached.

    Args:
        changes: The things that differ.
        before: The definition before the change; None if there is none.
        after: The definition after it; None if there is none.
    """
    changes = list(changes)
    entities = {change.id: change for change in changes if change.kind is Kind.ENTITY}
    types = [
        change.id
        for change in changes
        if change.kind is Kind.COMPONENT_TYPE and change.action is Action.CHANGED
    ]
    reached = _reached(types, after) if types and after is not None else set()
    parents = {
        entity_id: entity.parent_entity_id
        for side in (before, after)
        if side is not None
        for entity_id, entity in side.entities.items()
    }
    shown: dict[str, None] = {}
    for entity_id in (*entities, *sorted(reached)):
        line = []
        while entity_id in parents and entity_id not in shown and entity_id not in line:
            line.append(entity_id)
            entity_id = parents[entity_id]  # noqa: PLW2901
        shown.update(dict.fromkeys(reversed(line)))
    children: dict[str, list[str]] = {}
    for entity_id in sorted(shown):
        parent = parents[entity_id]
        children.setdefault(parent if parent in shown else ROOT, []).append(entity_id)
    return tuple(_rows(children, entities, reached))


def _reached(types: Iterable[str], definition: TwinDefinition) -> set[str]:
    usage = Usage(definition)
    return {use.entity_id for type_id in types for use in usage.components_of(type_id)}


def _rows(children: Mapping[str, list[str]], changes: Mapping[str, Change], reached: set[str]) -> list[Row]:
    rows: list[Row] = []
    stack: list[tuple[str, str | None, int]] = [
        (entity_id, None, 0) for entity_id in reversed(children.get(ROOT, []))
    ]
    while stack:
        entity_id, parent, depth = stack.pop()
        change = changes.get(entity_id)
        action = change.action if change is not None else None
        note = _note(change) if change is not None else ""
        rows.append(Row(entity_id, parent, depth, action, note, change is None and entity_id in reached))
        stack += [(child, entity_id, depth + 1) for child in reversed(children.get(entity_id, []))]
    return rows


def _note(change: Change) -> str:
    if change.former_id is not None:
        return f"was {change.former_id}"
    for detail in change.details:
        if detail.action is Action.MOVED:
            return "from the top" if detail.before == ROOT else f"from {detail.before}"
    return ""
