"""A Lambda function whose code is part of this package, with its own role and log group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypedDict

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from twin_stack.constructs import defaults, nag
from twin_stack.constructs.encryption import allow_log_encryption
from twin_stack.constructs.packaged_code import packaged_code
from twin_stack.constructs.removal import effective_removal_policy
from twin_stack.definition.wording import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import Duration
    from aws_cdk import aws_ec2 as ec2
    from aws_cdk import aws_kms as kms
    from constructs import Construct

INTERFACE_ACTIONS: Final = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
"""What Lambda does with a function's role for its VPC. Source: the managed policy
AWSLambdaVPCAccessExecutionRole, without its access to every log group."""


class FunctionOptions(TypedDict, total=False):
    """The options of a function that this package creates, by their names in ``aws_lambda.Function``.

    Constructs with a function take them as keyword arguments. ``DigitalTwin`` and ``TwinStack`` take them as
    ``function_options`` for all functions of a twin.

    Example:
        ```python
        options = FunctionOptions(vpc=vpc, security_groups=[group], tracing=lambda_.Tracing.ACTIVE)
        DigitalTwin(self, "Twin", definition=definition, function_options=options)
        ```

    Attributes:
        vpc: The VPC in which the function has its network interfaces. It needs a way to the services that the
            function calls, by VPC endpoints or a NAT gateway. Default: no VPC.
        vpc_subnets: The subnets in the VPC. Default: the private subnets.
        security_groups: The security groups of the network interfaces. Default: a new one, which allows
            outbound traffic only.
        reserved_concurrent_executions: The concurrent executions that are reserved for the function, which
            are also its limit. Default: the account's unreserved concurrency.
        memory_size: The memory in MiB. Default: the construct's.
        timeout: The timeout. Default: the construct's.
        tracing: Whether AWS X-Ray traces invocations. Default: no tracing.
        role: An existing role that Lambda may assume. It gets the permissions of the function by ordinary
            CDK grants, which have no effect on a role that was imported with ``mutable=False``. Default: a
            new role.
        permissions_boundary: The permissions boundary of the new role. Default: that of the stack.
        function_name: The name of the function. A change of anything that replaces the function then fails,
            because the name is taken. Default: CloudFormation generates it.
        encryption_key: The customer managed key of the log group, of the environment variables and of the
            dead-letter queue, if the construct creates one. Default: keys of the services.
    """

    vpc: ec2.IVpc
    vpc_subnets: ec2.SubnetSelection
    security_groups: Sequence[ec2.ISecurityGroup]
    reserved_concurrent_executions: int
    memory_size: int
    timeout: Duration
    tracing: lambda_.Tracing
    role: iam.IRole
    permissions_boundary: iam.IManagedPolicy
    function_name: str
    encryption_key: kms.IKey


def check_function_options(options: FunctionOptions) -> None:
    """Check the options of a function.

    Args:
        options: The options.

    Raises:
        TypeError: There is no such option.
        ValueError: Options exclude or require each other.
    """
    names = FunctionOptions.__annotations__
    for name in options:
        if name not in names:
            raise TypeError(f'there is no option "{name}" of functions; {did_you_mean(name, names)}')
    if "role" in options and "permissions_boundary" in options:
        raise ValueError(
            "permissions_boundary applies to a new role only, got a role as well; set the boundary on it"
        )
    for name in ("vpc_subnets", "security_groups"):
        if name in options and "vpc" not in options:
            raise ValueError(f"{name} needs vpc, got none; pass the VPC as well")


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
    log_group_name: str | None,
    memory_size: int,
    timeout: Duration,
    options: FunctionOptions | None = None,
    data_files: Mapping[str, str] = {},
) -> tuple[lambda_.Function, iam.IRole]:
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
        log_group_name: The name of the log group. None: CloudFormation generates it.
        memory_size: The default memory of the function in MiB.
        timeout: The default timeout of the function.
        options: The options of the function, checked by ``check_function_options``. Default: none.
        data_files: The texts of files beside the code, by name. Default: none.

    Returns:
        The function and its role.
    """
    options = options or {}
    key = options.get("encryption_key")
    if key is not None:
        allow_log_encryption(scope, key)
    log_group = logs.LogGroup(
        scope,
        "Logs",
        log_group_name=log_group_name,
        retention=log_retention,
        removal_policy=effective_removal_policy(scope, log_removal_policy),
        encryption_key=key,
    )
    statements = [
        # In place of AWSLambdaBasicExecutionRole, which allows writing to every log group.
        iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[log_group.log_group_arn]
        ),
        *(_interface_statements(scope) if "vpc" in options else []),
        *statements,
    ]
    role = _role(scope, description, policy, statements, options)
    function = lambda_.Function(
        scope,
        "Function",
        description=description,
        runtime=defaults.CONNECTOR_RUNTIME,
        architecture=defaults.CONNECTOR_ARCHITECTURE,
        code=packaged_code([*shared_packages, package], data_files),
        handler=f"{package}.handler.handler",
        environment=dict(environment),
        environment_encryption=key,
        role=role,
        log_group=log_group,
        logging_format=lambda_.LoggingFormat.JSON,
        # The log line of each request has this level.
        application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
        memory_size=options.get("memory_size", memory_size),
        timeout=options.get("timeout", timeout),
        function_name=options.get("function_name"),
        reserved_concurrent_executions=options.get("reserved_concurrent_executions"),
        security_groups=options.get("security_groups"),
        tracing=options.get("tracing"),
        vpc=options.get("vpc"),
        vpc_subnets=options.get("vpc_subnets"),
    )
    _acknowledge(role, options)
    return function, role


def _role(
    scope: Construct,
    description: str,
    policy: str,
    statements: Sequence[iam.PolicyStatement],
    options: FunctionOptions,
) -> iam.IRole:
    role = options.get("role")
    if role is None:
        return iam.Role(
            scope,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=description,
            inline_policies={policy: iam.PolicyDocument(statements=statements)},
            permissions_boundary=options.get("permissions_boundary"),
        )
    for statement in statements:
        role.add_to_principal_policy(statement)
    return role


def _interface_statements(scope: Construct) -> list[iam.PolicyStatement]:
    """Return the permissions that Lambda needs for a VPC, which the code of functions may not use.

    Source of the condition key: Lambda's guide, "Giving Lambda functions access to resources in a VPC".
    """
    functions = Stack.of(scope).format_arn(
        service="lambda", resource="function", resource_name="*", arn_format=ArnFormat.COLON_RESOURCE_NAME
    )
    return [
        iam.PolicyStatement(actions=list(INTERFACE_ACTIONS), resources=["*"]),
        iam.PolicyStatement(
            effect=iam.Effect.DENY,
            actions=list(INTERFACE_ACTIONS),
            resources=["*"],
            conditions={"ArnLike": {"lambda:SourceFunctionArn": functions}},
        ),
    ]


def _acknowledge(role: iam.IRole, options: FunctionOptions) -> None:
    reasons = []
    if "vpc" in options:
        reasons.append(
            "Lambda creates and describes the network interfaces of a function in a VPC, whose ids are not "
            "known before; the function's own code is denied all of it."
        )
    if options.get("tracing", lambda_.Tracing.DISABLED) is not lambda_.Tracing.DISABLED:
        reasons.append("AWS X-Ray does not support resource-level permissions for writing traces.")
    if reasons:
        nag.acknowledge_wildcard_resource(role, "*", " ".join(reasons))
