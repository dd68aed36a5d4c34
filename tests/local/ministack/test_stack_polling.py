"""DescribeStacks of the CDK CLI is answered when the stack has settled."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.coroutines import run_in_thread
from twin_stack.local.ministack.stack_polling import WAIT_HEADER, wait_for_stack

CLI = {"user-agent": "aws-sdk-js/3.1 aws-cdk/2.1148.1"}
DESCRIBE = b"Action=DescribeStacks&StackName=Twin&Version=2010-05-15"


class Stack:
    """A stack that settles after a number of questions."""

    def __init__(self, *statuses: str) -> None:
        self.statuses = list(statuses)
        self.questions = 0

    async def handle(self, *_: Any) -> tuple[int, dict[str, str], bytes]:
        self.questions += 1
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return 200, {}, f"<StackStatus>{status}</StackStatus>".encode()


def ask(stack: Stack, headers: dict[str, str], body: bytes, **options: float) -> str:
    handle = wait_for_stack(stack.handle, **options)
    return str(run_in_thread(handle("POST", "/", headers, body, {}))[2])  # type: ignore[arg-type]


def test_cli_gets_the_status_of_a_settled_stack() -> None:
    stack = Stack("CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE")

    assert "CREATE_COMPLETE" in ask(stack, CLI, DESCRIBE)
    assert stack.questions == 3


def test_client_that_asks_to_wait_gets_the_status_of_a_settled_stack() -> None:
    stack = Stack("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")

    assert "UPDATE_COMPLETE" in ask(stack, {"user-agent": "Boto3/1.43", WAIT_HEADER: "settled"}, DESCRIBE)
    assert stack.questions == 2


@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS", "UPDATE_COMPLETE", "ROLLBACK_COMPLETE"])
def test_status_that_does_not_change_by_itself_is_answered_at_once(status: str) -> None:
    stack = Stack(status)

    assert status in ask(stack, CLI, DESCRIBE)
    assert stack.questions == 1


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"user-agent": "Boto3/1.43"}, DESCRIBE),
        ({}, DESCRIBE),
        (CLI, b"Action=DescribeStacks"),
        (CLI, b"Action=DescribeStackEvents&StackName=Twin"),
    ],
)
def test_other_requests_are_answered_at_once(headers: dict[str, str], body: bytes) -> None:
    stack = Stack("CREATE_IN_PROGRESS", "CREATE_COMPLETE")

    assert "CREATE_IN_PROGRESS" in ask(stack, headers, body)


def test_stack_that_does_not_settle_is_answered_in_the_end() -> None:
    stack = Stack("UPDATE_IN_PROGRESS")

    assert "UPDATE_IN_PROGRESS" in ask(stack, CLI, DESCRIBE, max_seconds=0.2)
    assert stack.questions > 1
