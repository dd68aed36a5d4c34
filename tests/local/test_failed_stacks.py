"""Why stacks failed: the cause first, then the rollback, and nothing of earlier operations."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.local.failed_stacks import OperationEvents, construct_paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STACK = "AWS::CloudFormation::Stack"
ENTITY = "AWS::IoTTwinMaker::Entity"


class CloudFormation:
    """A fake of a client: events of stacks, the newest first, in pages of three."""

    def __init__(self) -> None:
        self.stacks: dict[str, list[Any]] = {}
        self.age = timedelta(0)
        self.pages_of_events = 0

    def add(self, stack: str, status: str, logical_id: str, kind: str = ENTITY, reason: str = "") -> None:
        events = self.stacks.setdefault(stack, [])
        event: dict[str, Any] = {"ResourceStatus": status, "ResourceType": kind}
        event["Timestamp"] = datetime.now(UTC) - self.age
        event |= {"LogicalResourceId": logical_id, **({"ResourceStatusReason": reason} if reason else {})}
        events.insert(0, event)

    def get_paginator(self, operation: str) -> Any:
        return getattr(self, f"_{operation}")

    class _Pages:
        def __init__(self, pages: Any) -> None:
            self.paginate = pages

    @property
    def _list_stacks(self) -> Any:
        def pages() -> Iterator[Any]:
            for name, events in self.stacks.items():
                started = [event for event in events if event["ResourceStatus"].endswith("_IN_PROGRESS")]
                stack = {"StackName": name, "StackStatus": events[0]["ResourceStatus"]}
                yield {"StackSummaries": [{**stack, "LastUpdatedTime": (started or events)[0]["Timestamp"]}]}

        return self._Pages(pages)

    @property
    def _describe_stack_events(self) -> Any:
        def pages(StackName: str) -> Iterator[Any]:  # noqa: N803 (the name of the API)
            events = self.stacks[StackName]
            for start in range(0, len(events), 3):
                self.pages_of_events += 1
                yield {"StackEvents": events[start : start + 3]}

        return self._Pages(pages)


@pytest.fixture
def cloudformation() -> CloudFormation:
    """A stack whose update before this operation failed."""
    client = CloudFormation()
    client.age = timedelta(seconds=1)
    client.add("mill", "UPDATE_IN_PROGRESS", "mill", STACK)
    client.add("mill", "UPDATE_FAILED", "Old", reason="of the operation before")
    client.add("mill", "UPDATE_ROLLBACK_IN_PROGRESS", "mill", STACK)
    client.add("mill", "UPDATE_ROLLBACK_COMPLETE", "mill", STACK)
    client.age = timedelta(0)
    return client


def test_the_cause_comes_first_and_then_the_rollback(cloudformation: CloudFormation) -> None:
    events = OperationEvents(cloudformation)
    add = cloudformation.add
    add("mill", "UPDATE_IN_PROGRESS", "mill", STACK)
    add("mill", "UPDATE_COMPLETE", "Role")
    add("mill", "CREATE_IN_PROGRESS", "Pump1A2B")
    add("mill", "CREATE_FAILED", "Pump1A2B", reason="the parent is missing")
    add("mill", "CREATE_FAILED", "Fan", reason="Resource creation cancelled")
    add("mill", "UPDATE_ROLLBACK_IN_PROGRESS", "mill", STACK, "The following resource(s) failed: [Pump1A2B]")
    add("mill", "UPDATE_IN_PROGRESS", "Role")
    add("mill", "UPDATE_COMPLETE", "Role")
    add("mill", "DELETE_SKIPPED", "Bucket", "AWS::S3::Bucket")
    add("mill", "DELETE_FAILED", "Fan", reason="it has children")
    add("mill", "UPDATE_ROLLBACK_COMPLETE", "mill", STACK)

    assert events.describe_failures({"Pump1A2B": "Twin/Entities/pump"}) == (
        "stack mill is UPDATE_ROLLBACK_COMPLETE\n"
        "CREATE_FAILED Twin/Entities/pump (AWS::IoTTwinMaker::Entity): the parent is missing\n"
        "rollback: 1 UPDATE_COMPLETE\n"
        "rollback: DELETE_SKIPPED Bucket (AWS::S3::Bucket)\n"
        "rollback: DELETE_FAILED Fan (AWS::IoTTwinMaker::Entity): it has children"
    )


def test_only_stacks_that_failed_now_are_named(cloudformation: CloudFormation) -> None:
    events = OperationEvents(cloudformation)
    assert events.describe_failures({}) is None
    assert cloudformation.pages_of_events == 0
    cloudformation.add("mill", "UPDATE_COMPLETE", "mill", STACK)
    cloudformation.add("new", "CREATE_FAILED", "Pump", reason="no")
    cloudformation.add("new", "ROLLBACK_COMPLETE", "new", STACK)
    cloudformation.add("gone", "CREATE_FAILED", "Pump", reason="no")
    cloudformation.add("gone", "DELETE_COMPLETE", "gone", STACK)

    described = events.describe_failures({})

    assert described == "stack new is ROLLBACK_COMPLETE\nCREATE_FAILED Pump (AWS::IoTTwinMaker::Entity): no"


def test_failed_deletion_is_named_although_it_is_no_update(cloudformation: CloudFormation) -> None:
    events = OperationEvents(cloudformation)
    cloudformation.add("mill", "DELETE_FAILED", "Bucket", "AWS::S3::Bucket", "it is not empty")
    cloudformation.add("mill", "DELETE_FAILED", "mill", STACK)

    assert events.describe_failures({}) == (
        "stack mill is DELETE_FAILED\nDELETE_FAILED Bucket (AWS::S3::Bucket): it is not empty"
    )


def test_events_of_earlier_operations_are_not_read(cloudformation: CloudFormation) -> None:
    cloudformation.age = timedelta(days=1)
    for number in range(30):
        cloudformation.add("pond", "CREATE_COMPLETE", f"Pump{number}")
    cloudformation.stacks["mill"].extend(cloudformation.stacks["pond"])
    cloudformation.age = timedelta(0)
    events = OperationEvents(cloudformation)
    for status in ("UPDATE_IN_PROGRESS", "UPDATE_FAILED"):
        cloudformation.add("mill", status, "Pump", reason="no")

    assert events.describe_failures({})
    assert cloudformation.pages_of_events == 1


def test_construct_paths_come_from_the_templates(tmp_path: Path) -> None:
    nested = tmp_path / "assembly-Prod"
    nested.mkdir()
    resources = {
        "Pump1A2B": {"Type": ENTITY, "Metadata": {"aws:cdk:path": "mill/Twin/Entities/pump"}},
        "Role3C": {"Type": "AWS::IAM::Role", "Metadata": {"aws:cdk:path": "mill/Twin/Role/Resource"}},
        "Plain": {"Type": ENTITY},
    }
    (nested / "mill.template.json").write_text(json.dumps({"Resources": resources}))
    (tmp_path / "empty.template.json").write_text("{}")

    assert construct_paths(tmp_path) == {"Pump1A2B": "Twin/Entities/pump", "Role3C": "Twin/Role"}
    assert construct_paths(tmp_path / "nowhere") == {}
