"""The status of a stack in the embedded AWS, and waiting until an operation on it has ended."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Any, Final

from twin_stack.local.ministack.stack_polling import WAIT_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

_POLL_SECONDS: Final = 0.05


@contextlib.contextmanager
def waiting_in_describe_stacks(client: Any) -> Iterator[None]:
    """Make DescribeStacks of a client answer when the stack has settled.

    Args:
        client: A boto3 client of ``cloudformation``.
    """

    def add_header(params: Json, **_: Any) -> None:
        params["headers"][WAIT_HEADER] = "settled"

    event = "before-call.cloudformation.DescribeStacks"
    client.meta.events.register(event, add_header)
    try:
        yield
    finally:
        client.meta.events.unregister(event, add_header)


def describe_stack(client: Any, name: str) -> Json | None:
    """Return a stack as DescribeStacks gives it, or None where there is none or it was deleted.

    Args:
        client: A boto3 client of ``cloudformation``.
        name: Name of the stack.
    """
    try:
        stack: Json = client.describe_stacks(StackName=name)["Stacks"][0]
    except client.exceptions.ClientError:
        return None
    return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack


def await_stack(client: Any, name: str) -> Json | None:
    """Return a stack when no operation on it is in progress, or None where there is none.

    Args:
        client: A boto3 client of ``cloudformation``.
        name: Name of the stack.
    """
    while True:
        stack = describe_stack(client, name)
        if stack is None or not stack["StackStatus"].endswith("_IN_PROGRESS"):
            return stack
        time.sleep(_POLL_SECONDS)
