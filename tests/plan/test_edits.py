"""Edits of the example models and of a generated twin, each with its whole plan.

The edits are in ``tests/plan/edits``; `make snapshots` writes the plans, and the diff is what reviewers
read.
"""

from __future__ import annotations

import json
from dataclasses import astuple
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.support.plan_edits import (
    GENERATED,
    TEMPLATE,
    edited_sides,
    hunks,
    plan_lines,
    plan_sides,
    read_edits,
    read_model,
)
from tests.support.soak import sample
from twin_stack.plan import Action, make_plan
from twin_stack.plan.registry import risk_rules

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.plan_edits import Edit
    from twin_stack.definition import TwinDefinition
    from twin_stack.plan import Detail, Kind, Plan

ALL_EDITS = read_edits()
MIRROR = {Action.ADDED: Action.REMOVED, Action.REMOVED: Action.ADDED}


def edit_id(edit: Edit) -> str:
    return f"{edit.area}: {edit.name}"


def test_names_of_edits_are_unique() -> None:
    assert len({edit_id(edit) for edit in ALL_EDITS}) == len(ALL_EDITS)


def test_each_rule_of_risk_is_in_a_plan() -> None:
    plans = "\n".join(edit.plan for edit in ALL_EDITS)
    assert [code for code in risk_rules() if f" {code} " not in f" {plans}".replace("\n", " ")] == []


@pytest.fixture(scope="module")
def sides_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the sides of all edits: what an edit leaves as it is, is parsed once."""
    return tmp_path_factory.mktemp("sides")


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(edit, marks=pytest.mark.slow if edit.model == GENERATED else (), id=edit_id(edit))
        for edit in sample(ALL_EDITS)
    ],
)
def test_edit_has_its_plan_there_back_and_in_another_order(edit: Edit, sides_folder: Path) -> None:
    before, after = sides = edited_sides(edit, sides_folder)
    plan = plan_sides(*sides)
    assert "\n".join(plan_lines(plan, *sides)) + "\n" == edit.plan, (
        "run `make snapshots` and read what changes"
    )
    if TEMPLATE in edit.files:
        plan = make_plan(before.definition, after.definition)
    if "renames:" not in edit.files:  # the way back has no entry
        assert plan.changes or edit.plan == "no change\n" or TEMPLATE in edit.files
        _assert_mirrored(plan, make_plan(after.definition, before.definition))
    if edit.model == "factory":
        _write_in_another_order(after.folder)
        _assert_order_is_ignored(plan, before.definition, after.definition, read_model(after.folder))


def _assert_mirrored(there: Plan, back: Plan) -> None:
    assert {(MIRROR.get(c.action, c.action), c.kind, c.former_id or c.id) for c in there.changes} == {
        (c.action, c.kind, c.id) for c in back.changes
    }
    assert {_mirrored(c.kind, d) for c in there.changes for d in c.details} == {
        (c.kind, _path(d), repr(d.before), repr(d.after)) for c in back.changes for d in c.details
    }


def _mirrored(kind: Kind, detail: Detail) -> tuple[Kind, tuple[str, ...], str, str]:
    return kind, _path(detail), repr(detail.after), repr(detail.before)


def _path(detail: Detail) -> tuple[str, ...]:
    """Return the path of a difference; a moved or renamed node has that of its side."""
    is_other = detail.action is Action.MOVED or (
        detail.action is Action.RENAMED and detail.path[0] == "nodes"
    )
    return () if is_other else detail.path


def _write_in_another_order(folder: Path) -> None:
    files = sorted(file for file in folder.rglob("*.yaml") if file.parent.name != "scenes")
    assert files
    for file in files:
        name = f"z-{file.name}" if file.name != "twin.yaml" else file.name
        text = _text_in_another_order(file.read_text(encoding="utf-8"))
        file.unlink()
        file.with_name(name).write_text(text, encoding="utf-8")


@cache
def _text_in_another_order(text: str) -> str:
    return json.dumps(_reversed(yaml.load(text, Loader=yaml.CSafeLoader)))


def _assert_order_is_ignored(
    plan: Plan, before: TwinDefinition, after: TwinDefinition, shuffled: TwinDefinition
) -> None:
    assert make_plan(after, shuffled).changes == ()
    other = make_plan(before, shuffled)
    assert plan.after_hash == other.after_hash
    assert _without_order(plan.changes) == _without_order(other.changes)


def _without_order(changes: Any) -> list[Any]:
    return [
        (
            change.action,
            change.kind,
            change.id,
            sorted(json.dumps(astuple(detail), sort_keys=True) for detail in change.details),
        )
        for change in changes
    ]


def _reversed(value: Any) -> Any:
    """Mappings with their keys in the opposite order; numbers and flags as YAML writes them."""
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    if isinstance(value, list):
        return [_reversed(item) for item in value]
    return value


def test_hunks_are_read() -> None:
    assert list(
        hunks("a.yaml\n- x\n-   y\n+ z\n- p\n+ q\nb.yaml\n+ new\nc.yaml (removed)\nd.yaml\n- gone\n")
    ) == [
        ("a.yaml", "x\n  y", "z"),
        ("a.yaml", "p", "q"),
        ("b.yaml", None, "new"),
        ("c.yaml", None, None),
        ("d.yaml", "gone", None),
    ]
