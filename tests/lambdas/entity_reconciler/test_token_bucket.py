"""The pace of calls."""

from __future__ import annotations

import pytest
from entity_reconciler.token_bucket import Pace


def seconds_of(pace: Pace, calls: int, now: float = 100.0) -> float:
    """Return how long calls take that begin as soon as they may."""
    began = now
    for _ in range(calls):
        now += pace.delay(now)
        pace.take(now)
    return now - began


def test_no_second_has_more_calls_than_allowed() -> None:
    assert seconds_of(Pace(8), 81) == pytest.approx(10)


def test_pause_saves_no_calls_for_a_burst() -> None:
    pace = Pace(8)
    seconds_of(pace, 1, now=100)
    assert seconds_of(pace, 9, now=500) == pytest.approx(1)


def test_throttled_pace_recovers_slowly_and_never_exceeds_its_limit() -> None:
    pace = Pace(8)
    for _ in range(20):
        pace.slow_down()
    assert seconds_of(pace, 2) == pytest.approx(2)
    for _ in range(1_000):
        pace.speed_up()
    assert seconds_of(pace, 81, now=1_000) == pytest.approx(10)


def test_pace_below_the_least_one_stays_as_it_is() -> None:
    pace = Pace(0.1)
    pace.slow_down()
    assert seconds_of(pace, 2) == pytest.approx(10)
