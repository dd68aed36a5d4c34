"""What the parts of the SiteWise service share."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from twin_stack.local.service import errors
from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.resources import Resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin_stack.local.service.resources import Resource
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.store import Store

    Json = dict[str, Any]

INVALID = "InvalidRequestException"
_EXTERNAL = "externalId:"

check_quota = partial(errors.check_quota, "LimitExceededException")
"""Check that a request stays within a quota, see ``errors.check_quota``."""


@dataclass
class Structure:
    """The version of all assets and models; data derived from them is invalid when it changes.

    Attributes:
        version: Number that each change increases.
    """

    version: int = 0


@dataclass(frozen=True)
class Context:
    """What the parts of the SiteWise service share.

    Attributes:
        store: The database.
        clock: Returns the current time in epoch seconds.
        slow: Seconds for which CREATING, UPDATING and DELETING last.
        structure: The version of all assets and models.
    """

    store: Store
    clock: Callable[[], float]
    slow: float
    structure: Structure = field(default_factory=Structure)

    def resources(self, kind: str) -> Resources:
        """Return the resources of one kind of this service."""
        return Resources(self.store, kind, clock=self.clock, slow=self.slow, token_error=INVALID)


def invalid(message: str) -> ServiceError:
    """Return the service's error for an invalid request."""
    return ServiceError(INVALID, message)


def not_found(kind: str, identifier: str) -> ServiceError:
    """Return the service's error for a resource that does not exist."""
    return ServiceError("ResourceNotFoundException", f"{kind} {identifier!r} does not exist")


def check_settled(kind: str, resource: Resource, arn: str) -> None:
    """Check that the last change of a resource has ended.

    Source: user guide, "Asset and model states" and "Update asset models": wait until the state is ACTIVE.

    Args:
        kind: Name of its kind.
        resource: The resource.
        arn: Its ARN.

    Raises:
        ServiceError: It is being created, updated or deleted.
    """
    if resource.state != "ACTIVE":
        raise ServiceError(
            "ConflictingOperationException",
            f"{kind} {resource.id!r} is {resource.state}; wait until it is ACTIVE",
            resourceId=resource.id,
            resourceArn=arn,
        )


def exists(kind: str, identifier: str, arn: str, *, resource_id: str | None = None) -> ServiceError:
    """Return the service's error for an id, external id or name that exists already."""
    return ServiceError(
        "ResourceAlreadyExistsException",
        f"{kind} {identifier!r} exists already",
        resourceId=resource_id or identifier,
        resourceArn=arn,
    )


def lookup(resources: Resources, scope: Scope, kind: str, identifier: str) -> Resource:
    """Return the resource with an id, or with the external id in ``externalId:<id>``.

    Raises:
        ServiceError: There is none.
    """
    if identifier.startswith(_EXTERNAL):
        external_id = identifier.removeprefix(_EXTERNAL)
        ids = resources.ids_linked_to(scope, "", "externalId", external_id)
    else:
        ids = [identifier]
    resource = resources.get(scope, "", ids[0]) if ids else None
    if resource is None:
        raise not_found(kind, identifier)
    return resource


def pick(items: list[Json], identifier: str, kind: str) -> Json:
    """Return the item of a list with an ``id`` or, after ``externalId:``, an ``externalId``.

    Raises:
        ServiceError: There is none.
    """
    member = "externalId" if identifier.startswith(_EXTERNAL) else "id"
    value = identifier.removeprefix(_EXTERNAL)
    for item in items:
        if item.get(member) == value:
            return item
    raise not_found(kind, identifier)


def page_size(params: Json, default: int = 50) -> int:
    """Return ``maxResults`` of a list request; 50 when absent, as documented."""
    return int(params.get("maxResults", default))
