"""Comparison of states, order of writes, and their distribution to jobs and calls."""

from __future__ import annotations

import pytest
from entity_reconciler.difference import (
    find_writes,
    order_parents_first,
    split_into_jobs,
    split_into_stages,
)
from entity_reconciler.shapes import ROOT, Entry, ReconcileError


def entry(parent: str = ROOT, digest: bytes = b"1", size: int = 10, *, is_direct: bool = False) -> Entry:
    return Entry(parent, digest, size, "chunk", is_direct)


def test_new_changed_and_uncertain_entities_are_written() -> None:
    target = {"new": entry(), "changed": entry(digest=b"2"), "same": entry(), "uncertain": entry()}
    recorded = {"changed": entry(), "same": entry(), "uncertain": None, "removed": entry()}
    assert find_writes(recorded, target) == ["new", "changed", "uncertain"]


def test_parents_come_first() -> None:
    parents = {"a": "b", "b": "c", "c": ROOT, "d": "outside"}
    assert order_parents_first(["a", "d", "b", "c"], parents) == ["d", "c", "b", "a"]


def test_entity_above_itself_is_refused() -> None:
    with pytest.raises(ReconcileError, match="a is above itself"):
        order_parents_first(["a"], {"a": "b", "b": "c", "c": "b"})


def test_stage_begins_where_an_entity_needs_the_other_kind_above_it() -> None:
    target = {
        "hall": entry(),
        "wide": entry("hall", is_direct=True),
        "below": entry("wide"),
        "beside": entry("hall"),
        "alone": entry(is_direct=True),
    }
    assert split_into_stages(target, target) == [["hall", "beside"], ["wide", "alone"], ["below"]]


def test_entity_waits_for_one_that_stays_below_an_entity_of_an_earlier_stage() -> None:
    """Before ``hall`` has moved, ``line`` is below ``press``, whose new place is below ``line``."""
    target = {"hall": entry(is_direct=True), "line": entry("hall"), "press": entry("line")}
    assert split_into_stages(["hall", "press"], target) == [["hall"], ["press"]]


def test_jobs_hold_as_much_as_allowed_and_no_entity_is_lost() -> None:
    target = {name: entry(size=size) for name, size in (("a", 40), ("b", 60), ("c", 1), ("d", 200), ("e", 5))}
    assert split_into_jobs(target, target, max_bytes=100, max_resources=9) == [
        ["a", "b"],
        ["c"],
        ["d"],
        ["e"],
    ]
    assert split_into_jobs(target, target, max_bytes=999, max_resources=2) == [["a", "b"], ["c", "d"], ["e"]]
    assert split_into_jobs([], target, max_bytes=1, max_resources=1) == []
