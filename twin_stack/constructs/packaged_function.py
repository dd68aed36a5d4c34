"""A Lambda function whose code comes with this package, with a role and a log group of its own."""

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
    packages: Sequence[str],
    description: str,
    environment: Mapping[str, str],
    policy: str,
    statements: Sequence[iam.PolicyStatement],
    log_retention: logs.RetentionDays,
    log_removal_policy: RemovalPolicy,
    memory_size: int,
    timeout: Duration,
) -> tuple[lambda_.Function, iam.Role]:
    """Make the children `Logs`, `Role` and `Function` of a construct.

    Args:
        scope: the construct.
        packages: folders of `lambdas/` that travel; the last one has `handler.handler`.
        description: of role and function.
        environment: of the function.
        policy: name of the role's inline policy.
        statements: what the function may do beside writing its own log.
        log_retention: how long log entries are kept.
        log_removal_policy: of the log group.
        memory_size: in MiB.
        timeout: of the function.

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
            # In place of AWSLambdaBasicExecutionRole, which may write to every log group.
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
            exclude=assets.only(*packages),
            ignore_mode=IgnoreMode.GIT,
        ),
        handler=f"{packages[-1]}.handler.handler",
        environment=dict(environment),
        role=role,
        log_group=log_group,
        logging_format=lambda_.LoggingFormat.JSON,
        # A function's line about each request is of this level.
        application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
        memory_size=memory_size,
        timeout=timeout,
    )
    return function, role
