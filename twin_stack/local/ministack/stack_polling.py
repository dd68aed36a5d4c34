"""ministack's DescribeStacks: clients that wait for a stack get an answer when it has settled.

The CDK CLI polls at once after it has started an operation, and then every five seconds. A twin takes one
second, so that most of a deployment would be waiting for the second poll. The deployer of this package sends
a header instead of polling at a short interval, which would slow the deployment down.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Response = tuple[Any, ...]
    Handle = Callable[..., Awaitable[Response]]

WAIT_HEADER: Final = "x-twin-stack-wait"
"""Header of a DescribeStacks that is to be answered when the stack has settled."""

_CLI: Final = "aws-cdk"
_MAX_SECONDS: Final = 20.0
_POLL_SECONDS: Final = 0.05
_SETTLING: Final = tuple(
    f"<StackStatus>{operation}_IN_PROGRESS</StackStatus>".encode()
    for operation in ("CREATE", "UPDATE", "DELETE", "ROLLBACK", "UPDATE_ROLLBACK", "UPDATE_COMPLETE_CLEANUP")
)


def answer_settled_stacks(cloudformation: Any) -> None:
    """Hold back answers about a stack until it has settled, for twenty seconds at most.

    This is for the CDK CLI and for requests with ``WAIT_HEADER``; others are answered at once.

    Args:
        cloudformation: ministack's module of this name.
    """
    cloudformation.handle_request = wait_for_stack(cloudformation.handle_request)


def wait_for_stack(handle: Handle, *, max_seconds: float = _MAX_SECONDS) -> Handle:
    """Return a request handler that repeats a DescribeStacks until the stack has settled.

    Args:
        handle: ministack's handler of CloudFormation's requests.
        max_seconds: How long to repeat a request at most.
    """
    # Commands need the name of the header only, and start in less time without an event loop.
    import asyncio  # noqa: PLC0415

    async def handle_request(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query_params: Any
    ) -> Response:
        response = await handle(method, path, headers, body, query_params)
        if not _waits_for_stack(headers, body):
            return response
        deadline = time.monotonic() + max_seconds
        while any(status in response[2] for status in _SETTLING) and time.monotonic() < deadline:
            await asyncio.sleep(_POLL_SECONDS)
            response = await handle(method, path, headers, body, query_params)
        return response

    return handle_request


def _waits_for_stack(headers: Mapping[str, str], body: bytes) -> bool:
    waits = _CLI in headers.get("user-agent", "") or WAIT_HEADER in headers
    return waits and b"Action=DescribeStacks" in body and b"StackName=" in body
