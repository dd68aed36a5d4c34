"""Functions whose code is part of this package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs

from tests.constructs.statements import inline
from tests.support.templates import Synthesized, synthesize
from twin_stack.constructs.packaged_function import packaged_function

if TYPE_CHECKING:
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
        memory_size=512,
        timeout=Duration.seconds(20),
    )


@pytest.fixture(scope="module")
def result() -> Synthesized:
    return synthesize(build)


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
    assert result.properties("AWS::Logs::LogGroup") == {"RetentionInDays": 7}
