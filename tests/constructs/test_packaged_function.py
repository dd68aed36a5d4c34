"""Functions whose code is part of this package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from tests.constructs.statements import flat, inline, of_role
from tests.support.refusal import refusal
from tests.support.templates import Synthesized, synthesize
from twin_stack.constructs.packaged_function import (
    INTERFACE_ACTIONS,
    FunctionOptions,
    check_function_options,
    packaged_function,
)
from twin_stack.policy import apply_checks

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import Stack

FUNCTION = "AWS::Lambda::Function"


def build(stack: Stack) -> None:
    packaged_function(
        stack,
        package="alarm_evaluator",
        shared_packages=["aws_client"],
        description="Evaluates",
        environment={"TABLE_NAME": "rows"},
        policy="Evaluate",
        statements=[iam.PolicyStatement(actions=["sns:Publish"], resources=["arn:aws:sns:::topic"])],
        log_retention=logs.RetentionDays.ONE_WEEK,
        log_removal_policy=RemovalPolicy.RETAIN,
        log_group_name="/twin-stack/plant-1/alarms",
        memory_size=512,
        timeout=Duration.seconds(20),
    )


@pytest.fixture(scope="module")
def result() -> Synthesized:
    return synthesize(build, copies_files=True)


def test_handler_is_the_one_of_the_package_whatever_is_shared(result: Synthesized) -> None:
    properties: dict[str, Any] = result.properties(FUNCTION)

    assert properties["Handler"] == "alarm_evaluator.handler.handler"
    assert properties["Environment"]["Variables"] == {"TABLE_NAME": "rows"}
    assert (properties["MemorySize"], properties["Timeout"]) == (512, 20)


def test_asset_contains_the_package_and_what_it_shares(result: Synthesized) -> None:
    asset = result.properties(FUNCTION)["Code"]["S3Key"].removesuffix(".zip")
    folder = result.directory / f"asset.{asset}"

    assert {path.name for path in folder.iterdir()} == {"alarm_evaluator", "aws_client"}
    assert (folder / "alarm_evaluator" / "handler.py").is_file()


def test_role_may_write_its_own_log_and_what_is_stated(result: Synthesized) -> None:
    log = [f"<{result.id_of('AWS::Logs::LogGroup')}.Arn>"]

    assert inline(result.one("AWS::IAM::Role")) == {
        "logs:CreateLogStream": log,
        "logs:PutLogEvents": log,
        "sns:Publish": ["arn:aws:sns:::topic"],
    }


def test_log_group_has_the_retention(result: Synthesized) -> None:
    assert result.properties("AWS::Logs::LogGroup") == {
        "LogGroupName": "/twin-stack/plant-1/alarms",
        "RetentionInDays": 7,
    }


KEY_ARN = "arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000"


def with_options(stack: Stack, options: FunctionOptions) -> None:
    check_function_options(options)
    packaged_function(
        stack,
        package="alarm_evaluator",
        shared_packages=["aws_client"],
        description="Evaluates",
        environment={},
        policy="Evaluate",
        statements=[iam.PolicyStatement(actions=["sns:Publish"], resources=["arn:aws:sns:::topic"])],
        log_retention=logs.RetentionDays.ONE_WEEK,
        log_removal_policy=RemovalPolicy.RETAIN,
        log_group_name=None,
        memory_size=512,
        timeout=Duration.seconds(20),
        options=options,
    )


def network(stack: Stack) -> FunctionOptions:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-0a1b2c3d",
        availability_zones=["us-east-1a", "us-east-1b"],
        private_subnet_ids=["subnet-0a", "subnet-0b"],
    )
    group = ec2.SecurityGroup.from_security_group_id(stack, "Group", "sg-0a", mutable=False)
    return FunctionOptions(vpc=vpc, security_groups=[group])


def test_function_has_every_option_under_its_name_in_the_cdk() -> None:
    result = synthesize(
        lambda stack: with_options(
            stack,
            {
                "memory_size": 256,
                "timeout": Duration.seconds(9),
                "reserved_concurrent_executions": 5,
                "tracing": lambda_.Tracing.ACTIVE,
                "function_name": "evaluate",
                "permissions_boundary": iam.ManagedPolicy.from_managed_policy_name(stack, "B", "bound"),
            },
        )
    )
    function = result.properties(FUNCTION)

    assert (function["MemorySize"], function["Timeout"]) == (256, 9)
    assert function["ReservedConcurrentExecutions"] == 5
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["FunctionName"] == "evaluate"
    role = result.properties("AWS::IAM::Role")
    assert flat(role["PermissionsBoundary"]).endswith(":policy/bound")


def test_function_in_a_vpc_gets_its_interfaces_without_a_managed_policy() -> None:
    result = synthesize(lambda stack: with_options(stack, network(stack)))
    role = result.properties("AWS::IAM::Role")
    ec2_statements = [
        (statement["Effect"], statement["Resource"], statement.get("Condition"))
        for statement in role["Policies"][0]["PolicyDocument"]["Statement"]
        if statement["Action"] == list(INTERFACE_ACTIONS)
    ]

    assert result.properties(FUNCTION)["VpcConfig"] == {
        "SecurityGroupIds": ["sg-0a"],
        "SubnetIds": ["subnet-0a", "subnet-0b"],
    }
    assert "ManagedPolicyArns" not in role
    allow, deny = ec2_statements
    assert allow == ("Allow", "*", None)
    assert deny[:2] == ("Deny", "*")
    assert list(deny[2]["ArnLike"]) == ["lambda:SourceFunctionArn"]
    assert flat(deny[2]["ArnLike"]["lambda:SourceFunctionArn"]).endswith(":function:*")


def test_given_role_gets_the_permissions_and_no_other_role_is_created() -> None:
    def build(stack: Stack) -> None:
        role = iam.Role(stack, "Own", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        with_options(stack, {"role": role})

    result = synthesize(build)
    role_id = result.id_of("AWS::IAM::Role")

    assert of_role(result.resources, role_id)["sns:Publish"] == ["arn:aws:sns:::topic"]
    assert result.properties(FUNCTION)["Role"] == {"Fn::GetAtt": [role_id, "Arn"]}
    assert result.id_of("AWS::IAM::Policy") in result.one(FUNCTION)["DependsOn"]


def test_key_encrypts_log_and_environment_and_lets_cloudwatch_logs_use_it() -> None:
    result = synthesize(lambda stack: with_options(stack, {"encryption_key": kms.Key(stack, "Key")}))
    arn = {"Fn::GetAtt": [result.id_of("AWS::KMS::Key"), "Arn"]}

    assert result.properties("AWS::Logs::LogGroup")["KmsKeyId"] == arn
    assert result.properties(FUNCTION)["KmsKeyArn"] == arn
    *_, statement = result.properties("AWS::KMS::Key")["KeyPolicy"]["Statement"]
    assert flat(statement["Principal"]["Service"]) == "logs.<AWS::Region>.amazonaws.com"
    condition = statement["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert flat(condition) == "arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:*"


def test_imported_key_encrypts_as_well() -> None:
    result = synthesize(
        lambda stack: with_options(stack, {"encryption_key": kms.Key.from_key_arn(stack, "Key", KEY_ARN)})
    )

    assert result.properties("AWS::Logs::LogGroup")["KmsKeyId"] == KEY_ARN


def test_misspelt_option_is_refused() -> None:
    misspelt: Any = {"memroy_size": 256}
    with pytest.raises(TypeError) as caught:
        check_function_options(misspelt)

    assert str(caught.value) == 'there is no option "memroy_size" of functions; did you mean "memory_size"?'


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda stack: {
                "role": iam.Role.from_role_name(stack, "R", "r"),
                "permissions_boundary": iam.ManagedPolicy.from_managed_policy_name(stack, "B", "b"),
            },
            "permissions_boundary applies to a new role only, got a role as well; set the boundary on it",
        ),
        (
            lambda _: {"security_groups": []},
            "security_groups needs vpc, got none; pass the VPC as well",
        ),
        (
            lambda _: {"vpc_subnets": ec2.SubnetSelection()},
            "vpc_subnets needs vpc, got none; pass the VPC as well",
        ),
    ],
)
def test_options_that_exclude_or_require_each_other_are_refused(
    build: Callable[[Stack], FunctionOptions], message: str
) -> None:
    assert refusal(lambda stack: check_function_options(build(stack))) == message


def test_network_and_tracing_have_no_unacknowledged_finding() -> None:
    synthesize(
        lambda stack: with_options(stack, {**network(stack), "tracing": lambda_.Tracing.ACTIVE}),
        prepare=apply_checks,
    )
