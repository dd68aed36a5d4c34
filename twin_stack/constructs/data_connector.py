"""A data connector: the Lambda function that answers for values stored outside the service."""

from __future__ import annotations

from abc import abstractmethod

from aws_cdk import Duration, Token
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from twin_stack.twinmaker.patterns import LAMBDA_ARN, QUALIFIED_LAMBDA_ARN


class IDataConnector(Construct):
    """A function that answers the service's data connector requests.

    Take this type in a construct that needs a connector.
    """

    @property
    @abstractmethod
    def function(self) -> lambda_.IFunction:
        """The Lambda function."""

    @property
    def function_arn(self) -> str:
        """The function's ARN, as a component type names it."""
        return self.function.function_arn

    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` invoke the connector.

        A workspace need not be granted: `ComponentType` sees to it.
        """
        return self.function.grant_invoke(grantee)

    def metric_errors(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """How many invocations failed. Callers of the service see ConnectorFailureException."""
        return self.function.metric_errors(period=period, statistic=statistic)

    def metric_throttles(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """How many invocations were refused for lack of concurrency."""
        return self.function.metric_throttles(period=period, statistic=statistic)

    def metric_duration(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """How long invocations took, in milliseconds."""
        return self.function.metric_duration(period=period, statistic=statistic)

    def metric_invocations(
        self, *, period: Duration | None = None, statistic: str | None = None
    ) -> cloudwatch.Metric:
        """How often the connector was invoked."""
        return self.function.metric_invocations(period=period, statistic=statistic)


class DataConnector(IDataConnector):
    """Any Lambda function as a data connector.

    Example:
        ```python
        historian = DataConnector(self, "Historian", function=my_function)
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        function: a function that answers in the service's shapes.
        allow_qualified: take a version or an alias too. The service's pattern of the ARN has no
            place for a qualifier, though it is not anchored; what the service does with one is
            not documented. Untested. Default: False.

    Raises:
        ValueError: the ARN is longer than CloudFormation takes (128 characters), is not the ARN of
            a function, or is qualified.
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
        super().__init__(scope, construct_id)
        self._function = function

    @staticmethod
    def from_function_arn(scope: Construct, construct_id: str, function_arn: str) -> IDataConnector:
        """A function that exists already.

        Args:
            scope: parent construct.
            construct_id: id of the connector in its parent.
            function_arn: without version or alias, up to 128 characters.

        Raises:
            ValueError: the ARN is too long, not of a function, or qualified.
        """
        if not Token.is_unresolved(function_arn):
            _check_arn(function_arn, allow_qualified=False)
        return _ImportedConnector(scope, construct_id, function_arn=function_arn)

    @property
    def function(self) -> lambda_.IFunction:
        """The Lambda function."""
        return self._function


class _ImportedConnector(IDataConnector):
    """A function that exists already."""

    def __init__(self, scope: Construct, construct_id: str, *, function_arn: str) -> None:
        super().__init__(scope, construct_id)
        self._function = lambda_.Function.from_function_attributes(
            self,
            "Function",
            function_arn=function_arn,
            # Grants go to who invokes; the function's own policy is not ours to change.
            skip_permissions=True,
        )

    @property
    def function(self) -> lambda_.IFunction:
        return self._function


def _check_function(function: lambda_.IFunction, *, allow_qualified: bool) -> None:
    if isinstance(function, (lambda_.Alias, lambda_.Version)) and not allow_qualified:
        raise ValueError(
            "function must not be a version or an alias, for the service's pattern has no place "
            f'for one, got "{function.node.path}"; pass the function itself'
        )
    if not Token.is_unresolved(function.function_arn):
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
