"""A change of the engine is a danger unless it takes the steps that keep the entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.plan import make_plan

if TYPE_CHECKING:
    from pathlib import Path

PLANT = "workspaceId: plant\n"
HAND_OVER = "handOver: true\n"
BULK = "engine: bulk\n"
ADOPT = "bulk: {adopt: true}\n"


@pytest.mark.parametrize(
    ("before", "after", "risks"),
    [
        ("", HAND_OVER, []),
        (HAND_OVER, HAND_OVER + BULK + ADOPT, []),
        (HAND_OVER + BULK + ADOPT, BULK, []),
        (BULK, BULK + HAND_OVER, []),
        (BULK + HAND_OVER, HAND_OVER, ["PLAN048 attention"]),
        (HAND_OVER, "", []),
        ("", BULK, ["PLAN047 danger"]),
        ("", BULK + HAND_OVER + ADOPT, ["PLAN047 danger"]),
        (HAND_OVER, BULK + HAND_OVER, ["PLAN047 danger"]),
        (BULK, "", ["PLAN047 danger"]),
    ],
)
def test_each_step_of_the_walk_has_its_risk(
    before: str, after: str, risks: list[str], tmp_path: Path
) -> None:
    entities = "hall: {entityName: Hall}\n"
    sides = [
        load(write(tmp_path / name, {"twin.yaml": PLANT + settings, "entities/e.yaml": entities}))
        for name, settings in (("before", before), ("after", after))
    ]

    planned_risks = make_plan(*sides).risks

    assert [f"{risk.code} {risk.level.name.lower()}" for risk in planned_risks] == risks


def test_engine_of_a_twin_without_entities_is_no_risk(tmp_path: Path) -> None:
    sides = [
        load(write(tmp_path / name, {"twin.yaml": PLANT + settings}))
        for name, settings in (("before", ""), ("after", BULK))
    ]

    assert make_plan(*sides).risks == ()


def test_moved_entity_is_a_move_with_the_bulk_engine(tmp_path: Path) -> None:
    entities = "a-1: {entityName: A1}\nb-1: {entityName: B1}\npump: {entityName: Pump, parentEntityId: %s}\n"
    sides = [
        load(write(tmp_path / parent, {"twin.yaml": PLANT + BULK, "entities/e.yaml": entities % parent}))
        for parent in ("a-1", "b-1")
    ]

    (change,) = make_plan(*sides).changes

    assert (change.id, change.action.name) == ("pump", "MOVED")
