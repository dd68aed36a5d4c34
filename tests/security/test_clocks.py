"""Devices with wrong clocks: no message hides an alarm, stops another device, or needs the whole history."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from alarm_evaluator import handler as handler_module
from alarm_evaluator import sweep
from alarm_evaluator.environment import Environment
from alarm_evaluator.rules import Rule
from alarm_evaluator.shapes import UnwritableError
from ministack.services import iot  # type: ignore[import-untyped]

from tests.support.fake_alarm_table import SENSOR, FakeAlarmTable, alarm
from tests.support.ingests import make_row_ingest, rule_payload
from tests.support.templates import synthesize
from twin_stack.local.ministack.topic_rules import extend_topic_rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


NOW = int(time.time() * 1000)
SECOND, MINUTE, DAY, YEAR = 1_000, 60_000, 86_400_000, 365 * 86_400_000
HOT = alarm(Rule("hot", "t", "C", above=80, hysteresis=5, missing_after=10 * MINUTE))


class Context:
    """Lambda's context with some time left, less after each look."""

    def __init__(self, milliseconds: int = 60_000, each_look: int = 0) -> None:
        self._left = milliseconds
        self._each_look = each_look

    def get_remaining_time_in_millis(self) -> int:
        self._left -= self._each_look
        return self._left


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> FakeAlarmTable:
    table = FakeAlarmTable()
    environment = Environment("table", (HOT,), component_type_index="by_type")
    monkeypatch.setattr(handler_module, "_environment_and_repository", lambda: (environment, table))
    monkeypatch.setattr(time, "time", lambda: NOW / 1000)
    return table


def process(table: FakeAlarmTable) -> dict[str, Any]:
    """Evaluate the records of the stream until there are no more."""
    answer: dict[str, Any] = {}
    while table.stream:
        records, table.stream = list(table.stream), []
        answer = handler_module.handler({"Records": records}, Context())
    return answer


def levels(table: FakeAlarmTable, device: str = "a") -> dict[int, str]:
    return {at: row["alarmStatus"] for (key, at), row in table.rows.items() if key == f"{device}-alarm"}


def published(changes: Sequence[Mapping[str, Any]]) -> list[tuple[int, str]]:
    return [(change["timestamp"], change["alarmStatus"]) for change in changes]


def test_message_of_next_year_does_not_hide_the_alarm_of_now(table: FakeAlarmTable) -> None:
    table.measure("a", NOW - SECOND, 20.0)
    table.measure("a", NOW + YEAR, 20.0)
    table.measure("a", NOW, 95.0)
    process(table)

    assert levels(table) == {NOW - SECOND: "NORMAL", NOW: "CRITICAL"}
    assert published(table.notified)[-1] == (NOW, "CRITICAL")
    (letter,) = table.rejected
    assert (letter["partitionKey"], letter["records"]) == ("a", 1)
    assert f"got {NOW + YEAR}" in str(letter["reason"])


def test_clock_that_is_minutes_ahead_does_not_hide_the_alarm_of_now(table: FakeAlarmTable) -> None:
    table.measure("a", NOW + 9 * MINUTE, 20.0)
    table.measure("a", NOW, 95.0)
    process(table)

    assert (NOW, "CRITICAL") in published(table.notified)


def test_missing_data_are_found_when_a_row_of_next_year_exists(table: FakeAlarmTable) -> None:
    silent_since = NOW - 20 * MINUTE
    table.measure("a", silent_since, 20.0)
    table.measure("a", NOW + YEAR, 20.0)
    process(table)
    del table.rows["a-alarm", silent_since + 10 * MINUTE]  # as if it had not been silent then
    table.swept = {f"{SENSOR}/{10 * MINUTE}": NOW - 15 * MINUTE}

    handler_module.handler({}, Context())
    process(table)

    assert levels(table)[silent_since + 10 * MINUTE] == "CRITICAL"


def test_old_message_reads_few_rows_of_a_long_history(table: FakeAlarmTable) -> None:
    for index in range(2_000):
        table.rows["a", NOW - index * SECOND] = {"component_type_id": SENSOR, "t": 20.0}
    table.measure("a", NOW - 2_000 * SECOND, 20.0)
    handler_module.handler({"Records": table.stream}, Context())
    table.stream, table.rows_read = [], 0

    table.measure("a", NOW - 9 * YEAR, 20.0)
    handler_module.handler({"Records": table.stream}, Context())

    assert levels(table)[NOW - 9 * YEAR] == "NORMAL"
    assert table.rows_read < 10


def test_message_of_1970_reads_nothing(table: FakeAlarmTable) -> None:
    table.measure("a", 1_000, 20.0)
    answer = process(table)

    assert answer == {"batchItemFailures": []}
    assert (table.rows_read, levels(table), len(table.rejected)) == (0, {}, 1)


@pytest.mark.parametrize(
    "at", [10**39, -5, 0, NOW + YEAR, 253_402_300_800_000], ids=["1e39", "-5", "0", "next year", "year 10000"]
)
def test_no_time_stops_the_alarm_of_another_device(table: FakeAlarmTable, at: int) -> None:
    table.measure("bad", at, 95.0)
    table.measure("good", NOW, 95.0)
    answer = process(table)

    assert answer == {"batchItemFailures": []}
    assert levels(table, "good") == {NOW: "CRITICAL"}
    assert [letter["partitionKey"] for letter in table.rejected] == ["bad"]


@pytest.mark.parametrize("attribute", ["alarm_state", "evaluate_from", "alarm_input"])
def test_no_attribute_stops_the_alarm_of_another_device(table: FakeAlarmTable, attribute: str) -> None:
    table.rows["bad", NOW] = {"component_type_id": SENSOR, "t": 95.0, attribute: "{not JSON"}
    table.record("bad", NOW)
    table.rows["foreign", NOW] = {attribute: "[1"}
    table.record("foreign", NOW)
    table.measure("good", NOW, 95.0)
    answer = process(table)

    assert answer == {"batchItemFailures": []}
    assert levels(table, "good") == {NOW: "CRITICAL"}


def test_record_that_cannot_be_written_is_not_retried(
    table: FakeAlarmTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = table.write

    def refuse(key: str, *rows: Any) -> None:
        if key == "bad-alarm":
            raise UnwritableError("ValidationException: too long")
        write(key, *rows)

    monkeypatch.setattr(table, "write", refuse)
    table.measure("bad", NOW, 95.0)
    table.measure("good", NOW, 95.0)
    answer = process(table)

    assert answer == {"batchItemFailures": []}
    assert levels(table, "good") == {NOW: "CRITICAL"}
    assert [letter["reason"] for letter in table.rejected] == [
        "UnwritableError: ValidationException: too long"
    ]


def test_record_is_retried_when_the_dead_letter_queue_does_not_answer(table: FakeAlarmTable) -> None:
    table.measure("a", 1_000, 20.0)
    table.failures = iter([True])

    assert handler_module.handler({"Records": table.stream}, Context()) == {
        "batchItemFailures": [{"itemIdentifier": "0"}]
    }


def test_check_for_missing_data_catches_up_after_a_day_in_steps(
    table: FakeAlarmTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "STEP_ROWS", 500)
    devices = [f"device-{number:03}" for number in range(60)]
    for number, device in enumerate(devices):
        for index in range(20):
            at = NOW - DAY + index * MINUTE + number
            table.rows[device, at] = {"component_type_id": SENSOR, "t": 20.0}
    name = f"{SENSOR}/{10 * MINUTE}"
    table.swept[name] = NOW - DAY
    marks = [table.swept[name]]
    for _ in range(10):
        # Each invocation has time for one step only.
        handler_module.handler({}, Context(12_000, each_look=5_000))
        marks.append(table.swept[name])

    assert marks == sorted(marks)
    assert NOW - DAY < marks[1] < NOW
    assert marks[-1] == NOW
    touched = {record["dynamodb"]["NewImage"]["device_id"]["S"] for record in table.stream}
    assert touched == set(devices)


def test_measurements_without_component_type_are_counted(
    table: FakeAlarmTable, caplog: pytest.LogCaptureFixture
) -> None:
    table.rows["a", NOW] = {"t": 92.0}
    table.record("a", NOW)
    table.rows["b", NOW] = {"unrelated": 92.0}
    table.record("b", NOW)
    with caplog.at_level("INFO"):
        process(table)

    (line,) = [record for record in caplog.records if record.message == "evaluated"]
    assert line.untyped == 1  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def stored() -> Any:
    """Return what the topic rule selects for a time, by the SQL that is deployed."""
    patched = {name: getattr(iot, name) for name in vars(iot)}
    extend_topic_rules(iot, lambda *_: None)
    sql = rule_payload(synthesize(make_row_ingest))["Sql"]
    assert iot._validate_rule_sql(sql) is None

    def select(at: object) -> Any:
        message = json.dumps({"timestamp": at, "temperature": 20}).encode()
        return iot._rule_event(sql, "plant/a/temperature", message)

    yield select
    for name, value in patched.items():
        setattr(iot, name, value)


@pytest.mark.parametrize("offset", [-9 * YEAR, 0, 9 * MINUTE])
def test_rule_keeps_the_time_of_a_plausible_message(stored: Any, offset: int) -> None:
    assert stored(NOW + offset)["timestamp"] == NOW + offset


@pytest.mark.parametrize(
    "at",
    [
        1_000,
        0,
        -5,
        1e39,
        float("nan"),
        float("inf"),
        NOW + YEAR,
        NOW + 120 * MINUTE,
        "yesterday",
        None,
        True,
        [],
    ],
    ids=[
        "1970",
        "zero",
        "negative",
        "1e39",
        "nan",
        "inf",
        "next-year",
        "in-2-hours",
        "word",
        "none",
        "true",
        "list",
    ],
)
def test_row_has_no_key_when_the_time_is_not_plausible(stored: Any, at: object) -> None:
    row = stored(at)

    assert "timestamp" not in row
    assert row["device_id"] == "a"
