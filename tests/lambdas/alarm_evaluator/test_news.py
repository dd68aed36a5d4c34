"""Publishing of changes: stored before, published once, never lost."""

from __future__ import annotations

import time
from typing import Any

import pytest
from alarm_evaluator import handler as handler_module
from alarm_evaluator.environment import Environment
from alarm_evaluator.rules import Rule

from tests.support.fake_alarm_table import FakeAlarmTable, alarm

NOW = int(time.time() * 1000)
WARM = alarm(Rule("warm", "t", "C", above=70, severity="WARNING"))


class Context:
    """Lambda's context with some time left."""

    def __init__(self, milliseconds: int = 60_000) -> None:
        self.get_remaining_time_in_millis = lambda: milliseconds


class RefusedError(Exception):
    """The topic is encrypted with a key that the function may not use."""


class RefusingTable(FakeAlarmTable):
    """A table whose topic refuses every change."""

    def notify(self, change: object) -> None:
        self.attempts = [*getattr(self, "attempts", []), change]
        raise RefusedError("KMSAccessDenied")


def use(table: FakeAlarmTable, monkeypatch: pytest.MonkeyPatch) -> FakeAlarmTable:
    """Let the handler work on a table with states of which the newest is NORMAL."""
    monkeypatch.setattr(
        handler_module, "_environment_and_repository", lambda: (Environment("table", (WARM,)), table)
    )
    return table


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> FakeAlarmTable:
    return use(FakeAlarmTable(), monkeypatch)


def process(table: FakeAlarmTable, context: Context | None = None) -> tuple[list[Any], dict[str, Any]]:
    """Process the records of the stream that are not processed yet, and return them with the answer."""
    records, table.stream = table.stream, []
    return records, handler_module.handler({"Records": records}, context or Context())


def test_change_is_published_once_it_is_stored(table: FakeAlarmTable) -> None:
    table.measure("a", NOW, 75.0)
    process(table)
    assert list(table.alarm_rows()) == [("a-alarm", NOW)]
    assert table.notified == []

    process(table)
    (change,) = table.notified
    assert (change["alarm_key"], change["timestamp"]) == ("a-alarm", NOW)
    assert change["alarmStatus"] == table.alarm_rows()["a-alarm", NOW]["alarmStatus"]
    assert "alarm_notification" not in change


def test_repeated_record_publishes_nothing_twice(table: FakeAlarmTable) -> None:
    table.measure("a", NOW, 75.0)
    process(table)
    records, _ = process(table)
    for _ in range(3):
        assert handler_module.handler({"Records": records}, Context()) == {"batchItemFailures": []}

    assert len(table.notified) == 1


def test_change_that_is_not_true_any_more_is_not_published(table: FakeAlarmTable) -> None:
    table.measure("a", NOW, 75.0)
    process(table)
    del table.rows["a-alarm", NOW]  # as an evaluation of a late message does
    assert process(table)[1] == {"batchItemFailures": []}
    assert table.notified == []


def test_states_are_stored_and_changes_are_dead_letters_when_the_topic_refuses_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = RefusingTable()
    use(table, monkeypatch)
    for device in ("a", "b"):
        table.measure(device, NOW, 75.0)

    assert process(table)[1] == {"batchItemFailures": []}
    assert list(table.alarm_rows()) == [("a-alarm", NOW), ("b-alarm", NOW)]
    assert process(table)[1] == {"batchItemFailures": []}  # the records of both states
    assert len(table.attempts) == 1
    reason = "not published: RefusedError: KMSAccessDenied"
    letters = [(letter["partitionKey"], letter["reason"]) for letter in table.rejected]
    assert letters == [("a-alarm", reason), ("b-alarm", reason)]
    assert table.rejected[0]["notification"] == table.attempts[0]


def test_change_is_retried_when_the_dead_letter_queue_refuses_it_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = use(RefusingTable(), monkeypatch)
    table.measure("a", NOW, 75.0)
    process(table)
    table.failures = iter([False, True])  # the read, and the queue
    records, answer = process(table)
    retried = {"batchItemFailures": [{"itemIdentifier": records[0]["dynamodb"]["SequenceNumber"]}]}

    assert answer == retried
    assert handler_module.handler({"Records": records}, Context()) == {"batchItemFailures": []}
    assert [letter["partitionKey"] for letter in table.rejected] == ["a-alarm"]


def test_change_is_retried_when_the_table_does_not_answer(table: FakeAlarmTable) -> None:
    table.measure("a", NOW, 75.0)
    process(table)
    table.failures = iter([True])
    records, answer = process(table)
    assert len(answer["batchItemFailures"]) == 1
    handler_module.handler({"Records": records}, Context())
    assert len(table.notified) == 1


def test_changes_are_retried_when_time_runs_out(table: FakeAlarmTable) -> None:
    table.measure("a", NOW, 75.0)
    process(table)
    assert len(process(table, Context(9_999))[1]["batchItemFailures"]) == 1
    assert table.notified == []
