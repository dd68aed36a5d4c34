"""A model that each phase takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.definition.findings import Findings
from twin_stack.definition.phases.read import read_files

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.phases.read import ModelFiles


FILES = {
    "component_types/t.yaml": "com.e.S: {propertyDefinitions: {m: STRING, k: {dataType: LONG, defaultValue: 5}}}\n"
    "com.e.T: {extendsFrom: [com.e.S]}\n",
    "entities/e.yaml": "h-1: {entityName: H1, children: {m-1: {entityName: M1, components: "
    "{c: {componentTypeId: com.e.T, properties: {m: a}}}}}}\n",
    "assets/hall.glb": "glTF",
    "component_types/notes.md": "not read",
}


@pytest.fixture
def findings() -> Findings:
    return Findings()


@pytest.fixture
def files(tmp_path: Path, findings: Findings) -> ModelFiles:
    files = read_files(write(tmp_path, FILES), findings)
    assert files is not None
    return files
