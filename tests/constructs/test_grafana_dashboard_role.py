"""The role of Grafana: its trust policy, and every statement."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from tests.constructs.examples import ASSET_ID, existing_workspace
from tests.constructs.statements import allowed, flat, listed
from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack.constructs import GrafanaDashboardRole, Workspace

if TYPE_CHECKING:
    from aws_cdk import Stack

    from tests.support.templates import Synthesized

GRAFANA = "arn:aws:iam::111122223333:role/grafana"
STREAM = "arn:aws:kinesisvideo:us-east-1:111122223333:stream/hall/1234567890123"
# What the app's session policy holds: pkg/plugin/twinmaker/utils.go, LoadPolicy.
SESSION_POLICY = {
    "iottwinmaker:ListWorkspaces",
    "iottwinmaker:Get*",
    "iottwinmaker:List*",
    "iottwinmaker:ExecuteQuery*",
    "kinesisvideo:GetDataEndpoint",
    "kinesisvideo:GetHLSStreamingSessionURL",
    "iotsitewise:GetAssetPropertyValue",
    "iotsitewise:GetInterpolatedAssetPropertyValues",
    "iotsitewise:BatchPutAssetPropertyValue",
    "s3:GetObject",
}
PRINCIPAL: dict[str, Any] = {"principal": iam.ArnPrincipal(GRAFANA), "external_id": "plant-1"}


def make(stack: Stack, **options: Any) -> GrafanaDashboardRole:
    if not {"principal", "managed_grafana_role"} & options.keys():
        options = PRINCIPAL | options
    return GrafanaDashboardRole(
        stack, "Grafana", **{"workspace": Workspace(stack, "Twin", workspace_id="factory"), **options}
    )


def grafana_role(result: Synthesized) -> dict[str, Any]:
    ((_, role),) = [item for item in result.all_of("AWS::IAM::Role").items() if item[0].startswith("Grafana")]
    properties: dict[str, Any] = role["Properties"]
    return properties


def statements(result: Synthesized) -> list[dict[str, Any]]:
    (role_id,) = [
        logical_id
        for logical_id, role in result.all_of("AWS::IAM::Role").items()
        if "Grafana" in role["Properties"].get("Description", "")
    ]
    (policy,) = [
        policy["Properties"]
        for policy in result.all_of("AWS::IAM::Policy").values()
        if {"Ref": role_id} in policy["Properties"]["Roles"]
    ]
    policy_statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return policy_statements


def test_role_may_read_the_workspace_and_its_bucket_and_nothing_else() -> None:
    result = synthesize(make)

    workspace, bucket = result.id_of("AWS::IoTTwinMaker::Workspace"), result.id_of("AWS::S3::Bucket")
    resources_by_action = allowed({"Statement": statements(result)})
    assert resources_by_action.pop("s3:GetObject") == [f"<{bucket}.Arn>/*"]
    assert resources_by_action.pop("iottwinmaker:ListWorkspaces") == ["*"]
    assert all(
        resources == [f"<{workspace}.Arn>", f"<{workspace}.Arn>/*"]
        for resources in resources_by_action.values()
    )
    assert "iottwinmaker:GetPropertyValueHistory" in resources_by_action
    assert all(
        action == "iottwinmaker:ExecuteQuery" or action.startswith(("iottwinmaker:Get", "iottwinmaker:List"))
        for action in resources_by_action
    )
    assert "ManagedPolicyArns" not in grafana_role(result)
    assert "Policies" not in grafana_role(result)


def test_no_action_is_outside_the_session_policy_of_the_app() -> None:
    result = synthesize(
        lambda stack: make(stack, video_stream_arns=[STREAM], video_asset_ids=[ASSET_ID], video_uploads=True)
    )

    actions = {action for statement in statements(result) for action in listed(statement["Action"])}
    assert not any("*" in action for action in actions)
    for action in actions:
        assert any(fnmatchcase(action, allowed_by) for allowed_by in SESSION_POLICY), action
    for allowed_by in SESSION_POLICY:
        assert any(fnmatchcase(action, allowed_by) for action in actions), allowed_by


def test_video_is_of_named_streams_and_assets_and_uploads_of_tagged_ones() -> None:
    result = synthesize(
        lambda stack: make(stack, video_stream_arns=[STREAM], video_asset_ids=[ASSET_ID], video_uploads=True)
    )

    by_action = {listed(item["Action"])[0]: item for item in statements(result)}
    assert by_action["kinesisvideo:GetDataEndpoint"]["Resource"] == STREAM
    reads, puts = (
        by_action[f"iotsitewise:{name}"] for name in ("GetAssetPropertyValue", "BatchPutAssetPropertyValue")
    )
    assert flat(reads["Resource"]).endswith(f":asset/{ASSET_ID}")
    assert puts["Resource"] == reads["Resource"]
    assert puts["Condition"] == {"StringLike": {"aws:ResourceTag/EdgeConnectorForKVS": "*factory*"}}


@pytest.mark.parametrize(("count", "names"), [(2, ["asset/a-0", "asset/a-1"]), (51, ["asset/*"])])
def test_assets_of_parts_are_read_by_their_aliases(count: int, names: list[str]) -> None:
    def build(stack: Stack) -> None:
        make(stack).allow_reading_assets([f"a-{number}" for number in range(count)], "/plant*/")

    by_alias, by_asset = (
        statement
        for statement in statements(synthesize(build))
        if "iotsitewise:DescribeTimeSeries" in listed(statement["Action"])
    )
    assert by_alias["Condition"] == {"StringLike": {"iotsitewise:propertyAlias": "/plant${*}/*"}}
    assert flat(by_alias["Resource"]).endswith("time-series/*")
    assert [flat(resource).rpartition(":")[2] for resource in listed(by_asset["Resource"])] == names
    assert {*by_alias["Action"], *by_asset["Action"]} == {
        "iotsitewise:BatchGetAssetPropertyValueHistory",
        "iotsitewise:DescribeAssetProperty",
        "iotsitewise:DescribeTimeSeries",
    }


def test_trust_is_the_principal_with_its_external_id() -> None:
    document = grafana_role(synthesize(make))["AssumeRolePolicyDocument"]

    assert document["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"AWS": GRAFANA},
            "Condition": {"StringEquals": {"sts:ExternalId": "plant-1"}},
        }
    ]


@pytest.mark.parametrize("external_id", [None, "plant-1"])
def test_trust_is_the_role_of_managed_grafana_when_it_is_given(external_id: str | None) -> None:
    def build(stack: Stack) -> None:
        role = iam.Role.from_role_arn(stack, "Managed", GRAFANA)
        make(stack, managed_grafana_role=role, external_id=external_id)

    (statement,) = grafana_role(synthesize(build))["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"AWS": GRAFANA}
    assert ("Condition" in statement) is (external_id is not None)


@pytest.mark.slow
def test_a_warning_is_given_when_the_bucket_has_a_key_that_grafana_may_not_use() -> None:
    def build(stack: Stack) -> None:
        key = kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:us-east-1:111122223333:key/1")
        bucket = s3.Bucket.from_bucket_attributes(
            stack, "Bucket", bucket_name="factory-bucket", encryption_key=key
        )
        twin = Workspace.from_workspace_attributes(stack, "W", workspace_id="factory", bucket=bucket)
        make(stack, workspace=twin)

    (warning,) = synthesize(build).warnings
    assert "kms:Decrypt" in warning
    assert synthesize(lambda stack: make(stack, workspace=existing_workspace(stack))).warnings == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"principal": None}, "got neither"),
        ({"principal": iam.ArnPrincipal(GRAFANA)}, "principal needs external_id"),
        ({"principal": iam.AnyPrincipal(), "external_id": "plant-1"}, "principal must not be '*'"),
        ({"principal": iam.StarPrincipal(), "external_id": "plant-1"}, "principal must not be '*'"),
        ({"external_id": "a b"}, 'got "a b"'),
        ({"video_uploads": True}, "video_uploads needs video_asset_ids, got none"),
    ],
)
def test_wrong_arguments_are_refused(options: dict[str, Any], message: str) -> None:
    assert message in refusal(lambda stack: make(stack, **options))


def test_a_workspace_without_a_known_bucket_is_refused() -> None:
    def build(stack: Stack) -> None:
        make(stack, workspace=Workspace.from_workspace_id(stack, "W", "factory"))

    assert "workspace has no bucket" in refusal(build)


def test_principal_and_managed_role_together_are_refused() -> None:
    def build(stack: Stack) -> None:
        make(stack, **PRINCIPAL, managed_grafana_role=iam.Role.from_role_arn(stack, "Managed", GRAFANA))

    assert "got both" in refusal(build)
