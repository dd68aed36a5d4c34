"""The operation that goes on: lock, checkpoint and result in one object, changed by conditional writes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from entity_reconciler.shapes import Store, members_of

OPERATION_KEY = "operation.json"
APPLIED_KEY = "applied.json"


@dataclass(slots=True)
class Operation:
    """What one request does, and how far it is.

    Attributes:
        request_id: The request of CloudFormation.
        stack_id: The stack of the request.
        action: ``Create``, ``Update`` or ``Delete``.
        target: The key of the desired state; None for the one without entities.
        former: The key of the state before.
        started: When it began, in epoch seconds.
        phase: ``plan``, ``apply``, ``finish``, ``complete`` or ``failed``.
        undoes: Whether it returns to the former state, because a step failed.
        step: The number of the present step in the plan.
        done: How many entities of the present step are done.
        job: The transfer job of the present step; empty if none was started.
        job_started: When the job was started, in epoch seconds.
        stuck_jobs: Jobs of operations or steps that ended without them.
        avoids_jobs: Whether all entities are written by calls, because transfer jobs do not end.
        plan_attempts: How often planning began.
        undo_attempts: How often a return to the former state began.
        slices: Number of invocations so far.
        calls: Number of model calls so far.
        written: Number of entities that former steps have done.
        total: Number of entities that the plan changes.
        error: Why it fails; empty if it does not.
        begun: The number of the last step that began, by key of a plan that was given up; all steps of other
            plans may have been carried out.
    """

    request_id: str
    stack_id: str
    action: str
    target: str | None
    former: str | None
    started: float
    phase: str = "plan"
    undoes: bool = False
    step: int = 0
    done: int = 0
    job: str = ""
    job_started: float = 0.0
    stuck_jobs: tuple[str, ...] = ()
    avoids_jobs: bool = False
    plan_attempts: int = 0
    undo_attempts: int = 0
    slices: int = 0
    calls: int = 0
    written: int = 0
    total: int = 0
    error: str = ""
    begun: Mapping[str, int] = field(default_factory=dict)

    @property
    def goal(self) -> str | None:
        """The key of the state that it makes."""
        return self.former if self.undoes else self.target

    @property
    def has_ended(self) -> bool:
        """Whether it does nothing more."""
        return self.phase in {"complete", "failed"}

    @property
    def plan_key(self) -> str:
        """The key of its plan."""
        name = "".join(letter for letter in self.request_id if letter.isalnum() or letter == "-")
        return f"plans/{name}{f'-undo-{self.undo_attempts}' if self.undoes else ''}.json"


@dataclass(frozen=True, slots=True)
class Applied:
    """The state that the workspace has.

    Attributes:
        state: The key of the state; None for the one without entities.
        former: The key of the state before.
        entities: Number of entities.
        request_id: The request that made it.
    """

    state: str | None = None
    former: str | None = None
    entities: int = 0
    request_id: str = ""


class Operations:
    """The operation and the applied state, in the bucket.

    Args:
        store: The engine's prefix in the bucket.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._etag: str | None = None

    def read(self) -> Operation | None:
        """Return the last operation; None if there is none."""
        stored = self._store.read(OPERATION_KEY)
        self._etag = stored[1] if stored else None
        return Operation(**_with_tuples(json.loads(stored[0]))) if stored else None

    def write(self, operation: Operation) -> None:
        """Save the operation.

        Args:
            operation: The operation.

        Raises:
            LostLockError: Another invocation has changed it since it was read or written here.
        """
        body = json.dumps(members_of(operation)).encode()
        self._etag = self._store.write_if(OPERATION_KEY, body, self._etag)

    def read_applied(self) -> Applied:
        """Return the state that the workspace has."""
        stored = self._store.read(APPLIED_KEY)
        return Applied(**_with_tuples(json.loads(stored[0]))) if stored else Applied()

    def write_applied(self, applied: Applied) -> None:
        """Save the state that the workspace has.

        Args:
            applied: The state.
        """
        self._store.write(APPLIED_KEY, json.dumps(members_of(applied)).encode())


def begin_undo(operation: Operation, error: str) -> Operation:
    """Return an operation that returns to the former state from now on.

    Args:
        operation: The operation.
        error: Why.
    """
    return replace(
        operation,
        phase="plan",
        undoes=True,
        step=0,
        done=0,
        job="",
        plan_attempts=0,
        undo_attempts=operation.undo_attempts + 1,
        begun={**operation.begun, operation.plan_key: begun_step(operation)},
        written=0,
        total=0,
        error=operation.error or error,
    )


def begun_step(operation: Operation) -> int:
    """Return the number of the last step of an operation's plan that began; -1 for none.

    Args:
        operation: The operation.
    """
    if operation.phase == "plan":
        return -1
    return operation.step


def _with_tuples(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in members.items()}
