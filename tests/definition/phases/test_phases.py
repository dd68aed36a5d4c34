"""The phases of loading: each returns a frozen result."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.definition.findings import Findings
from twin_stack.definition.phases.coerce import coerce
from twin_stack.definition.phases.expand import expand
from twin_stack.definition.phases.read import read_files
from twin_stack.definition.phases.resolve import resolve_declarations

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


def test_reading_returns_documents_and_assets(files: ModelFiles, findings: Findings) -> None:
    names = {kind: [document.path.name for document in some] for kind, some in files.documents.items()}
    assert names == {"component_types": ["t.yaml"], "entities": ["e.yaml"], "scenes": []}
    assert list(files.assets) == ["hall.glb"]
    assert findings == []


def test_reading_remembers_the_words_of_a_broken_file(tmp_path: Path, findings: Findings) -> None:
    files = read_files(write(tmp_path, {"entities/e.yaml": "hall-1: [\n"}), findings)
    assert files is not None
    assert [finding.code for finding in findings] == ["TWIN002"]
    assert "hall-1" in files.lost
    assert "hall-2" not in files.lost


def test_expanding_nests_children_and_keeps_values_as_written(files: ModelFiles, findings: Findings) -> None:
    declarations = expand(files, findings)
    assert declarations.entities["m-1"].parent_entity_id == "h-1"
    assert declarations.entities["m-1"].components["c"].properties["m"].value == "a"
    assert declarations.where("entities", "m-1", "components", "c").column == 72


def test_resolving_cuts_cycles(tmp_path: Path, findings: Findings) -> None:
    types = "com.A: {extendsFrom: [com.B]}\ncom.B: {extendsFrom: [com.A]}\n"
    files = read_files(write(tmp_path, {"component_types/t.yaml": types}), findings)
    assert files is not None
    resolved = resolve_declarations(expand(files, findings), findings)
    assert [finding.code for finding in findings] == ["TWIN018"]
    assert resolved.component_types["com.A"].extends_from == []
    assert ("component_types", "com.B") in resolved.partial


def test_coercing_gives_values_and_resolved_defaults_the_form_of_the_service(
    files: ModelFiles, findings: Findings
) -> None:
    unchecked = coerce(resolve_declarations(expand(files, findings), findings), findings)
    assert unchecked.entities["m-1"].components["c"].properties["m"].value == {"stringValue": "a"}
    assert unchecked.resolved_types["com.e.T"].properties["k"].default_value == {"longValue": 5}
    assert unchecked.ancestors["com.e.T"] == ("com.e.S",)


def test_result_is_read_only(files: ModelFiles, findings: Findings) -> None:
    unchecked = coerce(resolve_declarations(expand(files, findings), findings), findings)
    with pytest.raises(FrozenInstanceError):
        unchecked.twin = None  # type: ignore[misc]
    with pytest.raises(TypeError):
        unchecked.entities["m-2"] = unchecked.entities["m-1"]  # type: ignore[index]
