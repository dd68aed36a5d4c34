"""Forms in which component types and entities can be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
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
