"""Files become plain values that know their place; YAML by the rules of version 1.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.readers import reads
from twin_stack.definition.source import LocatedList, LocatedMap, at, locate

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_every_value_and_key_knows_its_place(name: str, tmp_path: Path) -> None:
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
