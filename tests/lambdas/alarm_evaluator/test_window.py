"""The window of plausible times."""

from __future__ import annotations

import math

import pytest
from alarm_evaluator.window import Window

WINDOW = Window.around(1_000, max_age=100, max_ahead=10)


@pytest.mark.parametrize("time", [900, 1_000, 1_010, 1_009.5])
def test_times_around_the_present_count(time: float) -> None:
    assert WINDOW.contains(time)


@pytest.mark.parametrize("time", [899, 1_011, -5, 10**39, math.nan, math.inf])
def test_other_times_do_not_count(time: float) -> None:
    assert not WINDOW.contains(time)
