"""The part of the tree of entities that a change concerns, as Mermaid and as SVG."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from twin_stack.plan.changes import Action, Kind, Row
from twin_stack.plan.text import SIGNS
from twin_stack.twinmaker.names import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.plan.changes import Change

MAX_ROWS: Final = 200
"""Most entities of a picture."""

_COLOURS: Final = {
    Action.ADDED: "#1a7f37",
    Action.CHANGED: "#9a6700",
    Action.MOVED: "#9a6700",
    Action.RENAMED: "#9a6700",
    Action.REPLACED: "#cf222e",
    Action.REMOVED: "#cf222e",
}
_UNCHANGED: Final = "#57606a"
_ROW, _INDENT, _CHARACTER = 24, 20, 7.3


def affected_rows(
    changes: Iterable[Change], before: TwinDefinition | None, after: TwinDefinition | None
) -> tuple[Row, ...]:
    """Return the changed entities and those above them, parents first.

    An entity that is removed stands below the parent that it had, all others below their present one.

    Args:
        changes: The things that differ.
        before: The definition before the change; None if there is none.
        after: The definition after it; None if there is none.
    """
    actions = {change.id: change.action for change in changes if change.kind is Kind.ENTITY}
    parents = {
        entity_id: entity.parent_entity_id
        for side in (before, after)
        if side is not None
        for entity_id, entity in side.entities.items()
    }
    shown: dict[str, None] = {}
    for entity_id in actions:
        line = []
        while entity_id in parents and entity_id not in line:
            line.append(entity_id)
            entity_id = parents[entity_id]  # noqa: PLW2901
        shown.update(dict.fromkeys(reversed(line)))
    children: dict[str, list[str]] = {}
    for entity_id in sorted(shown):
        parent = parents[entity_id]
        children.setdefault(parent if parent in shown else ROOT, []).append(entity_id)
    return tuple(_rows(children, actions))


def _rows(children: Mapping[str, list[str]], actions: Mapping[str, Action]) -> list[Row]:
    rows: list[Row] = []
    stack: list[tuple[str, str | None, int]] = [
        (entity_id, None, 0) for entity_id in reversed(children.get(ROOT, []))
    ]
    while stack:
        entity_id, parent, depth = stack.pop()
        rows.append(Row(entity_id, parent, depth, actions.get(entity_id)))
        stack += [(child, entity_id, depth + 1) for child in reversed(children.get(entity_id, []))]
    return rows


def mermaid(rows: Sequence[Row]) -> str:
    """Return rows as a Mermaid flowchart; the sign and the word of the action are in the text.

    Args:
        rows: Rows, parents first; those beyond ``MAX_ROWS`` are left out.
    """
    numbers = {row.id: f"n{number}" for number, row in enumerate(rows)}
    lines = ["flowchart LR"]
    for row in rows[:MAX_ROWS]:
        style = f":::{row.action}" if row.action is not None else ""
        label = _label(row).replace('"', "#quot;")
        lines.append(f'  {numbers[row.id]}["{label}"]{style}')
        if row.parent is not None:
            lines.append(f"  {numbers[row.parent]} --- {numbers[row.id]}")
    used = {row.action for row in rows[:MAX_ROWS] if row.action is not None}
    lines += [
        f"  classDef {action} stroke:{_COLOURS[action]},stroke-width:2px"
        for action in Action
        if action in used
    ]
    return "\n".join(lines)


def svg(rows: Sequence[Row]) -> str:
    """Return rows as an SVG image; the sign and the word of the action are in the text.

    Args:
        rows: Rows, parents first; those beyond ``MAX_ROWS`` are counted.
    """
    shown = rows[:MAX_ROWS]
    texts = [(row.depth, _label(row), _COLOURS[row.action] if row.action else _UNCHANGED) for row in shown]
    if len(rows) > len(shown):
        texts.append((0, f"and {len(rows) - len(shown):,} more", _UNCHANGED))
    if not texts:
        texts = [(0, "no entity changes", _UNCHANGED)]
    width = int(max(depth * _INDENT + len(label) * _CHARACTER for depth, label, _ in texts)) + 40
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width}" '
        f'height="{len(texts) * _ROW + 16}" '
        'font-family="ui-monospace, monospace" font-size="12">',
        "<title>Entities that the change concerns</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for index, (depth, label, colour) in enumerate(texts):
        x, y = 8 + depth * _INDENT, 8 + index * _ROW
        box_width = int(len(label) * _CHARACTER) + 16
        lines.append(
            f'<rect x="{x}" y="{y}" width="{box_width}" height="{_ROW - 4}" rx="4" fill="none" '
            f'stroke="{colour}"/>'
        )
        lines.append(f'<text x="{x + 8}" y="{y + 14}" fill="{colour}">{html.escape(label)}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


def _label(row: Row) -> str:
    return f"{SIGNS[row.action]} {row.id} {row.action}" if row.action is not None else row.id
