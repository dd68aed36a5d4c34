"""Dashboards, alarms and Grafana in the embedded AWS: deployed by the same template."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.local_factory import LocalFactory

from tests.support.local_alarms import alarms


def test_dashboard_of_the_factory_refers_to_existing_alarms(local_factory: LocalFactory) -> None:
    twin = local_factory.twin
    outputs = twin.client("cloudformation").describe_stacks(StackName="my-factory-twin")["Stacks"][0][
        "Outputs"
    ]
    (name,) = [item["OutputValue"] for item in outputs if item["OutputKey"] == "DashboardName"]
    body = json.loads(twin.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"])

    shown = body["widgets"][0]["properties"]["alarms"]
    assert len(shown) == 19
    assert set(shown) <= {item["AlarmArn"] for item in alarms(twin, "")}


def test_alarm_counts_the_reads_that_fail(local_factory: LocalFactory) -> None:
    twin = local_factory.twin
    # Other tests deploy twins with a connector of this name beside the factory.
    (alarm,) = [
        alarm
        for alarm in alarms(twin, "Connector historian: reads of the twin fail")
        if alarm["Dimensions"][0]["Value"].startswith("my-factory-twin-")
    ]
    (function,) = alarm["Dimensions"]

    answer = twin.client("lambda").invoke(FunctionName=function["Value"], Payload=b"{}")

    assert answer["FunctionError"] == "Unhandled"
    # The metric of the alarm in CloudWatch: ministack does not evaluate alarms by dimension.
    now = datetime.now(UTC)
    points = twin.client("cloudwatch").get_metric_statistics(
        Namespace=alarm["Namespace"],
        MetricName=alarm["MetricName"],
        Dimensions=alarm["Dimensions"],
        # A point has the time at which its period begins, which may be the period before this one.
        StartTime=now - timedelta(seconds=2 * alarm["Period"]),
        EndTime=now + timedelta(seconds=alarm["Period"]),
        Period=alarm["Period"],
        Statistics=[alarm["Statistic"]],
    )["Datapoints"]
    assert sum(point["Sum"] for point in points) >= alarm["Threshold"]


def test_metric_filter_matches_the_log_line_of_a_cold_start(local_factory: LocalFactory) -> None:
    twin = local_factory.twin
    logs = twin.client("logs")
    (metric_filter,) = logs.describe_metric_filters(
        metricName="telemetry.ColdStarts", metricNamespace="TwinStack/my-factory-twin"
    )["metricFilters"]
    assert metric_filter["filterPattern"] == "{ $.coldStart IS TRUE }"
    now = datetime.now(UTC)
    twin.client("iottwinmaker").get_property_value_history(
        workspaceId=local_factory.workspace_id,
        entityId="machine-001",
        componentName="temperatureSensor",
        selectedProperties=["temperature"],
        startTime=(now - timedelta(hours=1)).isoformat(),
        endTime=now.isoformat(),
    )

    # The log of an invocation may arrive after its result.
    deadline = time.monotonic() + 20
    lines: list[dict[str, object]] = []
    while not lines and time.monotonic() < deadline:
        events = logs.filter_log_events(logGroupName=metric_filter["logGroupName"])["events"]
        lines = [json.loads(event["message"]) for event in events if '"coldStart"' in event["message"]]
        time.sleep(0.1)
    assert True in [line["coldStart"] for line in lines]
