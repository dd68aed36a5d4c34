"""A plan in words for a page: the members of ``Review`` in ``viewer/src/data/review.ts``."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.changes import Action, Kind
from twin_stack.plan.summary import summary_line
from twin_stack.plan.text import change_line, detail_text, show_node

if TYPE_CHECKING:
    from twin_stack.plan.changes import Change, Detail, Plan, Risk

    Json = dict[str, Any]

_FIRST: Final = (Kind.SCENE, Kind.ENTITY)
"""What the page shows in a picture comes first."""

_SAME_NODE: Final = (Action.MOVED, Action.RENAMED)
"""What happens to a node of a scene that both sides have under other paths."""


def review_document(plan: Plan) -> Json:
    """Return a plan for a page: scenes by node, then entities, then other things, each with its risks.

    An entity below a removed one is marked in the tree, and is no entry of the list.

    Args:
        plan: The plan.
    """
    risks: dict[tuple[Kind, str], list[Risk]] = defaultdict(list)
    for risk in plan.risks:
        risks[risk.kind, risk.id].append(risk)
    covered = {entity_id for change in plan.changes for entity_id in change.below}
    listed = [
        change
        for change in plan.changes
        if not (change.kind is Kind.ENTITY and change.action is Action.REMOVED and change.id in covered)
    ]
    listed.sort(key=lambda change: _FIRST.index(change.kind) if change.kind in _FIRST else len(_FIRST))
    return {
        "summary": summary_line(plan),
        "from": plan.before,
        "to": plan.after,
        "entities": {
            change.id: {"action": change.action, **_former_id(change)} for change in plan.of(Kind.ENTITY)
        },
        "changes": [_change(change, risks.pop((change.kind, change.id), [])) for change in listed],
        "risks": [_risk(risk) for others in risks.values() for risk in others],
    }


def _change(change: Change, risks: list[Risk]) -> Json:
    return {
        "action": change.action,
        "kind": change.kind,
        "id": change.id,
        **_former_id(change),
        "text": change_line(change).replace(f" is {change.action}", "", 1),
        "risks": [_risk(risk) for risk in risks],
        "details": [_detail(change.kind, detail) for detail in change.details],
    }


def _former_id(change: Change) -> Json:
    return {} if change.former_id is None else {"formerId": change.former_id}


def _risk(risk: Risk) -> Json:
    end = f"accepted: {risk.accepted}" if risk.accepted is not None else risk.remedy
    level = "safe" if risk.accepted is not None else risk.level.name.lower()
    return {"code": risk.code, "level": level, "text": f"{risk.message}; {end}"}


def _detail(kind: Kind, detail: Detail) -> Json:
    """Return a difference in words. One of a scene's node has the node's path, and its path before a move."""
    if kind is not Kind.SCENE or detail.path[:1] != ("nodes",):
        return {
            "action": detail.action,
            "path": list(detail.path),
            "text": detail_text(".".join(detail.path), detail),
        }
    _, node, *path = detail.path
    is_whole_node = not path
    text = detail_text(".".join(path), detail) if path else _node_text(detail)
    former = {"formerNode": detail.before} if is_whole_node and detail.action in _SAME_NODE else {}
    return {"action": detail.action, "path": path, "node": node, **former, "text": text}


def _node_text(detail: Detail) -> str:
    if detail.action is Action.MOVED:
        return f"below another node, was {detail.before}"
    if detail.action is Action.RENAMED:
        return f"was {detail.before}"
    return show_node(detail.after if detail.action is Action.ADDED else detail.before)
