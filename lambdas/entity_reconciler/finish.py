"""The end of an operation: checks that the entities are there, records the state, and writes the report."""

import json
from collections.abc import Mapping
from typing import Any

from entity_reconciler.adoption import keep_contents
from entity_reconciler.live import look_up, pages_of, read_marks, remove_marks, write_marks
from entity_reconciler.operation import APPLIED_KEY, Applied, Operation, Operations
from entity_reconciler.plans import Plan, read_plan, remove_plans
from entity_reconciler.shapes import Clock, StepFailedError, Store, Twin
from entity_reconciler.states import States

_SETTLED = frozenset({"ACTIVE", "ERROR"})
_MAX_WAIT = 10.0
_LOOKS = 8


def verify(twin: Twin, store: Store, clock: Clock, plan: Plan) -> None:
    """Check that all entities of a plan are written or gone, and mark when they were changed.

    Args:
        twin: The workspace.
        store: The engine's prefix in the bucket.
        clock: The time of the invocation.
        plan: The plan.

    Raises:
        StepFailedError: An entity is not as it should be.
    """
    marks = read_marks(store)
    writes = set(plan.writes)
    gone = {item for step in plan.steps if step.kind == "delete" for item in step.ids}
    # What others have deleted is not made again.
    may_be_missing = gone | plan.restored.keys()
    pending = writes | gone
    live_count = len(marks) + len(writes)
    delay = 0.5
    for look in range(1, _LOOKS + 1):
        live = look_up(twin, pending, max(plan.pages, pages_of(live_count)))
        if errors := {item: live[item].error for item in writes & live.keys() if live[item].error}:
            raise _failure("are not valid", errors)
        settled = {item for item in pending & writes if item in live and live[item].state in _SETTLED}
        # Without a new mark, what was changed by hand is found again the next time.
        marks |= {item: live[item].updated for item in settled - plan.kept}
        pending -= settled | {item for item in pending & may_be_missing if item not in live}
        if not pending:
            break
        if look == _LOOKS:
            raise _failure("are not as they should be", dict.fromkeys(sorted(pending), "no answer in time"))
        clock.sleep(delay)
        delay = min(2 * delay, _MAX_WAIT)
    for item in (*plan.removed, *plan.restored):
        marks.pop(item, None)
    write_marks(store, marks)


def record(store: Store, states: States, operations: Operations, operation: Operation, entities: int) -> None:
    """Record the state that was reached, and remove what is no longer needed.

    Args:
        store: The engine's prefix in the bucket.
        states: The copies of states.
        operations: The applied state.
        operation: The operation.
        entities: Number of entities of the state.
    """
    plan = read_plan(store, operation.plan_key)
    if operation.goal is None:
        store.remove([APPLIED_KEY])
        remove_marks(store)
        states.prune([])
    elif not operation.undoes:
        operations.write_applied(Applied(operation.target, operation.former, entities, operation.request_id))
        states.prune([operation.target, operation.former])
    # What was adopted is given back if the next request returns to the former state.
    keep_contents(store, plan.adopted if plan and not operation.undoes and operation.goal else ())
    remove_plans(store)
    store.remove(store.keys("jobs/"))


def write_report(store: Store, operation: Operation, **members: Any) -> str:
    """Add members to the report of an operation, and return its key.

    Args:
        store: The engine's prefix in the bucket.
        operation: The operation.
        members: What to add.
    """
    key = f"reports/{operation.request_id}.json"
    stored = store.read(key)
    report = json.loads(stored[0]) if stored else {"requestId": operation.request_id}
    report |= {"action": operation.action, "calls": operation.calls, **members}
    store.write(key, json.dumps(report, indent=1).encode())
    return key


def _failure(what: str, failures: Mapping[str, str]) -> StepFailedError:
    named = ", ".join(list(failures)[:20])
    reason = next(iter(failures.values()))
    return StepFailedError(f"{len(failures)} entities {what}: {named} ({reason})", failures)
