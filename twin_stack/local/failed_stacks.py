"""Why stacks failed in one operation: the cause first, then what the rollback did."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    Json = dict[str, Any]

_STACK = "AWS::CloudFormation::Stack"
_CANCELLED = "cancelled"
_DELETED = "DELETE_COMPLETE"
_SETTLED = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "IMPORT_COMPLETE",
    "ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
)
"""Statuses of which ``LastUpdatedTime`` says when the operation began; deletions do not change that time."""


class OperationEvents:
    """The events of CloudFormation since this object was made.

    Args:
        client: A boto3 client of ``cloudformation`` of the embedded AWS, whose clock is that of this machine.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        now = datetime.now(UTC)
        # CloudFormation's times are whole milliseconds.
        self._begin = now.replace(microsecond=now.microsecond // 1000 * 1000)

    def describe_failures(self, paths: Mapping[str, str]) -> str | None:
        """Return why stacks failed since then, some lines for each; None where no resource failed.

        Args:
            paths: Construct paths by logical id; other resources are named by their logical id.
        """
        descriptions = []
        for name, status in self._stacks().items():
            events = takewhile(lambda event: event["Timestamp"] >= self._begin, self._events(name))
            description = _describe([*events][::-1], paths)
            if description:
                descriptions.append(f"stack {name} is {status}\n{description}")
        return "\n".join(descriptions) or None

    def _stacks(self) -> dict[str, str]:
        """Return the statuses of the stacks that may have failed since then, by name."""
        # DescribeStacks would send outputs and parameters of all stacks along.
        pages = self._client.get_paginator("list_stacks").paginate()
        return {
            stack["StackName"]: stack["StackStatus"]
            for page in pages
            for stack in page["StackSummaries"]
            if stack["StackStatus"] != _DELETED
            and (stack["StackStatus"] not in _SETTLED or stack["LastUpdatedTime"] >= self._begin)
        }

    def _events(self, name: str) -> Iterator[Json]:
        """Yield the events of a stack, the newest first."""
        for page in self._client.get_paginator("describe_stack_events").paginate(StackName=name):
            yield from page["StackEvents"]


def construct_paths(assembly: Path) -> dict[str, str]:
    """Return the construct paths of a cloud assembly by logical id, without the name of the stack.

    Args:
        assembly: The folder; it need not exist.
    """
    paths: dict[str, str] = {}
    for file in sorted(assembly.glob("**/*.template.json")):
        resources: Json = json.loads(file.read_text(encoding="utf-8")).get("Resources", {})
        for logical_id, resource in resources.items():
            path = resource.get("Metadata", {}).get("aws:cdk:path", "")
            if path:
                paths[logical_id] = path.partition("/")[2].removesuffix("/Resource")
    return paths


def _describe(events: list[Json], paths: Mapping[str, str]) -> str:
    """Return the failed resources of an operation with their reasons, then its rollback.

    Args:
        events: In the order of time.
        paths: As for ``OperationEvents.describe_failures``.
    """
    rollback_start = next(
        (
            index
            for index, event in enumerate(events)
            if event["ResourceType"] == _STACK and event["ResourceStatus"].endswith("ROLLBACK_IN_PROGRESS")
        ),
        len(events),
    )
    causes = [_line(event, paths) for event in events[:rollback_start] if _is_failure(event)]
    if not causes:
        return ""
    rolled_back = [event for event in events[rollback_start:] if event["ResourceType"] != _STACK]
    counts = Counter(
        event["ResourceStatus"] for event in rolled_back if event["ResourceStatus"].endswith("_COMPLETE")
    )
    lines = (
        [f"rollback: {', '.join(f'{count} {status}' for status, count in counts.items())}"] if counts else []
    )
    others = ("_FAILED", "_SKIPPED")
    lines += [
        f"rollback: {_line(event, paths)}"
        for event in rolled_back
        if event["ResourceStatus"].endswith(others)
    ]
    return "\n".join(causes + lines)


def _is_failure(event: Json) -> bool:
    """Return whether an event is the failure of a resource itself, and not a consequence of another one."""
    return (
        event["ResourceStatus"].endswith("_FAILED")
        and event["ResourceType"] != _STACK
        and _CANCELLED not in event.get("ResourceStatusReason", "")
    )


def _line(event: Json, paths: Mapping[str, str]) -> str:
    logical_id = event["LogicalResourceId"]
    name = f"{paths.get(logical_id, logical_id)} ({event['ResourceType']})"
    reason = event.get("ResourceStatusReason")
    return f"{event['ResourceStatus']} {name}" + (f": {reason}" if reason else "")
