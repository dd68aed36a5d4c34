"""From which values on the alarms of a twin's operations are raised."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OperationsThresholds:
    """From where on an alarm is raised; counts are of five minutes.

    Attributes:
        connector_errors: failed invocations of one connector, at least 1.
        connector_throttles: invocations of one connector that were refused, at least 1.
        connector_duration_percent: percentile 99 of a connector's duration in percent of its timeout, 1 to
            100, for a quarter of an hour.
        cold_starts: cold starts of one connector, at least 1.
        rule_failures: actions of one topic rule that failed, at least 1.
        twin_failures: entities, or component types, that could not be created, updated or deleted, at
            least 1.
        stream_lag_seconds: how far behind the telemetry table's stream the alarm evaluator is, at least 60.
    """

    connector_errors: int = 1
    connector_throttles: int = 1
    connector_duration_percent: int = 80
    cold_starts: int = 50
    rule_failures: int = 1
    twin_failures: int = 1
    stream_lag_seconds: int = 300

    def __post_init__(self) -> None:
        """Check what CloudWatch would take and never raise, or always."""
        counts = ("connector_errors", "connector_throttles", "cold_starts", "rule_failures", "twin_failures")
        for name in counts:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if not 1 <= self.connector_duration_percent <= 100:
            raise ValueError(
                f"connector_duration_percent must be 1 to 100, got {self.connector_duration_percent}"
            )
        if self.stream_lag_seconds < 60:
            raise ValueError(f"stream_lag_seconds must be at least 60, got {self.stream_lag_seconds}")
