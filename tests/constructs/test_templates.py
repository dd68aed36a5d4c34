"""Rules for all templates: snapshots, linters, policy, names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, RemovalPolicy, Stack
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from syrupy.extensions.json import JSONSnapshotExtension

from tests.constructs import examples
from tests.support.cfn_lint import complaints
from tests.support.templates import Synthesized, cdk_context, normalised, synthesize
from twin_stack.constructs import NetworkAttributes, NewUserPool, Scene, TelemetryTable, TwinWebApp, Workspace
from twin_stack.policy import apply_checks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from syrupy.assertion import SnapshotAssertion

pytestmark = pytest.mark.slow


NAMES_GIVEN = {
    # The service's API takes ids from its caller.
    "AWS::IoTTwinMaker::Workspace": {"WorkspaceId"},
    "AWS::IoTTwinMaker::ComponentType": {"ComponentTypeId", "WorkspaceId"},
    "AWS::IoTTwinMaker::Entity": {"EntityId", "EntityName", "WorkspaceId"},
    "AWS::IoTTwinMaker::Scene": {"SceneId", "WorkspaceId"},
    # Of the alarm evaluator, by reference.
    "AWS::Lambda::EventSourceMapping": {"FunctionName"},
    "AWS::Lambda::Permission": {"FunctionName"},
    # Findings on the connector whose cold starts are counted, by reference.
    "AWS::Logs::MetricFilter": {"LogGroupName"},
    # References to the workspace and its bucket.
    "Custom::TwinStackEntities": {"BucketName", "WorkspaceId"},
    # CDK policies have names that are unique among those of their role.
    "AWS::IAM::Policy": {"PolicyName"},
}
NAMING = {
    "BucketName", "FunctionName", "LogGroupName", "PolicyName", "RoleName", "TableName",
    "WorkspaceId", "ComponentTypeId", "EntityId", "EntityName", "SceneId", "LayerName",
}  # fmt: skip


@pytest.fixture(scope="module")
def templates() -> dict[str, Synthesized]:
    return {
        name: synthesize(build, name=name)
        for name, build in {**examples.ALONE, "Everything": examples.everything}.items()
    }


@pytest.mark.parametrize("name", examples.ALONE)
def test_template_matches_when_alone(
    name: str, templates: dict[str, Synthesized], snapshot: SnapshotAssertion
) -> None:
    assert normalised(templates[name].template) == snapshot(extension_class=JSONSnapshotExtension)


@pytest.mark.parametrize("name", [*examples.ALONE, "Everything"])
def test_cfn_lint_accepts_the_template(name: str, templates: dict[str, Synthesized]) -> None:
    assert complaints(templates[name].template) == []


@pytest.mark.parametrize("name", [*examples.ALONE, "Everything"])
def test_no_warning_is_given_when_a_construct_is_used_as_documented(
    name: str, templates: dict[str, Synthesized]
) -> None:
    assert templates[name].warnings == []


@pytest.mark.parametrize("name", [*examples.ALONE, "Everything"])
def test_only_ids_of_the_service_are_fixed_when_resources_are_named(
    name: str, templates: dict[str, Synthesized]
) -> None:
    for logical_id, resource in templates[name].resources.items():
        named = NAMING & resource.get("Properties", {}).keys()
        assert named <= NAMES_GIVEN.get(resource["Type"], set()), logical_id


def test_synthesis_is_reproducible(templates: dict[str, Synthesized]) -> None:
    again = synthesize(examples.everything, name="Everything")

    assert again.template["Resources"]
    assert again.template == templates["Everything"].template


def _findings(report: Path) -> list[dict[str, Any]]:
    plugins = json.loads(report.read_text(encoding="utf-8"))["pluginReports"]
    return [violation for plugin in plugins for violation in plugin["violations"]]


def test_all_constructs_have_no_unacknowledged_finding() -> None:
    result = synthesize(examples.everything, validate=True, prepare=apply_checks)

    assert _findings(result.directory / "validation-report.json") == []


def test_known_region_and_partition_have_no_unacknowledged_finding(tmp_path: Path) -> None:
    app = App(context=cdk_context(), outdir=str(tmp_path), builtin_cloud_formation_validation=False)
    apply_checks(app)
    examples.everything(Stack(app, "Placed", env={"account": "111122223333", "region": "eu-west-1"}))

    app.synth()

    assert _findings(tmp_path / "validation-report.json") == []


def _all_may_go(stack: Stack) -> None:
    twin = Workspace(stack, "Workspace", workspace_id="factory", removal_policy=RemovalPolicy.DESTROY)
    TelemetryTable(stack, "Telemetry", removal_policy=RemovalPolicy.DESTROY)
    twin.allow_sitewise_read([examples.ASSET_ID])
    Scene(stack, "Scene", workspace=twin, scene_id="floor", document=examples.DOCUMENT)


def _bucket_with_a_key(stack: Stack) -> None:
    key = kms.Key.from_key_arn(
        stack, "Key", "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
    )
    bucket = s3.Bucket.from_bucket_attributes(
        stack, "Bucket", bucket_name="factory-bucket", encryption_key=key
    )
    twin = Workspace(stack, "Workspace", workspace_id="factory", bucket=bucket)
    Scene(stack, "Scene", workspace=twin, scene_id="floor", document=examples.DOCUMENT)


def _two_workspaces(stack: Stack) -> None:
    for name in ("one", "two"):
        twin = Workspace(stack, name, workspace_id=name)
        Scene(stack, f"{name}Scene", workspace=twin, scene_id="floor", document=examples.DOCUMENT)


def _page_without_second_factor(stack: Stack) -> None:
    network = NetworkAttributes("vpc-1", ("subnet-1",)).function_options(stack, "Network")
    TwinWebApp(
        stack,
        "Page",
        workspace=examples.existing_workspace(stack),
        sign_in=NewUserPool(mfa=cognito.Mfa.OFF, removal_policy=RemovalPolicy.DESTROY),
        vpc=network["vpc"],
        vpc_subnets=network["vpc_subnets"],
    )


@pytest.mark.parametrize(
    "build",
    [
        _all_may_go,
        _bucket_with_a_key,
        _two_workspaces,
        examples.grafana_dashboard_role,
        examples.grafana_workspace,
        examples.twin_web_app_with_oidc,
        _page_without_second_factor,
    ],
)
def test_other_options_have_no_unacknowledged_finding(
    build: Callable[[Stack], None],
) -> None:
    result = synthesize(build, context={"twin-stack:allowDestroy": True}, prepare=apply_checks)

    assert _findings(result.directory / "validation-report.json") == []


def test_unacknowledged_finding_fails_the_synthesis(tmp_path: Path) -> None:
    app = App(context=cdk_context(), outdir=str(tmp_path), builtin_cloud_formation_validation=False)
    apply_checks(app)
    s3.Bucket(Stack(app, "Careless"), "Bucket")

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()

    rules = {finding["ruleName"] for finding in _findings(tmp_path / "validation-report.json")}
    assert rules == {"AwsSolutions-S1", "AwsSolutions-S10"}
