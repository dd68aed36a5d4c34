"""The words of a plan: a change and its details as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.changes import Action, Kind
from twin_stack.plan.order import order_lines
from twin_stack.plan.resources import resource_lines
from twin_stack.plan.usage import count
from twin_stack.plan.values import show_change, show_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
_MAX_DETAILS: Final = 20
_BINDING: Final = ("entityId", "componentName", "propertyName")


def change_line(change: Change) -> str:
    """Return a change in one line, without its details.

    Args:
        change: The change.
    """
    line = f"{change.kind} {change.id}"
    if change.former_id is not None:
        line += f" (was {change.former_id})"
    line += f" is {change.action}"
    if change.below:
        line += f" with {count(len(change.below), 'entity', 'entities')} below it"
    return line + (_describe(change.kind, change.content) if change.content is not None else "")


def detail_lines(change: Change) -> Iterator[str]:
    """Yield the details of a change, each with its sign; many details end with their number.

    Args:
        change: The change.
    """
    for detail in change.details[:_MAX_DETAILS]:
        yield f"{SIGNS[detail.action]} {_detail_line(change.kind, detail)}"
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
    yield from plan.parameters
    yield from plan.permissions
    yield from (f"  {quota_line(quota)}" for quota in plan.quotas)
    yield from (f"  {estimate}" for estimate in plan.estimates)
    if len(plan.steps) > 1:
        yield ORDER
        yield from (f"  {line}" for line in order_lines(plan.steps))
    yield summary


def _describe(kind: Kind, members: Mapping[str, Any]) -> str:
    """Return the most important members of an added thing in words."""
    match kind:
        case Kind.ENTITY:
            return _describe_entity(members)
        case Kind.COMPONENT_TYPE:
            parents = members.get("extendsFrom")
            extends = f", extends {', '.join(parents)}" if isinstance(parents, list) else ""
            number = len(members.get("propertyDefinitions", ()))
            return f"{extends}, {count(number, 'property', 'properties')}"
        case Kind.SCENE:
            return f", {count(len(_member(members['document'], 'nodes') or ()), 'node')}"
        case Kind.CONNECTOR:
            return f", kind {members['kind']}"
        case Kind.INGEST:
            return f", for {members['componentTypeId']} from {members['topic']}"
    return ""


def _describe_entity(members: Mapping[str, Any]) -> str:
    below = f" below {members['parentEntityId']}" if "parentEntityId" in members else ""
    components = members.get("components")
    if not isinstance(components, dict):  # there are none, or they are masked
        return below
    return f"{below} with " + ", ".join(
        f"{name} ({_member(component, 'componentTypeId')})" for name, component in components.items()
    )


def _member(value: Any, key: str) -> Any:
    """Return a member of a mapping, or the mask of a masked mapping."""
    return value.get(key) if isinstance(value, dict) else value


def detail_text(label: str, detail: Detail, *, is_node: bool = False) -> str:
    """Return a difference inside of a thing in words, before and after.

    Args:
        label: What differs.
        detail: The difference.
        is_node: Whether it is a whole node of a scene.
    """
    show = show_node if is_node else show_value
    match detail.action:
        case Action.ADDED:
            return f"{label}: {show(detail.after)}"
        case Action.REMOVED:
            return f"{label}, was {show(detail.before)}"
        case Action.RENAMED:
            return f"{label}, was {detail.before}"
        case Action.MOVED if is_node:
            return f"{label}, was {show_value(detail.before)}"
        case Action.MOVED:
            return f"{label}: {_show_parent(detail.before)} -> {_show_parent(detail.after)}"
        case _:
            return f"{label}: {show_change(detail.before, detail.after)}"


def _detail_line(kind: Kind, detail: Detail) -> str:
    is_node = kind is Kind.SCENE and len(detail.path) == 2 and detail.path[0] == "nodes"
    return detail_text(_label(kind, detail.path), detail, is_node=is_node)


def _show_parent(entity_id: str | None) -> str:
    return show_value(entity_id) if entity_id is not None else "none (at the top)"


def _label(kind: Kind, path: tuple[str, ...]) -> str:
    if kind is Kind.SCENE and path[:1] == ("nodes",):
        node = f'node "{path[1]}"'
        return f"{node} {'.'.join(path[2:])}" if path[2:] else node
    return ".".join(path)


def show_node(node: Any) -> str:
    """Return the kinds of components of a node, what they show, and the number of nodes below it.

    Args:
        node: A node of a scene that one side has.
    """
    if not isinstance(node, dict):  # it is masked
        return show_value(node)
    parts = [_show_part(name, part) for name, part in node.get("components", {}).items()]
    if number := _nodes_below(node):
        parts.append(f"{count(number, 'node')} below it")
    return ", ".join(parts) or "empty"


def _show_part(name: str, part: Mapping[str, Any]) -> str:
    context = part.get("valueDataBinding", {}).get("dataBindingContext", {})
    bound = [str(context[key]) for key in _BINDING if context.get(key)]
    return f"{name} of {'/'.join(bound)}" if bound else name


def _nodes_below(node: Mapping[str, Any]) -> int:
    children = node.get("children", {}).values()
    return len(children) + sum(map(_nodes_below, children))
