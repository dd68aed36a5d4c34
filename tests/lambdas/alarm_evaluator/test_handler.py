"""Handler: which records Lambda retries."""

from __future__ import annotations

import time

import pytest
from alarm_evaluator import handler as handler_module
from alarm_evaluator.environment import Environment

from tests.support.fake_alarm_table import (
    ALARM,
    FakeAlarmTable,
)

NOW = int(time.time() * 1000)


class Context:
    """Lambda's context with some time left."""

    def __init__(self, milliseconds: int = 60_000) -> None:
        self.get_remaining_time_in_millis = lambda: milliseconds


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> FakeAlarmTable:
    table = FakeAlarmTable()
    monkeypatch.setattr(
        handler_module, "_environment_and_repository", lambda: (Environment("table", (ALARM,)), table)
    )
    return table


def test_only_records_of_the_failed_device_are_retried(table: FakeAlarmTable) -> None:
    for device in ("a", "b"):
        table.measure(device, NOW, 20.0)
    records = {"Records": table.stream}
    table.failures = iter([True])
    assert handler_module.handler(records, Context()) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert {key for key, _ in table.alarm_rows()} == {"b-alarm"}
    assert handler_module.handler(records, Context()) == {"batchItemFailures": []}
    assert ("a-alarm", NOW) in table.rows


def test_remaining_records_are_retried_when_time_runs_out(table: FakeAlarmTable) -> None:
    table.measure("a", NOW, 20.0)
    records = {"Records": table.stream}
    assert handler_module.handler(records, Context(9_999)) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert table.alarm_rows() == {}
