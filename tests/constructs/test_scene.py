"""Scenes: the files come first, are never pruned, and say where they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import CfnOutput
from aws_cdk import aws_s3 as s3
from aws_cdk.aws_iottwinmaker import CfnScene

from tests.constructs.examples import ASSETS, DOCUMENT
from tests.constructs.statements import flat
from tests.support.refusal import refusal
from tests.support.templates import Synthesized, synthesize
from twin_stack.constructs import IWorkspace, Scene, SceneAssets, Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

SCENE = "AWS::IoTTwinMaker::Scene"
UPLOAD = "Custom::CDKBucketDeployment"


def workspace(stack: Stack) -> IWorkspace:
    return Workspace.from_workspace_attributes(
        stack,
        "Workspace",
        workspace_id="factory",
        bucket=s3.Bucket.from_bucket_name(stack, "Bucket", "factory-bucket"),
    )


def make(stack: Stack, **options: Any) -> Scene:
    if "workspace" not in options:
        options["workspace"] = workspace(stack)
    options.setdefault("document", DOCUMENT)
    options.setdefault("scene_id", "overview")
    return Scene(stack, "Overview", **options)


def uploaded(result: Synthesized, prefix: str = "Overview") -> dict[str, str]:
    """The files of all uploads below a construct, by their key in the bucket."""
    files = {}
    for logical_id, upload in result.all_of(UPLOAD).items():
        if not logical_id.startswith(prefix):
            continue
        for key in upload["Properties"]["SourceObjectKeys"]:
            folder = result.directory / f"asset.{key.removesuffix('.zip')}"
            for path in folder.rglob("*"):
                if path.is_file():
                    name = f"{upload['Properties']['DestinationBucketKeyPrefix']}/{path.relative_to(folder)}"
                    files[name] = path.read_text(encoding="utf-8")
    return files


def test_scene_points_at_its_document_when_made() -> None:
    result = synthesize(make)

    assert result.properties(SCENE) == {
        "SceneId": "overview",
        "WorkspaceId": "factory",
        "ContentLocation": "s3://factory-bucket/factory/overview.json",
    }
    assert json.loads(uploaded(result)["factory/overview.json"]) == DOCUMENT


def test_location_is_in_the_workspaces_own_bucket_when_both_are_made_here() -> None:
    result = synthesize(
        lambda stack: make(stack, workspace=Workspace(stack, "Workspace", workspace_id="factory"))
    )

    location = flat(result.properties(SCENE)["ContentLocation"])
    assert location == f"s3://<{result.id_of('AWS::S3::Bucket')}>/factory/overview.json"


def test_files_lie_beside_the_document_when_a_folder_is_given() -> None:
    result = synthesize(lambda stack: make(stack, assets=[ASSETS], key_prefix="views/floor"))

    assert set(uploaded(result)) == {
        "views/floor/overview.json",
        "views/floor/machine.glb",
        "views/floor/textures/steel.png",
    }
    assert result.properties(SCENE)["ContentLocation"] == "s3://factory-bucket/views/floor/overview.json"


def test_scripts_and_hidden_files_stay_behind_when_a_folder_is_given(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "make.pyc").write_text("x")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "old.glb").write_text("x")
    (tmp_path / ".notes").write_text("x")
    (tmp_path / "make.py").write_text("x")
    (tmp_path / "machine.glb").write_text("x")

    result = synthesize(lambda stack: make(stack, assets=[tmp_path]))

    assert set(uploaded(result)) == {"factory/overview.json", "factory/machine.glb"}


def test_one_file_travels_alone_when_a_file_is_given() -> None:
    result = synthesize(lambda stack: make(stack, assets=[str(ASSETS / "machine.glb")]))

    assert set(uploaded(result)) == {"factory/overview.json", "factory/machine.glb"}


def test_every_file_is_there_before_the_scene_when_made() -> None:
    result = synthesize(lambda stack: make(stack, assets=[ASSETS]))

    assert sorted(result.one(SCENE)["DependsOn"]) == sorted(result.all_of(UPLOAD))
    assert len(result.all_of(UPLOAD)) == 2


def test_nothing_is_ever_deleted_when_files_change_or_the_stack_goes() -> None:
    result = synthesize(lambda stack: make(stack, assets=[ASSETS]))

    for upload in result.all_of(UPLOAD).values():
        assert upload["Properties"]["Prune"] is False
        assert upload["Properties"]["RetainOnDelete"] is True


def test_deployment_does_not_wait_an_hour_when_the_upload_never_answers() -> None:
    result = synthesize(make)

    assert result.properties(UPLOAD)["ServiceTimeout"] == "900"


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

    result = synthesize(build)

    (models,) = [k for k in result.all_of(UPLOAD) if k.startswith("Models")]
    assert len(result.all_of(UPLOAD)) == 3
    for scene in result.all_of(SCENE).values():
        assert models in scene["DependsOn"]
        assert len(scene["DependsOn"]) == 2
    assert set(uploaded(result, "Models")) == {
        "factory/machine.glb",
        "factory/textures/steel.png",
    }


def test_upload_changes_when_the_document_changes() -> None:
    first = synthesize(make).properties(UPLOAD)["SourceObjectKeys"]
    other = synthesize(lambda stack: make(stack, document={**DOCUMENT, "unit": "feet"}))

    assert other.properties(UPLOAD)["SourceObjectKeys"] != first


def test_text_is_kept_to_the_byte_when_the_document_is_text() -> None:
    text = '{"specVersion":"1.0",\n\n "nodes" : [ ]}'

    result = synthesize(lambda stack: make(stack, document=text))

    assert uploaded(result)["factory/overview.json"] == text


def test_order_is_the_authors_when_the_document_is_a_mapping() -> None:
    result = synthesize(lambda stack: make(stack, document={"b": 1, "a": "Ü"}))

    assert uploaded(result)["factory/overview.json"] == '{\n  "b": 1,\n  "a": "Ü"\n}\n'


def test_scene_is_a_reference_when_generated_constructs_ask() -> None:
    def build(stack: Stack) -> None:
        scene = make(stack)
        CfnOutput(stack, "Arn", value=CfnScene.arn_for_scene(scene))
        CfnOutput(stack, "Id", value=scene.scene_ref.scene_id)

    result = synthesize(build)

    outputs = result.template["Outputs"]
    assert flat(outputs["Arn"]["Value"]) == f"<{result.id_of(SCENE)}.Arn>"
    assert outputs["Id"]["Value"] == "overview"


# Mistakes


def test_id_is_refused_when_the_service_would_refuse_it() -> None:
    assert refusal(lambda stack: make(stack, scene_id="my scene")) == (
        'scene_id must be 2 to 128 characters, letters, digits, "-" and "_", not beginning with a dash, '
        'ending with a letter or digit, got "my scene"; rename it'
    )


@pytest.mark.parametrize("key_prefix", ["", "/views", "views/", "my views", "views+1"])
def test_prefix_is_refused_when_a_location_may_not_hold_it(key_prefix: str) -> None:
    message = (
        'key_prefix must be 1 to 128 characters, letters, digits, "_", "-", "." and "/", with no '
        f'"/" at either end, got "{key_prefix}"; rename it'
    )

    assert refusal(lambda stack: make(stack, key_prefix=key_prefix)) == message
    assert message == refusal(
        lambda stack: SceneAssets(
            stack, "Models", workspace=workspace(stack), path=ASSETS, key_prefix=key_prefix
        )
    )


def test_prefix_and_id_are_refused_when_the_location_would_be_too_long() -> None:
    prefix, scene_id = "p" * 101, "s" * 81

    assert refusal(lambda stack: make(stack, key_prefix=prefix, scene_id=scene_id)) == (
        "key_prefix and scene_id may have 181 characters together, because CloudFormation accepts 256 "
        f'for the location of a scene, got 182 in "{prefix}" and "{scene_id}"; shorten one of them'
    )
    synthesize(lambda stack: make(stack, key_prefix=prefix[1:], scene_id=scene_id))


def test_document_is_refused_when_it_is_no_json() -> None:
    assert refusal(lambda stack: make(stack, document="{nodes: []}")) == (
        "document must be JSON, got text that cannot be parsed (Expecting property name enclosed "
        "in double quotes: line 1 column 2 (char 1)); save it from the scene composer again"
    )


def test_document_is_refused_when_it_is_no_object() -> None:
    assert refusal(lambda stack: make(stack, document="[1]")) == (
        "document must be a JSON object, got list; pass the whole scene document"
    )


def test_document_is_refused_when_it_holds_what_json_cannot() -> None:
    with pytest.raises(ValueError, match="Out of range float values"):
        synthesize(lambda stack: make(stack, document={"x": float("nan")}))


def test_asset_is_refused_when_it_does_not_exist() -> None:
    assert refusal(lambda stack: make(stack, assets=["no/such/folder"])) == (
        'an asset must be a folder or a file, got "no/such/folder"; check the path'
    )


def test_scene_is_refused_when_the_workspaces_bucket_is_not_known() -> None:
    message = (
        'the bucket of workspace "factory" is not known, so files cannot be copied to it; import '
        "the workspace with from_workspace_attributes(bucket)"
    )

    assert message == refusal(
        lambda stack: make(stack, workspace=Workspace.from_workspace_id(stack, "W", "factory"))
    )
    assert message == refusal(
        lambda stack: SceneAssets(
            stack,
            "Models",
            workspace=Workspace.from_workspace_id(stack, "W", "factory"),
            path=ASSETS,
        )
    )
