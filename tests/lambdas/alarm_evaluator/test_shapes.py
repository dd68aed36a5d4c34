"""Rows of alarms: the state that this function wrote, and the action that an operator wrote."""

from __future__ import annotations

import pytest
from alarm_evaluator.rules import Alarm, Rule, State
from alarm_evaluator.shapes import INPUT, STATE, AlarmRow, displayed_state

HOT = Rule("hot", "t", "C", above=80)
FULL = Alarm("com.e.Sensor", "com.e.Alarm", "${device}-alarm", "status", "level", "message", (HOT,))
BASIC = Alarm("com.e.Sensor", "com.e.Alarm", "${device}-alarm", "status", None, None, (HOT,))
RAISED = State(frozenset({"hot"}))
ACKNOWLEDGED = State(frozenset({"hot"}), operator_action="ACKNOWLEDGED")


def written(state: State, **changes: str) -> AlarmRow:
    """A row that the function wrote, with what an operator changed since."""
    return AlarmRow(5, {STATE: state.to_json(), **displayed_state(FULL, state), **changes})


def test_state_is_shown_in_the_attributes_that_the_alarm_has() -> None:
    assert displayed_state(FULL, RAISED) == {
        "status": "ACTIVE",
        "level": "CRITICAL",
        "message": "t is above 80 C",
    }
    assert displayed_state(BASIC, RAISED) == {"status": "ACTIVE"}


def test_state_is_read_from_a_row_of_this_function_only() -> None:
    assert written(ACKNOWLEDGED).state == ACKNOWLEDGED
    assert AlarmRow(5, {"status": "ACKNOWLEDGED"}).state is None
    assert AlarmRow(5, {STATE: ""}).state is None


@pytest.mark.parametrize(
    ("row", "action"),
    [
        (written(RAISED), None),
        (written(RAISED, status="ACKNOWLEDGED"), "ACKNOWLEDGED"),
        (written(RAISED, status="SNOOZE_DISABLED"), "SNOOZE_DISABLED"),
        (written(RAISED, level="ACKNOWLEDGED"), "ACKNOWLEDGED"),
        (written(RAISED, status="NORMAL"), None),
        (written(RAISED, message="ACKNOWLEDGED"), None),
        (written(ACKNOWLEDGED), None),
        (written(ACKNOWLEDGED, status="SNOOZE_DISABLED"), "SNOOZE_DISABLED"),
        (AlarmRow(5, {"status": "ACKNOWLEDGED"}), "ACKNOWLEDGED"),
        (AlarmRow(5, {"status": "ACTIVE"}), None),
        (AlarmRow(5, {}), None),
    ],
)
def test_action_is_a_value_that_this_function_did_not_write(row: AlarmRow, action: str | None) -> None:
    assert row.operator_action(FULL) == action


def test_recorded_action_wins_over_what_the_row_shows() -> None:
    assert written(RAISED, status="ACKNOWLEDGED", **{INPUT: "SNOOZE_DISABLED"}).operator_action(FULL) == (
        "SNOOZE_DISABLED"
    )


def test_attribute_that_the_alarm_does_not_have_is_no_action() -> None:
    assert written(RAISED, level="ACKNOWLEDGED").operator_action(BASIC) is None


def test_attributes_that_the_function_never_writes_are_foreign() -> None:
    row = written(ACKNOWLEDGED, **{INPUT: "ACKNOWLEDGED"}, alarmNote="fan ordered")
    assert row.foreign_attributes(FULL) == {"alarmNote": "fan ordered"}
