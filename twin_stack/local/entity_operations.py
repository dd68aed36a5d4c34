"""The entities of workspaces, and how far deployments by the engine ``bulk`` are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from twin_stack.twinmaker.quotas import MAX_PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PREFIX: Final = "twin-stack/entities/"
_PROGRESS: Final = "/progress.json"
_ENDED: Final = frozenset({"complete", "failed"})


@dataclass(frozen=True)
class EntityOperation:
    """How far the deployment of many entities is.

    Attributes:
        action: ``Create``, ``Update`` or ``Delete``.
        is_planning: Whether it compares the entities at the moment, so that their number is not known.
        calls: Calls of TwinMaker so far.
        undoes: Whether it returns to the former entities.
        done: Entities that are done.
        left: Entities that are not.
        rate: Entities a second so far.
        expected_end: When it ends at this rate, in ISO 8601; None if that is not known.
        error: Why it fails; empty if it does not.
    """

    action: str
    is_planning: bool
    calls: int
    undoes: bool
    done: int
    left: int
    rate: float
    expected_end: str | None
    error: str

    def describe(self) -> str:
        """Return it as one line.

        Examples:
            >>> end = "2026-11-28T17:00:00+00:00"
            >>> EntityOperation("Update", False, 12, False, 200, 800, 20.0, end, "").describe()
            'update: 200 of 1000 entities done, 20 a second, ends about 2026-11-28T17:00:00+00:00'
            >>> EntityOperation("Update", True, 12, False, 0, 0, 0.0, None, "").describe()
            'update: compares the entities, 12 calls so far'
        """
        name = f"return after a failure ({self.error})" if self.undoes else self.action.lower()
        if self.is_planning:
            return f"{name}: compares the entities, {self.calls} calls so far"
        end = f", ends about {self.expected_end}" if self.expected_end else ""
        return f"{name}: {self.done} of {self.done + self.left} entities done, {self.rate:.3g} a second{end}"


def list_workspace_ids(client: Any) -> list[str]:
    """Return the ids of all workspaces.

    Args:
        client: A client of TwinMaker.
    """
    return [item["workspaceId"] for item in _paged_items(client.list_workspaces, "workspaceSummaries")]


def count_entities(client: Any, workspace_id: str) -> int:
    """Return the number of entities of a workspace.

    Args:
        client: A client of TwinMaker.
        workspace_id: The workspace.
    """
    return sum(1 for _ in _paged_items(client.list_entities, "entitySummaries", workspaceId=workspace_id))


def read_operations(client: Any, s3: Any, workspace_id: str) -> list[EntityOperation]:
    """Return the deployments of many entities that run in a workspace.

    Args:
        client: A client of TwinMaker.
        s3: A client of S3.
        workspace_id: The workspace.
    """
    bucket = client.get_workspace(workspaceId=workspace_id).get("s3Location", "").rpartition(":::")[2]
    if not bucket:
        return []
    try:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=_PREFIX)
        keys = [item["Key"] for page in pages for item in page.get("Contents", ())]
        progress_objects = [
            json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
            for key in keys
            if key.endswith(_PROGRESS)
        ]
    except (s3.exceptions.NoSuchBucket, s3.exceptions.NoSuchKey):
        return []
    return [_operation_of(progress) for progress in progress_objects if progress["phase"] not in _ENDED]


def _operation_of(progress: dict[str, Any]) -> EntityOperation:
    end = progress["expectedEnd"]
    return EntityOperation(
        progress["action"],
        progress["phase"] == "plan",
        progress["calls"],
        progress["undoes"],
        progress["done"],
        progress["left"],
        progress["rate"],
        None if end is None else datetime.fromtimestamp(end, UTC).isoformat(timespec="seconds"),
        progress["error"],
    )


def _paged_items(operation: Callable[..., Any], member: str, **params: Any) -> Iterator[Any]:
    """Yield each item of a paged operation; boto3 has no paginators for TwinMaker."""
    while True:
        page = operation(maxResults=MAX_PAGE, **params)
        yield from page[member]
        if not page.get("nextToken"):
            return
        params["nextToken"] = page["nextToken"]
