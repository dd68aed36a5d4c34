"""Forms in which component types and entities can be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import finding_lines, write
from twin_stack.definition import load

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "text",
    [
        "machine-1: {entityName: Machine 1}",
        "- {entityId: machine-1, entityName: Machine 1}",
        "entityId: machine-1\nentityName: Machine 1\nhasChildEntities: false\nstatus: {state: ACTIVE}",
        "entities: [{entityId: machine-1, entityName: Machine 1}]",
        "hall-1: {entityName: Hall, children: {machine-1: {entityName: Machine 1}}}",
        "hall-1: {entityName: Hall, children: [{entityId: machine-1, entityName: Machine 1}]}",
    ],
)
def test_entity_may_be_written_in_each_form(text: str, tmp_path: Path) -> None:
    definition = load(write(tmp_path, {"entities/e.yaml": text}))
    assert definition.entities["machine-1"].entity_name == "Machine 1"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- 5\n- {entityId: m-1, entityName: M1}\n", "1:3 TWIN004 item 1 is 5; write a mapping of its members"),
        ("m-1: Pump\nm-2: {entityName: M2}\n", '1:1 TWIN004 "m-1" is "Pump"; write a mapping of its members'),
        ("Pump", '1:1 TWIN004 the file is "Pump"; write a mapping of its members'),
        ("h-1: {entityName: H1, children: m-1}\n", '1:33 TWIN004 "children" is "m-1"; write a mapping of its members'),
        (
            "m-1: {entityId: m-2, entityName: M1}\n",
            '1:17 TWIN005 "entityId" is "m-2", its key is "m-1"; keep one of them',
        ),
        (
            "h-1: {entityName: H1, children: {m-1: {entityName: M1, parentEntityId: h-2}}}\n",
            '1:72 TWIN005 "parentEntityId" is "h-2", it is nested under "h-1"; keep one of them',
        ),
    ],
)  # fmt: skip
def test_wrong_form_is_one_finding_at_its_place(text: str, expected: str, tmp_path: Path) -> None:
    assert finding_lines(write(tmp_path, {"entities/e.yaml": text})) == [f"entities/e.yaml:{expected}"]


def test_repeated_id_and_parent_may_be_written_where_they_agree(tmp_path: Path) -> None:
    text = "h-1: {entityName: H1, children: {m-1: {entityId: m-1, entityName: M1, parentEntityId: h-1}}}\n"
    assert load(write(tmp_path, {"entities/e.yaml": text})).entities["m-1"].parent_entity_id == "h-1"


def test_entities_are_nested_to_any_depth(tmp_path: Path) -> None:
    text = "{entityName: E5}"
    for level in range(4, 0, -1):
        text = f"{{entityName: E{level}, children: {{e-{level + 1}: {text}}}}}"
    entities = load(write(tmp_path, {"entities/e.yaml": f"e-1: {text}\n"})).entities
    assert {entity_id: entity.parent_entity_id for entity_id, entity in entities.items()} == {
        "e-1": "$ROOT", "e-2": "e-1", "e-3": "e-2", "e-4": "e-3", "e-5": "e-4"
    }  # fmt: skip


def test_for_each_makes_entities_only(tmp_path: Path) -> None:
    assert finding_lines(
        write(tmp_path, {"component_types/t.yaml": "forEach: {csv: a.csv}\nentity: {}\n"})
    ) == ['component_types/t.yaml:1:1 TWIN003 "forEach" makes entities only; write the component types out']


def test_children_of_an_id_with_a_mistake_cause_no_second_finding(tmp_path: Path) -> None:
    text = '"h(1)": {entityName: H1, children: {m-1: {entityName: M1}}}\n'
    assert [line.split()[:2] for line in finding_lines(write(tmp_path, {"entities/e.yaml": text}))] == [
        ["entities/e.yaml:1:1", "TWIN011"]
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("entityName: M1\ndescription: A\n", '1:1 TWIN006 "entityId" is missing; add it'),
        (
            "entityID: m-1\ncomponents: {}\n",
            '1:1 TWIN003 "entityID" is not a known key; did you mean "entityId"?',
        ),
    ],
)
def test_mapping_with_members_of_an_entity_is_one_entity(text: str, expected: str, tmp_path: Path) -> None:
    assert f"entities/e.yaml:{expected}" in finding_lines(write(tmp_path, {"entities/e.yaml": text}))
