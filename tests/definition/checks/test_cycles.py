"""Nothing is its own ancestor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import finding_lines, write

if TYPE_CHECKING:
    from pathlib import Path


def test_every_cycle_is_reported_where_it_begins(tmp_path: Path) -> None:
    entities = (
        "a-1: {entityName: A1, parentEntityId: a-2}\n"
        "a-2: {entityName: A2, parentEntityId: a-1}\n"
        "b-1: {entityName: B1, parentEntityId: b-1}\n"
        "top: {entityName: Top}\n"
    )
    assert [line.split(";")[0] for line in finding_lines(write(tmp_path, {"entities/e.yaml": entities}))] == [
        "entities/e.yaml:1:39 TWIN017 entities are their own ancestors: a-1 -> a-2 -> a-1",
        "entities/e.yaml:3:39 TWIN017 entities are their own ancestors: b-1 -> b-1",
    ]


def test_entity_below_a_cycle_is_no_second_mistake(tmp_path: Path) -> None:
    entities = (
        "m-1: {entityName: M1, parentEntityId: h-1}\n"
        "h-1: {entityName: H1, parentEntityId: h-2}\n"
        "h-2: {entityName: H2, parentEntityId: h-1}\n"
    )
    assert [line.split(";")[0] for line in finding_lines(write(tmp_path, {"entities/e.yaml": entities}))] == [
        "entities/e.yaml:2:39 TWIN017 entities are their own ancestors: h-1 -> h-2 -> h-1"
    ]


def test_types_that_need_each_other_as_parent_and_part_are_one_mistake(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": "com.A: {extendsFrom: [com.B], propertyDefinitions: {p: STRING}}\n"
        "com.B: {compositeComponentTypes: {a: {componentTypeId: com.A}}}\n",
        # A value of a type in a cycle is not checked: what the type has is not known.
        "entities/e.yaml": "m-1: {entityName: M1, components: {a: {componentTypeId: com.A, properties: {q: 1}}}}\n",
    }
    assert finding_lines(write(tmp_path, files)) == [
        "component_types/t.yaml:1:22 TWIN018 component types need each other: com.A -> com.B -> com.A; remove one of "
        "these parents or parts"
    ]
