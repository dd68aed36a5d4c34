"""Deletions by as few calls as possible, that delete nothing else."""

from __future__ import annotations

from entity_reconciler.deletions import Blocked, Deletion, by_subtree, count_roots, leaves_first
from entity_reconciler.shapes import ROOT, LiveEntity


def live(**parents: str) -> dict[str, LiveEntity]:
    return {name: LiveEntity(parent, 1.0) for name, parent in parents.items()}


def test_subtree_takes_one_call_and_a_leaf_a_call_that_is_not_recursive() -> None:
    deletions, blocked = by_subtree(
        {"a", "b", "c", "leaf"}, live(a=ROOT, b="a", c="b", leaf="kept", kept=ROOT), {}
    )
    assert deletions == [Deletion("a", is_recursive=True), Deletion("leaf", is_recursive=False)]
    assert not blocked


def test_entity_that_stays_below_a_deleted_one_is_found() -> None:
    entities = live(a=ROOT, mine="a", deep="mine")
    assert by_subtree({"a"}, entities, {})[1] == [Blocked("mine", "a")]
    assert not by_subtree({"a"}, entities, {"mine": ROOT})[1]


def test_what_moves_below_a_deleted_entity_is_found() -> None:
    assert by_subtree({"a"}, live(a=ROOT, mine=ROOT), {"mine": "a"})[1] == [Blocked("mine", "a")]


def test_deleted_entities_are_not_deleted_again() -> None:
    assert by_subtree({"gone", "a"}, live(a="gone"), {}) == ([Deletion("a", is_recursive=False)], [])


def test_without_a_list_children_go_before_their_parents() -> None:
    deletions = leaves_first({"a", "b", "c"}, {"a": ROOT, "b": "a", "c": "b"})
    assert deletions == [Deletion(name, is_recursive=False) for name in "cba"]


def test_roots_are_counted() -> None:
    parents = {"a": ROOT, "b": "a", "c": "kept"}
    assert count_roots(set(parents), parents.__getitem__) == 2
