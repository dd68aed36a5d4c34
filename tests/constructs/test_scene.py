"""Scenes: document, location, order and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from aws_cdk import CfnOutput
from aws_cdk.aws_iottwinmaker import CfnScene

from tests.constructs.examples import ASSETS, DOCUMENT
from tests.constructs.statements import flat
from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack.constructs import SceneAssets, Workspace

if TYPE_CHECKING:
    from aws_cdk import Stack
from tests.support.scene_constructs import SCENE, UPLOAD, make_scene, uploaded_files, workspace


def test_scene_points_at_its_document_when_made() -> None:
    result = synthesize(make_scene, copies_files=True)

    assert result.properties(SCENE) == {
        "SceneId": "overview",
        "WorkspaceId": "factory",
        "ContentLocation": "s3://factory-bucket/factory/overview.json",
    }
    assert json.loads(uploaded_files(result)["factory/overview.json"]) == DOCUMENT


@pytest.mark.slow
def test_location_is_in_the_workspaces_own_bucket_when_both_are_made_here() -> None:
    result = synthesize(
        lambda stack: make_scene(stack, workspace=Workspace(stack, "Workspace", workspace_id="factory"))
    )

    location = flat(result.properties(SCENE)["ContentLocation"])
    assert location == f"s3://<{result.id_of('AWS::S3::Bucket')}>/factory/overview.json"


def test_every_file_is_there_before_the_scene_when_made() -> None:
    result = synthesize(lambda stack: make_scene(stack, assets=[ASSETS]), copies_files=True)

    assert result.one(SCENE)["DependsOn"] == [result.id_of(UPLOAD)]
    # The document comes last, so that it never names a file that is not there yet.
    assert list(uploaded_files(result))[-1] == "factory/overview.json"


@pytest.mark.slow
def test_upload_changes_when_the_document_changes() -> None:
    first = synthesize(make_scene).properties(UPLOAD)["Sources"]
    other = synthesize(lambda stack: make_scene(stack, document={**DOCUMENT, "unit": "feet"}))

    assert other.properties(UPLOAD)["Sources"] != first


def test_text_is_kept_to_the_byte_when_the_document_is_text() -> None:
    text = '{"specVersion":"1.0",\n\n "nodes" : [ ]}'

    result = synthesize(lambda stack: make_scene(stack, document=text), copies_files=True)

    assert uploaded_files(result)["factory/overview.json"] == text


def test_order_of_a_mapping_is_kept() -> None:
    result = synthesize(lambda stack: make_scene(stack, document={"b": 1, "a": "Ü"}), copies_files=True)

    assert uploaded_files(result)["factory/overview.json"] == '{\n  "b": 1,\n  "a": "Ü"\n}\n'


def test_scene_is_a_reference_when_generated_constructs_ask() -> None:
    def build(stack: Stack) -> None:
        scene = make_scene(stack)
        CfnOutput(stack, "Arn", value=CfnScene.arn_for_scene(scene))
        CfnOutput(stack, "Id", value=scene.scene_ref.scene_id)

    result = synthesize(build)

    outputs = result.template["Outputs"]
    assert flat(outputs["Arn"]["Value"]) == f"<{result.id_of(SCENE)}.Arn>"
    assert outputs["Id"]["Value"] == "overview"


def test_id_is_refused_when_the_service_would_refuse_it() -> None:
    assert refusal(lambda stack: make_scene(stack, scene_id="my scene")) == (
        "scene_id must be 2 to 128 characters, letters a-z without accents, "
        'digits, "-" and "_", not beginning with a dash, '
        'ending with a letter or digit, got "my scene"; rename it'
    )


@pytest.mark.parametrize("key_prefix", ["", "/views", "views/", "my views", "views+1"])
def test_prefix_is_refused_when_a_location_may_not_hold_it(key_prefix: str) -> None:
    message = (
        'key_prefix must be 1 to 128 characters, letters, digits, "_", "-", "." and "/", with no '
        f'"/" at either end, got "{key_prefix}"; rename it'
    )

    assert refusal(lambda stack: make_scene(stack, key_prefix=key_prefix)) == message
    assert message == refusal(
        lambda stack: SceneAssets(
            stack, "Models", workspace=workspace(stack), path=ASSETS, key_prefix=key_prefix
        )
    )


def test_prefix_and_id_are_refused_when_the_location_would_be_too_long() -> None:
    prefix, scene_id = "p" * 101, "s" * 81

    assert refusal(lambda stack: make_scene(stack, key_prefix=prefix, scene_id=scene_id)) == (
        "key_prefix and scene_id may have 181 characters together, because CloudFormation accepts 256 "
        f'for the location of a scene, got 182 in "{prefix}" and "{scene_id}"; shorten one of them'
    )
    synthesize(lambda stack: make_scene(stack, key_prefix=prefix[1:], scene_id=scene_id))


def test_document_is_refused_when_it_is_no_json() -> None:
    assert refusal(lambda stack: make_scene(stack, document="{nodes: []}")) == (
        "document must be JSON, got text that cannot be parsed (Expecting property name enclosed "
        "in double quotes: line 1 column 2 (char 1)); save it from the scene composer again"
    )


def test_document_is_refused_when_it_is_no_object() -> None:
    assert refusal(lambda stack: make_scene(stack, document="[1]")) == (
        "document must be a JSON object, got list; pass the whole scene document"
    )


def test_document_is_refused_when_json_cannot_represent_it() -> None:
    with pytest.raises(ValueError, match="Out of range float values"):
        synthesize(lambda stack: make_scene(stack, document={"x": float("nan")}))


def test_scene_is_refused_when_the_workspaces_bucket_is_not_known() -> None:
    message = (
        'the bucket of workspace "factory" is not known, so files cannot be copied to it; import '
        "the workspace with from_workspace_attributes(bucket)"
    )

    assert message == refusal(
        lambda stack: make_scene(stack, workspace=Workspace.from_workspace_id(stack, "W", "factory"))
    )
    assert message == refusal(
        lambda stack: SceneAssets(
            stack,
            "Models",
            workspace=Workspace.from_workspace_id(stack, "W", "factory"),
            path=ASSETS,
        )
    )
