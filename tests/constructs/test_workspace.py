"""The workspace with its bucket and its role."""

from __future__ import annotations

import pytest
from aws_cdk import Fn, RemovalPolicy, Stack, Token
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from tests.constructs.statements import allowed, inline, of_role
from tests.support.refusal import refusal
from tests.support.templates import synthesize
from tests.support.workspaces import (
    BUCKET,
    FUNCTION_ARN,
    ROLE,
    ROLE_ARN,
    WORKSPACE,
    existing_bucket,
    existing_function,
    existing_role,
    make_workspace,
)
from twin_stack.constructs import Workspace


def test_role_may_use_its_bucket_and_delete_its_marker_object() -> None:
    result = synthesize(make_workspace)

    bucket = result.id_of(BUCKET)
    assert of_role(result.resources, result.id_of(ROLE)) == {
        "s3:DeleteObject": [f"<{bucket}.Arn>/DO_NOT_DELETE_WORKSPACE_factory*"],
        "s3:GetBucketLocation": [f"<{bucket}.Arn>"],
        "s3:GetObject": [f"<{bucket}.Arn>/*"],
        "s3:ListBucket": [f"<{bucket}.Arn>"],
        "s3:PutObject": [f"<{bucket}.Arn>/*"],
    }
    # What the service needs while it creates the workspace is inline.
    assert "s3:DeleteObject" not in inline(result.one(ROLE))
    assert len(result.all_of("AWS::IAM::Policy")) == 1


def test_role_trusts_the_service_alone_when_made_here() -> None:
    result = synthesize(make_workspace)

    assert result.properties(ROLE)["AssumeRolePolicyDocument"]["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "iottwinmaker.amazonaws.com"},
        }
    ]


def test_trust_conditions_name_account_and_workspace() -> None:
    result = synthesize(lambda stack: make_workspace(stack, confused_deputy_conditions=True))

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
        make_workspace(stack, bucket=bucket)

    result = synthesize(build)
    permissions = of_role(result.resources, result.id_of(ROLE))

    key_arn = ["arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"]
    assert permissions["kms:Decrypt"] == permissions["kms:GenerateDataKey"] == key_arn


def test_bucket_is_private_encrypted_and_versioned_when_made_here() -> None:
    properties = synthesize(make_workspace).properties(BUCKET)

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
    result = synthesize(make_workspace)

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


def test_bucket_allows_only_the_given_origins() -> None:
    origins = ["https://grafana.example.com", "http://localhost:3000"]
    result = synthesize(lambda stack: make_workspace(stack, cors_origins=origins))

    assert result.properties(BUCKET)["CorsConfiguration"]["CorsRules"] == [
        {
            "AllowedHeaders": ["*"],
            "AllowedMethods": ["GET", "HEAD"],
            "AllowedOrigins": origins,
            "ExposedHeaders": ["ETag"],
        }
    ]


def test_bucket_writes_access_logs_when_given_a_place_for_them() -> None:
    result = synthesize(
        lambda stack: make_workspace(stack, server_access_logs_bucket=existing_bucket(stack, "logs"))
    )

    assert result.properties(BUCKET)["LoggingConfiguration"] == {
        "DestinationBucketName": "logs",
        "LogFilePrefix": "Workspace/",
    }


def test_workspace_names_bucket_arn_and_role_when_made() -> None:
    result = synthesize(lambda stack: make_workspace(stack, description="The plant", tags={"team": "a"}))

    assert result.properties(WORKSPACE) == {
        "WorkspaceId": "factory",
        "Description": "The plant",
        "Role": {"Fn::GetAtt": [result.id_of(ROLE), "Arn"]},
        "S3Location": {"Fn::GetAtt": [result.id_of(BUCKET), "Arn"]},
        "Tags": {"team": "a"},
    }


def test_bucket_policy_and_emptying_outlive_the_workspace() -> None:
    result = synthesize(
        lambda stack: make_workspace(stack, removal_policy=RemovalPolicy.DESTROY),
        context={"twin-stack:allowDestroy": True},
    )

    assert sorted(result.one(WORKSPACE)["DependsOn"]) == sorted(
        [
            result.id_of("Custom::S3AutoDeleteObjects"),
            result.id_of("AWS::S3::BucketPolicy"),
            result.id_of("AWS::IAM::Policy"),
        ]
    )


def test_right_to_delete_a_workspace_outlives_it_when_its_id_changes() -> None:
    """CloudFormation deletes a resource that the template no longer has after those that depend on it."""
    first, second = (
        synthesize(lambda stack, name=name: Workspace(stack, "Workspace", workspace_id=name))  # type: ignore[misc]
        for name in ("factory", "plant")
    )

    policy, role = first.id_of("AWS::IAM::Policy"), first.id_of(ROLE)
    assert policy in first.one(WORKSPACE)["DependsOn"]
    assert policy not in second.resources
    assert first.resources[role] == second.resources[role]


def test_policies_of_an_existing_role_come_before_the_workspace() -> None:
    def build(stack: Stack) -> None:
        role = iam.Role(stack, "Mine", assumed_by=iam.ServicePrincipal("iottwinmaker.amazonaws.com"))
        workspace = make_workspace(stack, role=role)
        role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=["arn:aws:s3:::scenes/*"]))
        workspace.allow_connector(existing_function(stack))

    result = synthesize(build)

    policies = result.all_of("AWS::IAM::Policy")
    (connector,) = [name for name in policies if "InvokedBy" in name]
    (own,) = [name for name in policies if name != connector]
    assert own in result.one(WORKSPACE)["DependsOn"]
    assert allowed(result.resources[connector]["Properties"]["PolicyDocument"]) == {
        "lambda:InvokeFunction": [FUNCTION_ARN]
    }


def test_only_the_workspace_is_created_when_bucket_and_role_exist() -> None:
    result = synthesize(
        lambda stack: make_workspace(stack, bucket=existing_bucket(stack), role=existing_role(stack))
    )

    assert [resource["Type"] for resource in result.resources.values()] == [WORKSPACE]
    assert result.properties(WORKSPACE)["Role"] == ROLE_ARN
    assert result.properties(WORKSPACE)["S3Location"]["Fn::Join"][1][-1] == ":s3:::existing-bucket"


@pytest.mark.parametrize("workspace_id", ["my factory", "f", "-factory", "factory-", "a.b", "a" * 129])
def test_invalid_id_is_refused(workspace_id: str) -> None:
    message = (
        "workspace_id must be 2 to 128 characters, letters a-z without accents, "
        'digits, "-" and "_", not beginning '
        f'with a dash, ending with a letter or digit, got "{workspace_id}"; rename it'
    )

    assert refusal(lambda stack: Workspace(stack, "Workspace", workspace_id=workspace_id)) == message
    assert refusal(lambda stack: Workspace.from_workspace_id(stack, "Workspace", workspace_id)) == message


def test_description_is_refused_when_longer_than_cloudformation_takes() -> None:
    assert refusal(lambda stack: make_workspace(stack, description="d" * 513)) == (
        "description may have 512 characters in one line, got 513; shorten it"
    )


def test_bucket_is_refused_when_its_name_has_a_dot() -> None:
    assert refusal(lambda stack: make_workspace(stack, bucket=existing_bucket(stack, "my.bucket"))) == (
        "bucket must have a name without dots, because the service rejects others, "
        'got "my.bucket"; use another bucket'
    )


@pytest.mark.parametrize(
    "origin",
    ["*", "https://*.example.com", "grafana.example.com", "https://grafana.example.com/", "https://"],
)
def test_origin_that_is_not_one_site_is_refused(origin: str) -> None:
    assert refusal(lambda stack: make_workspace(stack, cors_origins=[origin])) == (
        "cors_origins must be web origins, with scheme, host and optional port, without wildcard or "
        f'path, got "{origin}"; write it like "https://grafana.example.com"'
    )


def test_bucket_options_are_refused_when_the_bucket_is_passed_in() -> None:
    message = (
        "bucket_name, cors_origins, server_access_logs_bucket and encryption_key apply to a new bucket "
        "only, got a bucket as well; configure them on that bucket"
    )
    assert message == refusal(
        lambda stack: make_workspace(
            stack, bucket=existing_bucket(stack), cors_origins=["https://a.example.com"]
        )
    )
    assert message == refusal(
        lambda stack: make_workspace(
            stack,
            bucket=existing_bucket(stack),
            server_access_logs_bucket=s3.Bucket.from_bucket_name(stack, "Logs", "logs"),
        )
    )


def test_conditions_are_refused_when_the_role_is_passed_in() -> None:
    assert refusal(
        lambda stack: make_workspace(stack, role=existing_role(stack), confused_deputy_conditions=True)
    ) == (
        "confused_deputy_conditions applies to a new role only, got a role as well; add the "
        "conditions to that role's trust policy"
    )


def test_origin_that_is_allowed_later_may_read_scenes_too() -> None:
    def build(stack: Stack) -> None:
        workspace = make_workspace(stack, cors_origins=["https://a.example.com"])
        assert workspace.allow_origin("https://b.example.com") is True

    rules = synthesize(build).properties(BUCKET)["CorsConfiguration"]["CorsRules"]

    assert [rule["AllowedOrigins"] for rule in rules] == [
        ["https://a.example.com"],
        ["https://b.example.com"],
    ]
    assert rules[0] == {**rules[1], "AllowedOrigins": rules[0]["AllowedOrigins"]}


def test_origin_with_a_wildcard_is_not_allowed_later() -> None:
    assert 'got "https://*.example.com"' in refusal(
        lambda stack: make_workspace(stack).allow_origin("https://*.example.com")
    )


def test_ids_do_not_depend_on_the_numbers_of_tokens() -> None:
    def ids(earlier_tokens: int) -> set[str]:
        def build(stack: Stack) -> None:
            for _ in range(earlier_tokens):
                Token.as_string(Fn.import_value("Other"))
            Workspace(stack, "Twin", workspace_id=Fn.import_value("WorkspaceId"))

        return set(synthesize(build).all_of("AWS::IAM::Policy"))

    assert ids(0)
    assert ids(0) == ids(3)
