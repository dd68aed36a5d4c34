"""A TMDT project that is imported and exported again is the same, value for value."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.round_trips import export_from, import_into
from tests.support.service_twins import NAMES, twins
from twin_stack.definition import load

MODELS = Path(__file__).parents[3] / "models"
IDENTITY = {"position": [0, 0, 0], "rotation": [0, 0, 0], "scale": [1, 1, 1]}


def document(name: str) -> dict[str, Any]:
    """Return a scene as the scene composer stores it."""
    light = {"type": "Light", "lightType": "Ambient", "lightSettings": {"color": 16777215, "intensity": 1}}
    node = {"name": name, "transform": IDENTITY, "components": [light], "children": [], "properties": {}}
    return {
        "specVersion": "1.0",
        "version": "1",
        "unit": "meters",
        "nodes": [node],
        "rootNodeIndexes": [0],
        "cameras": [],
        "rules": {},
        "properties": {},
    }


def write_project(folder: Path, content: dict[str, Any]) -> None:
    """Write a project as ``tmdt init`` does."""
    manifest = {
        "version": "0.0.2",
        "component_types": [f"{item['componentTypeId']}.json" for item in content["types"]],
        "scenes": [f"{scene_id}.json" for scene_id in content["scenes"]],
        "models": [],
        "entities": "entities.json",
    }
    files = {
        "tmdt.json": manifest,
        "entities.json": content["entities"],
        **{f"{item['componentTypeId']}.json": item for item in content["types"]},
        **{f"{scene_id}.json": scene for scene_id, scene in content["scenes"].items()},
    }
    folder.mkdir()
    for name, value in files.items():
        (folder / name).write_text(json.dumps(value, indent=4), encoding="utf-8")


def read_project(folder: Path) -> dict[str, Any]:
    """Read a project as ``tmdt deploy`` does."""

    def read(path: str) -> Any:
        return json.loads((folder / path).read_text(encoding="utf-8"))

    manifest = read("tmdt.json")
    assert manifest["version"] == "0.0.2"
    return {
        "types": sorted(map(read, manifest["component_types"]), key=lambda item: item["componentTypeId"]),
        "scenes": {Path(path).name.removesuffix(".json"): read(path) for path in manifest["scenes"]},
        "entities": sorted(read(manifest["entities"]), key=lambda item: item["entityId"]),
    }


@pytest.mark.slow
@given(twin=twins(True), scenes=st.lists(NAMES.map(lambda name: f"s{name}1"), max_size=2))
def test_export_of_an_import_is_the_source(twin: tuple[list[Any], list[Any]], scenes: list[str]) -> None:
    ids = {scene_id.casefold(): scene_id for scene_id in scenes}.values()
    source = {
        "types": twin[0],
        "entities": [{"parentEntityId": "$ROOT", **entity} for entity in twin[1]],
        "scenes": {scene_id: document(scene_id) for scene_id in ids},
    }
    with TemporaryDirectory() as temporary:
        project, model, again = (Path(temporary, name) for name in ("in", "model", "out"))
        write_project(project, source)
        assert import_into("tmdt", project, model) == []
        assert export_from("tmdt", model, again) == []
        assert read_project(again) == source


def test_import_of_an_export_is_the_definition(tmp_path: Path) -> None:
    losses = export_from("tmdt", MODELS / "windfarm", tmp_path / "project")
    assert losses
    for file in (tmp_path / "project").rglob("*.json"):
        text = file.read_text(encoding="utf-8")
        file.write_text(
            text.replace("__TO_FILL_IN_", "arn:aws:lambda:eu-west-1:111122223333:function:"), encoding="utf-8"
        )
    assert import_into("tmdt", tmp_path / "project", tmp_path / "model") == []
    again, windfarm = load(tmp_path / "model"), load(MODELS / "windfarm")
    assert again.entities == windfarm.entities
    assert again.component_types.keys() == windfarm.component_types.keys()
    assert again.scenes.keys() == windfarm.scenes.keys()
    assert {path: file.read_bytes() for path, file in again.asset_files.items()} == {
        path: file.read_bytes() for path, file in windfarm.asset_files.items()
    }
    assert again.asset_files
    for scene_id, scene in windfarm.scenes.items():
        assert again.scenes[scene_id].document == scene.document
