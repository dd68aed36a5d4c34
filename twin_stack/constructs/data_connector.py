"""A data connector: the Lambda function that answers for values stored outside the service."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final

import jsii
from aws_cdk import Duration, Validations
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from twin_stack.constructs.environments import Place
from twin_stack.constructs.tokens import is_unresolved
from twin_stack.twinmaker.patterns import LAMBDA_ARN, QUALIFIED_LAMBDA_ARN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.constructs.interfaces import IDataConnector

OTHER_ACCOUNT_WARNING: Final = "twin-stack-functionOfAnotherAccount"


@jsii.implements(iam.IGrantable)
class DataConnectorBase(Construct):
    """The base of data connectors: grants and metrics of an ``IDataConnector``."""

    @property
    @abstractmethod
    def function(self) -> lambda_.IFunction:
        """The Lambda function."""

    @property
    def function_arn(self) -> str:
        """The ARN of the function, as component types refer to it."""
        return self.function.function_arn

    @property
    def grant_principal(self) -> iam.IPrincipal:
        """The principal of the function, so that grants accept the connector."""
        return self.function.grant_principal

    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the permission to invoke the connector.

        The workspace's role needs no grant: ``ComponentType`` adds the permission.

        Args:
            grantee: The principal that gets the permission.
        """
        return self.function.grant_invoke(grantee)

    def metric(
        self,
        metric_name: str,
        *,
        dimensions_map: Mapping[str, str] | None = None,
        period: Duration | None = None,
        statistic: str | None = None,
    ) -> cloudwatch.Metric:
        """Return a metric of the function, of the namespace AWS/Lambda.

        Args:
            metric_name: The name, such as ``ConcurrentExecutions``.
            dimensions_map: The dimensions. Default: ``FunctionName``.
            period: The period of each point. Default: 5 minutes.
            statistic: The statistic over a period. Default: the average.
        """
        return self.function.metric(
            metric_name,
            dimensions_map={**dimensions_map} if dimensions_map is not None else None,
            period=period,
            statistic=statistic,
        )

    def metric_errors(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of failed invocations. Callers of the service see ConnectorFailureException."""
        return self.function.metric_errors(period=period, statistic=statistic)

    def metric_throttles(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of invocations that Lambda rejected for lack of concurrency."""
        return self.function.metric_throttles(period=period, statistic=statistic)

    def metric_duration(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of the duration of invocations, in milliseconds."""
        return self.function.metric_duration(period=period, statistic=statistic)

    def metric_invocations(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """Return the metric of invocations."""
        return self.function.metric_invocations(period=period, statistic=statistic)


class DataConnector(DataConnectorBase):
    """A Lambda function as a data connector.

    Example:
        ```python
        historian = DataConnector(self, "Historian", function=my_function)
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        function: A function that implements the service's data connector interface.
        allow_qualified: Whether a version or an alias is accepted. The service's pattern of the ARN has no
            place for a qualifier, though it is not anchored; the service's behavior with a qualifier is not
            documented and was not tested. Default: False.

    Raises:
        ValueError: The ARN is longer than CloudFormation accepts (128 characters), is not the ARN of a
            function, or is qualified; or the function is of another region than the stack.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: lambda_.IFunction,
        allow_qualified: bool = False,
    ) -> None:
        _check_function(function, allow_qualified=allow_qualified)
        _check_region(scope, function)
        super().__init__(scope, construct_id)
        self._function = function
        _warn_of_another_account(self)

    @staticmethod
    def from_function_arn(scope: Construct, construct_id: str, function_arn: str) -> IDataConnector:
        """Import an existing function as a data connector.

        Args:
            scope: The parent construct.
            construct_id: The id of the connector within its parent.
            function_arn: The ARN, without version or alias, up to 128 characters.

        Raises:
            ValueError: The ARN is too long, is not the ARN of a function, is qualified, or is of another
                region than the stack.
        """
        if not is_unresolved(function_arn):
            _check_arn(function_arn, allow_qualified=False)
        return _ImportedConnector(scope, construct_id, function_arn=function_arn)

    @property
    def function(self) -> lambda_.IFunction:
        """The Lambda function."""
        return self._function


class _ImportedConnector(DataConnectorBase):
    """An existing function."""

    def __init__(self, scope: Construct, construct_id: str, *, function_arn: str) -> None:
        super().__init__(scope, construct_id)
        self._function = lambda_.Function.from_function_attributes(
            self,
            "Function",
            function_arn=function_arn,
            # Grants change the caller's policy only; the resource policy belongs to the function's owner.
            skip_permissions=True,
        )
        _check_region(scope, self._function)
        _warn_of_another_account(self)

    @property
    def function(self) -> lambda_.IFunction:
        return self._function


def _check_region(scope: Construct, function: lambda_.IFunction) -> None:
    place, here = Place.of_function(function), Place.of_stack(scope)
    if place.is_in_other_region(here):
        raise ValueError(
            f"the function is in {place}, but that the service calls functions of another region is not "
            f"documented; deploy it in {here.region}"
        )


def _warn_of_another_account(connector: DataConnectorBase) -> None:
    place = Place.of_function(connector.function)
    if place.is_in_other_account(Place.of_stack(connector)):
        Validations.of(connector).add_warning(
            OTHER_ACCOUNT_WARNING,
            f"the function is of account {place.account}, whose owner has to allow the workspace's role to "
            "invoke it in the function's resource policy",
        )


def _check_function(function: lambda_.IFunction, *, allow_qualified: bool) -> None:
    if isinstance(function, (lambda_.Alias, lambda_.Version)) and not allow_qualified:
        raise ValueError(
            "function must not be a version or an alias, which the service's pattern of ARNs "
            f'excludes, got "{function.node.path}"; pass the function itself'
        )
    if not is_unresolved(function.function_arn):
        _check_arn(function.function_arn, allow_qualified=allow_qualified)


def _check_arn(arn: str, *, allow_qualified: bool) -> None:
    if len(arn) > LAMBDA_ARN.max_length:
        raise ValueError(
            f"the function's ARN may have {LAMBDA_ARN.max_length} characters, got {len(arn)} in "
            f'"{arn}"; give the function a shorter name'
        )
    if LAMBDA_ARN.fits(arn) or (allow_qualified and QUALIFIED_LAMBDA_ARN.fits(arn)):
        return
    raise ValueError(
        'the function\'s ARN must read "arn:aws:lambda:REGION:ACCOUNT:function:NAME", without '
        f'version or alias, got "{arn}"; pass the function itself'
    )
