"""Settings: their form, and refusals."""

from __future__ import annotations

import json

import pytest
from alarm_evaluator.environment import ENVIRONMENT_NAMES, Environment, parse_alarm
from alarm_evaluator.rules import Rule

from tests.support.fake_alarm_table import (
    EQUIPMENT,
    SENSOR,
)

WRITTEN = {
    "type": SENSOR,
    "alarmType": EQUIPMENT,
    "key": "${device}-alarm",
    "status": "alarm_status",
    "rules": [{"name": "hot", "attribute": "t", "above": 80, "missingAfterSeconds": 60}],
}


def test_settings_are_read_when_they_are_written_by_the_construct() -> None:
    environ = {"TABLE_NAME": "table", "ALARMS": json.dumps([WRITTEN]), "COMPONENT_TYPE_INDEX": ""}
    environment = Environment.from_environ(environ)
    assert environment.component_type_index is None
    assert environment.alarms == (parse_alarm(WRITTEN),)
    assert environment.alarms[0].rules == (Rule("hot", "t", above=80.0, missing_after=60_000),)


@pytest.mark.parametrize(
    "environ",
    [
        {"ALARMS": "[]"},
        {"TABLE_NAME": "table"},
        {"TABLE_NAME": "table", "ALARMS": "no JSON"},
        {"TABLE_NAME": "table", "ALARMS": '[{"type": "x"}]'},
        {"TABLE_NAME": "table", "ALARMS": json.dumps([{**WRITTEN, "rules": {}}])},
    ],
)
def test_settings_are_refused_when_something_is_missing(environ: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=f"^environment variable ({'|'.join(ENVIRONMENT_NAMES)}) is not "):
        Environment.from_environ(environ)


def test_window_is_read_in_seconds_and_has_defaults() -> None:
    environ = {"TABLE_NAME": "table", "ALARMS": "[]"}
    default = Environment.from_environ(environ)
    assert (default.max_age, default.max_ahead) == (3650 * 86_400_000, 600_000)
    settings = Environment.from_environ({**environ, "MAX_AGE_SECONDS": "60", "MAX_AHEAD_SECONDS": "5"})
    assert (settings.max_age, settings.max_ahead) == (60_000, 5_000)


@pytest.mark.parametrize("text", ["-1", "1.5", "ten"])
def test_window_that_is_no_number_of_seconds_is_refused(text: str) -> None:
    environ = {"TABLE_NAME": "table", "ALARMS": "[]", "MAX_AGE_SECONDS": text}
    with pytest.raises(ValueError, match="MAX_AGE_SECONDS must be a whole number of seconds"):
        Environment.from_environ(environ)
