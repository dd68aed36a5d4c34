"""A plan in one line."""

from __future__ import annotations

from dataclasses import replace

from twin_stack.plan.changes import Action, Change, Kind, Level, Plan, Risk
from twin_stack.plan.summary import summary_line, topmost

EMPTY = Plan("main:plant", "plant", "1", "2", (), ())


def removed(entity_id: str, *below: str) -> Change:
    return Change(Action.REMOVED, Kind.ENTITY, entity_id, below=below)


def test_entities_below_a_removed_one_are_counted_but_not_named() -> None:
    changes = (removed("hall", "line", "press"), removed("line", "press"), removed("press"), removed("mill"))
    plan = replace(EMPTY, changes=changes)
    assert [change.id for change in topmost(plan, Action.REMOVED)] == ["hall", "mill"]
    assert summary_line(plan) == "4 to remove (hall and 2 below it, 1 more)"


def test_thing_of_another_kind_with_the_id_of_an_entity_below_is_named() -> None:
    scene = Change(Action.REMOVED, Kind.SCENE, "line")
    plan = replace(EMPTY, changes=(removed("hall", "line"), removed("line"), scene))
    assert [change.kind for change in topmost(plan, Action.REMOVED)] == [Kind.ENTITY, Kind.SCENE]


def test_additions_come_first_and_removals_last_whatever_the_order_of_the_plan() -> None:
    actions = (Action.REMOVED, Action.RENAMED, Action.ADDED, Action.MOVED, Action.CHANGED, Action.ADDED)
    changes = tuple(Change(action, Kind.ENTITY, f"e{number}") for number, action in enumerate(actions))
    line = summary_line(replace(EMPTY, changes=changes))
    assert line == "2 to add, 1 to change, 1 to move, 1 to rename, 1 to remove (e0)"


def test_accepted_risks_are_counted_apart_from_those_that_are_open() -> None:
    risk = Risk("PLAN001", Level.DANGER, Kind.ENTITY, "hall", "message", "remedy")
    risks = (risk, replace(risk, level=Level.ATTENTION), replace(risk, accepted="agreed"))
    plan = replace(EMPTY, changes=(removed("hall"),), risks=risks)
    assert summary_line(plan) == "1 to remove (hall), 1 danger, 1 attention, 1 accepted"
