"""The errors that a local service answers with, and the two failures of an invoked function."""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """An error of the service's model, as the caller of the API sees it.

    Args:
        code: Name of the error shape, such as ``ValidationException``.
        message: What is wrong, the value, and what to do; begins in lower case.
        members: Further members of the error shape; SiteWise, for example, names the existing resource.

    Attributes:
        status: HTTP status; 400 until ``RestJsonService`` sets it from the service's model.
    """

    def __init__(self, code: str, message: str, **members: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.members = members
        self.status = 400


class FunctionFailedError(Exception):
    """Raised by the injected ``invoke`` when a function answered with an error.

    The message reaches the caller of the API as ``ConnectorFailureException``.
    """


class FunctionTimedOutError(Exception):
    """Raised by the injected ``invoke`` when a function did not answer in time.

    The caller of the API gets ``ConnectorTimeoutException``.
    """


def check_quota(code: str, subject: str, count: int, limit: int, items: str) -> None:
    """Check that a request stays within a quota.

    Args:
        code: The service's name for the error.
        subject: What the quota is of, such as ``workspace 'Factory'``.
        count: How many items it would have.
        limit: The quota of ``twin_stack.twinmaker.quotas``.
        items: Name of the items, in the plural.

    Raises:
        ServiceError: The quota would be exceeded.
    """
    if count > limit:
        message = f"{subject} would have {count} {items}; the quota is {limit}, remove some first"
        raise ServiceError(code, message)
