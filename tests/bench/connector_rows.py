"""Rows of telemetry, and the two events that ask for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

DEVICES = [f"sensor-{number:02d}" for number in range(20)]
START = datetime(2026, 3, 2, 6, tzinfo=UTC)
END = START + timedelta(days=30)
STEP = timedelta(milliseconds=7_919)  # prime: all seconds and milliseconds occur


class Row(NamedTuple):
    """One point of the property `temperature`.

    Attributes:
        device: Index into `DEVICES`.
        milliseconds: Since the epoch.
        time: The same as RFC 3339, with three fractional digits.
        value: The number's text.
    """

    device: int
    milliseconds: int
    time: str
    value: str


def rows(count: int) -> list[Row]:
    """Return rows in order of time, devices in turn.

    Args:
        count: How many.
    """
    items = []
    for index in range(count):
        instant = START + (index + 1) * STEP
        items.append(
            Row(
                device=index % len(DEVICES),
                milliseconds=(instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1),
                time=instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z",
                value=str(20 + index % 977 / 64),
            )
        )
    return items


def event(*, by_type: bool, **more: Any) -> dict[str, Any]:
    """Return an event with what both sides need to find the rows.

    Args:
        by_type: Whether it asks for a component type, else for an entity.
        more: Further members.
    """
    text = {"dataType": {"type": "STRING"}, "isTimeSeries": False, "isStoredExternally": False}
    properties: dict[str, Any] = {
        "temperature": {
            "definition": {
                "dataType": {"type": "DOUBLE"},
                "isTimeSeries": True,
                "isStoredExternally": True,
            }
        },
        "sensorId": {"definition": text | {"isExternalId": True}},
        # The peer's keys.
        "telemetryAssetType": {"definition": text, "value": {"stringValue": "Sensor"}},
        "telemetryAssetId": {"definition": text, "value": {"stringValue": DEVICES[0]}},
    }
    target = {"componentTypeId": "com.example.Sensor"}
    if not by_type:
        properties["sensorId"]["value"] = {"stringValue": DEVICES[0]}
        target = {"entityId": "hall-1:sensor-00", "componentName": "sensor"}
    return {
        "workspaceId": "bench",
        "selectedProperties": ["temperature"],
        "startTime": START.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "startDateTime": int(START.timestamp()),
        "endTime": END.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "endDateTime": int(END.timestamp()),
        "properties": properties,
        "orderByTime": "ASCENDING",
        **target,
        **more,
    }
