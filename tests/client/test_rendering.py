"""Charts and tables from data alone."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from twin_stack.client.chart import Frame, line_chart, state_chart
from twin_stack.client.model import EntitySummary, History, Point, Property, Series, plain
from twin_stack.client.text import history_text, tree_text

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


def test_a_series_says_so_when_it_has_no_values() -> None:
    series = Series(Property("rpm", {"dataType": {"type": "DOUBLE", "unitOfMeasure": "1/min"}}, None), ())
    history = History("W", "m1", "motor", START, START + timedelta(hours=1), (series,))
    assert history_text(history) == (
        "m1 motor rpm [1/min]: no values between 2026-03-01 00:00 and 2026-03-01 01:00\n"
    )


def test_every_entity_is_drawn_when_parents_are_missing_or_many() -> None:
    deep = [EntitySummary(f"e{n}", f"e{n}", f"e{n - 1}", "ACTIVE", "") for n in range(300)]
    lines = tree_text("W", deep, width=2000).splitlines()
    assert len(lines) == 301
    assert lines[-1].endswith("└── e299")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"doubleValue": 1.5}, 1.5),
        ({"listValue": [{"integerValue": 1}, {"stringValue": "a"}]}, [1, "a"]),
        ({"mapValue": {"a": {"booleanValue": True}}}, {"a": True}),
        ({"relationshipValue": {"targetEntityId": "e"}}, {"targetEntityId": "e"}),
    ],
)
def test_values_are_plain_when_they_were_typed(value: Any, expected: object) -> None:
    assert plain(value) == expected


def test_neither_the_cdk_nor_the_local_service_is_imported_when_looking_at_a_twin() -> None:
    script = "import json, sys, twin_stack.client.reader; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
    )
    unwanted = ("aws_cdk", "constructs", "jsii", "twin_stack.local", "ministack")
    assert [name for name in loaded if name.startswith(unwanted)] == []
