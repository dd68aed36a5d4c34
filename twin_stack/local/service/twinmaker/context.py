"""What every part of the TwinMaker service shares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from twin_stack.local.service import errors
from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.resources import Resources

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from twin_stack.local.service.resources import Resource
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.store import Store

    Json = dict[str, Any]
    Invoke = Callable[[str, Json, float], Any]
    SiteWise = Callable[[str, Json, Scope], Json]

INVALID = "ValidationException"
NOT_FOUND = "ResourceNotFoundException"
CONFLICT = "ConflictException"
QUOTA_EXCEEDED = "ServiceQuotaExceededException"
DEFAULT_PAGE = 25

check_quota = partial(errors.check_quota, QUOTA_EXCEEDED)
"""Check that a request stays within a quota, see ``errors.check_quota``."""


class ObjectStore(Protocol):
    """The two operations of S3 that a metadata transfer job needs."""

    def get_object(self, bucket: str, key: str) -> bytes:
        """Return the bytes of an object; any exception makes the job fail with its text."""

    def put_object(self, bucket: str, key: str, body: bytes) -> None:
        """Write the object."""


@dataclass(frozen=True)
class Context:
    """What every part of the TwinMaker service shares.

    Attributes:
        store: The database.
        clock: Returns the current time in epoch seconds.
        slow: Seconds for which CREATING, UPDATING and DELETING last.
        invoke: Calls a Lambda function: ``(function_arn, payload, timeout_seconds)`` -> its JSON
            answer; raises ``FunctionFailedError`` or ``FunctionTimedOutError``.
        connector_timeout: Seconds a connector may take. AWS does not publish its own limit.
        s3: Objects for metadata transfer jobs.
        sitewise: Runs an operation of the local SiteWise service, for the native connector:
            ``(operation, params, scope)`` -> its answer.
        max_workspaces: Quota of workspaces in an account and region.
        max_entities: Quota of entities in a workspace.
        transfer_speed: Items a second of a metadata transfer job; None for as fast as it can. AWS does not
            publish its own.
    """

    store: Store
    clock: Callable[[], float]
    slow: float
    invoke: Invoke
    connector_timeout: float
    s3: ObjectStore
    sitewise: SiteWise
    max_workspaces: int
    max_entities: int
    transfer_speed: float | None

    def resources(self, kind: str) -> Resources:
        """Return the resources of one kind of this service."""
        return Resources(self.store, kind, clock=self.clock, slow=self.slow, token_error=INVALID)


def invalid(message: str) -> ServiceError:
    """Return the service's error for an invalid request."""
    return ServiceError(INVALID, message)


def not_found(kind: str, identifier: str) -> ServiceError:
    """Return the service's error for a resource that does not exist."""
    return ServiceError(NOT_FOUND, f"{kind} {identifier!r} does not exist")


def page_size(params: Mapping[str, Any]) -> int:
    """Return ``maxResults`` of a request; 25 when absent (the documented default) or 0."""
    return int(params.get("maxResults") or DEFAULT_PAGE)


def status_of(resource: Resource) -> Json:
    """Return the ``status`` member of a component type or an entity.

    A background failure is stored in the body under ``error``, and is reported as state ERROR once the
    creation or update has settled.
    """
    error = resource.body.get("error")
    if error and resource.state == "ACTIVE":
        return {"state": "ERROR", "error": error}
    return {"state": resource.state, "error": {}}


def workspace_arn(scope: Scope, workspace_id: str, rest: str = "") -> str:
    """Return the ARN of a workspace, or of something in it: ``rest`` is for example ``entity/Pump``."""
    tail = f"/{rest}" if rest else ""
    return scope.arn("iottwinmaker", f"workspace/{workspace_id}{tail}")
