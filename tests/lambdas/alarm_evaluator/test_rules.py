"""Rules: from measurements and operators' actions to states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alarm_evaluator.rules import Alarm, Measurement, OperatorInput, Rule, RuleState, State, compute_changes

from tests.support.fake_alarm_table import (
    alarm,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


HOT = Rule("hot", "t", "C", above=80, hysteresis=5)


WARM = Rule("warm", "t", "C", above=70, severity="WARNING")


def changes_of(
    of: Alarm, values: Mapping[int, float], inputs: Mapping[int, str] = {}, now: int = 0
) -> list[tuple[int, str, str]]:
    """Time, level and status of each change."""
    changes = compute_changes(
        of,
        RuleState(),
        [Measurement(time, {"t": value}) for time, value in sorted(values.items())],
        [OperatorInput(time, action) for time, action in sorted(inputs.items())],
        now,
    )
    return [(change.time, change.state.level(of), change.state.status(of)) for change in changes]


def test_alarm_is_normal_from_the_first_measurement_on_so_that_it_is_listed() -> None:
    assert changes_of(alarm(HOT), {5: 20, 6: 21}) == [(5, "NORMAL", "NORMAL")]


def test_alarm_is_raised_above_its_limit_and_over_below_the_hysteresis() -> None:
    assert changes_of(alarm(HOT), {1: 80, 2: 80.1, 3: 79, 4: 75.1, 5: 75, 6: 81}) == [
        (1, "NORMAL", "NORMAL"),
        (2, "CRITICAL", "ACTIVE"),
        (5, "NORMAL", "NORMAL"),
        (6, "CRITICAL", "ACTIVE"),
    ]


def test_alarm_with_a_lower_limit_is_raised_below_it() -> None:
    low = alarm(Rule("low", "t", below=10, hysteresis=2, severity="WARNING"))
    assert changes_of(low, {1: 10, 2: 9, 3: 11.9, 4: 12}) == [
        (1, "NORMAL", "NORMAL"),
        (2, "WARNING", "ACTIVE"),
        (4, "NORMAL", "NORMAL"),
    ]


def test_alarm_is_raised_after_its_dwell_time_which_a_good_value_restarts() -> None:
    slow = alarm(Rule("slow", "t", above=80, dwell=10))
    assert changes_of(slow, {0: 81, 9: 81, 10: 80, 11: 81, 20: 81, 21: 81}) == [
        (0, "NORMAL", "NORMAL"),
        (21, "CRITICAL", "ACTIVE"),
    ]


def test_worst_alarm_shows_when_several_are_raised() -> None:
    assert changes_of(alarm(WARM, HOT), {1: 75, 2: 85, 3: 75, 4: 60}) == [
        (1, "WARNING", "ACTIVE"),
        (2, "CRITICAL", "ACTIVE"),
        (3, "WARNING", "ACTIVE"),
        (4, "NORMAL", "NORMAL"),
    ]


def test_missing_data_raise_the_alarm_when_they_are_late_and_not_before() -> None:
    silent = alarm(Rule("hot", "t", above=80, missing_after=100))
    assert changes_of(silent, {0: 20, 100: 20, 201: 20}, now=301) == [
        (0, "NORMAL", "NORMAL"),
        (200, "CRITICAL", "ACTIVE"),
        (201, "NORMAL", "NORMAL"),
    ]
    assert changes_of(silent, {0: 20}, now=101) == [(0, "NORMAL", "NORMAL"), (100, "CRITICAL", "ACTIVE")]


def test_acknowledgement_holds_until_the_alarm_is_over_or_worse() -> None:
    both = alarm(WARM, HOT)
    assert changes_of(both, {1: 75, 4: 60, 6: 75}, {2: "ACKNOWLEDGED"}) == [
        (1, "WARNING", "ACTIVE"),
        (2, "ACKNOWLEDGED", "ACKNOWLEDGED"),
        (4, "NORMAL", "NORMAL"),
        (6, "WARNING", "ACTIVE"),
    ]
    assert changes_of(both, {1: 75, 3: 85, 5: 75}, {2: "ACKNOWLEDGED", 4: "SNOOZE_DISABLED"}) == [
        (1, "WARNING", "ACTIVE"),
        (2, "ACKNOWLEDGED", "ACKNOWLEDGED"),
        (3, "CRITICAL", "ACTIVE"),
        (4, "ACKNOWLEDGED", "SNOOZE_DISABLED"),
        (5, "ACKNOWLEDGED", "SNOOZE_DISABLED"),
    ]


def test_acknowledgement_of_no_alarm_is_normal() -> None:
    assert changes_of(alarm(HOT), {1: 20}, {2: "ACKNOWLEDGED"})[-1] == (2, "NORMAL", "NORMAL")


def test_message_names_the_limit_and_the_unit() -> None:
    both = alarm(WARM, HOT)
    assert State(frozenset({"warm"})).message(both) == "t is above 70 C"
    assert State(frozenset({"warm", "hot"})).message(both) == "t is above 80 C"
    assert State().message(both) == "normal"
