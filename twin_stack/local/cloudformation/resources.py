"""Provisioning of a resource type as CloudFormation does it.

A resource type creates, changes, deletes and describes one resource through the service's API. A
``Provisioner`` waits until the resource is ACTIVE, rolls back a failed creation, and reports failures with
CloudFormation's messages.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from twin_stack.local.cloudformation.properties import UnknownPropertyError
from twin_stack.local.service import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Json = dict[str, Any]

POLL_SECONDS = 0.05
_HANDLER_CODES = {
    "ConflictException": "AlreadyExists",
    "ResourceAlreadyExistsException": "AlreadyExists",
    "ResourceNotFoundException": "NotFound",
    "ServiceQuotaExceededException": "ServiceLimitExceeded",
    "LimitExceededException": "ServiceLimitExceeded",
    "ThrottlingException": "Throttling",
    "ValidationException": "InvalidRequest",
    "InvalidRequestException": "InvalidRequest",
}
_GONE = "ResourceNotFoundException"


class Call(Protocol):
    """Runs an operation of the type's service for the account and region of the stack."""

    def __call__(self, operation: str, params: Mapping[str, Any]) -> Json:
        """Return the answer, or raise ``ServiceError``."""


class ResourceType(Protocol):
    """One CloudFormation resource type.

    Attributes:
        type_name: Its name.
        service: The service it calls.
        create_only: Properties whose change replaces the resource.
        identifiers: Properties by which a resource is imported, ``primaryIdentifier`` of its schema.
        tags: Form of ``Tags`` in the template, ``map`` or ``list``.
    """

    type_name: ClassVar[str]
    service: ClassVar[str]
    create_only: ClassVar[tuple[str, ...]]
    identifiers: ClassVar[tuple[str, ...]]
    tags: ClassVar[str]

    def physical_id(self, properties: Json) -> str:
        """Return the value of ``Ref``: a new id where the template leaves it to AWS."""

    def create(self, call: Call, physical_id: str, properties: Json) -> None:
        """Create the resource."""

    def update(self, call: Call, physical_id: str, old: Json | None, new: Json) -> None:
        """Change the resource from the properties ``old`` to ``new``.

        Args:
            call: Runs operations.
            physical_id: The resource.
            old: Properties before; None when they are unknown, so that all properties of ``new`` are set.
            new: Properties after the change.
        """

    def delete(self, call: Call, physical_id: str) -> None:
        """Delete the resource."""

    def describe(self, call: Call, physical_id: str) -> Json:
        """Return the service's description."""

    def state(self, description: Json) -> Json:
        """Return ``state`` and, where it has failed, ``error``, of a description."""

    def attributes(self, description: Json) -> dict[str, Any]:
        """Return what ``Fn::GetAtt`` gives."""


class ProvisioningError(ValueError):
    """A resource could not be provisioned; the message is the reason in stack events."""


class Provisioner:
    """Creates, changes and deletes resources of one type as CloudFormation does.

    Args:
        kind: The resource type.
        call: Runs operations.
        record_change: Called with the physical id before the resource changes.
    """

    def __init__(self, kind: ResourceType, call: Call, record_change: Callable[[str], None]) -> None:
        self._kind = kind
        self._call = call
        self._record_change = record_change

    def create(self, properties: Json) -> tuple[str, dict[str, Any]]:
        """Create the resource; return its physical id and attributes.

        Raises:
            ProvisioningError: The service refused, or the resource did not become ACTIVE; it is
                deleted then.
        """
        physical_id = self._kind.physical_id(properties)
        if self._description(physical_id) is not None:
            raise ProvisioningError(
                f"{self._kind.type_name} {physical_id} already exists and belongs to no resource of this "
                "stack; delete it or choose another id (HandlerErrorCode: AlreadyExists)"
            )
        self._record_change(physical_id)
        try:
            self._kind.create(self._call, physical_id, properties)
            return physical_id, self._await_active(physical_id)
        except (ServiceError, UnknownPropertyError, ValueError) as error:
            self._roll_back(physical_id)
            raise _as_provisioning_error(error) from error

    def update(self, physical_id: str, old: Json | None, new: Json) -> dict[str, Any]:
        """Change the resource in place; return its attributes.

        Raises:
            ProvisioningError: The service refused, or the resource did not become ACTIVE.
        """
        self._record_change(physical_id)
        try:
            self._kind.update(self._call, physical_id, old, new)
            return self._await_active(physical_id)
        except (ServiceError, ValueError) as error:
            raise _as_provisioning_error(error) from error

    def delete(self, physical_id: str) -> None:
        """Delete the resource and wait until it does not exist; a missing resource is no error.

        Raises:
            ProvisioningError: The service refused.
        """
        self._record_change(physical_id)
        try:
            self._kind.delete(self._call, physical_id)
            while self._description(physical_id) is not None:
                time.sleep(POLL_SECONDS)
        except ServiceError as error:
            if error.code != _GONE:
                raise _as_provisioning_error(error) from error

    def adopt(self, physical_id: str) -> dict[str, Any] | None:
        """Return the attributes of a resource that exists; None where there is none, or it is not ACTIVE."""
        description = self._description(physical_id)
        if description is None or self._kind.state(description)["state"] != "ACTIVE":
            return None
        return self._kind.attributes(description)

    def restore(self, physical_id: str, properties: Json) -> None:
        """Set the resource to ``properties``, whatever its state is, or create it again.

        Raises:
            ProvisioningError: The service refused.
        """
        if self._description(physical_id) is None:
            try:
                self._kind.create(self._call, physical_id, properties)
            except (ServiceError, ValueError) as error:
                raise _as_provisioning_error(error) from error
            self._await_active(physical_id)
        else:
            self.update(physical_id, None, properties)

    def _description(self, physical_id: str) -> Json | None:
        try:
            return self._kind.describe(self._call, physical_id)
        except ServiceError as error:
            if error.code == _GONE:
                return None
            raise _as_provisioning_error(error) from error

    def _await_active(self, physical_id: str) -> dict[str, Any]:
        while True:
            description = self._kind.describe(self._call, physical_id)
            state = self._kind.state(description)
            if state["state"] == "ACTIVE":
                return self._kind.attributes(description)
            if state["state"] in ("ERROR", "FAILED"):
                error = state.get("error") or {}
                message = error.get("message") or f"{physical_id} is {state['state']}"
                raise ProvisioningError(
                    f'Resource handler returned message: "{message}" (HandlerErrorCode: NotStabilized)'
                )
            time.sleep(POLL_SECONDS)

    def _roll_back(self, physical_id: str) -> None:
        try:
            self._kind.delete(self._call, physical_id)
        except ServiceError as error:
            if error.code != _GONE:
                raise _as_provisioning_error(error) from error


def _as_provisioning_error(error: Exception) -> ProvisioningError:
    """Return the error as the reason of a stack event."""
    if isinstance(error, ProvisioningError):
        return error
    if isinstance(error, ServiceError):
        code = _HANDLER_CODES.get(error.code, "GeneralServiceException")
        text = f"{error.message} (Status Code: {error.status})"
    else:
        code, text = "InvalidRequest", f"Model validation failed ({error})"
    return ProvisioningError(f'Resource handler returned message: "{text}" (HandlerErrorCode: {code})')
