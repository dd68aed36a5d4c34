"""How long an operation takes at least, and the refusal of one that cannot end in time.

Source: AWS CDK, custom resource provider framework (an operation has an hour at most); AWS General Reference,
"AWS IoT TwinMaker endpoints and quotas" (ten model requests a second for the account). How fast transfer jobs
are is not documented, so it is not part of the estimate.
"""

from entity_reconciler.plans import Plan
from entity_reconciler.shapes import ReconcileError

MAX_SECONDS = 3600.0
"""Seconds of an operation."""

FORWARD_SECONDS = 2700.0
"""Seconds after which an operation that has not ended returns to the former state, which takes time too."""

_CALLS_OF_JOB = 10
"""Calls that start a transfer job and look at it."""

_CALLS_OF_ENTITY = {"calls": 2, "delete": 1, "keep": 1, "restore": 2}
"""Calls for each entity of a step, by the kind of the step."""


def count_calls(plan: Plan) -> int:
    """Return the model calls that a plan takes, about.

    Args:
        plan: The plan.
    """
    calls = 0
    for step in plan.steps:
        calls += _CALLS_OF_JOB if step.kind == "job" else _CALLS_OF_ENTITY[step.kind] * len(step.ids)
    return calls + min(plan.total, plan.pages)


def refuse_too_long(plan: Plan, rate: float) -> None:
    """Refuse a plan that cannot end in time.

    Args:
        plan: The plan.
        rate: Model calls a second.

    Raises:
        ReconcileError: It takes too long; the message says how to split it.
    """
    calls = count_calls(plan)
    limit = int(FORWARD_SECONDS * rate)
    if calls <= limit:
        return
    deletions = sum(len(step.ids) for step in plan.steps if step.kind == "delete")
    direct = sum(len(step.ids) for step in plan.steps if step.kind == "calls")
    adopted = sum(len(step.ids) for step in plan.steps if step.kind == "keep")
    looks = f", {adopted} entities to adopt" if adopted else ""
    parts = -(-calls // limit)
    raise ReconcileError(
        f"this deployment takes at least {calls} model calls ({deletions} deletions, {direct} entities "
        "that a "
        f"transfer job cannot write{looks}), which is "
        f"{calls / rate / 60:.0f} minutes at {rate:g} calls a second; "
        "an "
        f"operation may take {FORWARD_SECONDS / 60:.0f} minutes, which is {limit} calls, and leaves the "
        "rest of "
        f"the hour for a rollback. Nothing was changed. Split it into {parts} deployments: remove at most "
        f"{max(1, deletions // parts)} of these entities and change at most {max(1, direct // parts)} of "
        "those in "
        "each. Removing a whole subtree takes one call. bulk.requestsPerSecond raises the pace, up to the "
        "10 a "
        "second that the account has"
    )
