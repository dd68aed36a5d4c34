import time

import pytest

from connector_kit import Deadline


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 7_250


def test_time_left_is_the_contexts_when_lambda_calls() -> None:
    assert Deadline.of(Context()).seconds_left() == 7.25


def test_time_left_is_half_a_minute_and_runs_when_there_is_no_context(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    deadline = Deadline.of(None)
    assert deadline.seconds_left() == 30
    now = 112.0
    assert deadline.seconds_left() == 18
