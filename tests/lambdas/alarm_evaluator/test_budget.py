"""The budget of one evaluation."""

from __future__ import annotations

from alarm_evaluator.budget import Budget


def test_rows_use_up_the_budget() -> None:
    budget = Budget(rows=2)
    assert [budget.spend(0), budget.spend(0)] == [False, True]


def test_changes_use_up_the_budget() -> None:
    budget = Budget(changes=3)
    assert [budget.spend(2), budget.spend(1)] == [False, True]


def test_time_uses_up_the_budget() -> None:
    clock = iter([100.0, 104.9, 105.0])
    budget = Budget(seconds=5, now=lambda: next(clock))
    assert [budget.spend(0), budget.spend(0)] == [False, True]
