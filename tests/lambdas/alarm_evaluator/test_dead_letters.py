"""Letters to the dead-letter queue."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from alarm_evaluator.dead_letters import send_to_dead_letters

from tests.support.fake_alarm_table import FakeAlarmTable

if TYPE_CHECKING:
    import pytest


def test_contents_are_sent_but_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    table = FakeAlarmTable()
    with caplog.at_level(logging.ERROR):
        assert send_to_dead_letters({"reason": "late"}, table, notification={"value": "secret"})
    assert table.rejected == [{"reason": "late", "notification": {"value": "secret"}}]
    assert [record.__dict__.get("reason") for record in caplog.records] == ["late"]
    assert not any("notification" in record.__dict__ for record in caplog.records)


def test_failure_of_the_queue_is_returned() -> None:
    table = FakeAlarmTable(failures=iter([True]))
    assert not send_to_dead_letters({"reason": "late"}, table)
    assert table.rejected == []
