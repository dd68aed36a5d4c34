"""The stored steps of an operation."""

from __future__ import annotations

from entity_reconciler.deletions import Deletion
from entity_reconciler.plans import Plan, Step, deletion_step, read_plan, read_plans, remove_plans, write_plan
from entity_reconciler.repository import Bucket, Clients

from tests.support.entity_stack import fake_stack
from tests.support.memory_aws import BUCKET, PREFIX

PLAN = Plan(
    (
        Step("keep", ("a",)),
        Step("job", ("a", "b")),
        Step("calls", ("c",)),
        deletion_step([Deletion("x", is_recursive=True), Deletion("y", is_recursive=False)]),
    ),
    removed=("x", "below-x", "y"),
    parents={"b": "a"},
    adopted=("a",),
    restored={"r": "hall"},
    drift={"a": ["description"]},
    kept=frozenset({"a", "c"}),
    moved_out=("c",),
    has_listed=True,
    pages=3,
)


def bucket() -> Bucket:
    stack = fake_stack()
    return Bucket(Clients(stack.twin, stack.s3), BUCKET, PREFIX, stack.clock)


def test_plan_is_read_as_it_was_written() -> None:
    store = bucket()
    assert read_plan(store, "plans/r.json") is None
    write_plan(store, "plans/r.json", PLAN)
    assert read_plan(store, "plans/r.json") == PLAN


def test_plans_without_an_end_are_read_and_removed_but_nothing_beside_them() -> None:
    store = bucket()
    undo = Plan((Step("restore", ("a",)),))
    for key, plan in (("plans/r.json", PLAN), ("plans/r-undo-1.json", undo), ("other/r.json", undo)):
        write_plan(store, key, plan)
    assert read_plans(store) == {"plans/r.json": PLAN, "plans/r-undo-1.json": undo}
    remove_plans(store)
    assert read_plans(store) == {}
    assert read_plan(store, "other/r.json") == undo


def test_numbers_count_what_is_saved_only_as_work_and_all_below_a_recursive_deletion() -> None:
    assert PLAN.writes == ["a", "b", "c"]
    assert (PLAN.total, PLAN.work) == (6, 7)


def test_step_that_only_saves_has_changed_nothing() -> None:
    assert [list(PLAN.begun(step)) for step in range(-1, 4)] == [
        [],
        [],
        ["a", "b"],
        ["a", "b", "c"],
        ["a", "b", "c", "x", "below-x", "y"],
    ]
