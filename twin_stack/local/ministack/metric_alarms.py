"""ministack's CloudWatch alarms: those on expressions are accepted, and never raised."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Json = dict[str, Any]


def accept_expression_alarms(provisioners: Any) -> None:
    """Let templates have alarms on metric math and on Metrics Insights queries.

    Args:
        provisioners: ministack's module of this name.
    """
    record = provisioners._cw_metric_alarm_record
    provisioners._cw_metric_alarm_record = partial(alarm_record, record=record)


def alarm_record(name: str, properties: Json, *, record: Callable[[str, Json], Json]) -> Json:
    """Return what CloudWatch stores of an alarm, also of one on an expression.

    An expression is stored as the name of a metric. That metric has no data, so the alarm is never raised.

    Args:
        name: Name of the alarm.
        properties: Its properties in the template.
        record: ministack's function for an alarm on one metric.
    """
    metrics = properties.get("Metrics")
    if metrics:
        metric = {"Namespace": "Expression", "MetricName": metrics[0]["Expression"]}
        properties = {**properties, **metric, "Metrics": None}
    return record(name, properties)
