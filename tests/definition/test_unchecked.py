"""Results of the phases: places of values, and ids of what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.definition.findings import Findings
from twin_stack.definition.phases.expand import expand
from twin_stack.definition.phases.read import read_files
from twin_stack.definition.unchecked import LostIds, LostIdsCollector, members_of

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.unchecked import Declarations


@pytest.fixture
def declarations(tmp_path: Path) -> Declarations:
    entities = "m-1:\n  entityName: M1\n  description: A\nm-2:\n  entityName: M(2)\n"
    findings = Findings()
    files = read_files(write(tmp_path, {"entities/e.yaml": entities}), findings)
    assert files is not None
    return expand(files, findings)


def test_lost_id_is_a_word_or_fits_a_pattern() -> None:
    lost = LostIds(frozenset({"hall-1"}), ("pump-*-a",))
    assert "hall-1" in lost
    assert "pump-7-a" in lost
    assert "hall-11" not in lost
    assert "pump-7-b" not in lost


def test_lost_ids_of_both_are_lost() -> None:
    both = LostIds(frozenset({"a"}), ("b*",)) | LostIds(frozenset({"c"}), ("d*",))
    assert [item_id for item_id in ("a", "b1", "c", "d1", "e") if item_id in both] == ["a", "b1", "c", "d1"]


def test_collected_ids_do_not_change_afterwards() -> None:
    collector = LostIdsCollector()
    collector.words.add("a")
    lost = collector.collected()
    collector.words.add("b")
    collector.patterns.append("*")
    assert "a" in lost
    assert "b" not in lost


def test_place_of_a_missing_value_is_that_of_its_item(declarations: Declarations) -> None:
    assert declarations.where("entities", "m-1")[1:] == (1, 1)
    assert declarations.where("entities", "m-1", "description")[1:] == (3, 16)
    assert declarations.where("entities", "m-1", "parentEntityId")[1:] == (1, 1)


def test_item_with_a_mistake_is_declared_all_the_same(declarations: Declarations) -> None:
    assert list(declarations.declared("entities")) == ["m-1", "m-2"]
    assert list(declarations.declared("scenes")) == []
    assert declarations.partial == {("entities", "m-2")}


def test_members_make_the_same_result_again(declarations: Declarations) -> None:
    assert type(declarations)(**members_of(declarations)) == declarations
