"""The alarms of a definition in the form that the alarm evaluator accepts."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from aws_cdk import Duration

from twin_stack.constructs.alarm_rule import AlarmRule, EvaluatedAlarm
from twin_stack.definition.alarms import watches

if TYPE_CHECKING:
    from twin_stack.definition import schema
    from twin_stack.definition.alarms import Watch


def evaluated_alarms(definition: schema.TwinDefinition) -> list[EvaluatedAlarm]:
    """Return the alarms to evaluate, with rules grouped by the component that shows them.

    Args:
        definition: A checked definition.
    """
    watched = watches(definition.component_types, definition.resolved_types)
    watched.sort(key=_alarm_component)
    alarms = []
    for (type_id, alarm_type_id, key), group in groupby(watched, key=_alarm_component):
        rules = list(group)
        view = rules[0].view
        alarms.append(
            EvaluatedAlarm(
                component_type_id=type_id,
                alarm_type_id=alarm_type_id,
                rules=tuple(map(_rule, rules)),
                alarm_key=key,
                status_attribute=view.status,
                level_attribute=view.level,
                message_attribute=view.message,
            )
        )
    return alarms


def _alarm_component(watch: Watch) -> tuple[str, str, str]:
    return watch.component_type_id, watch.view.component_type_id, watch.alarm.alarm_key


def _rule(watch: Watch) -> AlarmRule:
    alarm = watch.alarm
    missing = alarm.missing_after_seconds
    return AlarmRule(
        name=watch.name,
        attribute=watch.attribute,
        unit=watch.unit,
        above=alarm.above,
        below=alarm.below,
        hysteresis=alarm.hysteresis,
        dwell=Duration.seconds(alarm.for_seconds) if alarm.for_seconds else None,
        missing_after=Duration.seconds(missing) if missing is not None else None,
        severity=alarm.severity,
    )
