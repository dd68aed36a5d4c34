"""The thresholds of the alarms on a twin's operation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OperationsThresholds:
    """The thresholds from which alarms are raised; counts are per five minutes.

    Attributes:
        connector_errors: Failed invocations of one connector, at least 1.
        connector_throttles: Invocations of one connector that Lambda rejected, at least 1.
        connector_duration_percent: The 99th percentile of a connector's duration in percent of its timeout,
            1 to 100, for a quarter of an hour.
        cold_starts: Cold starts of one connector, at least 1.
        rule_failures: Failed actions of one topic rule, at least 1.
        twin_failures: Entities, or component types, that could not be created, updated or deleted, at
            least 1.
        stream_lag_seconds: The delay of the alarm evaluator behind the telemetry table's stream, at least 60.

    Raises:
        ValueError: A threshold is out of range.
    """

    connector_errors: int = 1
    connector_throttles: int = 1
    connector_duration_percent: int = 80
    cold_starts: int = 50
    rule_failures: int = 1
    twin_failures: int = 1
    stream_lag_seconds: int = 300

    def __post_init__(self) -> None:
        """Check the ranges: CloudWatch accepts thresholds with which an alarm is never or always raised."""
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
