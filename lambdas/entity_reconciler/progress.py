"""How far an operation is, in three forms: an object in the bucket, a line in the log, and metrics.

Source of the metrics' form: CloudWatch user guide, "Embedded metric format".
"""

import json
from dataclasses import dataclass

from entity_reconciler.estimate import MAX_SECONDS
from entity_reconciler.operation import Operation
from entity_reconciler.shapes import members_of

PROGRESS_KEY = "progress.json"
NAMESPACE = "TwinStack/Entities"
_METRICS = {
    "EntitiesDone": "Count",
    "EntitiesLeft": "Count",
    "ModelCalls": "Count",
    "EntitiesPerSecond": "None",
}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an operation is.

    Attributes:
        requestId: The request of CloudFormation.
        action: ``Create``, ``Update`` or ``Delete``.
        phase: See ``operation.Operation``.
        undoes: Whether it returns to the former state.
        done: Entities that are done.
        left: Entities that are not.
        calls: Model calls so far.
        rate: Entities a second so far; 0 before the first one.
        startedAt: When the operation began, in epoch seconds.
        updatedAt: When this was written, in epoch seconds.
        expectedEnd: When it ends at this rate, in epoch seconds; None if that is not known.
        latestEnd: When CloudFormation stops waiting, in epoch seconds.
        error: Why it fails; empty if it does not.
    """

    requestId: str  # noqa: N815 (the form of the object)
    action: str
    phase: str
    undoes: bool
    done: int
    left: int
    calls: int
    rate: float
    startedAt: float  # noqa: N815
    updatedAt: float  # noqa: N815
    expectedEnd: float | None  # noqa: N815
    latestEnd: float  # noqa: N815
    error: str

    def to_json(self) -> bytes:
        """Return the object in the bucket."""
        return json.dumps(members_of(self)).encode()

    def metric_line(self, workspace_id: str) -> str:
        """Return the line of the log that CloudWatch makes metrics of.

        Args:
            workspace_id: The workspace.
        """
        metrics = [{"Name": name, "Unit": unit} for name, unit in _METRICS.items()]
        directive = {"Namespace": NAMESPACE, "Dimensions": [["WorkspaceId"]], "Metrics": metrics}
        return json.dumps(
            {
                "_aws": {"Timestamp": int(self.updatedAt * 1000), "CloudWatchMetrics": [directive]},
                "WorkspaceId": workspace_id,
                "EntitiesDone": self.done,
                "EntitiesLeft": self.left,
                "ModelCalls": self.calls,
                "EntitiesPerSecond": self.rate,
                "RequestId": self.requestId,
                "Phase": self.phase,
                "Undoes": self.undoes,
            }
        )


def progress_of(operation: Operation, now: float) -> Progress:
    """Return how far an operation is.

    Args:
        operation: The operation.
        now: The time in epoch seconds.
    """
    elapsed = max(now - operation.started, 0.001)
    done = operation.written + operation.done
    rate = done / elapsed
    left = max(0, operation.total - done)
    return Progress(
        requestId=operation.request_id,
        action=operation.action,
        phase=operation.phase,
        undoes=operation.undoes,
        done=done,
        left=left,
        calls=operation.calls,
        rate=round(rate, 3),
        startedAt=operation.started,
        updatedAt=now,
        expectedEnd=round(now + left / rate, 1) if rate else None,
        latestEnd=operation.started + MAX_SECONDS,
        error=operation.error,
    )
