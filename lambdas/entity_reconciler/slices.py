"""Carries out a request in slices, each within one invocation, that go on where the last one ended."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from entity_reconciler.estimate import refuse_too_long
from entity_reconciler.finish import record, verify, write_report
from entity_reconciler.operation import Operation, Operations, begin_undo, begun_step
from entity_reconciler.planning import Planner, read_owned
from entity_reconciler.plans import read_plan, write_plan
from entity_reconciler.progress import PROGRESS_KEY, Progress, progress_of
from entity_reconciler.request import Request
from entity_reconciler.shapes import (
    Clock,
    Entry,
    LostLockError,
    OutOfTimeError,
    ReconcileError,
    RefusedError,
    StepFailedError,
    Store,
    Twin,
)
from entity_reconciler.states import States
from entity_reconciler.steps import StepRunner

_log = logging.getLogger(__name__)

_MAX_PLAN_ATTEMPTS = 5
_MAX_UNDO_ATTEMPTS = 3
_JOB_WAIT_SECONDS = 120.0
LOCK_SECONDS = 2 * 3600.0
"""Seconds after which the operation of another stack has ended: none takes longer than an hour."""


def begin(request: Request, store: Store, clock: Clock) -> None:
    """Record that a request is to be carried out; a repeated request changes nothing.

    CloudFormation sends one request after the other for a resource. So an operation of the same stack that
    has not ended was given up, for example because its time had ended, and this request goes on from what it
    left.

    Args:
        request: The request.
        store: The engine's prefix in the bucket.
        clock: The time of the invocation.

    Raises:
        ReconcileError: Another stack changes these entities at the moment.
    """
    operations = Operations(store)
    last = operations.read()
    if last is not None and last.request_id == request.request_id:
        return
    if (
        last is not None
        and not last.has_ended
        and last.stack_id != request.stack_id
        and clock.now() - last.started < LOCK_SECONDS
    ):
        raise ReconcileError(
            f"the stack {last.stack_id} changes the entities of workspace {request.workspace_id} at the "
            "moment "
            f"(request {last.request_id}); wait until it has ended, and deploy again"
        )
    try:
        operations.write(_new_operation(request, operations, last, clock))
    except LostLockError:
        if (other := operations.read()) is None or other.request_id != request.request_id:
            raise ReconcileError(
                f"another deployment changes the entities of workspace {request.workspace_id} at the "
                "moment; wait "
                "until it has ended, and deploy again"
            ) from None


def run_slice(
    request: Request, store: Store, twin: Twin, clock: Clock, report: Callable[[Progress], None]
) -> bool:
    """Go on with a request as long as the invocation has time; return whether it is carried out.

    Args:
        request: The request.
        store: The engine's prefix in the bucket.
        twin: The workspace.
        clock: The time of the invocation.
        report: Publishes how far the operation is.

    Raises:
        ReconcileError: It failed, and the entities are as before.
    """
    try:
        operation = _go_on(request, store, twin, clock, report)
    except (OutOfTimeError, LostLockError) as error:
        _log.info("The slice ends: %s", error)
        return False
    if operation is not None and operation.phase == "failed":
        raise ReconcileError(operation.error)
    return True


def _go_on(
    request: Request, store: Store, twin: Twin, clock: Clock, report: Callable[[Progress], None]
) -> Operation | None:
    """Go on with a request; return its operation, or None if it was lost after its end."""
    operations = Operations(store)
    operation = operations.read()
    if operation is None:
        if operations.read_applied().request_id == request.request_id:
            return None
        operation = _new_operation(request, operations, None, clock)
    if operation.request_id != request.request_id:
        raise ReconcileError(f"the request {operation.request_id} has taken the place of this one")
    if operation.has_ended:
        return operation
    operation.slices += 1
    slice_ = _Slice(request, store, twin, clock, operations, operation, report)
    slice_.save()
    slice_.run()
    return slice_.operation


def _new_operation(
    request: Request, operations: Operations, last: Operation | None, clock: Clock
) -> Operation:
    applied = operations.read_applied()
    operation = Operation(
        request_id=request.request_id,
        stack_id=request.stack_id,
        action=request.action,
        target=request.desired.key if request.desired else None,
        former=applied.state,
        started=clock.now(),
    )
    if request.action == "Delete" and request.retains:
        operation.phase = "complete"
    if last is None:
        return operation
    begun = dict(last.begun)
    jobs = last.stuck_jobs
    if not last.has_ended:
        begun[last.plan_key] = begun_step(last)
        jobs = (*jobs, last.job) if last.job else jobs
    return replace(operation, begun=begun, stuck_jobs=jobs)


@dataclass
class _Slice:
    """One invocation's part of an operation."""

    request: Request
    store: Store
    twin: Twin
    clock: Clock
    operations: Operations
    operation: Operation
    report: Callable[[Progress], None]

    def __post_init__(self) -> None:
        self._states = States(self.store)
        self._former_calls = self.operation.calls
        self._target: dict[str, Entry] | None = None

    def save(self) -> None:
        """Write the checkpoint, and publish how far the operation is."""
        self.operation.calls = self._former_calls + self.twin.calls
        self.operations.write(self.operation)
        progress = progress_of(self.operation, self.clock.now())
        self.store.write(PROGRESS_KEY, progress.to_json())
        self.report(progress)

    def run(self) -> None:
        """Go on until the operation has ended.

        Raises:
            OutOfTimeError: The invocation's time ends.
            LostLockError: Another invocation goes on.
        """
        phases = {"plan": self._plan, "apply": self._apply, "finish": self._finish}
        while not self.operation.has_ended:
            try:
                phases[self.operation.phase]()
            except StepFailedError as error:
                self._fail(str(error), error.failures)
            except (ReconcileError, RefusedError) as error:
                self._fail(str(error), {})
            self.save()

    def _plan(self) -> None:
        operation = self.operation
        self._end_stuck_jobs()
        operation.plan_attempts += 1
        if operation.plan_attempts > _MAX_PLAN_ATTEMPTS:
            raise ReconcileError(
                f"the function's time ended {_MAX_PLAN_ATTEMPTS} times while it read the entities of the "
                "workspace; "
                "give the function more time"
            )
        self.save()
        desired = self.request.desired
        if desired is not None and not operation.undoes:
            self._states.keep(desired)
        owned = read_owned(self.store, self._states, operation, self.operations.read_applied())
        target = self._states.index(operation.goal, owned.entries)
        self._target = target
        planner = Planner(
            self.twin,
            self.store,
            self._states,
            overwrites_drift=self.request.overwrites_drift,
            adopts=self.request.adopts,
        )
        plan = planner.plan(operation, owned, target)
        if not operation.undoes and operation.action != "Delete":
            refuse_too_long(plan, self.request.rate)
        # Before the checkpoint: with it, steps begin.
        write_plan(self.store, operation.plan_key, plan)
        if plan.drift:
            write_report(self.store, operation, drift=dict(plan.drift))
        operation.total = plan.work
        operation.phase = "apply"

    def _end_stuck_jobs(self) -> None:
        """Wait until jobs that were given up have ended: they could write after the undoing."""
        waited = 0.0
        delay = 1.0
        for job_id in self.operation.stuck_jobs:
            job = self.twin.get_job(job_id)
            if job is not None and not job.has_ended and not self.operation.avoids_jobs:
                self.twin.cancel_job(job_id)
            while job is not None and not job.has_ended and waited < _JOB_WAIT_SECONDS:
                self.clock.sleep(delay)
                waited += delay
                delay = min(2 * delay, 10.0)
                job = self.twin.get_job(job_id)
            if job is not None and not job.has_ended:
                self.operation.avoids_jobs = True
        self.operation.stuck_jobs = ()

    def _apply(self) -> None:
        operation = self.operation
        plan = read_plan(self.store, operation.plan_key)
        if plan is None:
            operation.phase = "plan"
            return
        runner = StepRunner(self.twin, self.store, self._states, self.clock, operation, self.save)
        while operation.step < len(plan.steps):
            runner.check_time()
            step = plan.steps[operation.step]
            runner.run(step, plan, self._goal_index())
            operation.written += plan.size_of(step)
            operation.step, operation.done, operation.job = operation.step + 1, 0, ""
            self.save()
        operation.phase = "finish"

    def _finish(self) -> None:
        operation = self.operation
        plan = read_plan(self.store, operation.plan_key)
        if plan is not None and plan.steps:
            verify(self.twin, self.store, self.clock, plan)
        record(self.store, self._states, self.operations, operation, len(self._goal_index()))
        operation.begun = {}
        operation.phase = "failed" if operation.undoes else "complete"
        result = "rolled back" if operation.undoes else "complete"
        changed = plan.total if plan else 0
        write_report(self.store, operation, result=result, error=operation.error, changed=changed)

    def _goal_index(self) -> dict[str, Entry]:
        if self._target is None:
            self._target = self._states.index(self.operation.goal)
        return self._target

    def _fail(self, message: str, failures: dict[str, str]) -> None:
        """Return to the former state from now on, or end if that is not possible."""
        operation = self.operation
        self._target = None
        _log.warning("A step failed: %s", message)
        if failures:
            key = write_report(self.store, operation, failures=failures)
            message = f"{message}; all are in s3://{self.request.bucket}/{self.request.prefix}/{key}"
        if operation.undoes:
            message = f"{operation.error}; the former state was not reached: {message}"
        is_first = operation.phase == "plan" and not operation.undoes and not operation.begun
        if is_first or operation.action == "Delete" or operation.undo_attempts >= _MAX_UNDO_ATTEMPTS:
            begun = {**operation.begun, operation.plan_key: begun_step(operation)}
            self.operation = replace(operation, phase="failed", error=message, begun=begun)
            return
        self.operation = begin_undo(replace(operation, error=operation.error or message), message)
