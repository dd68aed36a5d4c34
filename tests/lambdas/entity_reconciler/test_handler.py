"""The function as the CDK's provider framework calls it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from entity_reconciler import handler as module
from entity_reconciler.repository import Clients
from entity_reconciler.request import parse_request
from entity_reconciler.shapes import ReconcileError

from tests.support.entity_stack import as_map, entity, fake_stack, live
from tests.support.memory_aws import FUNCTION_ARN, PREFIX, WORKSPACE

if TYPE_CHECKING:
    from tests.support.entity_stack import EntityStack

PLANT = [entity("hall"), entity("m-1", "hall", speed=1.0)]


class Context:
    invoked_function_arn = FUNCTION_ARN

    def __init__(self, seconds: float = 900.0) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> float:
        return self._seconds * 1000


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> EntityStack:
    fake = fake_stack(RequestsPerSecond="1000")
    monkeypatch.setattr(module, "_clients", lambda: Clients(fake.twin, fake.s3))
    return fake


def invoke(event: dict[str, Any], context: Context | None = None) -> dict[str, Any]:
    """Call the function as the framework does: what it answers first is in the events of the later calls."""
    answer = module.handler(event, context or Context())
    assert answer["PhysicalResourceId"] == f"{WORKSPACE}/{PREFIX}"
    return module.handler({**event, **answer}, context or Context())


def test_request_is_recorded_and_then_carried_out(
    stack: EntityStack, capsys: pytest.CaptureFixture[str]
) -> None:
    event = stack.event("Create", stack.resource(PLANT))
    assert invoke(event) == {"IsComplete": True}
    assert live(stack) == as_map(PLANT)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["EntitiesDone"] == 2


def test_invocation_that_has_no_time_is_not_complete(stack: EntityStack) -> None:
    event = stack.event("Create", stack.resource(PLANT))
    answer = module.handler(event, Context())
    assert module.handler({**event, **answer}, Context(seconds=21)) == {"IsComplete": False}
    assert module.handler({**event, **answer}, Context()) == {"IsComplete": True}


def test_slice_is_short_even_if_the_function_has_much_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000.0]
    monkeypatch.setattr("entity_reconciler.handler.time.time", lambda: now[0])
    clock = module.InvocationClock(Context(seconds=900))
    assert clock.seconds_left() == 240
    now[0] += 200
    assert clock.seconds_left() == 40


def test_failure_is_raised_for_the_framework(stack: EntityStack) -> None:
    stack.twin.refused["m-1"] = "no"
    with pytest.raises(ReconcileError, match="m-1"):
        invoke(stack.event("Create", stack.resource(PLANT)))


def test_workspace_is_that_of_the_functions_account(stack: EntityStack) -> None:
    request = parse_request(stack.event("Create", stack.resource(PLANT)))
    arn = module._workspace_arn(request, "arn:aws-cn:lambda:cn-north-1:444455556666:function:f")
    assert arn == f"arn:aws-cn:iottwinmaker:cn-north-1:444455556666:workspace/{WORKSPACE}"


@pytest.mark.parametrize("name", ["WorkspaceId", "BucketName", "StatePrefix", "Manifest", "DesiredHash"])
def test_missing_property_is_named(stack: EntityStack, name: str) -> None:
    properties = stack.resource(PLANT)
    del properties[name]
    with pytest.raises(ReconcileError, match=name):
        module.handler(stack.event("Create", properties), Context())


def test_defaults_are_careful(stack: EntityStack) -> None:
    request = parse_request(stack.event("Update", stack.resource([]) | {"RequestsPerSecond": "8"}))
    assert (request.adopts, request.overwrites_drift, request.retains, request.rate) == (
        False,
        False,
        False,
        8,
    )
    settings = {"Adopt": "true", "OnDrift": "overwrite", "OnDelete": "retain"}
    request = parse_request(stack.event("Update", stack.resource([]) | settings))
    assert (request.adopts, request.overwrites_drift, request.retains) == (True, True, True)
