"""Flow collections of one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin_stack.definition.plain_flow import MAX_FLOW_DEPTH, UnusualError, parse_flow, plain_scalar
from twin_stack.definition.source import LocatedList, LocatedMap

FILE = Path("entities/e.yaml")


def test_collection_is_placed_at_any_line_with_its_keys_and_values() -> None:
    flow = parse_flow("{model: P-9, tags: [a, 2]}  # pump")
    for line, column in ((3, 10), (700, 1)):
        placed = flow.placed(FILE, line, column)
        assert isinstance(placed, LocatedMap)
        assert placed == {"model": "P-9", "tags": ["a", 2]}
        assert (placed.file, placed.mark) == (FILE, (line, column))
        assert placed.key_marks == {"model": (line, column + 1), "tags": (line, column + 13)}
        assert placed.value_marks == {"model": (line, column + 8), "tags": (line, column + 19)}
        tags = placed["tags"]
        assert isinstance(tags, LocatedList)
        assert tags.mark == (line, column + 19)
        assert tags.value_marks == [(line, column + 20), (line, column + 23)]


def test_collection_of_equal_lines_is_a_new_one_at_each_place() -> None:
    flow = parse_flow("{tags: [a]}")
    first, second = flow.placed(FILE, 1, 1), flow.placed(FILE, 2, 1)
    assert isinstance(first, LocatedMap)
    first["tags"].append("b")
    assert second == {"tags": ["a"]}


def test_depth_and_size_count_what_is_inside() -> None:
    flat, deep = parse_flow("[]").placed(FILE, 1, 1), parse_flow("[[], [[]]]").placed(FILE, 1, 1)
    assert (flat.depth, flat.size) == (1, 1)
    assert (deep.depth, deep.size) == (3, 4)
    short, long = (parse_flow(text).placed(FILE, 1, 1) for text in ("{a: b}", f"{{a: {'b' * 5_000}}}"))
    assert long.size > short.size == 3


@pytest.mark.parametrize(
    "text", ["[a] b", "[a]#b", "[a", "{a}", "{a: 1,}", "[a,]", "[,]", "{a: 1, a: 2}", "{a:1}"]
)
def test_what_is_unusual_is_left_to_the_reader_of_yaml(text: str) -> None:
    with pytest.raises(UnusualError):
        parse_flow(text)


def test_nesting_is_read_to_the_deepest_level_and_no_further() -> None:
    def nested(depth: int) -> str:
        return "[" * depth + "]" * depth

    assert parse_flow(nested(MAX_FLOW_DEPTH)).placed(FILE, 1, 1).depth == MAX_FLOW_DEPTH
    with pytest.raises(UnusualError):
        parse_flow(nested(MAX_FLOW_DEPTH + 1))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"1"', "1"),
        ("'x, y'", "x, y"),
        ("1", 1),
        ("-2.5", -2.5),
        ("true", True),
        ("null", None),
        ("P-9", "P-9"),
    ],
)
def test_scalar_has_the_type_that_it_is_written_as(written: str, value: object) -> None:
    scalar = plain_scalar(written)
    assert (type(scalar), scalar) == (type(value), value)


def test_number_that_is_too_large_is_left_to_the_reader_of_yaml() -> None:
    with pytest.raises(UnusualError):
        plain_scalar("1e999")
