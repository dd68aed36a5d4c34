"""How far deployments of many entities are, from the objects of the engine."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from entity_reconciler.operation import Operation
from entity_reconciler.progress import progress_of

from twin_stack.local.entity_operations import count_entities, list_workspace_ids, read_operations

if TYPE_CHECKING:
    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.deploy]


@pytest.fixture
def workspace(local_twin: LocalTwin) -> str:
    """A workspace with its bucket, of the same name."""
    name = f"ws-{uuid.uuid4().hex[:8]}"
    local_twin.client("s3").create_bucket(Bucket=name)
    local_twin.client("iottwinmaker").create_workspace(workspaceId=name, s3Location=f"arn:aws:s3:::{name}")
    return name


def operation(phase: str, **members: Any) -> bytes:
    """Return the object of an operation that the engine writes."""
    begun = Operation(
        request_id="r", stack_id="s", action="Update", target="t", former=None, started=1_000.0, phase=phase
    )
    for name, value in members.items():
        setattr(begun, name, value)
    return progress_of(begun, now=1_010.0).to_json()


def test_operations_that_run_are_read(local_twin: LocalTwin, workspace: str) -> None:
    s3: Any = local_twin.client("s3")
    prefix = "twin-stack/entities"
    objects = {
        f"{prefix}/ended/Entities/progress.json": operation("complete", total=5, written=5),
        f"{prefix}/running/Entities/progress.json": operation("apply", total=1_000, written=200),
        f"{prefix}/running/Entities/applied.json": json.dumps({"phase": "apply"}).encode(),
        "scenes/progress.json": b"{}",
    }
    for key, body in objects.items():
        s3.put_object(Bucket=workspace, Key=key, Body=body)

    (running,) = read_operations(local_twin.client("iottwinmaker"), s3, workspace)

    assert running.describe() == (
        "update: 200 of 1000 entities done, 20 a second, ends about 1970-01-01T00:17:30+00:00"
    )


def test_plan_that_is_made_has_no_number_of_entities(local_twin: LocalTwin, workspace: str) -> None:
    s3: Any = local_twin.client("s3")
    body = operation("plan", calls=7)
    s3.put_object(Bucket=workspace, Key="twin-stack/entities/a/b/progress.json", Body=body)

    (running,) = read_operations(local_twin.client("iottwinmaker"), s3, workspace)

    assert running.describe() == "update: compares the entities, 7 calls so far"


def test_return_after_a_failure_is_named(local_twin: LocalTwin, workspace: str) -> None:
    s3: Any = local_twin.client("s3")
    body = operation("apply", total=10, written=0, undoes=True, error="pump-1: refused")
    s3.put_object(Bucket=workspace, Key="twin-stack/entities/a/b/progress.json", Body=body)

    (running,) = read_operations(local_twin.client("iottwinmaker"), s3, workspace)

    assert running.describe() == (
        "return after a failure (pump-1: refused): 0 of 10 entities done, 0 a second"
    )


def test_workspace_without_a_bucket_has_no_operations(local_twin: LocalTwin, workspace: str) -> None:
    twinmaker: Any = local_twin.client("iottwinmaker")
    local_twin.client("s3").delete_bucket(Bucket=workspace)

    assert read_operations(twinmaker, local_twin.client("s3"), workspace) == []
    assert workspace in list_workspace_ids(twinmaker)
    assert count_entities(twinmaker, workspace) == 0
