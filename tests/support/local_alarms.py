"""CloudWatch alarms of the embedded AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin_stack.pytest_plugin import LocalTwin


def alarms(twin: LocalTwin, words: str) -> list[dict[str, Any]]:
    pages = twin.client("cloudwatch").get_paginator("describe_alarms").paginate()
    return [alarm for page in pages for alarm in page["MetricAlarms"] if words in alarm["AlarmDescription"]]
