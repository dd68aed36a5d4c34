"""A data connector whose Lambda code is part of this package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from twin_stack.constructs import defaults
from twin_stack.constructs.data_connector import DataConnectorBase
from twin_stack.constructs.packaged_function import FunctionOptions, check_function_options, packaged_function

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import Duration, RemovalPolicy
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_logs as logs
    from constructs import Construct


class PackagedConnector(DataConnectorBase):
    """A data connector whose code is part of this package, in ``lambdas/``.

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        package: The folder of ``lambdas/`` with the handler.
        description: The description of function and role.
        environment: The environment variables of the function.
        statements: The permissions of the function besides writing its own log.
        log_retention: The retention of the function's log.
        log_removal_policy: The removal policy of the log group.
        log_group_name: The name of the log group. None: CloudFormation generates it.
        shared_packages: The other folders of ``lambdas/`` that the code needs. Default: kit and client only.
        data_files: The texts of files beside the code, by name. Default: none.
        **options: The options of the function, see ``FunctionOptions``. The timeout is at most 30 seconds.

    Raises:
        ValueError: The timeout is longer than 30 seconds, or options exclude each other.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        package: str,
        description: str,
        environment: Mapping[str, str],
        statements: Sequence[iam.PolicyStatement],
        log_retention: logs.RetentionDays,
        log_removal_policy: RemovalPolicy,
        log_group_name: str | None,
        shared_packages: Sequence[str] = (),
        data_files: Mapping[str, str] = {},
        **options: Unpack[FunctionOptions],
    ) -> None:
        check_function_options(options)
        _check_timeout(options.get("timeout", defaults.CONNECTOR_TIMEOUT))
        super().__init__(scope, construct_id)
        self._function, self._role = packaged_function(
            self,
            package=package,
            shared_packages=["aws_client", "connector_kit", *shared_packages],
            description=description,
            environment=environment,
            policy="Connector",
            statements=statements,
            log_retention=log_retention,
            log_removal_policy=log_removal_policy,
            log_group_name=log_group_name,
            memory_size=defaults.CONNECTOR_MEMORY_MIB,
            timeout=defaults.CONNECTOR_TIMEOUT,
            options=options,
            data_files=data_files,
        )

    @property
    def function(self) -> lambda_.Function:
        """The Lambda function."""
        return self._function


def _check_timeout(timeout: Duration) -> None:
    maximum = defaults.CONNECTOR_TIMEOUT
    if timeout.to_milliseconds() > maximum.to_milliseconds():
        raise ValueError(
            f"timeout may be at most {maximum.to_human_string()}, because a user waits for the response, "
            f"got {timeout.to_human_string()}; read less data per request"
        )
