"""Waiting until an operation on a stack has ended."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from twin_stack.local.stack_status import await_stack


class CloudFormation:
    """Gives a stack one status after the other, and no stack after the last one."""

    exceptions = SimpleNamespace(ClientError=ClientError)

    def __init__(self, *statuses: str) -> None:
        self.statuses = list(statuses)

    def describe_stacks(self, **request: Any) -> dict[str, Any]:
        assert request == {"StackName": "twin"}
        if not self.statuses:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": ""}}, "DescribeStacks")
        return {"Stacks": [{"StackStatus": self.statuses.pop(0)}]}


def test_stack_is_returned_when_its_operation_has_ended() -> None:
    cloudformation = CloudFormation(
        "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"
    )

    assert await_stack(cloudformation, "twin") == {"StackStatus": "UPDATE_ROLLBACK_COMPLETE"}


@pytest.mark.parametrize("statuses", [("DELETE_COMPLETE",), ()], ids=["deleted", "unknown"])
def test_deleted_stack_is_none(statuses: tuple[str, ...]) -> None:
    assert await_stack(CloudFormation("DELETE_IN_PROGRESS", *statuses), "twin") is None
