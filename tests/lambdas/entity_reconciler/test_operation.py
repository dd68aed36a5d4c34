"""The operation that goes on: its place in the bucket, and its return to the former state."""

from __future__ import annotations

from dataclasses import replace

import pytest
from entity_reconciler.operation import Applied, Operation, Operations, begin_undo, begun_step
from entity_reconciler.repository import Bucket, Clients
from entity_reconciler.shapes import LostLockError

from tests.support.entity_stack import fake_stack
from tests.support.memory_aws import BUCKET, PREFIX

STARTED = Operation("r-1", "stack", "Update", "new", "old", started=1_000.0)


def bucket() -> Bucket:
    stack = fake_stack()
    return Bucket(Clients(stack.twin, stack.s3), BUCKET, PREFIX, stack.clock)


def test_operation_and_applied_state_are_read_as_they_were_written() -> None:
    store = bucket()
    operations = Operations(store)
    assert (operations.read(), operations.read_applied()) == (None, Applied())
    operation = replace(STARTED, stuck_jobs=("job-1", "job-2"), begun={"plans/r-0.json": 2})
    applied = Applied("new", "old", 7, "r-1")
    operations.write(operation)
    operations.write_applied(applied)
    assert (Operations(store).read(), Operations(store).read_applied()) == (operation, applied)


def test_operation_that_another_invocation_changed_is_not_overwritten() -> None:
    store = bucket()
    first, second = Operations(store), Operations(store)
    assert (first.read(), second.read()) == (None, None)
    first.write(STARTED)
    with pytest.raises(LostLockError):
        second.write(replace(STARTED, request_id="r-2"))
    first.write(replace(STARTED, done=1))
    assert second.read() == replace(STARTED, done=1)


def test_return_to_the_former_state_has_a_plan_of_its_own_and_knows_how_far_the_other_one_got() -> None:
    applying = replace(STARTED, phase="apply", step=2, done=40, job="job", written=9, total=90)
    undo = begin_undo(applying, "refused")
    assert (applying.goal, undo.goal) == ("new", "old")
    assert (undo.phase, undo.step, undo.done, undo.job) == ("plan", 0, 0, "")
    assert (undo.written, undo.total) == (0, 0)
    assert undo.begun == {"plans/r-1.json": 2}
    again = begin_undo(undo, "refused again")
    assert (undo.plan_key, again.plan_key) == ("plans/r-1-undo-1.json", "plans/r-1-undo-2.json")
    assert again.begun == {"plans/r-1.json": 2, "plans/r-1-undo-1.json": -1}
    assert again.error == "refused"


def test_no_step_has_begun_while_the_plan_is_made() -> None:
    assert begun_step(STARTED) == -1
    assert begun_step(replace(STARTED, phase="apply")) == 0


def test_key_of_a_plan_has_only_letters_digits_and_hyphens_of_the_request() -> None:
    assert replace(STARTED, request_id="../a b/c-1").plan_key == "plans/abc-1.json"
