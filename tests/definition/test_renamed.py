"""Entries of ``renames`` with what they may refer to."""

from __future__ import annotations

from twin_stack.definition.renamed import RenameMap


def _entities(entries: dict[str, str]) -> RenameMap:
    return RenameMap("entities", "entity", ("renames", "entities"), "", entries, {"c-3"})


def test_present_id_is_the_end_of_a_chain() -> None:
    assert _entities({"a-1": "b-2", "b-2": "c-3"}).present_id("b-2") == "c-3"
    assert _entities({"a-1": "b-2"}).present_id("b-2") == "b-2"


def test_circle_has_no_end() -> None:
    assert _entities({"a-1": "b-2", "b-2": "a-1"}).present_id("b-2") in {"a-1", "b-2"}
