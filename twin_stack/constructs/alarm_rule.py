"""Alarm rules, and the form in which the alarm evaluator reads them from its environment."""

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
    """A limit on a property.

    Attributes:
        name: The name of the rule, for messages.
        attribute: The attribute of the table's rows that holds the value.
        unit: The unit of the value, for messages.
        above: The alarm is raised by a value above this limit.
        below: The alarm is raised by a value below this limit. With neither ``above`` nor ``below``, only
            missing data raises the alarm.
        hysteresis: How far a value has to return inside the limit before the alarm ends, in the value's unit.
        dwell: How long values have to stay beyond the limit before the alarm is raised, at most a day.
            Default: no delay.
        missing_after: Time without a value after which the alarm is raised. Default: never.
        severity: ``WARNING`` or ``CRITICAL``.
    """

    name: str
    attribute: str
    unit: str = ""
    above: float | None = None
    below: float | None = None
    hysteresis: float = 0.0
    dwell: Duration | None = None
    missing_after: Duration | None = None
    severity: Literal["WARNING", "CRITICAL"] = "CRITICAL"


@dataclass(frozen=True, slots=True)
class EvaluatedAlarm:
    """The rules of a component type that share one alarm component.

    Attributes:
        component_type_id: The component type whose rows are evaluated, as in the attribute
            ``component_type_id``.
        alarm_type_id: The component type of the alarm, written to the alarm's rows.
        rules: The rules, at least 1. The alarm shows the raised rule with the highest severity.
        alarm_key: The component's ``alarm_key``; ``${device}`` stands for the device id.
        status_attribute: The attribute for ``ACTIVE``, ``SNOOZE_DISABLED``, ``ACKNOWLEDGED`` or ``NORMAL``.
        level_attribute: The attribute for ``NORMAL``, ``WARNING``, ``CRITICAL`` or ``ACKNOWLEDGED``.
            Default: none.
        message_attribute: The attribute for a message to operators. Default: none.
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
    return json.dumps([_alarm_settings(alarm) for alarm in alarms], separators=(",", ":"))


def _alarm_settings(alarm: EvaluatedAlarm) -> dict[str, Any]:
    """Return an alarm as ``alarm_evaluator.environment.parse_alarm`` reads it, without null members."""
    settings = {
        "type": alarm.component_type_id,
        "alarmType": alarm.alarm_type_id,
        "key": alarm.alarm_key,
        "status": alarm.status_attribute,
        "level": alarm.level_attribute,
        "message": alarm.message_attribute,
        "rules": [_rule_settings(rule) for rule in alarm.rules],
    }
    return {name: value for name, value in settings.items() if value is not None}


def _rule_settings(rule: AlarmRule) -> dict[str, Any]:
    settings = {
        "name": rule.name,
        "attribute": rule.attribute,
        "unit": rule.unit or None,
        "above": rule.above,
        "below": rule.below,
        "hysteresis": rule.hysteresis or None,
        "forSeconds": int(rule.dwell.to_seconds()) if rule.dwell is not None else None,
        "missingAfterSeconds": int(rule.missing_after.to_seconds()) if rule.missing_after else None,
        "severity": rule.severity,
    }
    return {name: value for name, value in settings.items() if value is not None}
