from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.model_files import glb_bytes, gltf_document
from twin_stack.definition.schema import Entity, Scene
from twin_stack.preview.scene_files import scene_files

if TYPE_CHECKING:
    from pathlib import Path


def scene_with(*components: dict[str, Any], **properties: Any) -> dict[str, Scene]:
    document = {"nodes": [{"components": list(components)}, {}], "properties": properties}
    return {"hall": Scene.model_construct(scene_id="hall", document=document)}


def model(uri: str) -> dict[str, Any]:
    return {"type": "ModelRef", "uri": uri, "modelType": "GLB"}


NAMES = ("b.glb", "a.png", "sky.png", "parts/c.gltf", "parts/c.bin", "unused.glb")


@pytest.fixture
def assets(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "parts").mkdir()
    document = gltf_document(buffers=[{"uri": "c.bin"}], images=[{"uri": "../a.png"}, {"uri": "gone.png"}])
    for name in NAMES:
        is_model = name.endswith((".glb", ".gltf"))
        (tmp_path / name).write_bytes(json.dumps(document).encode() if is_model else b"x")
    (tmp_path / "b.glb").write_bytes(glb_bytes())
    return {name: tmp_path / name for name in NAMES}


def test_models_and_textures_are_found_in_order(assets: dict[str, Path]) -> None:
    plane = {"type": "PlaneGeometry", "width": 1, "height": 1, "textureUri": "a.png"}
    files, problems = scene_files(scene_with(model("b.glb"), plane, model("b.glb")), {}, assets)

    assert list(files.items()) == [("a.png", assets["a.png"]), ("b.glb", assets["b.glb"])]
    assert problems == []


def test_textures_of_background_and_ground_are_found(assets: dict[str, Path]) -> None:
    scenes = scene_with(
        sceneBackgroundSettings={"textureUri": "sky.png"},
        groundPlaneSettings={"opacity": 1, "textureUri": "a.png"},
        fogSettings={"color": "#cccccc"},
    )
    assert list(scene_files(scenes, {}, assets)[0]) == ["a.png", "sky.png"]


def test_model_comes_with_the_files_that_it_names(assets: dict[str, Path]) -> None:
    names = ["a.png", "parts/c.bin", "parts/c.gltf"]
    assert list(scene_files(scene_with(model("parts/c.gltf")), {}, assets)[0]) == names


def test_tileset_comes_with_the_files_of_its_folder(assets: dict[str, Path]) -> None:
    tileset = {"parts/tileset.json": assets["b.glb"], **assets}
    names = ["parts/c.bin", "parts/c.gltf", "parts/tileset.json"]
    assert list(scene_files(scene_with(model("parts/tileset.json")), {}, tileset)[0]) == names


def test_file_at_another_address_is_a_problem_once(assets: dict[str, Path]) -> None:
    files, problems = scene_files(
        scene_with(model("s3://other/x.glb"), model("s3://other/x.glb")), {}, assets
    )

    assert files == {}
    assert problems == ["scene hall: s3://other/x.glb is not in the page: it is not in the folder assets"]


@pytest.mark.parametrize("component", [model("missing.glb"), model(""), {"type": "Hologram", "uri": "b.glb"}])
def test_other_addresses_are_ignored(assets: dict[str, Path], component: dict[str, Any]) -> None:
    assert scene_files(scene_with(component), {}, assets) == ({}, [])
    assert scene_files(scene_with(component), {}, {}) == ({}, [])


def test_models_of_a_dynamic_scene_are_found(assets: dict[str, Path]) -> None:
    def door(uri: str) -> Entity:
        properties = {"uri": {"value": {"stringValue": uri}}}
        component = {
            "componentTypeId": "com.amazon.iottwinmaker.3d.component.modelref",
            "properties": properties,
        }
        return Entity.model_validate(
            {"entityId": "door", "entityName": "Door", "components": {"Model": component}}
        )

    entities = {"door": door("b.glb"), "gate": door("s3://other/x.glb")}
    assert scene_files({}, entities, assets) == (
        {"b.glb": assets["b.glb"]},
        ["entity gate: s3://other/x.glb is not in the page: it is not in the folder assets"],
    )
