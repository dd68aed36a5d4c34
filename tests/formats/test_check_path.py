"""A path is checked for what it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.definition.models import write
from twin_stack.formats.check_path import check_path

if TYPE_CHECKING:
    from pathlib import Path

SCENE = """specVersion: "1.0"
unit: meters
nodes:
- components: [{type: Light, lightType: Ambient, lightSettings: {color: 16777215, intensity: 1}}]
- name: Pump
  components:
  - {type: ModelRef, modelType: GLB, uri: pump.glb}
  - type: Tag
    ruleBasedMapId: missing
    valueDataBinding: {dataBindingContext: {entityId: pump-1, componentName: c, propertyName: p}}
"""


def codes(path: Path) -> list[str]:
    return [finding.code for finding in check_path(path).findings]


def test_scene_document_alone_is_checked_without_what_it_refers_to(tmp_path: Path) -> None:
    file = tmp_path / "pumps.yaml"
    file.write_text(SCENE, encoding="utf-8")
    checked = check_path(file)
    assert [finding.code for finding in checked.findings] == ["TWIN041"]
    assert checked.summary == "scene document"


def test_scene_of_a_definition_is_checked_with_it(tmp_path: Path) -> None:
    folder = write(tmp_path, {"scenes/pumps.yaml": SCENE, "entities/e.yaml": "m-1: {entityName: M(1)}\n"})
    checked = check_path(folder / "scenes" / "pumps.yaml")
    assert {finding.code for finding in checked.findings} == {"TWIN041", "TWIN043", "TWIN044"}
    assert checked.elsewhere == 1


def test_twin_file_stands_for_its_own_findings(tmp_path: Path) -> None:
    folder = write(
        tmp_path, {"twin.yaml": "workspaceID: my-twin\n", "entities/e.yaml": "m-1: {entityName: M(1)}\n"}
    )
    assert codes(folder / "twin.yaml") == ["TWIN003"]


def test_file_of_no_known_form_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "any.json"
    file.write_text(json.dumps({"a": 1}), encoding="utf-8")
    assert codes(file) == ["TWIN013"]


def test_file_that_is_no_json_is_a_syntax_error(tmp_path: Path) -> None:
    file = tmp_path / "any.json"
    file.write_text("{", encoding="utf-8")
    assert codes(file) == ["TWIN002"]


def test_source_of_an_import_is_checked_in_its_own_places(tmp_path: Path) -> None:
    (tmp_path / "tmdt.json").write_text("[]", encoding="utf-8")
    (finding,) = check_path(tmp_path).findings
    assert finding.location.file.name == "tmdt.json"
