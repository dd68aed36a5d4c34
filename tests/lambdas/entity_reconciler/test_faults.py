"""Deployments that are killed, throttled, refused or out of time end in the new state or the former one."""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING

import pytest
from entity_reconciler.shapes import ReconcileError

from tests.support.entity_faults import (
    DESIRED,
    FORMER,
    Json,
    calls_of,
    carry_out_killed,
    deploy,
    faults_of,
    for_each,
    former_stack,
    kill_points,
    set_fault,
    start,
)
from tests.support.entity_stack import EntityStack, as_map, entity, fake_stack, live
from tests.support.memory_aws import BUCKET, PREFIX, KilledError, client_error
from tests.support.soak import SOAK, sample

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.soak

MAX_CALLS = 200
ON_EVENT_CALLS = 3
"""Calls of ``on_event``, which is not repeated."""


@cache
def kills() -> Sequence[int]:
    """Return the calls of an update at which to kill."""
    return sample(kill_points(calls_of(deploy)))


@cache
def some_calls() -> Sequence[int]:
    """Return some of the calls of an update."""
    return sample(range(1, len(calls_of(deploy)) + 1)[ON_EVENT_CALLS :: 1 if SOAK else 6])


def test_calls_of_all_kinds_are_killed() -> None:
    assert 30 < len(calls_of(deploy)) < MAX_CALLS
    names = ["a", "b", *["c"] * 20, "b", "a"]
    points = kill_points(names)
    assert {names[point - 1] for point in points} == {"a", "b", "c"}


@for_each(kills)
def test_killed_update_goes_on_when_it_is_invoked_again(number: int) -> None:
    stack = former_stack()
    event, _ = start(stack)
    carry_out_killed(stack, event, number)

    stack.carry_out(event)

    assert live(stack) == as_map(DESIRED)
    assert_nothing_left_to_do(stack, event)


@for_each(kills)
def test_killed_update_is_undone_by_the_rollback_of_the_stack(number: int) -> None:
    stack = former_stack()
    event, former = start(stack)
    carry_out_killed(stack, event, number)

    stack.roll_back(former, event)

    assert live(stack) == as_map(FORMER)
    stack.deploy(DESIRED)
    assert live(stack) == as_map(DESIRED)


@for_each(lambda: sample(kill_points(calls_of(lambda stack: stack.delete()))))
def test_killed_deletion_goes_on(number: int) -> None:
    stack = former_stack()
    assert stack.properties is not None
    event = stack.event("Delete", stack.properties)
    carry_out_killed(stack, event, number)

    stack.carry_out(event)

    assert live(stack) == {}


@for_each(lambda: sample(kill_points(calls_of(lambda stack: stack.deploy(FORMER), fake_stack()))))
def test_killed_creation_is_removed_by_the_rollback_of_the_stack(number: int) -> None:
    stack = fake_stack()
    properties = stack.resource(FORMER)
    event = stack.event("Create", properties)
    carry_out_killed(stack, event, number)

    stack.roll_back(None, event)

    assert live(stack) == {}


def refuse(stack: EntityStack) -> None:
    """Let the last entity of the deployment fail."""
    stack.twin.refused["valve"] = "it is refused"


def deploy_refused(stack: EntityStack) -> None:
    refuse(stack)
    with pytest.raises(ReconcileError, match="it is refused"):
        stack.carry_out(start(stack)[0])


@for_each(lambda: sample(kill_points(calls_of(deploy_refused))))
def test_killed_undoing_goes_on(number: int) -> None:
    stack = former_stack()
    refuse(stack)
    event, _ = start(stack)
    try:
        carry_out_killed(stack, event, number)
    finally:
        faults_of(stack).before = None

    with pytest.raises(ReconcileError, match="it is refused"):
        stack.carry_out(event)

    assert live(stack) == as_map(FORMER)


FOREIGN = [entity("foreign", place="console"), entity("foreign-child", "foreign", speed=9.0)]
ADOPTING = [*DESIRED, entity("foreign", "line-2", speed=1.0), entity("foreign-child", "m-1")]


@cache
def deployed_among_others() -> EntityStack:
    stack = fake_stack(Adopt="true")
    for item in FOREIGN:
        stack.twin.put(item)
    stack.deploy(FORMER)
    return stack


def adopting_stack() -> EntityStack:
    """Return a stack in the former state, in a workspace with entities of others."""
    return deepcopy(deployed_among_others())


def adopt_refused(stack: EntityStack) -> None:
    refuse(stack)
    with pytest.raises(ReconcileError, match="it is refused"):
        stack.carry_out(stack.event("Update", stack.resource(ADOPTING)))


@pytest.mark.slow
@for_each(lambda: sample(kill_points(calls_of(adopt_refused, adopting_stack()))))
def test_killed_adoption_gives_entities_of_others_back_when_it_goes_on(number: int) -> None:
    assert_adopted_entities_are_given_back(number, goes_on=True)


@pytest.mark.slow
@for_each(lambda: sample(kill_points(calls_of(adopt_refused, adopting_stack()))))
def test_killed_adoption_gives_entities_of_others_back_when_it_is_given_up(number: int) -> None:
    assert_adopted_entities_are_given_back(number, goes_on=False)


def assert_adopted_entities_are_given_back(number: int, *, goes_on: bool) -> None:
    """Kill an adoption that fails; it goes on, or CloudFormation gives it up."""
    stack = adopting_stack()
    refuse(stack)
    former = stack.properties
    event = stack.event("Update", stack.resource(ADOPTING))
    carry_out_killed(stack, event, number)

    if goes_on:
        with pytest.raises(ReconcileError, match="it is refused"):
            stack.carry_out(event)
    else:
        stack.roll_back(former, event)

    assert live(stack) == as_map([*FORMER, *FOREIGN])
    stack.delete()
    assert live(stack) == as_map(FOREIGN)


@for_each(some_calls)
def test_lost_checkpoint_is_no_harm(number: int) -> None:
    stack = former_stack()
    event, _ = start(stack)
    carry_out_killed(stack, event, number)
    stack.s3.objects.pop((BUCKET, f"{PREFIX}/operation.json"), None)

    stack.carry_out(event)

    assert live(stack) == as_map(DESIRED)


@for_each(some_calls)
def test_throttled_call_is_tried_again(number: int) -> None:
    stack = former_stack()

    def throttle(present: int, _: str) -> None:
        if number <= present < number + 3:
            raise client_error("ThrottlingException" if number % 2 else "SlowDown")

    set_fault(stack, throttle)
    stack.deploy(DESIRED)
    assert live(stack) == as_map(DESIRED)


@for_each(some_calls)
def test_error_of_the_service_is_tried_again(number: int) -> None:
    stack = former_stack()

    def fail(present: int, _: str) -> None:
        if present == number:
            raise client_error("InternalError", status=500)

    set_fault(stack, fail)
    stack.deploy(DESIRED)
    assert live(stack) == as_map(DESIRED)


@for_each(some_calls)
def test_invocation_that_runs_out_of_time_is_followed_by_another(number: int) -> None:
    stack = former_stack()

    def spend(present: int, _: str) -> None:
        if present == number:
            stack.clock.time += stack.clock.limit

    set_fault(stack, spend)
    stack.deploy(DESIRED)
    assert live(stack) == as_map(DESIRED)


@for_each(some_calls)
def test_doubled_invocation_changes_nothing_twice(number: int) -> None:
    """A second invocation with the same request runs in the middle of the first one."""
    stack = former_stack()
    event, _ = start(stack)
    entered: list[bool] = []

    def again(present: int, _: str) -> None:
        if present == number and not entered:
            entered.append(True)
            faults_of(stack).before = None
            stack.carry_out(event)

    set_fault(stack, again)
    stack.carry_out(event)
    assert entered
    assert live(stack) == as_map(DESIRED)


def test_late_invocation_of_a_former_request_changes_nothing() -> None:
    stack = former_stack()
    event, _ = start(stack)
    stack.carry_out(event)
    stack.deploy(FORMER)

    with pytest.raises(ReconcileError, match="has taken the place of this one"):
        stack.look(event)

    assert live(stack) == as_map(FORMER)


def test_job_that_never_ends_is_undone_by_calls() -> None:
    stack = former_stack()
    stack.twin.job_speed = 0
    stack.twin.stops = False
    began = stack.clock.time
    with pytest.raises(ReconcileError, match=re.escape("45 minutes, of the hour")):
        stack.deploy(DESIRED)
    assert live(stack) == as_map(FORMER)
    assert stack.clock.time - began < 3600


def test_job_that_fails_in_part_is_undone_and_names_the_entities() -> None:
    stack = former_stack()
    stack.twin.refused["line-2"] = "the type is abstract"
    with pytest.raises(ReconcileError, match=r"the type is abstract\): line-2, m-1;") as raised:
        stack.deploy(DESIRED)
    assert live(stack) == as_map(FORMER)
    key = re.search(rf"s3://{BUCKET}/{PREFIX}/(reports/\S+)", str(raised.value))
    assert key is not None
    report = stack.s3.text(key[1])
    assert set(report["failures"]) == {"line-2", "m-1"}
    assert report["result"] == "rolled back"


def test_hundred_failures_are_all_in_the_report_and_twenty_in_the_message() -> None:
    stack = former_stack()
    bad = [entity(f"bad-{number:03}", "hall") for number in range(100)]
    stack.twin.refused |= {item["entityId"]: "no" for item in bad}
    with pytest.raises(ReconcileError, match="and 80 more") as raised:
        stack.deploy([*FORMER, *bad])
    assert str(raised.value).count("bad-0") == 20
    key = re.search(r"reports/\S+", str(raised.value))
    assert key is not None
    assert len(stack.s3.text(key[0])["failures"]) == 100


def test_entity_that_cannot_be_deleted_makes_the_update_return() -> None:
    stack = former_stack()
    stack.twin.undeletable.add("store")
    with pytest.raises(ReconcileError, match="store cannot be deleted"):
        stack.deploy(DESIRED)
    assert live(stack) == as_map(FORMER)


def test_object_of_the_assets_that_is_missing_changes_nothing() -> None:
    stack = former_stack()
    properties = stack.resource(DESIRED)
    stack.s3.objects = {key: value for key, value in stack.s3.objects.items() if key[0] == BUCKET}
    before = dict(stack.twin.updated)
    with pytest.raises(ReconcileError, match="NoSuchKey"):
        stack.carry_out(stack.event("Update", properties))
    assert stack.twin.updated == before


def test_rollback_of_the_stack_needs_no_asset() -> None:
    """Assets of the former template may have been collected."""
    stack = former_stack()
    former = stack.properties
    assert former is not None
    stack.deploy(DESIRED)
    stack.s3.objects = {key: value for key, value in stack.s3.objects.items() if key[0] == BUCKET}
    stack.carry_out(stack.event("Update", former))
    assert live(stack) == as_map(FORMER)


def assert_nothing_left_to_do(stack: EntityStack, event: Json) -> None:
    """Check that neither the same request nor the same state as a new one changes anything."""
    calls = faults_of(stack).calls
    first = len(calls)
    assert stack.look(event)
    stack.carry_out(stack.event("Update", event["ResourceProperties"]))
    assert not [name for name in calls[first:] if not name.startswith("s3:")]
    assert not [name for name in stack.s3.names() if name.startswith(("plans/", "jobs/"))]


def test_deletions_go_on_in_short_invocations() -> None:
    """Each has time for a few calls, fewer than those after which a checkpoint is written in any case."""
    many = [*FORMER, *(entity(f"n-{number}", "hall") for number in range(150))]
    stack = fake_stack()
    stack.deploy(many)
    stack.clock.limit = 9.0
    first = len(faults_of(stack).calls)
    stack.deploy(FORMER)
    assert live(stack) == as_map(FORMER)
    assert faults_of(stack).calls[first:].count("DeleteEntity") == 150


def test_job_of_a_lost_operation_is_not_taken_for_that_of_the_new_one() -> None:
    """What the former job wrote may have been undone in the meantime."""
    stack = former_stack()
    event, _ = start(stack)
    first = len(faults_of(stack).calls)
    stack.begin(event)

    def kill(_: int, name: str) -> None:
        if name == "GetMetadataTransferJob" and "GetMetadataTransferJob" in faults_of(stack).calls[first:-1]:
            raise KilledError

    set_fault(stack, kill)
    stack.twin.job_speed = 100
    with pytest.raises(KilledError):
        stack.look(event)
    faults_of(stack).before = None
    assert "line-2" in live(stack)
    stack.s3.objects.pop((BUCKET, f"{PREFIX}/operation.json"))
    for item in FORMER:
        stack.twin.put(item)

    stack.carry_out(event)

    assert live(stack) == as_map(DESIRED)


def test_subtree_is_not_deleted_while_an_entity_has_not_moved_out_of_it() -> None:
    """A job that ends as COMPLETED and has skipped an entity must not cost that entity."""
    stack = former_stack()
    write = stack.twin._write

    def skip(item: Json) -> None:
        if item["entityId"] != "m-1" or item.get("parentEntityId") != "line-2":
            write(item)

    stack.twin._write = skip
    with pytest.raises(ReconcileError, match="entity m-1 did not move to its place"):
        stack.carry_out(start(stack)[0])
    assert live(stack) == as_map(FORMER)
