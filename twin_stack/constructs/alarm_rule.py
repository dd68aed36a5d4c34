"""Rules of alarms, and the form in which the alarm evaluator reads them from its environment."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from twin_stack.twinmaker.names import ALARM_STATUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import Duration


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """A limit of a property.

    Attributes:
        name: a name of your own.
        attribute: attribute of the rows that is watched.
        unit: its unit, for messages.
        above: a value above it raises the alarm; or else
        below: a value below it. Neither: only missing data do.
        hysteresis: how far a value has to come back before the alarm is over.
        hold: how long values have to stay beyond the limit, at most a day.
        missing_after: without a value for so long the alarm is raised as well. None: never.
        severity: `WARNING` or `CRITICAL`.
    """

    name: str
    attribute: str
    unit: str = ""
    above: float | None = None
    below: float | None = None
    hysteresis: float = 0.0
    hold: Duration | None = None
    missing_after: Duration | None = None
    severity: Literal["WARNING", "CRITICAL"] = "CRITICAL"


@dataclass(frozen=True, slots=True)
class EvaluatedAlarm:
    """The limits of a component type's devices that show in one alarm component.

    Attributes:
        component_type_id: the type, as rows have it in `component_type_id`.
        alarm_type_id: component type of the alarm, which is written to its rows.
        rules: the limits, 1 or more. The worst one that is raised shows.
        alarm_key: the component's `alarm_key`; `${device}` is the device id.
        status_attribute: attribute for `ACTIVE`, `SNOOZE_DISABLED`, `ACKNOWLEDGED`, `NORMAL`.
        level_attribute: attribute for `NORMAL`, `WARNING`, `CRITICAL`, `ACKNOWLEDGED`, or None.
        message_attribute: attribute for words, or None.
    """

    component_type_id: str
    alarm_type_id: str
    rules: tuple[AlarmRule, ...]
    alarm_key: str = "${device}-alarm"
    status_attribute: str = ALARM_STATUS
    level_attribute: str | None = None
    message_attribute: str | None = None


def alarms_text(alarms: Sequence[EvaluatedAlarm]) -> str:
    """Return the value of the function's environment variable ``ALARMS``.

    Args:
        alarms: The alarms to write.
    """
    return json.dumps([_written(alarm) for alarm in alarms], separators=(",", ":"))


def _written(alarm: EvaluatedAlarm) -> dict[str, Any]:
    """As `alarm_evaluator.environment.alarm_from` reads it; what is not given is left out."""
    shown = {
        "type": alarm.component_type_id,
        "alarmType": alarm.alarm_type_id,
        "key": alarm.alarm_key,
        "status": alarm.status_attribute,
        "level": alarm.level_attribute,
        "message": alarm.message_attribute,
        "rules": [_written_rule(rule) for rule in alarm.rules],
    }
    return {name: value for name, value in shown.items() if value is not None}


def _written_rule(rule: AlarmRule) -> dict[str, Any]:
    written = {
        "name": rule.name,
        "attribute": rule.attribute,
        "unit": rule.unit or None,
        "above": rule.above,
        "below": rule.below,
        "hysteresis": rule.hysteresis or None,
        "forSeconds": int(rule.hold.to_seconds()) if rule.hold is not None else None,
        "missingAfterSeconds": int(rule.missing_after.to_seconds()) if rule.missing_after else None,
        "severity": rule.severity,
    }
    return {name: value for name, value in written.items() if value is not None}
