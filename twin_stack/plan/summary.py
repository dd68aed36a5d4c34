"""A plan in one line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from twin_stack.plan.changes import Action, Kind, Level
from twin_stack.plan.usage import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.plan.changes import Change, Plan

_VERBS: Final = {
    Action.ADDED: "add",
    Action.CHANGED: "change",
    Action.MOVED: "move",
    Action.RENAMED: "rename",
    Action.REPLACED: "replace",
    Action.REMOVED: "remove",
}


def summary_line(plan: Plan) -> str:
    """Return the numbers of changes, the names of what is replaced or removed, and the numbers of risks.

    Args:
        plan: The plan.
    """
    if plan.is_empty:
        return "no change"
    counts = Counter(change.action for change in plan.changes or plan.resources)
    parts = [] if counts or plan.parameters else ["no change of the twin"]
    for action, verb in _VERBS.items():
        if counts[action]:
            named = _named(plan, action) if action in (Action.REPLACED, Action.REMOVED) else ""
            noun = "" if plan.changes else " resource" if counts[action] == 1 else " resources"
            parts.append(f"{counts[action]:,}{noun} to {verb}{named}")
    if plan.parameters and not plan.changes:
        parts.append(f"{count(len(plan.parameters), 'parameter')} to change")
    levels = Counter(risk.level for risk in plan.open_risks)
    parts += [
        f"{levels[level]:,} {level.name.lower()}"
        for level in (Level.DANGER, Level.ATTENTION)
        if levels[level]
    ]
    if accepted := len(plan.risks) - len(plan.open_risks):
        parts.append(f"{accepted:,} accepted")
    return ", ".join(parts)


def _named(plan: Plan, action: Action) -> str:
    tops = topmost(plan, action)
    if not tops:
        return ""
    below = f" and {len(tops[0].below):,} below it" if tops[0].below else ""
    others = f", {len(tops) - 1:,} more" if len(tops) > 1 else ""
    return f" ({tops[0].id}{below}{others})"


def topmost(plan: Plan, action: Action) -> Sequence[Change]:
    """Return the changes of an action without entities whose parent shares their fate.

    Args:
        plan: The plan.
        action: The action.
    """
    changes = [change for change in plan.changes if change.action is action]
    covered = {entity_id for change in changes if change.kind is Kind.ENTITY for entity_id in change.below}
    return [change for change in changes if change.kind is not Kind.ENTITY or change.id not in covered]
