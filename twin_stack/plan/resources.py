"""What a change does to the resources of a stack: the differences of two templates.

Which properties replace a resource is what the schemas of CloudFormation's resource types say
(``update_behaviour.json``). Custom resources of this project change in place.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from twin_stack.architecture import Permission, permissions
from twin_stack.plan.changes import Action, ResourceChange
from twin_stack.twinmaker import custom_resources

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

Template = dict[str, Any]

_BEHAVIOUR_FILE: Final = Path(__file__).with_name("update_behaviour.json")
_POLICIES: Final = frozenset({"Retain", "RetainExceptOnCreate", "Snapshot"})
HOLDS_DATA: Final = frozenset(
    {
        "AWS::Cognito::UserPool",
        "AWS::DynamoDB::Table",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        custom_resources.ASSET,
        custom_resources.ASSET_MODEL,
        custom_resources.ASSETS,
    }
)
"""Types of resources that hold data."""


def resource_changes(before: Template, after: Template) -> list[ResourceChange]:
    """Return what CloudFormation does to the resources of a stack, by logical id.

    Args:
        before: The template before the change.
        after: The template after it.
    """
    old, new = before["Resources"], after["Resources"]
    changes = [ResourceChange(Action.ADDED, name, new[name]["Type"]) for name in new.keys() - old.keys()]
    changes += [
        ResourceChange(Action.REMOVED, name, old[name]["Type"], data=_data(old[name], "DeletionPolicy"))
        for name in old.keys() - new.keys()
    ]
    changes += filter(None, (_change(name, old[name], new[name]) for name in old.keys() & new.keys()))
    return sorted(changes, key=lambda change: change.logical_id)


def _change(name: str, old: Template, new: Template) -> ResourceChange | None:
    before, after = old.get("Properties", {}), new.get("Properties", {})
    differing = tuple(
        sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    )
    if old["Type"] != new["Type"]:
        data = _data(old, _ON_REPLACE)
        return ResourceChange(Action.REPLACED, name, new["Type"], differing, ("Type",), data=data)
    if not differing:
        return None
    behaviour = _behaviour(new["Type"])
    certain = tuple(key for key in differing if key in behaviour["replaced"])
    possible = tuple(key for key in differing if key in behaviour["maybeReplaced"])
    if certain or possible:
        return ResourceChange(
            Action.REPLACED,
            name,
            new["Type"],
            differing,
            certain or possible,
            is_certain=bool(certain),
            data=_data(old, _ON_REPLACE),
        )
    return ResourceChange(Action.CHANGED, name, new["Type"], differing)


_ON_REPLACE: Final = "UpdateReplacePolicy"


def _data(resource: Template, policy: str) -> str:
    if resource["Type"] not in HOLDS_DATA:
        return ""
    return "kept" if is_retained(resource, policy) else "deleted"


def is_retained(resource: Template, policy: str) -> bool:
    """Return whether a policy of a resource keeps its data.

    Args:
        resource: The resource, as a template has it.
        policy: ``DeletionPolicy`` or ``UpdateReplacePolicy``.
    """
    return resource.get(policy) in _POLICIES


def _behaviour(type_name: str) -> Mapping[str, list[str]]:
    if type_name.startswith("Custom::"):
        # Source: CloudFormation user guide, "Custom resources": another service token is refused or replaces.
        return {"replaced": ["ServiceToken"], "maybeReplaced": []}
    return _behaviours().get(type_name, {"replaced": [], "maybeReplaced": []})


@cache
def _behaviours() -> dict[str, dict[str, list[str]]]:
    behaviours: dict[str, dict[str, list[str]]] = json.loads(_BEHAVIOUR_FILE.read_text(encoding="utf-8"))
    return behaviours


def permission_lines(before: Template, after: Template) -> Iterator[str]:
    """Yield in words what roles may do now and may no longer do.

    Args:
        before: The template before the change.
        after: The template after it.
    """
    old, new = set(permissions(before)), set(permissions(after))
    yield from (f"+ {line}" for line in _words(new - old, "may"))
    yield from (f"- {line}" for line in _words(old - new, "may no longer"))


def _words(granted: Collection[Permission], verb: str) -> Iterator[str]:
    actions: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for role, user, action, _, resource in granted:
        actions[role, user, resource].add(action)
    for role, user, resource in sorted(actions):
        yield f"role {role} of {user} {verb} {', '.join(sorted(actions[role, user, resource]))} on {resource}"


def resource_lines(changes: Sequence[ResourceChange]) -> Iterator[str]:
    """Yield the changes of resources as lines: replaced and removed ones each, others counted by type.

    Args:
        changes: Changes of resources.
    """
    counts: dict[tuple[Action, str], int] = {}
    properties: defaultdict[tuple[Action, str], set[str]] = defaultdict(set)
    for change in changes:
        data = f"; its data is {change.data}" if change.data else ""
        if change.action is Action.REPLACED:
            certainty = "is" if change.is_certain else "may be"
            causes = ", ".join(change.causes)
            yield f"! {change.type} {change.logical_id} {certainty} replaced by another {causes}{data}"
        elif change.action is Action.REMOVED and change.data:
            yield f"- {change.type} {change.logical_id} leaves the stack{data}"
        else:
            counts[change.action, change.type] = counts.get((change.action, change.type), 0) + 1
            properties[change.action, change.type].update(change.properties)
    for (action, type_name), number in sorted(counts.items()):
        names = ", ".join(sorted(properties[action, type_name]))
        yield f"{_SIGNS[action]} {number:,} {type_name} {action}" + (f": {names}" if names else "")


_SIGNS: Final = {Action.ADDED: "+", Action.CHANGED: "~", Action.REMOVED: "-"}
