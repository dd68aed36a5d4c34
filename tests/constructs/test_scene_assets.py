"""Files of scenes: which are copied, and where to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.constructs.examples import ASSETS, DOCUMENT
from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack.constructs import Scene, SceneAssets

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack
from tests.support.scene_constructs import SCENE, UPLOAD, make_scene, uploaded_files, workspace


@pytest.mark.slow
def test_files_of_a_folder_are_uploaded_beside_the_document() -> None:
    result = synthesize(
        lambda stack: make_scene(stack, assets=[ASSETS], key_prefix="views/floor"), copies_files=True
    )

    assert set(uploaded_files(result)) == {
        "views/floor/overview.json",
        "views/floor/machine.glb",
        "views/floor/textures/steel.png",
    }
    assert result.properties(SCENE)["ContentLocation"] == "s3://factory-bucket/views/floor/overview.json"


def test_scripts_and_hidden_files_of_a_folder_are_not_uploaded(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "make.pyc").write_text("x")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "old.glb").write_text("x")
    (tmp_path / ".notes").write_text("x")
    (tmp_path / "make.py").write_text("x")
    (tmp_path / "machine.glb").write_text("x")

    result = synthesize(lambda stack: make_scene(stack, assets=[tmp_path]), copies_files=True)

    assert set(uploaded_files(result)) == {"factory/overview.json", "factory/machine.glb"}


def test_single_file_is_uploaded_alone() -> None:
    result = synthesize(
        lambda stack: make_scene(stack, assets=[str(ASSETS / "machine.glb")]), copies_files=True
    )

    assert set(uploaded_files(result)) == {"factory/overview.json", "factory/machine.glb"}


@pytest.mark.slow
def test_shared_files_are_copied_once_when_two_scenes_show_them() -> None:
    def build(stack: Stack) -> None:
        twin = workspace(stack)
        models = SceneAssets(stack, "Models", workspace=twin, path=ASSETS)
        for scene_id in ("first", "second"):
            Scene(
                stack,
                scene_id,
                workspace=twin,
                scene_id=scene_id,
                document=DOCUMENT,
                assets=[models],
            )

    result = synthesize(build, copies_files=True)

    scenes = result.all_of(SCENE)
    assert len(scenes) == 2
    for scene in scenes.values():
        assert scene["DependsOn"] == [result.id_of(UPLOAD)]
    assert list(uploaded_files(result)) == [
        "factory/machine.glb",
        "factory/textures/steel.png",
        "factory/first.json",
        "factory/second.json",
    ]


def test_asset_is_refused_when_it_does_not_exist() -> None:
    assert refusal(lambda stack: make_scene(stack, assets=["no/such/folder"])) == (
        'an asset must be a folder or a file, got "no/such/folder"; check the path'
    )


def test_asset_is_refused_when_a_link_leads_out_of_it(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x", encoding="utf-8")
    folder = tmp_path / "assets"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "hall.glb").symlink_to("../../secret")
    remedy = f'is a link that leads out of "{folder}"; copy the file into the folder'

    assert refusal(lambda stack: make_scene(stack, assets=[folder])) == f'"{folder}/deep/hall.glb" {remedy}'
    (folder / "hall.glb").symlink_to("../secret")
    message = refusal(lambda stack: make_scene(stack, assets=[folder / "hall.glb"]))
    assert message == f'"{folder}/hall.glb" {remedy}'


@pytest.mark.slow
def test_links_inside_of_an_asset_and_dotfiles_are_accepted(tmp_path: Path) -> None:
    (tmp_path / "hall.glb").write_text("x", encoding="utf-8")
    (tmp_path / "same.glb").symlink_to("hall.glb")
    (tmp_path / ".hidden").symlink_to("/etc/passwd")
    result = synthesize(lambda stack: make_scene(stack, assets=[tmp_path]), copies_files=True)
    assert set(uploaded_files(result)) == {
        "factory/hall.glb",
        "factory/same.glb",
        "factory/overview.json",
    }
