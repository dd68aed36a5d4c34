"""Charts in the terminal: braille lines for numbers, strips of blocks for states. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from twin_stack.client.model import Point

# Bits of the dots of a braille character, by column and by row from the top (Unicode block U+2800).
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_BLOCKS = "▁▃▅▇▂▄▆█"


@dataclass(frozen=True, slots=True)
class Frame:
    """Time range and size of a chart.

    Attributes:
        start: Start of the time range.
        end: End of the time range.
        width: Columns, labels included.
        height: Rows of the drawing.
    """

    start: datetime
    end: datetime
    width: int = 80
    height: int = 10


def line_chart(points: Sequence[Point], frame: Frame) -> list[str]:
    """Draw numbers as a line, with largest, middle and smallest value on the left and times below.

    Args:
        points: At least one, oldest first; values are numbers.
        frame: Time and size.
    """
    values = [float(str(point.value)) for point in points]
    low, high = min(values), max(values)
    span = high - low
    labels = {0: number(high), frame.height - 1: number(low)}
    if span:
        labels.setdefault(frame.height // 2, number(high - span * (frame.height // 2) / (frame.height - 1)))
    margin = max(map(len, labels.values()))
    columns = max(frame.width - margin - 2, 10)
    dots = [
        (
            round(share(point.time, frame) * (columns * 2 - 1)),
            round((high - value) / span * (frame.height * 4 - 1)) if span else frame.height * 2,
        )
        for point, value in zip(points, values, strict=True)
    ]
    cells = [[0] * columns for _ in range(frame.height)]
    for x, y in {dots[0], *(dot for a, b in pairwise(dots) for dot in _between(a, b))}:
        cells[y // 4][x // 2] |= _DOTS[x % 2][y % 4]
    rows = [
        f"{labels.get(row, ''):>{margin}} ┤{''.join(chr(0x2800 + bits) for bits in cells[row])}"
        for row in range(frame.height)
    ]
    return [*rows, _time_axis(frame, margin, columns)]


def state_chart(points: Sequence[Point], frame: Frame) -> list[str]:
    """Draw texts and truth values as a strip of blocks, one height per state, with a legend below.

    A column shows the newest state up to its end; blocks repeat after eight states.
    """
    states = {str(point.value): "" for point in points}
    for index, state in enumerate(states):
        states[state] = _BLOCKS[index % len(_BLOCKS)]
    columns = max(frame.width - 2, 10)
    strip = [" "] * columns
    for point in points:
        first = min(int(share(point.time, frame) * columns), columns - 1)
        strip[first:] = states[str(point.value)] * (columns - first)
    counts = {state: sum(str(point.value) == state for point in points) for state in states}
    legend = [f"  {block} {state} ({counts[state]})" for state, block in states.items()]
    return [f" ┤{''.join(strip)}", _time_axis(frame, 0, columns), *legend]


def number(value: float) -> str:
    """Return a number as text: six significant digits, or all digits of a whole number."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.6g}"


def share(moment: datetime, frame: Frame) -> float:
    """Return the position of a time in the frame, from 0 to 1."""
    whole = (frame.end - frame.start).total_seconds()
    return min(max((moment - frame.start).total_seconds() / whole, 0.0), 1.0) if whole else 0.0


def _between(a: tuple[int, int], b: tuple[int, int]) -> list[tuple[int, int]]:
    steps = max(abs(b[0] - a[0]), abs(b[1] - a[1]), 1)
    return [
        (a[0] + round((b[0] - a[0]) * step / steps), a[1] + round((b[1] - a[1]) * step / steps))
        for step in range(1, steps + 1)
    ]


def _time_axis(frame: Frame, margin: int, columns: int) -> str:
    start, end = (moment.strftime("%Y-%m-%d %H:%M") for moment in (frame.start, frame.end))
    zone = f" {frame.end.tzname() or ''}".rstrip()
    return f"{'':>{margin}} └{start}{f'{end}{zone}':>{max(columns - len(start), len(end) + 5)}}"
