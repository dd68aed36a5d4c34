"""A Lambda function whose code is part of this package, with its own role and log group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, IgnoreMode, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from twin_stack import package_data
from twin_stack.constructs import assets, defaults
from twin_stack.constructs.removal import effective_removal_policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct


def packaged_function(
    scope: Construct,
    *,
    package: str,
    shared_packages: Sequence[str],
    description: str,
    environment: Mapping[str, str],
    policy: str,
    statements: Sequence[iam.PolicyStatement],
    log_retention: logs.RetentionDays,
    log_removal_policy: RemovalPolicy,
    memory_size: int,
    timeout: Duration,
) -> tuple[lambda_.Function, iam.Role]:
    """Create the children ``Logs``, ``Role`` and ``Function`` of a construct.

    Args:
        scope: The construct.
        package: The folder of ``lambdas/`` with ``handler.handler``.
        shared_packages: The other folders of ``lambdas/`` that the asset contains.
        description: The description of role and function.
        environment: The environment variables of the function.
        policy: The name of the role's inline policy.
        statements: The permissions of the function besides writing its own log.
        log_retention: The retention of the log.
        log_removal_policy: The removal policy of the log group.
        memory_size: The memory of the function in MiB.
        timeout: The timeout of the function.

    Returns:
        The function and its role.
    """
    log_group = logs.LogGroup(
        scope,
        "Logs",
        retention=log_retention,
        removal_policy=effective_removal_policy(scope, log_removal_policy),
    )
    role = iam.Role(
        scope,
        "Role",
        assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        description=description,
        inline_policies={
            # In place of AWSLambdaBasicExecutionRole, which allows writing to every log group.
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
        scope,
        "Function",
        description=description,
        runtime=defaults.CONNECTOR_RUNTIME,
        architecture=defaults.CONNECTOR_ARCHITECTURE,
        code=lambda_.Code.from_asset(
            str(package_data.asset_path("lambdas")),
            exclude=assets.exclude_all_but(*shared_packages, package),
            ignore_mode=IgnoreMode.GIT,
        ),
        handler=f"{package}.handler.handler",
        environment=dict(environment),
        role=role,
        log_group=log_group,
        logging_format=lambda_.LoggingFormat.JSON,
        # The log line of each request has this level.
        application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
        memory_size=memory_size,
        timeout=timeout,
    )
    return function, role
