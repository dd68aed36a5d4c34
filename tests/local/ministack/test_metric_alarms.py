"""Alarms on expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.local_alarms import alarms

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.stacks import Deployed
    from twin_stack.pytest_plugin import LocalTwin


QUERY = "SELECT SUM(Failure) FROM SCHEMA(\"AWS/IoT\", ActionType, RuleName) WHERE RuleName = 'r'"


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
    assert [item["Threshold"] for item in alarms(local_twin, "On a query")] == [5]
    stack.delete()
    assert alarms(local_twin, "On a query") == []
