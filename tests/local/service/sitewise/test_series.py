"""Time series in SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack.local.service import Scope
from twin_stack.local.service.sitewise.series import Point, Series
from twin_stack.local.service.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE, THERE = Scope("1" * 12, "eu-west-1"), Scope("1" * 12, "us-east-1")


def point(time: int, value: float = 0.0, quality: str = "GOOD") -> Point:
    return Point(time, quality, {"doubleValue": value})


@pytest.fixture
def series(tmp_path: Path) -> Iterator[Series]:
    store = Store(tmp_path / "x.db")
    yield Series(store)
    store.close()


def test_a_range_has_its_end_and_not_its_start(series: Series) -> None:
    series.put(HERE, "a", [point(time) for time in range(5)])

    assert [item.time for item in series.read(HERE, "a", start=1, end=3, limit=9)] == [2, 3]
    newest = series.read(HERE, "a", start=-(2**70), end=2**70, limit=2, descending=True)
    assert [item.time for item in newest] == [4, 3]


def test_a_page_continues_after_a_point_of_equal_time(series: Series) -> None:
    series.put(HERE, "a", [point(1, quality="BAD"), point(1), point(2)])

    after = series.read(HERE, "a", start=0, end=9, limit=9, after=(1, "BAD"))
    assert [(item.time, item.quality) for item in after] == [(1, "GOOD"), (2, "GOOD")]


def test_a_point_replaces_one_of_equal_time_and_quality(series: Series) -> None:
    series.put(HERE, "a", [point(1, 1.0), point(1, 2.0), point(1, 3.0, "BAD")])

    read = series.read(HERE, "a", start=0, end=9, limit=9)
    assert [(item.quality, item.value["doubleValue"]) for item in read] == [("BAD", 3.0), ("GOOD", 2.0)]


def test_points_of_a_moved_series_do_not_replace_existing_ones(series: Series) -> None:
    series.put(HERE, "alias", [point(1, 1.0), point(2, 1.0)])
    series.put(HERE, "property", [point(2, 5.0)])
    series.move(HERE, "alias", "property")

    read = series.read(HERE, "property", start=0, end=9, limit=9)
    assert [item.value["doubleValue"] for item in read] == [1.0, 5.0]
    assert series.latest(HERE, "alias") is None


def test_regions_do_not_share_series(series: Series) -> None:
    series.put(HERE, "a", [point(1)])

    assert series.latest(THERE, "a") is None
    assert series.latest(HERE, "a", until=0) is None
    assert series.latest(HERE, "a") == point(1)
