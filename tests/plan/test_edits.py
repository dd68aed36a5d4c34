"""Edits of the example models and of a generated twin, each with its whole plan.

The edits are in ``tests/plan/edits``; `make snapshots` writes the plans, and the diff is what reviewers
read.
"""

from __future__ import annotations

import json
from dataclasses import astuple
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
)
from tests.support.soak import sample
from twin_stack.formats.definition_source import checked_definition
from twin_stack.plan import Action, make_plan
from twin_stack.plan.registry import risk_rules

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.plan_edits import Edit
    from twin_stack.plan import Detail, Kind

ALL_EDITS = read_edits()
MIRROR = {Action.ADDED: Action.REMOVED, Action.REMOVED: Action.ADDED}


def edit_id(edit: Edit) -> str:
    return f"{edit.area}: {edit.name}"


def test_names_of_edits_are_unique() -> None:
    assert len({edit_id(edit) for edit in ALL_EDITS}) == len(ALL_EDITS)


def test_each_rule_of_risk_is_in_a_plan() -> None:
    plans = "\n".join(edit.plan for edit in ALL_EDITS)
    assert [code for code in risk_rules() if f" {code} " not in f" {plans}".replace("\n", " ")] == []


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(edit, marks=pytest.mark.slow if edit.model == GENERATED else (), id=edit_id(edit))
        for edit in sample(ALL_EDITS)
    ],
)
def test_edit_has_its_plan(edit: Edit, tmp_path: Path) -> None:
    sides = edited_sides(edit, tmp_path)
    plan = plan_sides(*sides)
    assert "\n".join(plan_lines(plan, *sides)) + "\n" == edit.plan, (
        "run `make snapshots` and read what changes"
    )

    if "renames:" in edit.files:  # the way back has no entry
        return
    before, after = (side.definition for side in sides)
    there = (plan if TEMPLATE not in edit.files else make_plan(before, after)).changes
    back = make_plan(after, before).changes
    assert there or edit.plan == "no change\n" or TEMPLATE in edit.files
    assert {(MIRROR.get(c.action, c.action), c.kind, c.former_id or c.id) for c in there} == {
        (c.action, c.kind, c.id) for c in back
    }
    assert {_mirrored(c.kind, d) for c in there for d in c.details} == {
        (c.kind, _path(d), repr(d.before), repr(d.after)) for c in back for d in c.details
    }


def _mirrored(kind: Kind, detail: Detail) -> tuple[Kind, tuple[str, ...], str, str]:
    return kind, _path(detail), repr(detail.after), repr(detail.before)


def _path(detail: Detail) -> tuple[str, ...]:
    """Return the path of a difference; a moved or renamed node has that of its side."""
    is_other = detail.action is Action.MOVED or (
        detail.action is Action.RENAMED and detail.path[0] == "nodes"
    )
    return () if is_other else detail.path


@pytest.mark.parametrize("edit", sample([edit for edit in ALL_EDITS if edit.model == "factory"]), ids=edit_id)
def test_order_of_keys_and_files_changes_no_plan(edit: Edit, tmp_path: Path) -> None:
    (_, before, _), (folder, after, _) = edited_sides(edit, tmp_path)
    for file in sorted(folder.rglob("*.yaml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        if file.parent.name != "scenes":
            file.unlink()
            name = f"z-{file.name}" if file.name != "twin.yaml" else file.name
            file.with_name(name).write_text(json.dumps(_reversed(content)), encoding="utf-8")
    shuffled = checked_definition(folder)
    assert make_plan(after, shuffled).changes == ()
    plans = [make_plan(before, side) for side in (after, shuffled)]
    assert plans[0].after_hash == plans[1].after_hash
    assert _without_order(plans[0].changes) == _without_order(plans[1].changes)


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
