"""Numbers that look random and are the same in each run."""

from __future__ import annotations

import statistics
from itertools import pairwise

import pytest

from twin_stack.simulate.noise import DAY, HOUR, noise, random_number, walk, warmth

TIMES = [index * 617.0 for index in range(500)]


def test_number_depends_on_each_argument_and_on_nothing_else() -> None:
    assert random_number("pump-1", "speed", 7) == 0.46503461263050605, "on any machine"
    others = {
        random_number("pump-2", "speed", 7),
        random_number("pump-1", "head", 7),
        random_number("pump-1", "speed", 8),
    }
    assert len({random_number("pump-1", "speed", 7), *others}) == 4


def test_numbers_are_spread_evenly_from_minus_one_to_one() -> None:
    numbers = [random_number("a", "b", index) for index in range(1_000)]
    assert -1 <= min(numbers) < -0.95
    assert 0.95 < max(numbers) <= 1
    assert statistics.fmean(numbers) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(
    "function", [walk, lambda key, seconds: noise(key, HOUR, seconds)], ids=["walk", "noise"]
)
def test_values_stay_in_their_range_and_differ_by_their_key(function: object) -> None:
    assert callable(function)
    values = [function("a", seconds) for seconds in TIMES]
    assert all(-1 <= value <= 1 for value in values)
    assert max(values) - min(values) > 0.5
    assert values != [function("b", seconds) for seconds in TIMES]


def test_walk_has_no_jumps() -> None:
    values = [walk("a", float(seconds)) for seconds in range(3_600)]
    assert max(abs(after - before) for before, after in pairwise(values)) < 0.01


def test_noise_is_straight_between_the_ends_of_a_period() -> None:
    begin, middle, end = (noise("a", 10.0, seconds) for seconds in (20.0, 25.0, 30.0))
    assert middle == pytest.approx((begin + end) / 2)
    assert noise("a", 10.0, -5.0) == pytest.approx((noise("a", 10.0, -10.0) + noise("a", 10.0, 0.0)) / 2)


@pytest.mark.parametrize(("hour", "expected"), [(15, 1), (3, -1), (9, 0), (21, 0)])
def test_afternoon_is_warm_and_night_is_cold_each_day(hour: int, expected: int) -> None:
    for day in (0, 20_000):
        assert warmth(day * DAY + hour * HOUR) == pytest.approx(expected, abs=1e-6)
