"""Expand: files become validated items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import write
from twin_stack.definition.findings import Findings, Location
from twin_stack.definition.phases.expand import expand
from twin_stack.definition.phases.read import read_files

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.findings import Findings
    from twin_stack.definition.phases.read import ModelFiles
    from twin_stack.definition.unchecked import Declarations


def test_expanding_nests_children_and_keeps_values_as_written(files: ModelFiles, findings: Findings) -> None:
    declarations = expand(files, findings)
    assert declarations.entities["m-1"].parent_entity_id == "h-1"
    assert declarations.entities["m-1"].components["c"].properties["m"].value == "a"
    assert declarations.where("entities", "m-1", "components", "c").column == 72


def expanded(folder: Path, findings: Findings, contents: dict[str, str]) -> Declarations:
    files = read_files(write(folder, contents), findings)
    assert files is not None
    return expand(files, findings)


def test_second_declaration_names_the_place_of_the_first(tmp_path: Path, findings: Findings) -> None:
    declarations = expanded(
        tmp_path,
        findings,
        {"entities/a.yaml": "m-1: {entityName: First}\n", "entities/b.yaml": "\nm-1: {entityName: Second}\n"},
    )
    assert declarations.entities["m-1"].entity_name == "First"
    (finding,) = findings
    assert finding.code == "TWIN010"
    assert finding.location == Location(tmp_path / "entities/b.yaml", 2, 1)
    assert finding.message == f'entity "m-1" is declared twice, first at {tmp_path}/entities/a.yaml:1:1'


def test_item_with_a_mistake_is_declared_without_it(tmp_path: Path, findings: Findings) -> None:
    declarations = expanded(
        tmp_path, findings, {"entities/e.yaml": "m-1: {entityName: M1, tags: {a: 5, b: c}}\n"}
    )
    assert [finding.code for finding in findings] == ["TWIN004"]
    assert declarations.entities["m-1"].tags == {"b": "c"}
    assert declarations.partial == {("entities", "m-1")}


def test_connectors_without_mistakes_are_known_beside_one_with_a_mistake(
    tmp_path: Path, findings: Findings
) -> None:
    twin = "workspaceId: my-twin\nconnectors: {a: {kind: dynamodb}, b: {kind: dynamo, bogus: 1}}\n"
    declarations = expanded(tmp_path / "mistake", findings, {"twin.yaml": twin})
    assert declarations.twin is not None
    assert declarations.twin.connectors.keys() == {"a"}
    assert declarations.connectors == frozenset({"a", "b"})
    assert [declarations.is_lost("connectors", name) for name in ("a", "b", None)] == [False, True, False]
    assert (declarations.has_lost("connectors"), declarations.has_lost("ingest")) == (True, False)
    assert expanded(tmp_path / "broken", findings, {"twin.yaml": "["}).connectors is None


def test_connectors_that_are_no_mapping_are_all_unknown(tmp_path: Path, findings: Findings) -> None:
    declarations = expanded(tmp_path, findings, {"twin.yaml": "workspaceId: my-twin\nconnectors: 5\n"})
    assert declarations.connectors is None
    assert declarations.is_lost("connectors", "any")


def test_scene_is_named_by_its_file_unless_it_says_otherwise(tmp_path: Path, findings: Findings) -> None:
    contents = {"scenes/hall.scene.yaml": "nodes: []\n", "scenes/x.yaml": "sceneId: yard\nnodes: []\n"}
    assert list(expanded(tmp_path, findings, contents).scenes) == ["hall", "yard"]
    assert findings == []


def test_two_scenes_of_one_id_are_one_mistake(tmp_path: Path, findings: Findings) -> None:
    contents = {"scenes/hall.yaml": "nodes: []\n", "scenes/hall.json": '{"nodes": []}'}
    declarations = expanded(tmp_path, findings, contents)
    assert list(declarations.declared("scenes")) == ["hall"]
    assert len(declarations.scenes) == 2, "the second one is checked too"
    assert [finding.code for finding in findings] == ["TWIN010"]
