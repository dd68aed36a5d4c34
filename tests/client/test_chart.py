"""Charts in the terminal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from twin_stack.client.chart import Frame, line_chart, number, share, state_chart
from twin_stack.client.model import Point

START = datetime(2026, 3, 1, tzinfo=UTC)
FRAME = Frame(START, START + timedelta(hours=1), width=20, height=3)


def points(*values: object) -> list[Point]:
    step = timedelta(hours=1) / max(len(values) - 1, 1)
    return [Point(START + step * n, "", value) for n, value in enumerate(values)]


def test_a_line_goes_from_corner_to_corner_when_values_rise_evenly() -> None:
    rows = line_chart(points(0, 10), FRAME)
    drawn = [row.partition("┤")[2] for row in rows[:3]]
    assert [row.partition("┤")[0] for row in rows[:3]] == ["10 ", " 5 ", " 0 "]
    assert drawn[0][-1] not in " ⠀"
    assert drawn[0][0] == "⠀"
    assert drawn[2][0] not in " ⠀"
    assert drawn[2][-1] == "⠀"
    assert all(any(char != "⠀" for char in row) for row in drawn)


@pytest.mark.parametrize("values", [(5,), (5, 5), (5.0, 5, 5)])
def test_a_flat_line_has_its_value_at_the_left_when_all_are_the_same(values: tuple[float, ...]) -> None:
    rows = line_chart(points(*values), FRAME)
    assert rows[0].startswith("5 ┤")
    assert [any(char > "⠀" for char in row.partition("┤")[2]) for row in rows[:3]] == [False, True, False]


def test_a_strip_has_a_block_a_state_when_values_are_texts() -> None:
    rows = state_chart(points("NORMAL", "WARNING", "NORMAL"), FRAME)
    assert rows[0] == " ┤▁▁▁▁▁▁▁▁▁▃▃▃▃▃▃▃▃▁"
    assert rows[2:] == ["  ▁ NORMAL (2)", "  ▃ WARNING (1)"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(5.0, "5"), (0.1234567, "0.123457"), (1e20, "1e+20"), (-3.0, "-3"), (1234567.5, "1.23457e+06")],
)
def test_number_has_six_significant_digits_or_is_whole(value: float, text: str) -> None:
    assert number(value) == text


def test_position_in_the_frame_is_from_0_to_1() -> None:
    minutes = [share(START + timedelta(minutes=minute), FRAME) for minute in (-10, 0, 15, 60, 90)]

    assert minutes == [0, 0, 0.25, 1, 1]
