"""Order, ancestors and cycles of names with parents."""

from __future__ import annotations

from twin_stack.definition.graph import Ancestors, cycles, parents_first


def test_parents_precede_their_children_else_the_order_stays() -> None:
    assert parents_first({"c": ["b"], "a": [], "b": ["x"]}) == ["b", "c", "a"]


def test_ancestors_are_listed_nearest_first_and_once() -> None:
    diamond: dict[str, list[str]] = {
        "top": [],
        "left": ["top"],
        "right": ["top", "aws"],
        "bottom": ["left", "right"],
    }
    assert dict(Ancestors(diamond)) == {
        "top": (),
        "left": ("top",),
        "right": ("top", "aws"),
        "bottom": ("left", "right", "top", "aws"),
    }


def test_cycle_is_returned_as_the_names_along_it() -> None:
    assert list(cycles({"a": ["b"], "b": ["c"], "c": ["b"]})) == [["b", "c"]]


def test_without_a_cycle_nothing_is_returned() -> None:
    assert list(cycles({"a": ["b", "c"], "b": ["c"], "c": ["x"]})) == []
