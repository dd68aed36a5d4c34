"""What every construct offers: grants that accept it, metrics, and documentation without open marks."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest
from constructs import Construct

import twin_stack
from tests.constructs.examples import WATCHED
from tests.constructs.statements import of_role
from tests.support.templates import synthesize
from twin_stack.constructs import AlarmEvaluator, DynamoDbConnector, TelemetryIngest, TelemetryTable
from twin_stack.constructs.telemetry_ingest import MeasuredProperty

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import Stack

CLASSES = {
    name: value
    for name in twin_stack.__all__
    if inspect.isclass(value := getattr(twin_stack, name)) and issubclass(value, Construct)
}


def connector(stack: Stack) -> Any:
    table = TelemetryTable.from_table_name(stack, "Read", "read")
    return DynamoDbConnector(stack, "It", table=table.table)


def evaluator(stack: Stack) -> Any:
    telemetry = TelemetryTable(stack, "Watched", stream=True)
    return AlarmEvaluator(stack, "It", telemetry=telemetry, alarms=[WATCHED])


@pytest.mark.parametrize("build", [connector, evaluator])
def test_grants_accept_constructs_with_a_function(build: Callable[[Stack], Any]) -> None:
    def granted(stack: Stack) -> None:
        archive = TelemetryTable.from_table_name(stack, "Archive", "archive")
        archive.grant_read_data(build(stack))

    result = synthesize(granted)
    queried = of_role(result.resources, result.id_of("AWS::IAM::Role"))["dynamodb:Query"]
    assert any(arn.endswith("table/archive") for arn in queried)


@pytest.mark.slow
@pytest.mark.parametrize("build", [connector, evaluator])
@pytest.mark.parametrize("method", ["errors", "throttles", "duration", "invocations"])
def test_function_has_the_metrics_of_the_cdk(build: Callable[[Stack], Any], method: str) -> None:
    def read(stack: Stack) -> None:
        it = build(stack)
        metric = getattr(it, f"metric_{method}")()
        assert (metric.namespace, metric.metric_name) == ("AWS/Lambda", method.capitalize())
        assert it.metric("ConcurrentExecutions").metric_name == "ConcurrentExecutions"

    assert synthesize(read).resources


def test_rule_has_any_metric_of_its_namespace() -> None:
    def read(stack: Stack) -> None:
        table = TelemetryTable.from_table_name(stack, "Table", "table").table
        rule = TelemetryIngest(
            stack,
            "It",
            topic="plant/+/t",
            device_id="topic(2)",
            properties=[MeasuredProperty("t")],
            table=table,
        )
        metric = rule.metric("RuleNotFound", statistic="Maximum")
        assert (metric.namespace, metric.metric_name, metric.statistic) == (
            "AWS/IoT",
            "RuleNotFound",
            "Maximum",
        )

    assert synthesize(read).resources


@pytest.mark.parametrize("name", CLASSES)
def test_documentation_says_what_is_known_in_words(name: str) -> None:
    texts = [CLASSES[name].__doc__, *(member.__doc__ for member in vars(CLASSES[name]).values())]
    assert texts[0]
    assert [text for text in texts if text and ("[U]" in text or "[I]" in text)] == []
