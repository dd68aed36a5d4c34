"""The errors a local service answers with, and the two ways an invoked function can fail."""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """An error that the service's model knows, as the caller of the API sees it.

    Args:
        code: Name of the error shape, such as ``ValidationException``.
        message: What was wrong, the value got, what to do; lower case.
        members: Further members of the error shape (SiteWise names the resource that exists).

    Attributes:
        status: The HTTP status of the error. The engine sets it from the service's model; 400
            until then.
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
