"""Dashboards, alarms and Grafana in the embedded AWS: deployed by the same template."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.local.conftest import Deployed
    from tests.support.local_factory import LocalFactory
    from twin_stack.pytest_plugin import LocalTwin

QUERY = "SELECT SUM(Failure) FROM SCHEMA(\"AWS/IoT\", ActionType, RuleName) WHERE RuleName = 'r'"


def alarms(twin: LocalTwin, words: str) -> list[dict[str, Any]]:
    pages = twin.client("cloudwatch").get_paginator("describe_alarms").paginate()
    return [one for page in pages for one in page["MetricAlarms"] if words in one["AlarmDescription"]]


def test_factory_has_its_dashboard_with_alarms_that_are_there(local_factory: LocalFactory) -> None:
    twin = local_factory.twin
    outputs = twin.client("cloudformation").describe_stacks(StackName="my-factory-twin")["Stacks"][0][
        "Outputs"
    ]
    (name,) = [one["OutputValue"] for one in outputs if one["OutputKey"] == "DashboardName"]
    body = json.loads(twin.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"])

    shown = body["widgets"][0]["properties"]["alarms"]
    assert len(shown) == 18
    assert set(shown) <= {one["AlarmArn"] for one in alarms(twin, "")}


def test_alarm_counts_the_reads_that_fail(local_factory: LocalFactory) -> None:
    twin = local_factory.twin
    (alarm,) = alarms(twin, "Connector historian: reads of the twin fail")
    (function,) = alarm["Dimensions"]

    answer = twin.client("lambda").invoke(FunctionName=function["Value"], Payload=b"{}")

    assert answer["FunctionError"] == "Unhandled"
    # What the alarm looks at, asked of CloudWatch: states of alarms are not evaluated by dimension here.
    now = datetime.now(UTC)
    points = twin.client("cloudwatch").get_metric_statistics(
        Namespace=alarm["Namespace"],
        MetricName=alarm["MetricName"],
        Dimensions=alarm["Dimensions"],
        StartTime=now - timedelta(seconds=alarm["Period"]),
        EndTime=now + timedelta(seconds=alarm["Period"]),
        Period=alarm["Period"],
        Statistics=[alarm["Statistic"]],
    )["Datapoints"]
    assert sum(point["Sum"] for point in points) >= alarm["Threshold"]


def test_cold_start_is_in_the_log_where_the_filter_looks(local_factory: LocalFactory) -> None:
    twin = local_factory.twin
    logs = twin.client("logs")
    (found,) = logs.describe_metric_filters(
        metricName="telemetry.ColdStarts", metricNamespace="TwinStack/my-factory-twin"
    )["metricFilters"]
    assert found["filterPattern"] == "{ $.coldStart IS TRUE }"
    now = datetime.now(UTC)
    twin.client("iottwinmaker").get_property_value_history(
        workspaceId=local_factory.workspace_id,
        entityId="machine-001",
        componentName="temperatureSensor",
        selectedProperties=["temperature"],
        startTime=(now - timedelta(hours=1)).isoformat(),
        endTime=now.isoformat(),
    )

    events = logs.filter_log_events(logGroupName=found["logGroupName"])["events"]
    lines = [json.loads(one["message"]) for one in events if '"coldStart"' in one["message"]]
    assert True in [line["coldStart"] for line in lines]


def test_alarm_on_a_query_is_kept_and_changed(deploy: Callable[..., Deployed], local_twin: LocalTwin) -> None:
    def alarm(threshold: int) -> dict[str, Any]:
        metric = {"Id": "q", "Expression": QUERY, "Period": 300, "ReturnData": True}
        properties = {
            "AlarmDescription": "On a query",
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "EvaluationPeriods": 1,
            "Metrics": [metric],
            "Threshold": threshold,
            "TreatMissingData": "notBreaching",
        }
        return {"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}}

    stack = deploy(alarm(1))
    assert (stack.status, stack.reasons) == ("CREATE_COMPLETE", {})
    (kept,) = alarms(local_twin, "On a query")
    assert (kept["MetricName"], kept["Threshold"]) == (QUERY, 1)

    deploy(alarm(5), name=stack.name)
    assert [one["Threshold"] for one in alarms(local_twin, "On a query")] == [5]
    stack.delete()
    assert alarms(local_twin, "On a query") == []


def test_workspace_of_grafana_is_passed_over(deploy: Callable[..., Deployed]) -> None:
    properties = {
        "AccountAccessType": "CURRENT_ACCOUNT",
        "AuthenticationProviders": ["AWS_SSO"],
        "PermissionType": "CUSTOMER_MANAGED",
    }
    stack = deploy(
        {"Grafana": {"Type": "AWS::Grafana::Workspace", "Properties": properties}},
        outputs={"Endpoint": {"Fn::GetAtt": ["Grafana", "Endpoint"]}},
    )

    assert (stack.status, stack.outputs) == ("CREATE_COMPLETE", {"Endpoint": "grafana.invalid"})
    stack.delete()
    assert stack.status == "DELETE_COMPLETE"
