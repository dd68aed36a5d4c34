"""Calls to an AWS service within the time that an invocation has left.

botocore's own retries do not know when Lambda will time out the invocation; these do.
"""

import random
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

from connector_kit.deadline import Deadline
from connector_kit.errors import StoreError

MAX_CALL_SECONDS = 5.5
"""Maximum seconds of one attempt: both timeouts of ``clients``, and time for signing and parsing."""

_FIRST_DELAY = 0.05
_MAX_DELAY = 2.0

_THROTTLING_CODES = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)

Response = TypeVar("Response")


class ServiceCalls:
    """The calls of one invocation to one service.

    Args:
        deadline: End of the invocation.
        service: The service's name in messages and permissions, for example ``dynamodb``.
        remedies: What to do about an error, by error code.
    """

    def __init__(self, deadline: Deadline, service: str, remedies: Mapping[str, str]) -> None:
        self._deadline = deadline
        self._service = service
        self._remedies = remedies
        self._calls = 0

    def call(self, operation: Callable[..., Response], name: str, target: str, **parameters: Any) -> Response:
        """Call an operation; retry after throttling and transport errors.

        Args:
            operation: The client's method.
            name: The operation's name in messages, for example ``Query``.
            target: The resource in messages.
            parameters: The operation's parameters.

        Raises:
            StoreError: If the service refuses the call, or does not answer in the time left.
        """
        attempts = 0
        while True:
            # The first call has no such limit: its response may still arrive in time.
            if self._calls and self._deadline.seconds_left() < MAX_CALL_SECONDS:
                raise StoreError(
                    f"the function's time runs out after {self._calls} calls, before {self._service}:{name} "
                    f"on {target}; ask for a shorter range or fewer properties, or give it more time"
                )
            self._calls += 1
            attempts += 1
            try:
                return operation(**parameters)
            except (ClientError, BotoCoreError) as error:
                delay = _delay(attempts)
                if not _is_transient(error) or self._deadline.seconds_left() < delay + MAX_CALL_SECONDS:
                    raise self._store_error(error, name, target, attempts) from error
                time.sleep(delay)

    def _store_error(
        self, error: ClientError | BotoCoreError, name: str, target: str, attempts: int
    ) -> StoreError:
        suffix = f" after {attempts} tries" if attempts > 1 else ""
        remedy = self._remedies.get(
            error_code(error), f"try again, and look at the status of {self._service}"
        )
        return StoreError(f"{self._service}:{name} on {target} failed{suffix}: {error}; {remedy}")


def error_code(error: ClientError | BotoCoreError) -> str:
    """Return the service's error code; empty if the service sent none.

    Args:
        error: The error of a call.
    """
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""


def _is_transient(error: ClientError | BotoCoreError) -> bool:
    """Return whether the same call may succeed later."""
    if not isinstance(error, ClientError):
        return isinstance(error, HTTPClientError | ConnectionError)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return error_code(error) in _THROTTLING_CODES or status >= 500


def _delay(attempts: int) -> float:
    """Return the seconds to wait after an attempt: exponential backoff with jitter."""
    longest: float = min(_FIRST_DELAY * 2**attempts, _MAX_DELAY)
    return random.uniform(0.5, 1) * longest  # noqa: S311 - no secret
