"""Values that were read, with the places where they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.definition.readers import reads
from twin_stack.definition.findings import Location
from twin_stack.definition.source import Cell, LocatedList, LocatedMap, at, locate, relocated


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_every_value_and_key_has_its_place(name: str, tmp_path: Path) -> None:
    root = reads(tmp_path, '{"é": 1,\n "b": [10,\n  {"c": 2}]}', name)
    assert isinstance(root, LocatedMap)
    assert isinstance(root["b"], LocatedList)
    places = [
        at(root),
        at(root, "é", of_key=True),
        at(root, "é"),
        at(root["b"], 0),
        locate(root, ("b", 1, "c")),
        locate(root, ("b", 1, "missing")),
        locate(root, ("b", 7)),
    ]
    assert [place[1:] for place in places] == [(1, 1), (1, 2), (1, 7), (2, 8), (3, 9), (3, 3), (2, 7)]


def test_cell_of_a_spreadsheet_keeps_its_own_place() -> None:
    place = Location(Path("rows.csv"), 7, 3)
    root = LocatedMap(Path("e.yaml"), (1, 1))
    root["id"] = Cell("pump", place)
    root.value_marks["id"] = root.key_marks["id"] = (2, 5)
    assert at(root, "id") == locate(root, ("id",)) == place
    assert at(root, "id", of_key=True) == Location(Path("e.yaml"), 2, 5)


def test_path_ends_at_the_last_container_that_was_written(tmp_path: Path) -> None:
    root = reads(tmp_path, "a:\n  b: [1]\n  c: text\n")
    assert locate(root, ("a", "b", "0"))[1:] == (2, 6), "a list has no names"
    assert locate(root, ("a", "c", "d"))[1:] == (3, 6), "text has no members"
    assert locate(root, ("x", "b"))[1:] == (1, 1)


def test_members_made_of_a_mapping_have_its_places(tmp_path: Path) -> None:
    root = reads(tmp_path, "a: 1\nb: 2\n")
    assert isinstance(root, LocatedMap)
    moved = relocated(root, {"b": 3, "c": 4})
    assert dict(moved) == {"b": 3, "c": 4}
    assert [at(moved, "b")[1:], at(moved, "b", of_key=True)[1:], at(moved, "c")[1:]] == [
        (2, 4),
        (2, 1),
        (1, 1),
    ]
