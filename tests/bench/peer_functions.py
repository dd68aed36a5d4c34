"""A Lambda function of this repository, written by hand for a peer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import IgnoreMode, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

if TYPE_CHECKING:
    from aws_cdk import Duration, Stack

ROOT = Path(__file__).resolve().parents[2]


def python_function(
    stack: Stack,
    name: str,
    packages: list[str],
    description: str,
    log_name: str,
    policy: str,
    statements: list[iam.PolicyStatement],
    *,
    memory_mib: int,
    timeout: Duration,
    environment: dict[str, str] | None = None,
) -> tuple[lambda_.Function, iam.Role]:
    """Make a function of the first package, with its role."""
    log_group = logs.LogGroup(
        stack,
        f"{name}Logs",
        log_group_name=f"/twin-stack/{stack.stack_name}/{log_name}",
        retention=logs.RetentionDays.THREE_MONTHS,
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    )
    role = iam.Role(
        stack,
        f"{name}Role",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        description=description,
        inline_policies={
            policy: iam.PolicyDocument(
                statements=[
                    iam.PolicyStatement(
                        actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                        resources=[log_group.log_group_arn],
                    ),
                    *statements,
                ]
            )
        },
    )
    function = lambda_.Function(
        stack,
        name,
        description=description,
        runtime=lambda_.Runtime.PYTHON_3_14,
        architecture=lambda_.Architecture.ARM_64,
        code=lambda_.Code.from_asset(
            str(ROOT / "lambdas"),
            exclude=["/*", *(f"!/{package}" for package in packages), "__pycache__", "*.pyc"],
            ignore_mode=IgnoreMode.GIT,
        ),
        handler=f"{packages[0]}.handler.handler",
        environment=environment,
        role=role,
        log_group=log_group,
        logging_format=lambda_.LoggingFormat.JSON,
        application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
        memory_size=memory_mib,
        timeout=timeout,
    )
    return function, role
