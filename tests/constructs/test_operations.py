"""A twin's dashboard and alarms: metrics, thresholds, the notified topic, and unavailable metrics."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, Duration, Stack
from aws_cdk import aws_lambda as lambda_

from app import build_app
from tests.constructs import examples
from tests.constructs.statements import flat, of_role
from tests.support.templates import Synthesized, synthesize
from twin_stack.constructs import DataConnector, IDataConnector, Operations, OperationsThresholds

if TYPE_CHECKING:
    from pathlib import Path


ALARM, DASHBOARD, FILTER = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard", "AWS::Logs::MetricFilter"

PAGER = "arn:aws:sns:us-east-1:111122223333:pager"

STAGE = {"model": "models/factory"}


@pytest.fixture(scope="module")
def everything() -> Synthesized:
    return synthesize(examples.everything)


def alarms(result: Synthesized) -> dict[str, dict[str, Any]]:
    """Properties of alarms by their descriptions."""
    return {
        resource["Properties"]["AlarmDescription"]: resource["Properties"]
        for resource in result.all_of(ALARM).values()
    }


def alarm(result: Synthesized, words: str) -> dict[str, Any]:
    (match,) = [properties for description, properties in alarms(result).items() if words in description]
    return match


@pytest.mark.parametrize(
    ("words", "metric", "statistic", "threshold"),
    [
        ("telemetry: reads of the twin fail", "Errors", "Sum", 1),
        ("telemetry: reads of the twin are refused", "Throttles", "Sum", 1),
        # The timeout is 30 s, after which callers get ConnectorTimeoutException.
        ("telemetry: the slowest answers", "Duration", "p99", 24_000),
        ("telemetry: many answers wait", "telemetry.ColdStarts", "Sum", 50),
    ],
)
def test_connectors_have_alarms_on_errors_throttles_duration_and_cold_starts(
    everything: Synthesized, words: str, metric: str, statistic: str, threshold: int
) -> None:
    properties = alarm(everything, words)

    assert (properties["MetricName"], properties["Threshold"]) == (metric, threshold)
    assert statistic in (properties.get("Statistic"), properties.get("ExtendedStatistic"))
    assert properties["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    # A connector without invocations is not a failure.
    assert properties["TreatMissingData"] == "notBreaching"


def test_cold_starts_are_counted_in_the_logs_of_connectors(everything: Synthesized) -> None:
    metric_filters = [
        resource["Properties"]
        for resource in everything.all_of(FILTER).values()
        if "untyped" not in resource["Properties"]["FilterPattern"]
    ]

    # `serving.serve` logs `coldStart`, and Lambda's JSON format puts it at the top of the line.
    assert {properties["FilterPattern"] for properties in metric_filters} == {"{ $.coldStart IS TRUE }"}
    groups = {
        flat(resource["Properties"]["LoggingConfig"]["LogGroup"])
        for name, resource in everything.all_of("AWS::Lambda::Function").items()
        if name.startswith(("TelemetryConnector", "SiteWiseConnector"))
    }
    assert {flat(properties["LogGroupName"]) for properties in metric_filters} == groups
    measured = {properties["MetricTransformations"][0]["MetricName"] for properties in metric_filters}
    watched = {properties.get("MetricName") for properties in alarms(everything).values()}
    assert measured == {"telemetry.ColdStarts", "historian.ColdStarts"} <= watched


def test_measurements_without_component_type_raise_an_alarm(everything: Synthesized) -> None:
    (metric_filter,) = [
        resource["Properties"]
        for resource in everything.all_of(FILTER).values()
        if "untyped" in resource["Properties"]["FilterPattern"]
    ]

    # The evaluator logs `untyped` with each batch.
    assert metric_filter["FilterPattern"] == "{ $.untyped > 0 }"
    (transformation,) = metric_filter["MetricTransformations"]
    assert (transformation["MetricName"], transformation["MetricValue"]) == ("UntypedRows", "$.untyped")
    properties = alarm(everything, "Measurements have no component_type_id")
    assert (properties["MetricName"], properties["Threshold"]) == ("UntypedRows", 1)


def test_failures_of_a_rule_are_summed_over_all_types_of_actions(everything: Synthesized) -> None:
    (query,) = alarm(everything, "Topic rule temperatures")["Metrics"]

    rule = everything.id_of("AWS::IoT::TopicRule")
    assert flat(query["Expression"]) == (
        f"SELECT SUM(Failure) FROM SCHEMA(\"AWS/IoT\", ActionType, RuleName) WHERE RuleName = '<{rule}>'"
    )
    assert (query["Period"], query["ReturnData"]) == (300, True)


def test_failures_of_the_service_have_an_alarm_for_each_kind(everything: Synthesized) -> None:
    queries = [
        properties["Metrics"][0]["Expression"]
        for properties in alarms(everything).values()
        if "Metrics" in properties
    ]

    own = [query for query in queries if isinstance(query, str)]
    assert sorted(query.split("(")[1].split(")")[0] for query in own) == [
        "ComponentTypeCreationFailure",
        "ComponentTypeUpdateFailure",
        "EntityCreationFailure",
        "EntityDeletionFailure",
        "EntityUpdateFailure",
    ]
    assert all(query.endswith("WHERE WorkspaceId = 'factory'") for query in own)


def test_topic_is_notified_of_every_alarm(everything: Synthesized) -> None:
    topics = {
        (flat(properties.get("AlarmActions", [None])[0]), flat(properties.get("OKActions", [None])[0]))
        for properties in alarms(everything).values()
    }

    # Dead letters and lag too, which other constructs have made.
    assert topics == {(PAGER, PAGER)}
    assert len(alarms(everything)) == 18


def test_dashboard_shows_every_alarm_and_every_part(everything: Synthesized) -> None:
    (_, parts) = everything.properties(DASHBOARD)["DashboardBody"]["Fn::Join"]
    body = json.loads("".join(part if isinstance(part, str) else flat(part) for part in parts))
    status, *graphs = body["widgets"]

    assert sorted(status["properties"]["alarms"]) == sorted(
        f"<{name}.Arn>" for name in everything.all_of(ALARM)
    )
    assert [graph["properties"]["title"] for graph in graphs] == [
        "Connectors: failures",
        "Connectors: duration (ms)",
        "Connectors: calls",
        "Topic rules: failures",
        "Topic rules: messages",
        "Dead letters",
        "Alarm evaluator: lag (ms)",
        "Alarm evaluator: failed batches",
        "Measurements without component type",
        "Entities: failures",
        "Component types: failures",
    ]
    for graph in graphs:
        assert graph["x"] + graph["width"] <= 24
        assert graph["properties"]["metrics"]


def _connectors(stack: Stack) -> dict[str, IDataConnector]:
    own = lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_14,
        handler="index.handler",
        code=lambda_.Code.from_inline("handler = None"),
        timeout=Duration.seconds(10),
    )
    return {
        "own": DataConnector(stack, "Own", function=own),
        "existing": DataConnector.from_function_arn(stack, "Existing", examples.FUNCTION_ARN),
    }


def test_alarms_on_unknown_attributes_of_an_imported_function_are_left_out() -> None:
    def build(stack: Stack) -> None:
        Operations(
            stack,
            "Operations",
            workspace=examples.existing_workspace(stack),
            connectors=_connectors(stack),
            thresholds=OperationsThresholds(connector_duration_percent=50, connector_errors=3),
        )

    result = synthesize(build)
    metrics = [words.split(":")[1] for words in alarms(result) if "Connector existing" in words]
    # Neither its timeout nor its log is known here.
    assert len(metrics) == 2
    assert alarm(result, "own: the slowest answers")["Threshold"] == 5_000
    assert alarm(result, "own: reads of the twin fail")["Threshold"] == 3
    # The function of another team, also of this app, and its log are not changed.
    assert result.all_of(FILTER) == {}
    assert result.all_of("Custom::LogRetention") == {}
    assert all("AlarmActions" not in properties for properties in alarms(result).values())


def _stage(tmp_path: Path, **settings: Any) -> Synthesized:
    stages = {"defaultStage": "dev", "stages": {"dev": {**STAGE, **settings}}}
    app: App = build_app(context={"twin-stack": stages}, outdir=str(tmp_path))
    (stack,) = app.synth().stacks
    return Synthesized(template=stack.template, warnings=[], directory=tmp_path)


@pytest.mark.slow
def test_stage_sets_thresholds_and_the_notified_topic(tmp_path: Path) -> None:
    topic = "arn:aws:sns:us-east-1:111122223333:plant"
    operations = {"topicArn": PAGER, "coldStarts": 7, "streamLagSeconds": 120, "twinFailures": 2}
    result = _stage(tmp_path, operations=operations, alarmTopicArn=topic)

    assert alarm(result, "telemetry: many answers wait")["Threshold"] == 7
    assert alarm(result, "Alarm states are late")["Threshold"] == 120_000
    assert alarm(result, "Entities of my-factory-twin could not be created")["Threshold"] == 2
    assert all(properties["AlarmActions"] == [PAGER] for properties in alarms(result).values())
    # The evaluator publishes the alarms of the definition to another topic.
    (evaluator,) = [
        resource["Properties"]
        for resource in result.all_of("AWS::Lambda::Function").values()
        if resource["Properties"]["Handler"].startswith("alarm_evaluator")
    ]
    assert evaluator["Environment"]["Variables"]["TOPIC_ARN"] == topic
    actions = of_role(result.resources, evaluator["Role"]["Fn::GetAtt"][0])
    assert actions["sns:Publish"] == [topic]


@pytest.mark.slow
def test_stage_has_no_dashboard_when_operations_are_off(tmp_path: Path) -> None:
    result = _stage(tmp_path, operations={"enabled": False})

    assert (result.all_of(DASHBOARD), result.all_of(FILTER)) == ({}, {})
    # Those of dead letters and lag are of the constructs they belong to.
    assert len(result.all_of(ALARM)) == 3
    assert "DashboardName" not in result.template["Outputs"]
