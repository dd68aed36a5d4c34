"""Alarms keep their states when what they belong to is renamed."""

from dataclasses import replace
from typing import Any

import pytest
from alarm_evaluator import handler as handler_module
from alarm_evaluator.environment import Environment, with_former_ids
from alarm_evaluator.records import group_records
from alarm_evaluator.renamed_repository import RenamedRepository
from alarm_evaluator.rules import Alarm
from alarm_evaluator.shapes import NOTIFICATION
from alarm_evaluator.sweep import sweep
from hypothesis import given, settings
from hypothesis import strategies as st

from former_ids import FormerIds, TypeFormerIds
from tests.support.fake_alarm_table import ALARM, EQUIPMENT, SENSOR, FakeAlarmTable, window_at
from tests.support.soak import repetitions

DEVICES = ("press-1", "machine-1", "m-1")
TYPES = (SENSOR, "com.example.OldSensor")
ATTRIBUTES = ("t", "temp")
FORMER_IDS = FormerIds(
    {
        SENSOR: TypeFormerIds(TYPES[1:], {"t": ATTRIBUTES[1:]}, {"press-1": DEVICES[1:]}),
        EQUIPMENT: TypeFormerIds(
            ("com.example.OldAlarm",),
            {"alarmStatus": ("level",)},
            {"press-1-alarm": ("machine-1-alarm", "m-1-alarm")},
        ),
    }
)
OLD_ALARM = replace(
    ALARM,
    component_type_id=TYPES[1],
    alarm_type_id="com.example.OldAlarm",
    level="level",
    rules=tuple(replace(rule, attribute="temp") for rule in ALARM.rules),
)
NOW = 400


def _measure(table: FakeAlarmTable, rank: int, time: int, value: float, *, is_old: bool) -> None:
    key = (DEVICES[rank], time)
    table.rows[key] = {"component_type_id": TYPES[is_old], ATTRIBUTES[is_old]: value}
    table.record(*key)


def _settle(
    table: FakeAlarmTable, alarm: Alarm, former_ids: FormerIds | None, *, batch_size: int = 3
) -> None:
    """Work through the stream as Lambda does."""
    environment = Environment("table", (alarm,), "index", former_ids=former_ids or FormerIds())
    repository = RenamedRepository(table, former_ids) if former_ids is not None else table
    position = 0
    while position < len(table.stream):
        records = table.stream[position : position + batch_size]
        position += len(records)
        assert position < 10_000, "does not settle"
        for (partition, _), group in group_records(records, [alarm], window_at(NOW)).groups.items():
            handler_module.process(partition, group, environment, repository, window_at(NOW))
    table.stream.clear()


def _states(repository: Any, key: str) -> dict[int, dict[str, str]]:
    ignored = {NOTIFICATION}
    return {
        row.time: {name: text for name, text in row.attributes.items() if name not in ignored}
        for row in repository.alarm_rows_after(key, -1)
    }


times = st.integers(1, 300)
values = st.sampled_from([5.0, 50.0, 75.0, 90.0])


@pytest.mark.soak
@settings(max_examples=repetitions(30, 600), deadline=None)
@given(
    before=st.dictionaries(times, values, max_size=8),
    after=st.dictionaries(st.tuples(st.integers(0, 2), times), values, max_size=10),
    batch_size=st.integers(1, 4),
)
def test_states_are_those_of_measurements_under_the_present_id(
    before: dict[int, float], after: dict[tuple[int, int], float], batch_size: int
) -> None:
    renamed = FakeAlarmTable()
    for time, value in before.items():
        _measure(renamed, 2, time, value, is_old=True)
    _settle(renamed, OLD_ALARM, None)
    for (rank, time), value in after.items():
        _measure(renamed, rank, time, value, is_old=False)
    _settle(renamed, with_former_ids(ALARM, FORMER_IDS), FORMER_IDS, batch_size=batch_size)

    present = FakeAlarmTable()
    newest = {(2, time): value for time, value in before.items()} | after
    for (_, time), value in sorted(newest.items(), reverse=True):
        _measure(present, 0, time, value, is_old=False)
    _settle(present, ALARM, None)

    states = _states(RenamedRepository(renamed, FORMER_IDS), "press-1-alarm")
    expected = _states(present, "press-1-alarm")
    if after:
        assert {time: state["alarm_state"] for time, state in states.items()} == {
            time: state["alarm_state"] for time, state in expected.items()
        }
    else:  # nothing was evaluated since the renaming
        assert states.keys() == expected.keys()


def _raised() -> FakeAlarmTable:
    """A table with an alarm that was raised before the renaming."""
    table = FakeAlarmTable()
    _measure(table, 2, 100, 75.0, is_old=True)
    _settle(table, OLD_ALARM, None)
    assert [row["alarm_status"] for _, row in sorted(table.alarm_rows().items())] == ["ACTIVE", "ACTIVE"]
    return table


def test_raised_alarm_is_not_raised_again_under_the_new_id() -> None:
    table = _raised()
    count = len(table.alarm_rows())
    _measure(table, 0, 120, 76.0, is_old=False)
    _settle(table, with_former_ids(ALARM, FORMER_IDS), FORMER_IDS)
    alarm_rows = table.alarm_rows()
    assert ("press-1-alarm", 120) not in alarm_rows
    assert {key for key, _ in alarm_rows} == {
        "m-1-alarm",
        "press-1-alarm",
    }  # data are missing later than before
    assert len(alarm_rows) == count + 0 or len(alarm_rows) == count


def test_operator_of_the_new_alarm_acts_on_the_state_under_the_former_key() -> None:
    table = _raised()
    table.rows["press-1-alarm", 130] = {"alarm_status": "ACKNOWLEDGED"}
    table.record("press-1-alarm", 130)
    _settle(table, with_former_ids(ALARM, FORMER_IDS), FORMER_IDS)
    states = _states(RenamedRepository(table, FORMER_IDS), "press-1-alarm")
    assert states[130]["alarm_status"] == "ACKNOWLEDGED"
    assert states[130]["component_type_id"] == EQUIPMENT


def test_rows_of_a_former_alarm_type_have_the_present_names() -> None:
    table = _raised()
    (state, *_) = _states(RenamedRepository(table, FORMER_IDS), "press-1-alarm").values()
    assert state["component_type_id"] == EQUIPMENT
    assert state["alarm_device"] == "press-1"
    assert state["alarmStatus"] == "WARNING"
    assert "level" not in state


def test_device_that_sends_under_its_new_id_is_not_missing_under_the_old_one() -> None:
    table = FakeAlarmTable()
    _measure(table, 2, 100, 50.0, is_old=True)
    _measure(table, 0, 380, 50.0, is_old=False)
    table.stream.clear()
    environment = Environment("table", (with_former_ids(ALARM, FORMER_IDS),), "index", former_ids=FORMER_IDS)
    repository = RenamedRepository(table, FORMER_IDS)
    sweep(environment, repository, window_at(NOW), has_time=lambda: True)
    assert table.stream == []
    del table.rows["press-1", 380]
    table.swept.clear()
    sweep(environment, repository, window_at(NOW), has_time=lambda: True)
    assert [record["dynamodb"]["NewImage"]["device_id"]["S"] for record in table.stream] == ["m-1"]


def test_records_of_a_former_id_lead_to_writes_only_while_it_is_the_newest_with_rows() -> None:
    table = FakeAlarmTable()
    alarm = with_former_ids(ALARM, FORMER_IDS)
    _measure(table, 2, 100, 90.0, is_old=False)
    repository = RenamedRepository(table, FORMER_IDS)
    assert repository.leading_id("press-1", NOW) == "m-1"
    _measure(table, 0, 150, 90.0, is_old=False)
    assert repository.leading_id("press-1", NOW) == repository.leading_id("m-1", NOW) == "press-1"
    environment = Environment("table", (alarm,), former_ids=FORMER_IDS)
    (record, _) = table.stream
    table.stream.clear()
    ((partition, _),) = group_records([record], [alarm], window_at(NOW)).groups
    (group,) = group_records([record], [alarm], window_at(NOW)).groups.values()
    handler_module.process(partition, group, environment, repository, window_at(NOW))
    assert table.alarm_rows() == {}
    (touched,) = table.stream
    assert touched["dynamodb"]["NewImage"]["device_id"] == {"S": "press-1"}
    assert touched["dynamodb"]["NewImage"]["evaluate_from"] == {"N": "100"}
