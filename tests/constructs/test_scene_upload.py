"""The one upload of a stack: what it may do, when it cleans up, and what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, CfnParameter, RemovalPolicy, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3

from tests.constructs.examples import ASSETS, DOCUMENT
from tests.constructs.statements import flat
from tests.support.scene_constructs import SCENE, UPLOAD, make_scene, uploaded_files, workspace
from tests.support.templates import synthesize
from twin_stack.constructs import Scene, Workspace, defaults
from twin_stack.constructs.removal import ALLOW_DESTROY
from twin_stack.constructs.scene_upload import SceneUpload
from twin_stack.twinmaker.custom_resources import SCENE_FILES_CLEANUP as CLEANUP_TYPE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.templates import Synthesized

POLICY = "AWS::IAM::Policy"
FUNCTION = "AWS::Lambda::Function"


def allowed(result: Synthesized) -> dict[str, set[str]]:
    """Return the resources by action that the uploader's own policy allows."""
    resources: dict[str, set[str]] = {}
    for statement in result.properties(POLICY)["PolicyDocument"]["Statement"]:
        actions, arns = statement["Action"], statement["Resource"]
        for action in actions if isinstance(actions, list) else [actions]:
            targets = arns if isinstance(arns, list) else [arns]
            resources.setdefault(action, set()).update(flat(arn) for arn in targets)
    return resources


@pytest.fixture(scope="module")
def document_alone() -> Synthesized:
    return synthesize(make_scene)


@pytest.fixture(scope="module")
def with_assets() -> Synthesized:
    return synthesize(lambda stack: make_scene(stack, assets=[ASSETS]))


@pytest.mark.slow
def test_function_writes_only_its_own_files_at_the_top_of_a_bucket(tmp_path: Path) -> None:
    (tmp_path / "textures").mkdir()
    for name in ("hall.glb", "textures/floor.png", "make.py", ".notes"):
        (tmp_path / name).write_text("x")
    result = synthesize(lambda stack: make_scene(stack, assets=[tmp_path], key_prefix="."))

    bucket = "arn:<AWS::Partition>:s3:::factory-bucket"
    assert allowed(result)["s3:PutObject"] == {
        f"{bucket}/hall.glb",
        f"{bucket}/textures/*",
        f"{bucket}/overview.json",
        f"{bucket}/.twin-stack/scene-files/<AWS::StackName>/{result.id_of(UPLOAD)}.json",
    }
    assert flat(result.properties(SCENE)["ContentLocation"]) == "s3://factory-bucket/overview.json"
    assert {source["Prefix"] for source in result.properties(UPLOAD)["Sources"]} == {"."}


def test_function_reads_its_own_assets_and_writes_under_its_prefix_only(with_assets: Synthesized) -> None:
    result = with_assets

    upload = result.id_of(UPLOAD)
    bucket = "arn:<AWS::Partition>:s3:::factory-bucket"
    assets = {
        f"arn:<AWS::Partition>:s3:::{flat(source['Bucket'])}/{source['Key']}"
        for source in result.properties(UPLOAD)["Sources"]
    }
    ledger = f"{bucket}/.twin-stack/scene-files/<AWS::StackName>/{upload}.json"
    assert len(assets) == 2
    assert allowed(result) == {
        "s3:AbortMultipartUpload": {f"{bucket}/factory/*"},
        "s3:DeleteObject": {f"{bucket}/factory/*", ledger},
        "s3:GetBucketVersioning": {bucket},
        "s3:GetObject": {*assets, f"{bucket}/factory/*", f"{bucket}/.twin-stack/scene-files/*"},
        "s3:GetObjectVersion": {f"{bucket}/factory/*"},
        "s3:ListBucket": {bucket},
        "s3:PutObject": {f"{bucket}/factory/*", ledger},
    }
    assert result.all_of("AWS::Lambda::LayerVersion") == {}


@pytest.mark.slow
def test_prefix_of_each_file_is_allowed_and_no_other() -> None:
    result = synthesize(lambda stack: make_scene(stack, assets=[ASSETS], key_prefix="views/floor"))

    assert allowed(result)["s3:AbortMultipartUpload"] == {
        "arn:<AWS::Partition>:s3:::factory-bucket/views/floor/*"
    }


@pytest.mark.slow
def test_policy_and_cleanup_are_others_for_other_files_and_the_upload_is_the_same(
    document_alone: Synthesized, with_assets: Synthesized
) -> None:
    def made(**options: Any) -> Synthesized:
        return synthesize(lambda stack: make_scene(stack, **options))

    def ids(result: Synthesized) -> list[str]:
        return [result.id_of(kind) for kind in (UPLOAD, CLEANUP_TYPE, POLICY)]

    first, repeated = ids(document_alone), ids(made())
    others = [
        ids(made(document={**DOCUMENT, "unit": "feet"})),
        ids(with_assets),
        ids(made(key_prefix="views")),
    ]

    assert repeated == first
    for other in others:
        assert other[0] == first[0]
        assert other[1] != first[1]
        assert other[2] != first[2]


@pytest.mark.slow
def test_policies_of_two_editions_have_different_names(
    document_alone: Synthesized, with_assets: Synthesized
) -> None:
    names = [result.properties(POLICY)["PolicyName"] for result in (document_alone, with_assets)]

    # Of one name, the deletion of the former would take the rights of the latter.
    assert names[0] != names[1]


def test_cleanup_exists_before_the_upload_starts_and_the_policy_before_both(
    document_alone: Synthesized,
) -> None:
    result = document_alone

    assert result.one(UPLOAD)["DependsOn"] == [result.id_of(CLEANUP_TYPE)]
    assert result.id_of(POLICY) in result.one(CLEANUP_TYPE)["DependsOn"]
    assert result.properties(CLEANUP_TYPE)["Files"] == result.id_of(UPLOAD)


def test_files_go_with_a_failed_creation_and_stay_otherwise(document_alone: Synthesized) -> None:
    result = document_alone

    policies = ("DeletionPolicy", "UpdateReplacePolicy")
    assert [result.one(UPLOAD)[name] for name in policies] == ["RetainExceptOnCreate", "Retain"]
    assert [result.one(CLEANUP_TYPE)[name] for name in policies] == ["Delete", "Delete"]


@pytest.mark.slow
def test_files_go_with_the_stack_when_both_keys_are_turned() -> None:
    def build(stack: Stack) -> None:
        stack.node.set_context(ALLOW_DESTROY, value=True)
        scenes = workspace(stack)
        SceneUpload.of(stack, scenes, removal_policy=RemovalPolicy.DESTROY)
        make_scene(stack, workspace=scenes)

    assert synthesize(build).one(UPLOAD)["DeletionPolicy"] == "Delete"


def test_function_has_the_retention_and_options_of_the_twin() -> None:
    def build(stack: Stack) -> None:
        scenes = workspace(stack)
        SceneUpload.of(
            stack,
            scenes,
            log_retention=logs.RetentionDays.ONE_WEEK,
            log_group_name="/twin-stack/factory/scene-files",
            options={"reserved_concurrent_executions": 2},
        )
        make_scene(stack, workspace=scenes)

    result = synthesize(build)

    assert result.properties("AWS::Logs::LogGroup") == {
        "LogGroupName": "/twin-stack/factory/scene-files",
        "RetentionInDays": 7,
    }
    assert result.properties(FUNCTION)["ReservedConcurrentExecutions"] == 2
    assert result.properties(FUNCTION)["Timeout"] == 900


@pytest.mark.slow
def test_memory_follows_the_size_of_the_files_and_the_disk_stays_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert defaults.LARGE_UPLOAD_BYTES == 100_000_000
    monkeypatch.setattr(defaults, "LARGE_UPLOAD_BYTES", 100)  # the CDK reads and copies all files
    small, large = tmp_path / "small", tmp_path / "large"
    for folder, size in ((small, 99), (large, 100)):
        folder.mkdir()
        (folder / "hall.glb").write_bytes(bytes(size))

    functions = [
        synthesize(lambda stack, folder=folder: make_scene(stack, assets=[folder])).properties(FUNCTION)  # type: ignore[misc]
        for folder in (small, large)
    ]

    assert [properties["MemorySize"] for properties in functions] == [512, 1769]
    assert all("EphemeralStorage" not in properties for properties in functions)


@pytest.mark.slow
def test_sixty_scenes_are_one_upload_of_one_document_archive_without_tags_on_the_bucket() -> None:
    def build(stack: Stack) -> None:
        scenes = Workspace(stack, "Workspace", workspace_id="factory")
        for number in range(60):
            Scene(stack, f"Scene{number}", workspace=scenes, scene_id=f"scene-{number}", document=DOCUMENT)

    result = synthesize(build, copies_files=True)

    assert len(result.all_of(SCENE)) == 60
    assert len(result.properties(UPLOAD)["Sources"]) == 1
    assert len(uploaded_files(result)) == 60
    assert len(result.all_of(FUNCTION)) == 1
    # BucketDeployment adds a tag for each use, of which a bucket takes 50.
    assert "Tags" not in result.properties("AWS::S3::Bucket")


def test_long_prefix_needs_no_tag() -> None:
    result = synthesize(lambda stack: make_scene(stack, key_prefix="p" * 128), copies_files=True)

    assert set(uploaded_files(result)) == {f"{'p' * 128}/overview.json"}


def test_values_of_deployment_take_markers_in_the_document() -> None:
    def build(stack: Stack) -> None:
        name = CfnParameter(stack, "Name").value_as_string
        other = CfnParameter(stack, "Other").value_as_string
        make_scene(stack, document={"a": name, "b": f"{other} and {name}"})

    result = synthesize(build, copies_files=True)

    (source,) = result.properties(UPLOAD)["Sources"]
    assert source["Values"] == {
        "<<twin-stack-value-1>>": {"Ref": "Name"},
        "<<twin-stack-value-2>>": {"Ref": "Other"},
    }
    assert uploaded_files(result)["factory/overview.json"] == (
        '{\n  "a": "<<twin-stack-value-1>>",\n  "b": "<<twin-stack-value-2>> and <<twin-stack-value-1>>"\n}\n'
    )


@pytest.mark.slow
def test_key_of_the_bucket_is_granted() -> None:
    def build(stack: Stack) -> None:
        bucket = s3.Bucket(stack, "Bucket", encryption_key=kms.Key(stack, "Key"))
        make_scene(stack, workspace=Workspace(stack, "Workspace", workspace_id="factory", bucket=bucket))

    result = synthesize(build)

    grants = [
        statement
        for policy in result.all_of(POLICY).values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if "SceneFiles" in str(policy["Properties"]["Roles"]) and "kms:Decrypt" in str(statement["Action"])
    ]
    assert [grant["Action"] for grant in grants] == [["kms:Decrypt", "kms:GenerateDataKey"]]


def test_scene_of_another_stack_than_its_workspace_has_an_upload_of_its_own_stack() -> None:
    app = App()
    producer, consumer = Stack(app, "Producer"), Stack(app, "Consumer")
    shared = Workspace(producer, "Workspace", workspace_id="factory")
    make_scene(consumer, workspace=shared)

    assembly = app.synth()

    def types(name: str) -> list[str]:
        resources = assembly.get_stack_by_name(name).template["Resources"].values()
        return [resource["Type"] for resource in resources]

    assert UPLOAD not in types("Producer")
    assert types("Consumer").count(UPLOAD) == 1
