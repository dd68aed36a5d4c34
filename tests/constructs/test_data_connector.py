"""Existing functions as data connectors: ARNs, grants and metrics."""

from __future__ import annotations

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from tests.constructs.examples import FUNCTION_ARN
from tests.constructs.statements import allowed
from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack.constructs import (
    DataConnector,
)


def function_with_arn(stack: Stack, arn: str) -> lambda_.IFunction:
    return lambda_.Function.from_function_arn(stack, "Function", arn)


def test_existing_function_adds_no_resource() -> None:
    result = synthesize(lambda stack: DataConnector.from_function_arn(stack, "It", FUNCTION_ARN))

    assert result.resources == {}


def test_arn_is_the_functions_when_wrapped_or_imported() -> None:
    stack = Stack(App(), "Test")

    wrapped = DataConnector(stack, "Wrapped", function=function_with_arn(stack, FUNCTION_ARN))
    imported = DataConnector.from_function_arn(stack, "Imported", FUNCTION_ARN)

    assert wrapped.function_arn == imported.function_arn == FUNCTION_ARN


def test_grantee_may_invoke_when_granted() -> None:
    def build(stack: Stack) -> None:
        connector = DataConnector.from_function_arn(stack, "It", FUNCTION_ARN)
        connector.grant_invoke(iam.User(stack, "User"))

    document = synthesize(build).properties("AWS::IAM::Policy")["PolicyDocument"]

    assert allowed(document) == {"lambda:InvokeFunction": [FUNCTION_ARN, f"{FUNCTION_ARN}:*"]}


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("metric_errors", "Errors"),
        ("metric_throttles", "Throttles"),
        ("metric_duration", "Duration"),
        ("metric_invocations", "Invocations"),
    ],
)
def test_metric_is_that_of_the_function(method: str, name: str) -> None:
    connector = DataConnector.from_function_arn(Stack(App(), "Test"), "It", FUNCTION_ARN)
    metric = getattr(connector, method)(period=Duration.minutes(1), statistic="Maximum")

    assert (metric.namespace, metric.metric_name, metric.statistic, metric.dimensions) == (
        "AWS/Lambda",
        name,
        "Maximum",
        {"FunctionName": "historian"},
    )
    assert metric.period.to_minutes() == 1


@pytest.mark.parametrize(
    "arn",
    [
        f"{FUNCTION_ARN}:live",
        "arn:aws-iso:lambda:us-iso-east-1:111122223333:function:historian",
        "arn:aws:lambda:us-east-1:111122223333:layer:historian",
    ],
)
def test_arn_is_refused_when_it_is_not_of_a_plain_function(arn: str) -> None:
    message = (
        'the function\'s ARN must read "arn:aws:lambda:REGION:ACCOUNT:function:NAME", without '
        f'version or alias, got "{arn}"; pass the function itself'
    )

    assert refusal(lambda stack: DataConnector.from_function_arn(stack, "It", arn)) == message


def test_arn_is_refused_when_longer_than_cloudformation_takes() -> None:
    arn = f"arn:aws:lambda:us-east-1:111122223333:function:{'n' * 82}"
    message = (
        f'the function\'s ARN may have 128 characters, got 129 in "{arn}"; give the function a shorter name'
    )

    assert refusal(lambda stack: DataConnector.from_function_arn(stack, "It", arn)) == message
    assert (
        refusal(lambda stack: DataConnector(stack, "It", function=function_with_arn(stack, arn))) == message
    )
    DataConnector.from_function_arn(Stack(App(), "Test"), "It", arn[:-1])


def aliased(stack: Stack) -> lambda_.Alias:
    function = lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_14,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
    )
    return lambda_.Alias(stack, "Live", alias_name="live", version=function.current_version)


def test_alias_is_refused_by_default() -> None:
    assert refusal(lambda stack: DataConnector(stack, "It", function=aliased(stack))) == (
        "function must not be a version or an alias, which the service's pattern of ARNs excludes, "
        'got "Test/Live"; pass the function itself'
    )


def test_alias_is_accepted_with_the_option() -> None:
    stack = Stack(App(), "Test")
    alias = aliased(stack)

    assert DataConnector(stack, "It", function=alias, allow_qualified=True).function is alias
