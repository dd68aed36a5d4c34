"""Places of members inside of a value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.definition.source import LocatedMap, at
from twin_stack.definition.value_places import value_place
from twin_stack.definition.yaml_reader import YamlReader

if TYPE_CHECKING:
    from twin_stack.definition.findings import Location

FILE = Path("e.yaml")


class Declared:
    """One item, in place of all that files declare."""

    def __init__(self, source: LocatedMap) -> None:
        self.sources = {("entities", "e-1"): source}

    def where(self, *_path: str | int) -> Location:
        return at(self.sources["entities", "e-1"])


def text_at(text: str, *inner: str | int) -> str:
    declared: Any = Declared(YamlReader(FILE, text, None).read())
    place = value_place(declared, ("entities", "e-1", "p"), inner)
    return text.split("\n")[place.line - 1][place.column - 1 :].split(",", maxsplit=1)[0].rstrip("]})")


@pytest.mark.parametrize(
    ("text", "inner", "expected"),
    [
        ("p: 5", (), "5"),
        ("p: [1, 2]", (1,), "2"),
        ("p: {a: {b: 7}}", ("a", "b"), "7"),
        ("p: {value: {listValue: [{integerValue: 1}, {integerValue: 2}]}}", (1,), "2"),
        ("p: {mapValue: {a: {stringValue: x}}}", ("a",), "x"),
        ("p: {definition: {}, value: {mapValue: {a: {stringValue: x}}}}", ("a",), "x"),
        ("p: {value: {doubleValue: 5}}", (), "5"),
        ("p: [1, 2]", (7,), "[1"),
        ("p: {a: 5}", ("a", "b"), "5"),
        ("q: 1", (), "q: 1"),
    ],
    ids=["bare", "item", "nested", "list of the service", "map of the service", "with its definition", "wrapped",
         "missing item", "below a scalar", "missing value"],
)  # fmt: skip
def test_member_is_found_in_a_bare_value_and_in_one_of_the_service(
    text: str, inner: tuple[str | int, ...], expected: str
) -> None:
    assert text_at(text, *inner) == expected
