"""The refusal of deployments that cannot end in time."""

from __future__ import annotations

import pytest
from entity_reconciler.estimate import count_calls, refuse_too_long
from entity_reconciler.plans import Plan, Step
from entity_reconciler.shapes import ReconcileError

from tests.support.entity_stack import entity, fake_stack


def deletions(number: int) -> Plan:
    ids = tuple(f"e{item}" for item in range(number))
    return Plan((Step("delete", ids),), removed=ids, pages=250)


def test_job_of_any_size_takes_few_calls_and_a_deletion_takes_one() -> None:
    jobs = Plan((Step("job", tuple(f"e{item}" for item in range(9_000))),), pages=50)
    assert count_calls(jobs) < 100
    assert count_calls(deletions(1_000)) == 1_250
    assert count_calls(Plan((Step("calls", ("a", "b")),))) == 5


def test_plan_of_more_calls_than_fit_is_refused_with_the_numbers() -> None:
    refuse_too_long(deletions(21_000), rate=8)
    with pytest.raises(ReconcileError) as raised:
        refuse_too_long(deletions(30_000), rate=8)
    message = str(raised.value)
    for text in ("30250 model calls", "30000 deletions", "63 minutes at 8 calls a second", "45 minutes"):
        assert text in message
    assert "Split it into 2 deployments: remove at most 15000" in message
    refuse_too_long(deletions(15_000), rate=8)


def test_refused_deployment_changes_nothing() -> None:
    stack = fake_stack(RequestsPerSecond="0.01")
    stack.deploy([entity("hall"), *(entity(f"m-{number}", "hall") for number in range(10))])
    before = dict(stack.twin.updated)
    wide = [{**entity(f"w-{number}", "hall"), "description": "x" * 600} for number in range(30)]
    with pytest.raises(ReconcileError, match="Nothing was changed"):
        stack.deploy([entity("hall"), *wide])
    assert stack.twin.updated == before
