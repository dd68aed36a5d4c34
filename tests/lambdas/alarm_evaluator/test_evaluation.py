"""Evaluation: rows of a device's alarm, on a table that fails."""

from __future__ import annotations

import random
from typing import Any
from unittest import mock

import pytest
from alarm_evaluator import evaluation
from alarm_evaluator.budget import Budget
from alarm_evaluator.evaluation import ChangedTimes, evaluate
from alarm_evaluator.rules import Measurement, OperatorInput, Rule, RuleState, compute_changes
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.fake_alarm_table import (
    ALARM,
    EQUIPMENT,
    SENSOR,
    FakeAlarmTable,
    alarm,
    settle,
    window_at,
)
from tests.support.soak import repetitions

NOW = 10_000_000


def expected(table: FakeAlarmTable, now: int) -> dict[tuple[str, int], tuple[str, str, str]]:
    """What the rows have to say, from the whole history at once."""
    states = {}
    for device in {name for name, _ in table.rows if not name.endswith("-alarm")}:
        measured = [Measurement(time, {"t": row["t"]}) for time, row in table._of(device)]
        inputs = [
            OperatorInput(time, row.get("alarm_input") or row["alarm_status"])
            for time, row in table._of(f"{device}-alarm")
            if "alarm_state" not in row or "alarm_input" in row
        ]
        for change in compute_changes(ALARM, RuleState(), measured, inputs, now):
            says = (change.state.status(ALARM), change.state.level(ALARM), change.state.message(ALARM))
            states[f"{device}-alarm", change.time] = says
    return states


measurements = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]),
        st.integers(0, 400),
        st.sampled_from([5.0, 11.0, 14.0, 60.0, 72.0, 76.0, 85.0]),
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda arrival: arrival[:2],
)


operations = st.lists(
    st.tuples(
        st.sampled_from(["a", "b"]), st.integers(0, 400), st.sampled_from(["ACKNOWLEDGED", "SNOOZE_DISABLED"])
    ),
    max_size=3,
    unique_by=lambda arrival: arrival[:2],
)


@given(
    measured=measurements,
    operated=operations,
    seed=st.integers(0, 10**6),
    repeats=st.lists(st.integers(0, 24), max_size=8),
    sizes=st.lists(st.integers(1, 6), max_size=30),
    failures=st.lists(st.booleans(), max_size=40),
    parts=st.integers(1, 4),
    rows=st.integers(1, 30),
)
@pytest.mark.soak
@settings(max_examples=repetitions(50, 4000), suppress_health_check=[HealthCheck.too_slow])
@example(
    measured=[("a", 0, 5.0), ("a", 100, 85.0), ("a", 130, 85.0)],
    operated=[("a", 131, "ACKNOWLEDGED")],
    seed=1,
    repeats=[0, 1, 2],
    sizes=[1],
    failures=[True, False, False, False, False, True],
    parts=3,
    rows=100,
)
def test_final_states_are_equal_with_duplicate_late_and_split_messages_and_failed_writes(
    measured: list[tuple[str, int, float]],
    operated: list[tuple[str, int, str]],
    seed: int,
    repeats: list[int],
    sizes: list[int],
    failures: list[bool],
    parts: int,
    rows: int,
) -> None:
    with mock.patch.object(evaluation, "Budget", lambda: Budget(rows=rows)):
        check_final_states(measured, operated, seed, repeats, sizes, failures, parts)


def check_final_states(
    measured: list[tuple[str, int, float]],
    operated: list[tuple[str, int, str]],
    seed: int,
    repeats: list[int],
    sizes: list[int],
    failures: list[bool],
    parts: int,
) -> None:
    arrivals: list[tuple[str, int, Any]] = [*measured, *operated]
    arrivals += [arrivals[index] for index in repeats if index < len(measured)]
    random.Random(seed).shuffle(arrivals)
    table = FakeAlarmTable(failures=iter(failures))
    batches = iter(sizes)
    for part in range(parts):
        for device, time, value in arrivals[part::parts]:
            if isinstance(value, str):
                table.operate(device, time, value)
            else:
                table.measure(device, time, value)
        settle(table, now=0, batches=batches)
        table.stream.clear()
    # The sweep evaluates every device without recent data.
    for device in {name for name, _ in table.rows if not name.endswith("-alarm")}:
        newest = max(time for name, time in table.rows if name == device)
        table.failures = iter(())
        table.touch(device, newest, newest)
    settle(table, now=1_000, batches=iter(()))

    expected_rows = expected(table, 1_000)
    rows = {
        key: (row["alarm_status"], row["alarmStatus"], row["alarmMessage"])
        for key, row in table.alarm_rows().items()
        if "alarm_state" in row
    }
    assert rows == expected_rows
    assert all(
        row["component_type_id"] == EQUIPMENT for row in table.alarm_rows().values() if "alarm_state" in row
    )


def settled(*points: tuple[int, float], now: int = 0) -> FakeAlarmTable:
    table = FakeAlarmTable()
    for time, value in points:
        table.measure("a", time, value)
    settle(table, now=now, batches=iter(()))
    return table


def test_repeated_record_writes_nothing() -> None:
    table = settled((0, 20.0), (10, 75.0), (20, 60.0))
    changed = ChangedTimes(10, 10)
    assert evaluate(ALARM, "a", changed=changed, window=window_at(0), repository=table) == 0


def test_transition_is_removed_when_a_late_message_contradicts_it() -> None:
    table = settled((0, 20.0), (100, 85.0), (120, 85.0))
    assert table.rows["a-alarm", 120]["alarmStatus"] == "CRITICAL"
    table.measure("a", 110, 60.0)
    settle(table, now=0, batches=iter(()))
    levels = {time: row["alarmStatus"] for (_, time), row in table.alarm_rows().items()}
    # Silent from 50 to 100, warm, fine at 110, warm again.
    assert levels == {0: "NORMAL", 50: "CRITICAL", 100: "WARNING", 110: "NORMAL", 120: "WARNING"}


def test_other_rows_under_the_alarms_key_are_kept() -> None:
    table = FakeAlarmTable(rows={("a-alarm", 7): {"note": "checked by hand"}})
    table.measure("a", 5, 20.0)
    settle(table, now=0, batches=iter(()))
    assert table.rows["a-alarm", 7] == {"note": "checked by hand"}


def test_note_of_an_operator_stays_in_the_row_of_the_acknowledgement() -> None:
    table = settled((0, 20.0), (10, 75.0))
    table.rows["a-alarm", 12] = {"alarmNote": "fan ordered"}
    table.operate("a", 12, "ACKNOWLEDGED")
    settle(table, now=0, batches=iter(()))

    row = table.rows["a-alarm", 12]
    assert (row["alarmStatus"], row["alarmNote"]) == ("ACKNOWLEDGED", "fan ordered")
    # A later message repeats the evaluation of the row, and writes nothing that is there already.
    table.measure("a", 11, 76.0)
    settle(table, now=0, batches=iter(()))
    assert table.rows["a-alarm", 12]["alarmNote"] == "fan ordered"


def test_acknowledgement_ends_with_the_alarm_and_its_note_is_not_that_of_the_next_one() -> None:
    table = settled((0, 20.0), (10, 75.0))
    table.rows["a-alarm", 12] = {"alarmNote": "fan ordered"}
    table.operate("a", 12, "ACKNOWLEDGED")
    table.measure("a", 20, 60.0)
    table.measure("a", 30, 75.0)
    settle(table, now=0, batches=iter(()))

    rows = {time: (row["alarmStatus"], row.get("alarmNote")) for (_, time), row in table.alarm_rows().items()}
    assert rows == {
        0: ("NORMAL", None),
        10: ("WARNING", None),
        12: ("ACKNOWLEDGED", "fan ordered"),
        20: ("NORMAL", None),
        30: ("WARNING", None),
    }


def test_only_the_newest_change_of_the_last_hour_is_published_when_data_are_written_later() -> None:
    table = FakeAlarmTable()
    for time, value in ((0, 20.0), (NOW - 40, 75.0), (NOW - 20, 20.0)):
        table.measure("a", time, value)
    settle(table, now=NOW - 10, batches=iter(()))
    assert [change["alarmStatus"] for change in table.notified] == ["NORMAL"]
    # Records that Lambda repeats publish nothing.
    table.measure("a", NOW - 15, 75.0)
    settle(table, now=NOW - 10, batches=iter(()))
    assert [change["alarmStatus"] for change in table.notified] == ["NORMAL", "WARNING"]


def test_state_is_stored_before_the_change_is_published() -> None:
    table = FakeAlarmTable()
    table.measure("a", NOW - 20, 75.0)
    changed = ChangedTimes(NOW - 20, NOW - 20)
    evaluate(ALARM, "a", changed=changed, window=window_at(NOW), repository=table)

    (row,) = table.alarm_rows().values()
    assert row["alarm_notification"] == "requested"
    assert table.notified == []


def test_repeated_evaluation_keeps_the_mark_and_writes_nothing() -> None:
    table = FakeAlarmTable()
    table.measure("a", NOW - 20, 75.0)
    changed = ChangedTimes(NOW - 20, NOW - 20)
    written = [
        evaluate(ALARM, "a", changed=changed, window=window_at(NOW), repository=table) for _ in range(2)
    ]
    assert written == [1, 0]


SPARSE = alarm(
    Rule("hot", "t", "C", above=80, hysteresis=5, dwell=20, missing_after=50),
    Rule("dry", "h", "%", below=10, missing_after=90, severity="WARNING"),
    Rule("wet", "h", "%", above=70, dwell=30, severity="WARNING"),
)

sparse_rows = st.lists(
    st.tuples(
        st.integers(0, 300),
        st.dictionaries(st.sampled_from(["t", "h"]), st.sampled_from([5.0, 60.0, 77.0, 85.0]), max_size=2),
    ),
    min_size=1,
    max_size=25,
)


@given(
    measured=sparse_rows,
    sizes=st.lists(st.integers(1, 6), max_size=30),
    failures=st.lists(st.booleans(), max_size=40),
    rows=st.integers(1, 30),
    parts=st.integers(1, 4),
)
@pytest.mark.soak
@settings(max_examples=repetitions(50, 4000), suppress_health_check=[HealthCheck.too_slow])
def test_final_states_are_equal_with_sparse_and_rewritten_rows(
    measured: list[tuple[int, dict[str, float]]],
    sizes: list[int],
    failures: list[bool],
    rows: int,
    parts: int,
) -> None:
    table = FakeAlarmTable(failures=iter(failures))
    with mock.patch.object(evaluation, "Budget", lambda: Budget(rows=rows)):
        for part in range(parts):
            for time, values in measured[part::parts]:
                table.rows["a", time] = {"component_type_id": SENSOR, **values}
                table.record("a", time)
            settle(table, now=0, batches=iter(sizes), of=SPARSE)
            table.stream.clear()
        table.failures = iter(())
        newest = max(time for name, time in table.rows if name == "a")
        table.touch("a", newest, newest)
        settle(table, now=1_000, batches=iter(()), of=SPARSE)

    history = [
        Measurement(time, {name: row[name] for name in ("t", "h") if name in row})
        for time, row in table._of("a")
    ]
    changes = compute_changes(SPARSE, RuleState(), history, [], 1_000)
    assert {time: row["alarmMessage"] for (_, time), row in table.alarm_rows().items()} == {
        change.time: change.state.message(SPARSE) for change in changes
    }
