"""Alarm rules in the form that the evaluator reads."""

from __future__ import annotations

import json

from alarm_evaluator.environment import parse_alarm
from aws_cdk import Duration

from twin_stack.constructs import AlarmRule, EvaluatedAlarm
from twin_stack.constructs.alarm_rule import alarms_text

LOW = EvaluatedAlarm("com.e.Sensor", "com.e.Alarm", (AlarmRule("low", "t", below=0),))
FULL = EvaluatedAlarm(
    "com.e.Sensor",
    "com.e.Alarm",
    (
        AlarmRule(
            "hot",
            "temperature",
            unit="Celsius",
            above=80,
            hysteresis=2,
            dwell=Duration.minutes(1),
            missing_after=Duration.hours(1),
            severity="WARNING",
        ),
    ),
    alarm_key="${device}/heat",
    status_attribute="state",
    level_attribute="level",
    message_attribute="message",
)


def test_every_setting_is_written() -> None:
    (settings,) = json.loads(alarms_text([FULL]))
    assert settings == {
        "type": "com.e.Sensor",
        "alarmType": "com.e.Alarm",
        "key": "${device}/heat",
        "status": "state",
        "level": "level",
        "message": "message",
        "rules": [
            {
                "name": "hot",
                "attribute": "temperature",
                "unit": "Celsius",
                "above": 80,
                "hysteresis": 2,
                "forSeconds": 60,
                "missingAfterSeconds": 3600,
                "severity": "WARNING",
            }
        ],
    }


def test_settings_without_a_value_are_left_out_but_a_limit_of_zero_is_written() -> None:
    (settings,) = json.loads(alarms_text([LOW]))
    assert settings == {
        "type": "com.e.Sensor",
        "alarmType": "com.e.Alarm",
        "key": "${device}-alarm",
        "status": "alarm_status",
        "rules": [{"name": "low", "attribute": "t", "below": 0, "severity": "CRITICAL"}],
    }


def test_text_has_no_blanks_since_the_environment_is_limited() -> None:
    text = alarms_text([LOW, LOW])
    assert " " not in text
    assert len(json.loads(text)) == 2


def test_evaluator_reads_what_was_written() -> None:
    alarms = [parse_alarm(settings) for settings in json.loads(alarms_text([FULL, LOW]))]
    assert [alarm.key_of("m-1") for alarm in alarms] == ["m-1/heat", "m-1-alarm"]
    (hot,), (low,) = (alarm.rules for alarm in alarms)
    assert (hot.above, hot.below, hot.dwell, hot.missing_after) == (80, None, 60_000, 3_600_000)
    assert (low.above, low.below, low.dwell, low.missing_after) == (None, 0, 0, None)
