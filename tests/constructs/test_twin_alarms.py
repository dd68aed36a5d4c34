"""Alarms of a definition, grouped for the evaluator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack import load
from twin_stack.constructs.twin_alarms import evaluated_alarms

if TYPE_CHECKING:
    from pathlib import Path

TYPES = """com.example.Alarm:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {dataReader: telemetry}
com.example.Sensor:
  propertyDefinitions:
    temperature: {dataType: {type: DOUBLE, unitOfMeasure: Celsius}, isTimeSeries: true}
  functions: {dataReader: telemetry}
  alarms:
    warm: {property: temperature, above: 70, severity: WARNING}
    hot: {property: temperature, above: 80, hysteresis: 2, forSeconds: 30, missingAfterSeconds: 600}
"""


def test_rules_of_one_alarm_component_are_one_alarm(tmp_path: Path) -> None:
    (tmp_path / "twin.yaml").write_text(
        "workspaceId: plant-1\nconnectors:\n  telemetry: {kind: dynamodb}\n", encoding="utf-8"
    )
    (tmp_path / "component_types").mkdir()
    (tmp_path / "component_types" / "types.yaml").write_text(TYPES, encoding="utf-8")

    (alarm,) = evaluated_alarms(load(tmp_path))

    assert (alarm.component_type_id, alarm.alarm_type_id) == ("com.example.Sensor", "com.example.Alarm")
    warm, hot = sorted(alarm.rules, key=lambda rule: rule.above or 0)
    assert (warm.name, warm.above, warm.severity, warm.unit) == ("warm", 70, "WARNING", "Celsius")
    assert (warm.dwell, warm.missing_after) == (None, None)
    assert (hot.name, hot.above, hot.hysteresis, hot.severity) == ("hot", 80, 2, "CRITICAL")
    assert hot.dwell is not None
    assert hot.missing_after is not None
    assert (hot.dwell.to_seconds(), hot.missing_after.to_seconds()) == (30, 600)


def test_twin_without_alarms_has_none(tmp_path: Path) -> None:
    (tmp_path / "twin.yaml").write_text("workspaceId: plant-1\n", encoding="utf-8")

    assert evaluated_alarms(load(tmp_path)) == []
