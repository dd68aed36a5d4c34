"""The check for missing data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alarm_evaluator.environment import Environment
from alarm_evaluator.rules import Rule
from alarm_evaluator.shapes import UnwritableError
from alarm_evaluator.sweep import sweep

from tests.support.fake_alarm_table import SENSOR, FakeAlarmTable, alarm, window_at

if TYPE_CHECKING:
    import pytest

NOW = 10_000_000_000
LIMIT = 60_000
ENVIRONMENT = Environment(
    "table", (alarm(Rule("hot", "t", above=80, missing_after=LIMIT)),), component_type_index="by_type"
)
STEP_ROWS = 50
"""Rows of a step in place of thousands."""
NAME = f"{SENSOR}/{LIMIT}"


def table_of(*rows: tuple[str, int]) -> FakeAlarmTable:
    return FakeAlarmTable({row: {"component_type_id": SENSOR, "t": 20.0} for row in rows})


def touched(table: FakeAlarmTable) -> list[str]:
    return [record["dynamodb"]["NewImage"]["device_id"]["S"] for record in table.stream]


def run(table: FakeAlarmTable, *, has_time: bool = True) -> list[str]:
    sweep(ENVIRONMENT, table, window_at(NOW), has_time=lambda: has_time)
    return touched(table)


def test_device_that_fell_silent_since_the_previous_check_is_touched_once() -> None:
    table = table_of(("silent", NOW - LIMIT - 5), ("late", NOW - LIMIT + 5), ("gone", NOW - 900_000))
    table.swept[NAME] = NOW - 10

    assert run(table) == ["silent"]
    assert table.swept[NAME] == NOW
    assert run(table) == ["silent"]


def test_device_with_a_newer_row_is_not_touched() -> None:
    table = table_of(("alive", NOW - LIMIT - 5), ("alive", NOW - 5))
    table.swept[NAME] = NOW - 10
    assert run(table) == []


def test_rows_of_one_time_are_read_in_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alarm_evaluator.sweep.STEP_ROWS", STEP_ROWS)
    at = NOW - LIMIT - 5
    table = table_of(*((f"d{number}", at) for number in range(STEP_ROWS + 10)), ("last", at + 1))
    table.swept[NAME] = NOW - 10

    assert len(run(table, has_time=False)) == STEP_ROWS + 10
    assert table.swept[NAME] == at + LIMIT + 1
    assert run(table)[-1] == "last"


def test_nothing_is_read_without_an_index() -> None:
    table = table_of(("silent", NOW - LIMIT - 5))
    sweep(Environment("table", ENVIRONMENT.alarms), table, window_at(NOW), has_time=lambda: True)
    assert (touched(table), table.rows_read) == ([], 0)


def test_device_that_the_table_refuses_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    table = table_of(("bad", NOW - LIMIT - 5), ("silent", NOW - LIMIT - 4))
    table.swept[NAME] = NOW - 10
    newest = table.newest

    def refuse(device: str, last: int) -> int | None:
        if device == "bad":
            raise UnwritableError("key too long")
        return newest(device, last)

    monkeypatch.setattr(table, "newest", refuse)
    sweep(ENVIRONMENT, table, window_at(NOW), has_time=lambda: True)
    assert touched(table) == ["silent"]
    assert table.swept[NAME] == NOW
