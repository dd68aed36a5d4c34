"""The alarms of a definition in the form that the alarm evaluator accepts."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from aws_cdk import Duration

from twin_stack.constructs.alarm_rule import AlarmRule, EvaluatedAlarm
from twin_stack.definition.alarms import resolved_alarms

if TYPE_CHECKING:
    from twin_stack.definition.alarms import ResolvedAlarm
    from twin_stack.definition.twin_definition import TwinDefinition


def evaluated_alarms(definition: TwinDefinition) -> list[EvaluatedAlarm]:
    """Return the alarms to evaluate, with rules grouped by the component that shows them.

    Args:
        definition: A checked definition.
    """
    alarms_of_types = resolved_alarms(definition.component_types, definition.resolved_types)
    alarms_of_types.sort(key=_alarm_component)
    alarms = []
    for (type_id, alarm_type_id, key), group in groupby(alarms_of_types, key=_alarm_component):
        rules = list(group)
        binding = rules[0].binding
        alarms.append(
            EvaluatedAlarm(
                component_type_id=type_id,
                alarm_type_id=alarm_type_id,
                rules=tuple(map(_rule, rules)),
                alarm_key=key,
                status_attribute=binding.status,
                level_attribute=binding.level,
                message_attribute=binding.message,
            )
        )
    return alarms


def _alarm_component(resolved: ResolvedAlarm) -> tuple[str, str, str]:
    return resolved.component_type_id, resolved.binding.component_type_id, resolved.alarm.alarm_key


def _rule(resolved: ResolvedAlarm) -> AlarmRule:
    alarm = resolved.alarm
    missing = alarm.missing_after_seconds
    return AlarmRule(
        name=resolved.name,
        attribute=resolved.attribute,
        unit=resolved.unit,
        above=alarm.above,
        below=alarm.below,
        hysteresis=alarm.hysteresis,
        dwell=Duration.seconds(alarm.for_seconds) if alarm.for_seconds else None,
        missing_after=Duration.seconds(missing) if missing is not None else None,
        severity=alarm.severity,
    )
