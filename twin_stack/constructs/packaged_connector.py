"""A data connector whose Lambda code comes with this package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.constructs import defaults
from twin_stack.constructs.packaged_function import packaged_function

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import Duration, RemovalPolicy
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_logs as logs
    from constructs import Construct
from twin_stack.constructs.data_connector import IDataConnector


class PackagedConnector(IDataConnector):
    """A connector whose code comes with this package, in `lambdas/`."""

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
        memory_size: int,
        timeout: Duration,
    ) -> None:
        _check_timeout(timeout)
        super().__init__(scope, construct_id)
        self._function, self._role = packaged_function(
            self,
            packages=["aws_client", "connector_kit", package],
            description=description,
            environment=environment,
            policy="Connector",
            statements=statements,
            log_retention=log_retention,
            log_removal_policy=log_removal_policy,
            memory_size=memory_size,
            timeout=timeout,
        )

    @property
    def function(self) -> lambda_.Function:
        """The Lambda function."""
        return self._function


def _check_timeout(timeout: Duration) -> None:
    longest = defaults.CONNECTOR_TIMEOUT
    if timeout.to_milliseconds() > longest.to_milliseconds():
        raise ValueError(
            f"timeout may be {longest.to_human_string()} at most, since someone waits for the "
            f"answer, got {timeout.to_human_string()}; ask the connector for less at once"
        )
