"""Arrangements of a layout: where nodes are placed."""

from __future__ import annotations

import math
from typing import Any

import pytest
from pydantic import ValidationError

from twin_stack.definition.schema.layout import Circle, Grid, Layout, Line, Place

TEMPLATES: dict[str, dict[str, Any]] = {"com.e.Lamp": {}}


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (4, 2), (5, 3), (9, 3), (10, 4)])
def test_grid_is_as_square_as_possible_by_default(count: int, columns: int) -> None:
    places = list(Grid.model_validate({"spacing": 1}).places(count))
    assert len(places) == count
    assert max(place.position[0] for place in places) == columns - 1


def test_rows_of_a_grid_are_along_z() -> None:
    grid = Grid.model_validate({"spacing": [2.0, 5.0], "columns": 2})
    assert [place.position for place in grid.places(3)] == [(0, 0, 0), (2, 0, 0), (0, 0, 5)]


def test_line_begins_at_the_origin() -> None:
    line = Line.model_validate({"spacing": [1.0, 0.5, -2.0]})
    assert list(line.places(2)) == [Place((0, 0, 0)), Place((1, 0.5, -2))]


def test_nodes_of_a_circle_have_its_radius_and_equal_angles() -> None:
    places = list(Circle.model_validate({"radius": 3.0}).places(4))
    assert [[round(value, 9) for value in place.position] for place in places] == [
        [0, 0, 3], [3, 0, 0], [0, 0, -3], [-3, 0, 0]
    ]  # fmt: skip
    assert {place.rotation for place in places} == {None}


def test_nodes_turn_with_a_circle_that_they_face_from() -> None:
    places = list(Circle.model_validate({"radius": 3.0, "facing": True}).places(4))
    turns = [place.rotation[1] for place in places if place.rotation is not None]
    assert turns == pytest.approx([0, math.pi / 2, math.pi, 3 * math.pi / 2])


@pytest.mark.parametrize(
    "arrangement",
    [
        Grid.model_validate({"spacing": 1}),
        Line.model_validate({"spacing": [1.0, 0.0, 0.0]}),
        Circle(radius=1),
    ],
    ids=["grid", "line", "circle"],
)
def test_no_nodes_need_no_places(arrangement: Grid | Line | Circle) -> None:
    assert list(arrangement.places(0)) == []


@pytest.mark.parametrize(
    ("arrangements", "message"),
    [
        ({}, "the nodes have no arrangement"),
        ({"csv": "a.csv", "line": {"spacing": [1, 0, 0]}}, "line and csv are both given"),
    ],
)
def test_layout_has_one_arrangement(arrangements: dict[str, Any], message: str) -> None:
    members = {"parentEntityId": "hall", "templates": TEMPLATES}
    with pytest.raises(ValidationError, match=message):
        Layout.model_validate({**members, **arrangements})


@pytest.mark.parametrize(
    "grid",
    [{"spacing": True}, {"spacing": [1.0]}, {"spacing": [1.0, math.inf]}, {"spacing": 1, "columns": 0}],
)
def test_grid_with_a_wrong_setting_is_refused(grid: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Grid.model_validate(grid)


def test_circle_of_no_radius_is_refused() -> None:
    with pytest.raises(ValidationError, match="greater than 0"):
        Circle.model_validate({"radius": 0})
