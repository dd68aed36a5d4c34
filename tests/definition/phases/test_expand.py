"""Expand: files become validated items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.phases.expand import expand

if TYPE_CHECKING:
    from twin_stack.definition.findings import Findings
    from twin_stack.definition.phases.read import ModelFiles


def test_expanding_nests_children_and_keeps_values_as_written(files: ModelFiles, findings: Findings) -> None:
    declarations = expand(files, findings)
    assert declarations.entities["m-1"].parent_entity_id == "h-1"
    assert declarations.entities["m-1"].components["c"].properties["m"].value == "a"
    assert declarations.where("entities", "m-1", "components", "c").column == 72
