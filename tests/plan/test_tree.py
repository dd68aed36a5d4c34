"""The part of the tree that a change concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.plan import make_plan

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.plan import Plan

BEFORE = """\
hall: {entityName: Hall}
line: {entityName: Line, parentEntityId: hall}
pump: {entityName: Pump, parentEntityId: line}
gone: {entityName: Gone, parentEntityId: line}
other: {entityName: Other, parentEntityId: hall}
"""
AFTER = """\
hall: {entityName: Hall}
line: {entityName: Line, parentEntityId: hall}
pump: {entityName: Big pump, parentEntityId: hall}
new: {entityName: Something, parentEntityId: pump}
other: {entityName: Other, parentEntityId: hall}
"""


def plan_of(folder: Path, before: str, after: str) -> Plan:
    return make_plan(
        load(write(folder / "before", {"entities/e.yaml": before})),
        load(write(folder / "after", {"entities/e.yaml": after})),
    )


def test_rows_are_the_changed_entities_and_those_above_them(tmp_path: Path) -> None:
    rows = plan_of(tmp_path, BEFORE, AFTER).rows
    assert [(row.depth, row.id, row.parent, row.action) for row in rows] == [
        (0, "hall", None, None),
        (1, "line", "hall", None),
        (2, "gone", "line", "removed"),
        (1, "pump", "hall", "moved"),
        (2, "new", "pump", "added"),
    ]


def test_row_of_a_moved_or_renamed_entity_says_from_where(tmp_path: Path) -> None:
    moved = {row.id: row.note for row in plan_of(tmp_path, BEFORE, AFTER).rows if row.note}
    assert moved == {"pump": "from line"}

    files = {
        "entities/e.yaml": "valve: {entityName: Pump}\n",
        "twin.yaml": "workspaceId: plant\nrenames: {entities: {pump: valve}}\n",
    }
    plan = make_plan(
        load(
            write(
                tmp_path / "old",
                {"entities/e.yaml": "pump: {entityName: Pump}\n", "twin.yaml": "workspaceId: plant\n"},
            )
        ),
        load(write(tmp_path / "new", files)),
    )
    assert [(row.id, row.action, row.note) for row in plan.rows] == [("valve", "renamed", "was pump")]


def test_entities_of_a_changed_type_and_of_those_that_extend_it_are_reached(tmp_path: Path) -> None:
    types = """\
com.example.Base: {propertyDefinitions: {serial: STRING}}
com.example.Pump: {extendsFrom: [com.example.Base]}
com.example.Other: {propertyDefinitions: {serial: STRING}}
"""
    entities = """\
hall: {entityName: Hall}
pump: {entityName: Pump, parentEntityId: hall, components: {c: {componentTypeId: com.example.Pump}}}
other: {entityName: Other, parentEntityId: hall, components: {c: {componentTypeId: com.example.Other}}}
"""
    changed = types.replace("serial: STRING}", "serial: STRING, speed: DOUBLE}", 1)
    plan = make_plan(
        load(write(tmp_path / "old", {"entities/e.yaml": entities, "component_types/t.yaml": types})),
        load(write(tmp_path / "new", {"entities/e.yaml": entities, "component_types/t.yaml": changed})),
    )
    assert [(row.id, row.action, row.is_reached) for row in plan.rows] == [
        ("hall", None, False),
        ("pump", None, True),
    ]
