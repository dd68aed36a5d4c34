"""Entry point of the function behind ``Custom::TwinStackEntities``.

The CDK's provider framework calls the function once to begin, and then until the request is carried out.
Source: AWS CDK, ``custom_resources.Provider``.
"""

import sys
import time
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from entity_reconciler.progress import Progress
from entity_reconciler.repository import Bucket, Workspace, create_clients
from entity_reconciler.request import Request, parse_request
from entity_reconciler.shapes import OutOfTimeError
from entity_reconciler.slices import begin, run_slice

if TYPE_CHECKING:
    from entity_reconciler.repository import Clients

_RECORDED = "IsRecorded"
"""Member that the framework adds to the event of the later calls."""

_RESERVE_SECONDS = 20.0
"""Time of an invocation that is kept to save the checkpoint."""

_SLICE_SECONDS = 240.0
"""Time of a slice. The framework's call of this function is repeated if a network drops it for its length."""


@cache
def _clients() -> "Clients":
    return create_clients()


class InvocationClock:
    """The time of an invocation of Lambda.

    Args:
        context: Lambda's context, which has the remaining time.
    """

    def __init__(self, context: Any) -> None:
        self._context = context
        self._end = time.time() + _SLICE_SECONDS

    def now(self) -> float:
        """See ``shapes.Clock``."""
        return time.time()

    def seconds_left(self) -> float:
        """See ``shapes.Clock``."""
        remaining: float = self._context.get_remaining_time_in_millis() / 1000
        return min(remaining - _RESERVE_SECONDS, self._end - time.time())

    def sleep(self, seconds: float) -> None:
        """See ``shapes.Clock``."""
        if seconds > self.seconds_left():
            raise OutOfTimeError
        time.sleep(seconds)


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Record a request, or go on with it.

    Args:
        event: The request of CloudFormation; once it is recorded, with the answer of ``on_event``.
        context: Lambda's context.
    """
    return is_complete(event, context) if _RECORDED in event else on_event(event, context)


def on_event(event: Mapping[str, Any], context: Any) -> dict[str, str]:
    """Record a request.

    Args:
        event: The request of CloudFormation.
        context: Lambda's context.
    """
    request = parse_request(event)
    clock = InvocationClock(context)
    begin(request, Bucket(_clients(), request.bucket, request.prefix, clock), clock)
    return {"PhysicalResourceId": request.physical_id, _RECORDED: "true"}


def is_complete(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Go on with a request, and answer whether it is carried out.

    Args:
        event: The request of CloudFormation, with the answer of ``on_event``.
        context: Lambda's context, which has the remaining time.
    """
    request = parse_request(event)
    clock = InvocationClock(context)
    clients = _clients()
    store = Bucket(clients, request.bucket, request.prefix, clock)
    arn = _workspace_arn(request, context.invoked_function_arn)
    twin = Workspace(clients, arn, store, clock, request.rate)

    def report(progress: Progress) -> None:
        sys.stdout.write(progress.metric_line(request.workspace_id) + "\n")

    return {"IsComplete": run_slice(request, store, twin, clock, report)}


def _workspace_arn(request: Request, function_arn: str) -> str:
    """Return the ARN of the workspace, which is in the account and region of this function."""
    _, partition, _, region, account, *_ = function_arn.split(":")
    return f"arn:{partition}:iottwinmaker:{region}:{account}:workspace/{request.workspace_id}"
