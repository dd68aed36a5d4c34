"""The workspace: its bucket, its role, what may touch it, what outlives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_iottwinmaker as twinmaker
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3

from tests.constructs.statements import allowed, flat, inline
from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack.constructs import IWorkspace, Workspace
from twin_stack.constructs.workspace_base import READ_ACTIONS, WRITE_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable

WORKSPACE = "AWS::IoTTwinMaker::Workspace"
BUCKET = "AWS::S3::Bucket"
ROLE = "AWS::IAM::Role"
ROLE_ARN = "arn:aws:iam::111122223333:role/existing"
FUNCTION_ARN = "arn:aws:lambda:us-east-1:111122223333:function:historian"


def make(stack: Stack, **options: Any) -> Workspace:
    return Workspace(stack, "Workspace", workspace_id="factory", **options)


def function(stack: Stack, name: str = "historian") -> lambda_.IFunction:
    arn = f"arn:aws:lambda:us-east-1:111122223333:function:{name}"
    return lambda_.Function.from_function_arn(stack, f"Function{name}", arn)


def existing_role(stack: Stack) -> iam.IRole:
    return iam.Role.from_role_arn(stack, "ExistingRole", ROLE_ARN)


def existing_bucket(stack: Stack, name: str = "existing-bucket") -> s3.IBucket:
    return s3.Bucket.from_bucket_name(stack, "ExistingBucket", name)


# The role


def test_role_may_use_its_bucket_and_drop_its_marker_when_made_here() -> None:
    result = synthesize(make)

    bucket = result.id_of(BUCKET)
    assert inline(result.one(ROLE)) == {
        "s3:DeleteObject": [f"<{bucket}.Arn>/DO_NOT_DELETE_WORKSPACE_factory*"],
        "s3:GetBucketLocation": [f"<{bucket}.Arn>"],
        "s3:GetObject": [f"<{bucket}.Arn>/*"],
        "s3:ListBucket": [f"<{bucket}.Arn>"],
        "s3:PutObject": [f"<{bucket}.Arn>/*"],
    }
    assert result.all_of("AWS::IAM::Policy") == {}


def test_role_trusts_the_service_alone_when_made_here() -> None:
    result = synthesize(make)

    assert result.properties(ROLE)["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "iottwinmaker.amazonaws.com"},
        }
    ]


def test_trust_is_bound_to_account_and_workspace_when_conditions_are_asked_for() -> None:
    result = synthesize(lambda stack: make(stack, confused_deputy_conditions=True))

    (statement,) = result.properties(ROLE)["AssumeRolePolicyDocument"]["Statement"]
    arn = statement["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Join"][1]
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert arn[-1] == ":workspace/factory"


def test_role_may_use_the_key_when_the_existing_bucket_has_one() -> None:
    def build(stack: Stack) -> None:
        key = kms.Key.from_key_arn(
            stack, "Key", "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"
        )
        bucket = s3.Bucket.from_bucket_attributes(
            stack, "ExistingBucket", bucket_name="existing-bucket", encryption_key=key
        )
        make(stack, bucket=bucket)

    permissions = inline(synthesize(build).one(ROLE))

    key_arn = ["arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"]
    assert permissions["kms:Decrypt"] == permissions["kms:GenerateDataKey"] == key_arn


def test_role_may_invoke_exactly_the_connectors_when_they_are_allowed() -> None:
    def build(stack: Stack) -> None:
        workspace = make(stack)
        for name in ("a", "b", "a"):
            workspace.allow_connector(
                stack.node.try_find_child(f"Function{name}") or function(stack, name)  # type: ignore[arg-type]
            )

    permissions = inline(synthesize(build).one(ROLE))

    assert permissions["lambda:InvokeFunction"] == [
        "arn:aws:lambda:us-east-1:111122223333:function:a",
        "arn:aws:lambda:us-east-1:111122223333:function:b",
    ]


def test_role_may_read_the_named_assets_when_sitewise_is_allowed_for_them() -> None:
    result = synthesize(lambda stack: make(stack).allow_sitewise_read(["asset-1", "asset-2"]))

    here = "arn:<AWS::Partition>:iotsitewise:<AWS::Region>:<AWS::AccountId>"
    assets = [f"{here}:asset/asset-1", f"{here}:asset/asset-2"]
    sitewise = {
        action: resources
        for action, resources in inline(result.one(ROLE)).items()
        if action.startswith("iotsitewise:")
    }
    assert sitewise == {
        "iotsitewise:DescribeAsset": assets,
        "iotsitewise:DescribeAssetModel": [f"{here}:asset-model/*"],
        "iotsitewise:DescribeAssetProperty": assets,
        "iotsitewise:GetAssetPropertyValue": assets,
        "iotsitewise:GetAssetPropertyValueHistory": assets,
        "iotsitewise:ListAssetModels": ["*"],
        "iotsitewise:ListAssets": [f"{here}:asset-model/*"],
    }


def test_role_may_read_every_asset_when_sitewise_is_allowed_without_names() -> None:
    result = synthesize(lambda stack: make(stack).allow_sitewise_read())

    assert inline(result.one(ROLE))["iotsitewise:GetAssetPropertyValue"] == [
        "arn:<AWS::Partition>:iotsitewise:<AWS::Region>:<AWS::AccountId>:asset/*"
    ]


# The bucket


def test_bucket_is_private_encrypted_and_versioned_when_made_here() -> None:
    properties = synthesize(make).properties(BUCKET)

    assert properties["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"] == [
        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    ]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert "BucketName" not in properties
    assert "CorsConfiguration" not in properties


def test_bucket_refuses_plain_http_when_made_here() -> None:
    result = synthesize(make)

    bucket = result.id_of(BUCKET)
    arn = {"Fn::GetAtt": [bucket, "Arn"]}
    assert result.properties("AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"] == [
        {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "s3:*",
            "Resource": [arn, {"Fn::Join": ["", [arn, "/*"]]}],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]


def test_bucket_may_be_viewed_from_the_named_origins_only_when_given() -> None:
    origins = ["https://grafana.example.com", "http://localhost:3000"]
    result = synthesize(lambda stack: make(stack, cors_origins=origins))

    assert result.properties(BUCKET)["CorsConfiguration"]["CorsRules"] == [
        {
            "AllowedHeaders": ["*"],
            "AllowedMethods": ["GET", "HEAD"],
            "AllowedOrigins": origins,
            "ExposedHeaders": ["ETag"],
        }
    ]


def test_bucket_writes_access_logs_when_given_a_place_for_them() -> None:
    result = synthesize(lambda stack: make(stack, server_access_logs_bucket=existing_bucket(stack, "logs")))

    assert result.properties(BUCKET)["LoggingConfiguration"] == {
        "DestinationBucketName": "logs",
        "LogFilePrefix": "Workspace/",
    }


# The workspace and its order


def test_workspace_names_bucket_arn_and_role_when_made() -> None:
    result = synthesize(lambda stack: make(stack, description="The plant", tags={"team": "a"}))

    assert result.properties(WORKSPACE) == {
        "WorkspaceId": "factory",
        "Description": "The plant",
        "Role": {"Fn::GetAtt": [result.id_of(ROLE), "Arn"]},
        "S3Location": {"Fn::GetAtt": [result.id_of(BUCKET), "Arn"]},
        "Tags": {"team": "a"},
    }


def test_bucket_policy_and_its_emptying_outlive_the_workspace_when_all_may_go() -> None:
    result = synthesize(
        lambda stack: make(stack, removal_policy=RemovalPolicy.DESTROY),
        context={"twin-stack:allowDestroy": True},
    )

    assert sorted(result.one(WORKSPACE)["DependsOn"]) == sorted(
        [result.id_of("Custom::S3AutoDeleteObjects"), result.id_of("AWS::S3::BucketPolicy")]
    )


def test_policies_of_a_passed_role_come_before_the_workspace_when_they_are_in_the_app() -> None:
    def build(stack: Stack) -> None:
        role = iam.Role(stack, "Mine", assumed_by=iam.ServicePrincipal("iottwinmaker.amazonaws.com"))
        workspace = make(stack, role=role)
        workspace.allow_connector(function(stack))

    result = synthesize(build)

    policy = result.id_of("AWS::IAM::Policy")
    assert policy in result.one(WORKSPACE)["DependsOn"]
    assert allowed(result.properties("AWS::IAM::Policy")["PolicyDocument"]) == {
        "lambda:InvokeFunction": [FUNCTION_ARN]
    }


# What exists already


def test_nothing_is_made_but_the_workspace_when_bucket_and_role_exist() -> None:
    result = synthesize(lambda stack: make(stack, bucket=existing_bucket(stack), role=existing_role(stack)))

    assert [resource["Type"] for resource in result.resources.values()] == [WORKSPACE]
    assert result.properties(WORKSPACE)["Role"] == ROLE_ARN
    assert result.properties(WORKSPACE)["S3Location"]["Fn::Join"][1][-1] == ":s3:::existing-bucket"


def test_workspace_is_known_by_its_id_when_imported_by_id() -> None:
    stack = Stack(App(), "Test")
    workspace = Workspace.from_workspace_id(stack, "Workspace", "factory")

    assert workspace.workspace_id == workspace.literal_workspace_id == "factory"
    assert stack.resolve(workspace.workspace_arn)["Fn::Join"][1][-1] == ":workspace/factory"
    assert workspace.bucket is None
    assert workspace.role is None
    workspace.allow_connector(function(stack))  # the role is not known: nothing to grant
    workspace.allow_sitewise_read()


def test_role_of_an_imported_workspace_is_granted_when_it_is_known() -> None:
    def build(stack: Stack) -> None:
        workspace = Workspace.from_workspace_attributes(
            stack, "Workspace", workspace_id="factory", role=existing_role(stack)
        )
        workspace.allow_connector(function(stack))

    result = synthesize(build)

    properties = result.properties("AWS::IAM::Policy")
    assert allowed(properties["PolicyDocument"]) == {"lambda:InvokeFunction": [FUNCTION_ARN]}
    assert properties["Roles"] == ["existing"]


# Grants, metrics, references


def granted(grant: Callable[[IWorkspace, iam.IGrantable], object]) -> dict[str, list[str]]:
    def build(stack: Stack) -> None:
        workspace = Workspace.from_workspace_id(stack, "Workspace", "factory")
        grant(workspace, iam.User(stack, "User"))

    return allowed(synthesize(build).properties("AWS::IAM::Policy")["PolicyDocument"])


ARN = "arn:<AWS::Partition>:iottwinmaker:<AWS::Region>:<AWS::AccountId>:workspace/factory"


def test_reader_gets_every_read_of_this_workspace_when_granted_read() -> None:
    assert granted(lambda workspace, user: workspace.grant_read(user)) == {
        action: [ARN, f"{ARN}/*"] for action in READ_ACTIONS
    }
    assert {action.removeprefix("iottwinmaker:")[:3] for action in READ_ACTIONS} == {
        "Get",
        "Lis",
        "Exe",
    }
    assert "iottwinmaker:ListWorkspaces" not in READ_ACTIONS


def test_writer_gets_reads_and_changes_of_content_when_granted_read_write() -> None:
    actions = granted(lambda workspace, user: workspace.grant_read_write(user))

    assert set(actions) == {*READ_ACTIONS, *WRITE_ACTIONS}
    assert {"iottwinmaker:DeleteWorkspace", "iottwinmaker:UpdateWorkspace"}.isdisjoint(actions)


def test_grantee_gets_just_the_named_actions_when_granted() -> None:
    actions = granted(lambda workspace, user: workspace.grant(user, "iottwinmaker:BatchPutPropertyValues"))

    assert actions == {"iottwinmaker:BatchPutPropertyValues": [ARN, f"{ARN}/*"]}


TYPES, ENTITIES = "ComponentTypeId, WorkspaceId", "EntityId, EntityName, WorkspaceId"


@pytest.mark.parametrize(
    ("method", "name", "dimensions"),
    [
        ("metric_component_type_creation_failure", "ComponentTypeCreationFailure", TYPES),
        ("metric_component_type_update_failure", "ComponentTypeUpdateFailure", TYPES),
        ("metric_entity_creation_failure", "EntityCreationFailure", ENTITIES),
        ("metric_entity_update_failure", "EntityUpdateFailure", ENTITIES),
        ("metric_entity_deletion_failure", "EntityDeletionFailure", ENTITIES),
    ],
)
def test_failures_are_summed_over_this_workspace_alone(method: str, name: str, dimensions: str) -> None:
    workspace = Workspace.from_workspace_id(Stack(App(), "Test"), "Workspace", "factory")
    # With the dimensions that the service's guide names for each: a schema that lacks one finds nothing.
    assert getattr(workspace, method)().expression == (
        f"SELECT SUM({name}) FROM SCHEMA(\"AWS/IoTTwinMaker\", {dimensions}) WHERE WorkspaceId = 'factory'"
    )


def test_metric_is_of_one_entity_when_its_dimensions_are_given() -> None:
    workspace = Workspace.from_workspace_id(Stack(App(), "Test"), "Workspace", "factory")
    metric = workspace.metric("EntityUpdateFailure", dimensions_map={"EntityId": "m-1"})

    assert (metric.namespace, metric.metric_name, metric.statistic, metric.dimensions) == (
        "AWS/IoTTwinMaker",
        "EntityUpdateFailure",
        "Sum",
        {"EntityId": "m-1"},
    )


@pytest.mark.parametrize("imported", [True, False])
def test_workspace_is_taken_as_a_reference_when_ours_or_imported(imported: bool) -> None:
    def build(stack: Stack) -> None:
        workspace = Workspace.from_workspace_id(stack, "Workspace", "factory") if imported else make(stack)
        CfnOutput(stack, "Arn", value=twinmaker.CfnWorkspace.arn_for_workspace(workspace))
        CfnOutput(stack, "Id", value=workspace.workspace_ref.workspace_id)

    outputs = synthesize(build).template["Outputs"]

    assert flat(outputs["Arn"]["Value"]) == (ARN if imported else "<Workspace2F8C78CC.Arn>")
    assert flat(outputs["Id"]["Value"]) == ("factory" if imported else "<Workspace2F8C78CC>")


# Mistakes


@pytest.mark.parametrize("workspace_id", ["my factory", "f", "-factory", "factory-", "a.b", "a" * 129])
def test_id_is_refused_in_words_when_the_service_would_refuse_it(workspace_id: str) -> None:
    message = (
        'workspace_id must be 2 to 128 characters, letters, digits, "-" and "_", not beginning '
        f'with a dash, ending with a letter or digit, got "{workspace_id}"; rename it'
    )

    assert refusal(lambda stack: Workspace(stack, "Workspace", workspace_id=workspace_id)) == message
    assert refusal(lambda stack: Workspace.from_workspace_id(stack, "Workspace", workspace_id)) == message


def test_description_is_refused_when_longer_than_cloudformation_takes() -> None:
    assert refusal(lambda stack: make(stack, description="d" * 513)) == (
        "description may have 512 characters in one line, got 513; shorten it"
    )


def test_bucket_is_refused_when_its_name_has_a_dot() -> None:
    assert refusal(lambda stack: make(stack, bucket=existing_bucket(stack, "my.bucket"))) == (
        "bucket must have a name without dots, because the service rejects others, "
        'got "my.bucket"; use another bucket'
    )


@pytest.mark.parametrize(
    "origin",
    ["*", "https://*.example.com", "grafana.example.com", "https://grafana.example.com/", "https://"],
)
def test_origin_is_refused_when_it_names_no_single_site(origin: str) -> None:
    assert refusal(lambda stack: make(stack, cors_origins=[origin])) == (
        "cors_origins must be web origins, with scheme, host and optional port, without wildcard or "
        f'path, got "{origin}"; write it like "https://grafana.example.com"'
    )


def test_bucket_options_are_refused_when_the_bucket_is_passed_in() -> None:
    message = (
        "cors_origins and server_access_logs_bucket apply to a new bucket only, got a bucket as "
        "well; configure them on that bucket"
    )
    assert message == refusal(
        lambda stack: make(stack, bucket=existing_bucket(stack), cors_origins=["https://a.example.com"])
    )
    assert message == refusal(
        lambda stack: make(
            stack,
            bucket=existing_bucket(stack),
            server_access_logs_bucket=s3.Bucket.from_bucket_name(stack, "Logs", "logs"),
        )
    )


def test_conditions_are_refused_when_the_role_is_passed_in() -> None:
    assert refusal(lambda stack: make(stack, role=existing_role(stack), confused_deputy_conditions=True)) == (
        "confused_deputy_conditions applies to a new role only, got a role as well; add the "
        "conditions to that role's trust policy"
    )
