"""Risks of the resources of two synthesized stacks: what becomes of data, of names, and of outputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.changes import Action, Change, Kind, Level
from twin_stack.plan.resources import HOLDS_DATA, is_retained, resource_changes
from twin_stack.plan.rule import Comparison, risk_rule
from twin_stack.plan.usage import count
from twin_stack.twinmaker.import_identifiers import IMPORT_IDENTIFIERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.plan.changes import Risk

Json = dict[str, Any]

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "AWS::CloudWatch::Dashboard": ("DashboardName",),
    "AWS::Cognito::UserPoolDomain": ("Domain",),
    "AWS::Cognito::UserPoolGroup": ("UserPoolId", "GroupName"),
    "AWS::IoT::Policy": ("PolicyName",),
    **{
        kind: names
        for kind, names in IMPORT_IDENTIFIERS.items()
        if kind not in {"AWS::IAM::Role", "AWS::Lambda::Function"}
    },
}
"""Properties that name a resource in its account and region, or in its workspace, by type."""
_SAFEGUARDS: Final[Mapping[str, Mapping[str, tuple[tuple[str, ...], Any]]]] = {
    "AWS::Cognito::UserPool": {"protection from deletion": (("DeletionProtection",), "ACTIVE")},
    "AWS::DynamoDB::Table": {
        "point-in-time recovery": (("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"), True),
        "protection from deletion": (("DeletionProtectionEnabled",), True),
    },
    "AWS::S3::Bucket": {"versioning": (("VersioningConfiguration", "Status"), "Enabled")},
}
"""Properties by which data can be recovered, with the value that turns each on, by type."""


def _change(logical_id: str) -> Change:
    return Change(Action.CHANGED, Kind.RESOURCE, logical_id)


def _common(comparison: Comparison) -> Iterator[tuple[str, Json, Json]]:
    """Yield the resources of a type that both templates have: logical id, before and after."""
    if comparison.templates is not None:
        before, after = (template["Resources"] for template in comparison.templates)
        for name in sorted(before.keys() & after.keys()):
            if before[name]["Type"] == after[name]["Type"]:
                yield name, before[name], after[name]


@risk_rule("PLAN080", "data-deleted", Level.DANGER)
def data_deleted(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a resource that the deployment deletes or replaces, and its data with it.

    Before:
        template.yaml:
            Resources:
              Table: {Type: "AWS::DynamoDB::Table", DeletionPolicy: Delete}

    After:
        template.yaml:
            Resources: {}

    Risk:
        PLAN080 danger: AWS::DynamoDB::Table Table leaves the stack, and its data is deleted

    Do:
        Deploy with `removal: retain` of the stage first, and remove it after that; or copy the data.
    """
    if comparison.templates is None:
        return
    for change in resource_changes(*comparison.templates):
        if change.data == "deleted":
            verb = "is replaced" if change.action is Action.REPLACED else "leaves the stack"
            verb = verb if change.is_certain else "may be replaced"
            message = f"{change.type} {change.logical_id} {verb}, and its data is deleted"
            remedy = "retain it in a deployment before this one, or copy the data"
            yield data_deleted.risk(_change(change.logical_id), message, remedy)


@risk_rule("PLAN081", "not-retained-now", Level.DANGER)
def not_retained_now(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a resource whose data was retained, and goes with it from now on.

    Before:
        template.yaml:
            Resources:
              Table: {Type: "AWS::DynamoDB::Table", DeletionPolicy: RetainExceptOnCreate}

    After:
        template.yaml:
            Resources:
              Table: {Type: "AWS::DynamoDB::Table", DeletionPolicy: Delete}

    Risk:
        PLAN081 danger: DeletionPolicy of AWS::DynamoDB::Table Table becomes Delete instead of
        RetainExceptOnCreate; its data goes with it from now on

    Do:
        Keep `removal: retain` of the stage.
    """
    for name, before, after in _common(comparison):
        if before["Type"] not in HOLDS_DATA:
            continue
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if is_retained(before, policy) and not is_retained(after, policy):
                message = (
                    f"{policy} of {after['Type']} {name} becomes {after.get(policy, 'Delete')} instead of "
                    f"{before[policy]}; its data goes with it from now on"
                )
                yield not_retained_now.risk(_change(name), message, "keep the stage's removal: retain")


@risk_rule("PLAN082", "kept-for-shorter", Level.DANGER)
def kept_for_shorter(comparison: Comparison) -> Iterator[Risk]:
    """Warn of logs, rows or objects that are deleted sooner, by a retention, a time to live or a lifecycle.

    Before:
        template.yaml:
            Resources:
              Log: {Type: "AWS::Logs::LogGroup", Properties: {RetentionInDays: 90}}

    After:
        template.yaml:
            Resources:
              Log: {Type: "AWS::Logs::LogGroup", Properties: {RetentionInDays: 30}}

    Risk:
        PLAN082 danger: AWS::Logs::LogGroup Log keeps events for 30 days instead of 90 days; older ones are
        deleted

    Do:
        Accept it if the data is not needed for longer, or copy it first.
    """
    for name, before, after in _common(comparison):
        old, new = before.get("Properties", {}), after.get("Properties", {})
        message = ""
        match after["Type"]:
            case "AWS::Logs::LogGroup":
                days = old.get("RetentionInDays"), new.get("RetentionInDays")
                if isinstance(days[1], int) and (
                    days[0] is None or (isinstance(days[0], int) and days[1] < days[0])
                ):
                    former = count(days[0], "day") if days[0] is not None else "always"
                    message = f"keeps events for {count(days[1], 'day')} instead of {former}"
                    message += "; older ones are deleted"
            case "AWS::DynamoDB::Table":
                attributes = _expiry_attribute(old), _expiry_attribute(new)
                if attributes[1] is not None and attributes[0] != attributes[1]:
                    message = f'deletes rows by their attribute "{attributes[1]}" from now on'
            case "AWS::S3::Bucket":
                rules = [item for item in _expirations(new) if item not in _expirations(old)]
                if rules:
                    message = f"deletes objects by {count(len(rules), 'rule')} that it did not have"
        if message:
            remedy = "accept it if the data is not needed for longer, or copy it first"
            yield kept_for_shorter.risk(_change(name), f"{after['Type']} {name} {message}", remedy)


def _expiry_attribute(properties: Json) -> Any:
    specification = properties.get("TimeToLiveSpecification", {})
    return specification.get("AttributeName") if specification.get("Enabled") in (True, "true") else None


def _expirations(properties: Json) -> list[Json]:
    rules = properties.get("LifecycleConfiguration", {}).get("Rules", ())
    return [
        rule for rule in rules if any("Expiration" in key for key in rule) and rule.get("Status") == "Enabled"
    ]


@risk_rule("PLAN083", "safeguard-off", Level.ATTENTION)
def safeguard_off(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a safeguard of data that is turned off: point-in-time recovery, versioning, protection.

    Before:
        template.yaml:
            Resources:
              Table:
                Type: "AWS::DynamoDB::Table"
                Properties: {PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}}

    After:
        template.yaml:
            Resources:
              Table:
                Type: "AWS::DynamoDB::Table"
                Properties: {PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: false}}

    Risk:
        PLAN083 attention: point-in-time recovery of AWS::DynamoDB::Table Table is turned off

    Do:
        Keep it. What was recoverable until now is not recoverable any more.
    """
    for name, before, after in _common(comparison):
        for label, (path, value) in _SAFEGUARDS.get(after["Type"], {}).items():
            if _member(before, path) == value != _member(after, path):
                message = f"{label} of {after['Type']} {name} is turned off"
                yield safeguard_off.risk(_change(name), message, "keep it")


def _member(resource: Json, path: tuple[str, ...]) -> Any:
    value: Any = resource.get("Properties", {})
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


@risk_rule("PLAN084", "name-taken", Level.DANGER)
def name_taken(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a resource that gets the name of one which leaves the stack or is replaced.

    CloudFormation creates before it deletes, and what is retained is not deleted at all, so the creation
    fails. It is what happens when constructs move in an app, or something retained is created a second time.

    Before:
        template.yaml:
            Resources:
              Table: {Type: "AWS::DynamoDB::Table", DeletionPolicy: Retain, Properties: {TableName: plant}}

    After:
        template.yaml:
            Resources:
              Rows: {Type: "AWS::DynamoDB::Table", DeletionPolicy: Retain, Properties: {TableName: plant}}

    Risk:
        PLAN084 danger: AWS::DynamoDB::Table Rows gets the name "plant" of Table, which leaves the stack and
        is retained; its creation fails

    Do:
        Keep the logical id. Where a construct moved, `cdk refactor` moves the resource; what is retained is
        taken in by `cdk deploy --import-existing-resources`.
    """
    if comparison.templates is None:
        return
    old, new = (template["Resources"] for template in comparison.templates)
    changes = resource_changes(*comparison.templates)
    removed = {
        _name(old[change.logical_id]): change.logical_id
        for change in changes
        if change.action is Action.REMOVED
    }
    removed.pop((), None)
    for change in changes:
        name = _name(new[change.logical_id]) if change.logical_id in new else ()
        shown = f'"{name[-1]}"' if name else ""
        if change.action is Action.ADDED and name in removed:
            former = removed[name]
            end = "and is retained" if is_retained(old[former], "DeletionPolicy") else "after that"
            message = (
                f"{change.type} {change.logical_id} gets the name {shown} of {former}, which leaves the "
                f"stack {end}; its creation fails"
            )
            remedy = "keep the logical id, use `cdk refactor`, or import what is retained"
        elif change.action is Action.REPLACED and name and name == _name(old[change.logical_id]):
            verb = "is" if change.is_certain else "may be"
            message = (
                f"{change.type} {change.logical_id} {verb} replaced by another {', '.join(change.causes)} "
                f"and keeps its name {shown}; its creation fails"
            )
            remedy = "give it another name"
        else:
            continue
        yield name_taken.risk(_change(change.logical_id), message, remedy)


def _name(resource: Json) -> tuple[str, ...]:
    """Return the type and the name of a resource, empty if CloudFormation generates the name."""
    properties = resource.get("Properties", {})
    values = [properties.get(key) for key in _NAMES.get(resource["Type"], ())]
    if not values or None in values:
        return ()
    texts = (value if isinstance(value, str) else json.dumps(value, sort_keys=True) for value in values)
    return resource["Type"], *texts


@risk_rule("PLAN085", "output-removed", Level.ATTENTION, is_breaking=True)
def output_removed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of an output of the stack that is removed: scripts and other stacks read it by its name.

    CloudFormation refuses the deployment while another stack imports the export of an output.

    Before:
        template.yaml:
            Resources: {}
            Outputs: {TableName: {Value: plant}, Extra: {Value: other}}

    After:
        template.yaml:
            Resources: {}
            Outputs: {Extra: {Value: other}}

    Risk:
        PLAN085 attention: output "TableName" of the stack is removed

    Do:
        Look for scripts and stacks that read it.
    """
    if comparison.templates is None:
        return
    old, new = (template.get("Outputs", {}) for template in comparison.templates)
    for name in sorted(old):
        former, present = (
            json.dumps(side.get(name, {}).get("Export"), sort_keys=True) for side in (old, new)
        )
        if name not in new or (former not in ("null", present)):
            what = "is removed" if name not in new else "has another export"
            message = f'output "{name}" of the stack {what}'
            yield output_removed.risk(_change(name), message, "look for scripts and stacks that read it")


RESOURCE_CODES: Final = frozenset(
    rule.code
    for rule in (
        data_deleted, not_retained_now, kept_for_shorter, safeguard_off, name_taken, output_removed
    )
)  # fmt: skip
"""Codes of the risks that only a plan of two synthesized stacks has."""
