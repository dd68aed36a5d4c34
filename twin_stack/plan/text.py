"""The words of a plan: a change and its details as lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.wording import quote_value
from twin_stack.plan.changes import Action, Kind
from twin_stack.plan.differences import is_data_value
from twin_stack.plan.order import order_lines
from twin_stack.plan.resources import resource_lines
from twin_stack.plan.usage import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.plan.changes import Change, Detail, Plan, Quota

SIGNS: Final = {
    Action.ADDED: "+",
    Action.CHANGED: "~",
    Action.MOVED: ">",
    Action.RENAMED: "=",
    Action.REPLACED: "!",
    Action.REMOVED: "-",
}
ORDER: Final = "Order in which CloudFormation acts:"
_MAX_VALUE: Final = 80
_MAX_DETAILS: Final = 20


def change_line(change: Change) -> str:
    """Return a change in one line, without its details.

    Args:
        change: The change.
    """
    line = f"{change.kind} {change.id}"
    if change.former_id is not None:
        line += f" (was {change.former_id})"
    if change.below:
        line += f" and {count(len(change.below), 'entity', 'entities')} below it"
    return f"{line} is {change.action}"


def detail_lines(change: Change) -> Iterator[str]:
    """Yield the details of a change, each with its sign; many details end with their number.

    Args:
        change: The change.
    """
    for detail in change.details[:_MAX_DETAILS]:
        yield f"{SIGNS[detail.action]} {_detail_text(change.kind, detail)}"
    if (left := len(change.details) - _MAX_DETAILS) > 0:
        yield f"and {left:,} more"


def quota_line(quota: Quota) -> str:
    """Return the room in a quota in one line.

    Args:
        quota: The quota.
    """
    adjustable = ", adjustable" if quota.is_adjustable else ""
    return f"{quota.name}: {quota.before:,} -> {quota.after:,} of {quota.limit:,}{adjustable}"


def plan_text(plan: Plan, summary: str) -> Iterator[str]:
    """Yield a plan as lines for a terminal: risks first, then changes, then quotas.

    Args:
        plan: The plan.
        summary: Its summary, the last line.
    """
    yield f"{plan.before} -> {plan.after}"
    for risk in plan.risks:
        place = f"{risk.location} " if risk.location is not None else ""
        end = f"accepted: {risk.accepted}" if risk.accepted is not None else risk.remedy
        yield f"{place}{risk.code} {risk.level.name.lower()}: {risk.message}; {end}"
    covered = {entity_id for change in plan.changes for entity_id in change.below}
    for change in plan.changes:
        if change.action is Action.REMOVED and change.kind is Kind.ENTITY and change.id in covered:
            continue
        yield f"{SIGNS[change.action]} {change_line(change)}"
        yield from (f"    {line}" for line in detail_lines(change))
    yield from resource_lines(plan.resources)
    yield from plan.permissions
    yield from (f"  {quota_line(quota)}" for quota in plan.quotas)
    yield from (f"  {estimate}" for estimate in plan.estimates)
    if plan.steps:
        yield ORDER
        yield from (f"  {line}" for line in order_lines(plan.steps))
    yield summary


def _detail_text(kind: Kind, detail: Detail) -> str:
    label = _label(kind, detail.path)
    match detail.action:
        case Action.ADDED:
            return f"{label}: {show_value(detail.after)}"
        case Action.REMOVED:
            return f"{label}, was {show_value(detail.before)}"
        case Action.RENAMED:
            return f"{label}, was {detail.before}"
        case _:
            return f"{label}: {show_value(detail.before)} -> {show_value(detail.after)}"


def _label(kind: Kind, path: tuple[str, ...]) -> str:
    if kind is Kind.SCENE and path[:1] == ("nodes",):
        node = f'node "{path[1]}"'
        return f"{node} {'.'.join(path[2:])}" if path[2:] else node
    return ".".join(path)


def show_value(value: Any) -> str:
    """Return a value as a line shows it; long ones are cut.

    Args:
        value: A value of a definition.
    """
    if is_data_value(value) and len(value) == 1:
        value = next(iter(value.values()))
    if isinstance(value, dict) and "targetEntityId" in value:  # a relationship
        component = value.get("targetComponentName")
        return f"{value['targetEntityId']}/{component}" if component else str(value["targetEntityId"])
    if value is None:
        return "none"
    if isinstance(value, dict | list):
        text = json.dumps(value, ensure_ascii=False, default=str)
        return text if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]}..."
    return quote_value(value)
