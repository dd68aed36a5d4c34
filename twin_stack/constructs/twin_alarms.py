"""The alarms of a definition as the alarm evaluator takes them."""

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
    """Return what the alarm evaluator has to watch, limits that show in the same component together.

    Args:
        definition: a checked definition.
    """
    found = watches(definition.component_types, definition.resolved_types)
    found.sort(key=_place)
    alarms = []
    for (type_id, alarm_type_id, key), group in groupby(found, key=_place):
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


def _place(watch: Watch) -> tuple[str, str, str]:
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
        hold=Duration.seconds(alarm.for_seconds) if alarm.for_seconds else None,
        missing_after=Duration.seconds(missing) if missing is not None else None,
        severity=alarm.severity,
    )
