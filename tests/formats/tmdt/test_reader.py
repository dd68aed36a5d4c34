"""A TMDT project is checked in its own places, and imported with a note of what is lost."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import write
from tests.support.round_trips import no_client, silent
from twin_stack.definition import DefinitionError, load
from twin_stack.formats import tmdt
from twin_stack.formats.check_path import check_path
from twin_stack.formats.frame import write_definition
from twin_stack.formats.kinds import ImportOptions

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.formats.frame import WrittenDefinition

SENSOR = {
    "componentTypeId": "com.example.Sensor",
    "functions": {
        "dataReader": {"implementedBy": {"isNative": False, "lambda": {"arn": "__TO_FILL_IN_SENSOR_ARN__"}}}
    },
    "propertyDefinitions": {"level": {"dataType": {"type": "DOUBLE"}, "isTimeSeries": True}},
}
TANK = {"componentTypeId": "com.example.Tank", "functions": SENSOR["functions"]}
MACHINE = {"entityId": "m-1", "entityName": "M 1", "parentEntityId": "$ROOT", "components": {}}
SCENE = {
    "specVersion": "1.0",
    "nodes": [
        {
            "name": "Hall",
            "transform": {"position": [0, 0, 0], "rotation": [0, 0, 0], "scale": [1, 1, 1]},
            "components": [{"type": "Light", "lightType": "Ambient", "lightSettings": {}}],
        }
    ],
    "rootNodeIndexes": [0],
    "cameras": [],
}


def project(folder: Path, files: dict[str, Any] | None = None, **manifest: Any) -> Path:
    """Write a project."""
    members = {"component_types": [], "scenes": [], "models": [], "entities": "e.json", **manifest}
    texts = {"tmdt.json": members, "e.json": [MACHINE], **(files or {})}
    write(
        folder,
        {
            name: content if isinstance(content, str) else json.dumps(content)
            for name, content in texts.items()
        },
    )
    (folder / "twin.yaml").unlink()
    return folder


def checked(folder: Path) -> list[str]:
    return [str(finding).replace(f"{folder}/", "") for finding in check_path(folder).findings]


def imported(folder: Path, target: Path) -> tuple[WrittenDefinition, list[str]]:
    options = ImportOptions(workspace_id="my-twin", client=no_client, progress=silent)
    twin = tmdt.import_twin(str(folder), options)
    written = write_definition(twin, target)
    return written, [str(finding).replace(f"{folder}/", "") for finding in sorted(twin.losses)]


def test_project_without_mistakes_has_no_findings(tmp_path: Path) -> None:
    assert checked(project(tmp_path)) == []
    assert checked(tmp_path / "tmdt.json") == []


@pytest.mark.parametrize(
    ("files", "manifest", "finding"),
    [
        ({"e.json": [{**MACHINE, "parentEntityId": "m-2"}]}, {}, "e.json:1:61 TWIN015 "),
        ({"e.json": [MACHINE, MACHINE]}, {}, "e.json:1:"),
        ({}, {"entities": "f.json"}, 'tmdt.json:1:65 TWIN009 file "f.json" does not exist'),
        ({}, {"entities": 4}, 'tmdt.json:1:65 TWIN004 "entities" is 4'),
        ({}, {"component_types": ["t.json"]}, 'tmdt.json:1:22 TWIN009 file "t.json" does not exist'),
        ({}, {"component_types": [4]}, "tmdt.json:1:22 TWIN004 item 1 is 4"),
        ({}, {"scenes": "s.json"}, 'tmdt.json:1:35 TWIN004 "scenes" is "s.json"'),
        ({}, {"models": ["a.glb"]}, 'tmdt.json:1:50 TWIN009 model "a.glb" is not in the folder 3d_models'),
        ({}, {"models": ["../a.glb"]}, 'tmdt.json:1:50 TWIN032 model "../a.glb" is outside of the project'),
        ({}, {"entities": "../e.json"}, 'tmdt.json:1:65 TWIN032 file "e.json" is outside of the project'),
        ({"e.json": "[{]"}, {}, "e.json:1:3 TWIN002 "),
        ({"tmdt.json": "[]"}, {}, "tmdt.json:1:1 TWIN004 the file holds a list"),
        ({"tmdt.json": {"scenes": []}}, {}, 'tmdt.json:1:1 TWIN006 "entities" is missing'),
    ],
)
def test_mistake_of_a_project_has_its_own_place(
    files: dict[str, Any], manifest: dict[str, Any], finding: str, tmp_path: Path
) -> None:
    findings = checked(project(tmp_path, files, **manifest))
    assert [line for line in findings if line.startswith(finding)], findings


def test_missing_models_are_one_finding_and_scenes_are_silent_about_them(tmp_path: Path) -> None:
    scene = json.loads(json.dumps(SCENE))
    scene["nodes"][0]["components"] += [
        {"type": "ModelRef", "modelType": "GLB", "uri": name} for name in ("a.glb", "b.glb", "a.glb")
    ]
    folder = project(tmp_path, {"hall.json": scene}, scenes=["hall.json"], models=["a.glb", "b.glb"])
    assert checked(folder) == [
        "tmdt.json:1:61 TWIN009 2 models are not in the folder 3d_models; copy a.glb, b.glb into the folder "
        "3d_models of the project"
    ]


def test_import_has_one_connector_for_each_function(tmp_path: Path) -> None:
    folder = project(
        tmp_path / "in", {"s.json": SENSOR, "t.json": TANK}, component_types=["s.json", "t.json"]
    )
    written, losses = imported(folder, tmp_path / "out")
    assert losses == []
    assert [str(finding).split()[:2] for finding in written.findings] == [
        [f"{tmp_path}/out/twin.yaml:6:10", "TWIN011"]
    ]
    twin = (tmp_path / "out/twin.yaml").read_text()
    (tmp_path / "out/twin.yaml").write_text(
        twin.replace("__TO_FILL_IN_SENSOR_ARN__", "arn:aws:lambda:eu-west-1:111122223333:function:sensor")
    )
    definition = load(tmp_path / "out")
    assert list(definition.connectors) == ["sensor"]
    functions = [own.functions["dataReader"].connector for own in definition.component_types.values()]
    assert functions == ["sensor", "sensor"]


def test_import_reads_models_of_the_tool_and_of_the_samples(tmp_path: Path) -> None:
    folder = project(
        tmp_path / "in",
        {"3d_models/halls/a.bin": "a", "models/b.bin": "b"},
        models=["halls/a.bin", "models/b.bin"],
    )
    imported(folder, tmp_path / "out")
    assert (tmp_path / "out/assets/halls/a.bin").read_text() == "a"
    assert (tmp_path / "out/assets/b.bin").read_text() == "b"


def test_import_reads_no_file_outside_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = project(
        tmp_path / "in", {}, models=["../secret.txt", "../../secret.txt", "link.txt", "/etc/hostname"]
    )
    (folder / "3d_models").mkdir()
    (folder / "3d_models/link.txt").symlink_to(tmp_path / "secret.txt")
    written, losses = imported(folder, tmp_path / "out")
    assert [path for path in written.files if path.startswith("assets")] == []
    assert [line.split(" warning: ")[1].split(";")[0] for line in losses] == [
        "3 models are outside of the project",
        'model "link.txt" is not in the folder 3d_models',
    ]


def test_entity_without_id_gets_one_of_its_name(tmp_path: Path) -> None:
    by_path = {"entityId": {"lookupByPath": "/Hall/2"}, "entityName": "Hall 2"}
    entities = [{"entityName": "Hall (1)"}, {"entityId": "Hall-1", "entityName": "H"}, by_path]
    _, losses = imported(project(tmp_path / "in", {"e.json": entities}), tmp_path / "out")
    assert [line.split(";")[0] for line in losses] == [
        'e.json:1:2 TWIN231 warning: entity "Hall (1)" has no id, and gets "Hall-1-2"',
        'e.json:1:73 TWIN231 warning: entity "Hall 2" has no id, and gets "Hall-2"',
    ]


def test_scene_keeps_its_id_and_document(tmp_path: Path) -> None:
    folder = project(tmp_path / "in", {"hall.json": SCENE}, scenes=["hall.json"])
    written, losses = imported(folder, tmp_path / "out")
    assert (losses, written.findings) == ([], [])
    assert load(tmp_path / "out").scenes["hall"].document == SCENE


def test_project_that_cannot_be_read_is_not_imported(tmp_path: Path) -> None:
    folder = project(tmp_path / "in", {"e.json": "[{]"}, scenes=["s.json"])
    with pytest.raises(DefinitionError) as error:
        imported(folder, tmp_path / "out")
    assert [finding.code for finding in error.value.findings] == ["TWIN002", "TWIN009"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [{"entities": [MACHINE]}, ["m-1"], 4])
def test_file_of_entities_that_is_no_list_of_entities_is_not_imported(tmp_path: Path, content: Any) -> None:
    with pytest.raises(DefinitionError, match=r"e\.json:1:\d+ TWIN004"):
        imported(project(tmp_path / "in", {"e.json": content}), tmp_path / "out")


def test_project_may_be_larger_than_a_definition_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twin_stack.definition.files.MAX_BYTES", 2_000)
    entities = [{**MACHINE, "entityId": f"m-{number}"} for number in range(100)]
    folder = project(tmp_path / "in", {"e.json": entities})
    assert len((folder / "e.json").read_text()) > 2_000
    written, losses = imported(folder, tmp_path / "out")
    assert (written.entities, losses) == (100, [])
