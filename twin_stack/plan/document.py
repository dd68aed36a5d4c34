"""A plan as JSON, for other programs: the form of ``plan.schema.json``, with a version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.summary import summary_line

if TYPE_CHECKING:
    from twin_stack.definition.findings import Location
    from twin_stack.plan.changes import Change, Detail, Plan, Quota, ResourceChange, Risk, Step

VERSION: Final = 1
"""Version of the form. Members may be added without another version."""


def plan_document(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON members.

    Args:
        plan: The plan.
    """
    return {
        "version": VERSION,
        "summary": summary_line(plan),
        "from": {"label": plan.before, "hash": plan.before_hash},
        "to": {"label": plan.after, "hash": plan.after_hash},
        "changes": [_change(change) for change in plan.changes],
        "risks": [_risk(risk) for risk in plan.risks],
        "resources": [_resource(change) for change in plan.resources],
        "parameters": list(plan.parameters),
        "permissions": list(plan.permissions),
        "estimates": list(plan.estimates),
        "steps": [_step(step) for step in plan.steps],
        "quotas": [_quota(quota) for quota in plan.quotas],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "action": change.action,
        "kind": change.kind,
        "id": change.id,
        **({"formerId": change.former_id} if change.former_id is not None else {}),
        **({"below": list(change.below)} if change.below else {}),
        **({"content": change.content} if change.content is not None else {}),
        **_place(change.location),
        "details": [_detail(detail) for detail in change.details],
    }


def _detail(detail: Detail) -> dict[str, Any]:
    return {
        "action": detail.action,
        "path": list(detail.path),
        "before": detail.before,
        "after": detail.after,
    }


def _risk(risk: Risk) -> dict[str, Any]:
    return {
        "code": risk.code,
        "level": risk.level.name.lower(),
        "kind": risk.kind,
        "id": risk.id,
        "message": risk.message,
        "remedy": risk.remedy,
        "breaking": risk.is_breaking,
        **({"accepted": risk.accepted} if risk.accepted is not None else {}),
        **_place(risk.location),
    }


def _resource(change: ResourceChange) -> dict[str, Any]:
    return {
        "action": change.action,
        "logicalId": change.logical_id,
        "type": change.type,
        "properties": list(change.properties),
        "causes": list(change.causes),
        "isCertain": change.is_certain,
        "data": change.data,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "phase": step.phase,
        "wave": step.wave,
        "operation": step.operation,
        "type": step.type,
        "id": step.id,
    }


def _quota(quota: Quota) -> dict[str, Any]:
    return {
        "name": quota.name,
        "limit": quota.limit,
        "before": quota.before,
        "after": quota.after,
        "isAdjustable": quota.is_adjustable,
    }


def _place(location: Location | None) -> dict[str, Any]:
    if location is None:
        return {}
    return {"file": str(location.file), "line": location.line, "column": location.column}
