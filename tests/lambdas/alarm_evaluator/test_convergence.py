"""Detection of the time from which stored states are right."""

from __future__ import annotations

import pytest
from alarm_evaluator.convergence import Convergence
from alarm_evaluator.rules import DAY, Alarm, Rule, RuleState, State

from tests.support.fake_alarm_table import alarm

PLAIN = alarm(Rule("hot", "t", above=80))
MISSING = alarm(Rule("hot", "t", above=80, missing_after=50), Rule("dry", "h", below=5, missing_after=70))
DWELLING = alarm(Rule("hot", "t", above=80, dwell=20))
NORMAL, HOT = State(), State(frozenset({"hot"}))


def reached(of: Alarm, *values: tuple[int, dict[str, float]], stored: State = NORMAL) -> list[bool]:
    convergence = Convergence(of, 100, stored)
    return [convergence.is_reached(time, row, RuleState(NORMAL)) for time, row in values]


def test_states_are_compared_after_the_change_only() -> None:
    assert reached(PLAIN, (99, {"t": 1}), (100, {"t": 1}), (101, {"t": 1})) == [False, False, True]


def test_other_state_is_not_reached() -> None:
    assert reached(PLAIN, (101, {"t": 1}), stored=HOT) == [False]


def test_each_rule_on_missing_data_needs_a_value_or_a_gap() -> None:
    assert reached(MISSING, (101, {"t": 1}), (102, {"h": 9})) == [False, True]
    assert reached(MISSING, (101, {"t": 1}), (170, {"t": 1}), (171, {"t": 1})) == [False, False, True]


@pytest.mark.parametrize("since", [{"hot": 101}, {}])
def test_dwell_time_must_be_over(since: dict[str, int]) -> None:
    convergence = Convergence(DWELLING, 100, NORMAL)
    assert convergence.is_reached(101, {"t": 81}, RuleState(NORMAL, exceeded_since=since)) == (not since)


def test_dwell_time_has_no_effect_after_a_day() -> None:
    convergence = Convergence(DWELLING, 100, NORMAL)
    assert not convergence.is_reached(100 + DAY, {}, RuleState(NORMAL))
    assert convergence.is_reached(101 + DAY, {}, RuleState(NORMAL))
