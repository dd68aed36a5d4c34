from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.definition.schema import Scene
from twin_stack.preview.scene_files import scene_files

if TYPE_CHECKING:
    from pathlib import Path


def scene_with(*components: dict[str, Any], **properties: Any) -> dict[str, Scene]:
    document = {"nodes": [{"components": list(components)}, {}], "properties": properties}
    return {"hall": Scene.model_construct(scene_id="hall", document=document)}


def model(uri: str) -> dict[str, Any]:
    return {"type": "ModelRef", "uri": uri, "modelType": "GLB"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.glb", "a.png", "sky.png", "parts/c.gltf", "parts/c.bin", "unused.glb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_models_and_textures_are_found_in_order(folder: Path) -> None:
    plane = {"type": "PlaneGeometry", "width": 1, "height": 1, "textureUri": "a.png"}
    files, problems = scene_files(scene_with(model("b.glb"), plane, model("b.glb")), folder)

    assert list(files.items()) == [("a.png", folder / "a.png"), ("b.glb", folder / "b.glb")]
    assert problems == []


def test_textures_of_background_and_ground_are_found(folder: Path) -> None:
    scenes = scene_with(
        sceneBackgroundSettings={"textureUri": "sky.png"},
        groundPlaneSettings={"opacity": 1, "textureUri": "a.png"},
        fogSettings={"color": "#cccccc"},
    )
    assert list(scene_files(scenes, folder)[0]) == ["a.png", "sky.png"]


def test_gltf_file_comes_with_the_files_beside_it(folder: Path) -> None:
    assert list(scene_files(scene_with(model("parts/c.gltf")), folder)[0]) == ["parts/c.bin", "parts/c.gltf"]


def test_file_at_another_address_is_a_problem_once(folder: Path) -> None:
    files, problems = scene_files(scene_with(model("s3://other/x.glb"), model("s3://other/x.glb")), folder)

    assert files == {}
    assert problems == ["scene hall: s3://other/x.glb is not in the page: it is not in the folder assets"]


@pytest.mark.parametrize("component", [model("missing.glb"), model(""), {"type": "Hologram", "uri": "b.glb"}])
def test_other_addresses_are_ignored(folder: Path, component: dict[str, Any]) -> None:
    assert scene_files(scene_with(component), folder) == ({}, [])
    assert scene_files(scene_with(component), None) == ({}, [])
