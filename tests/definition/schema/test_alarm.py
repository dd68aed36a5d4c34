"""Alarms as they are written."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from twin_stack.definition.schema import Alarm


def alarm(**members: Any) -> Alarm:
    return Alarm.model_validate({"property": "temperature", **members})


@pytest.mark.parametrize("members", [{"above": 80.0}, {"below": 0.0}, {"missingAfterSeconds": 60}])
def test_alarm_has_a_limit_or_a_time_without_values(members: dict[str, Any]) -> None:
    assert alarm(**members).model_dump(by_alias=True, exclude_unset=True) == {
        "property": "temperature",
        **members,
    }


def test_missing_values_may_be_watched_beside_a_limit() -> None:
    assert alarm(above=80.0, missingAfterSeconds=600).missing_after_seconds == 600


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({}, "neither above nor below nor missingAfterSeconds is given"),
        ({"above": 1.0, "below": 0.0}, "both above and below are given"),
    ],
)
def test_alarm_without_one_limit_is_refused(members: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        alarm(**members)


@pytest.mark.parametrize(
    ("name", "allowed", "refused"),
    [
        ("hysteresis", 0.0, -0.1),
        ("forSeconds", 86_400, 86_401),
        ("missingAfterSeconds", 60, 59),
        ("missingAfterSeconds", 604_800, 604_801),
        ("severity", "WARNING", "warning"),
    ],
)
def test_setting_is_allowed_up_to_its_limit(name: str, allowed: object, refused: object) -> None:
    assert alarm(**{"above": 1.0, name: allowed}).model_dump(by_alias=True)[name] == allowed
    with pytest.raises(ValidationError, match=name):
        alarm(**{"above": 1.0, name: refused})


@pytest.mark.parametrize("key", ["${device}/hot", "hot#${device}", "a:${device}-b"])
def test_key_has_the_device_and_something_beside_it(key: str) -> None:
    assert alarm(above=1.0, alarmKey=key).alarm_key == key


@pytest.mark.parametrize(
    "key", ["${device}", "machine-1-hot", "${device}${device}-a", "${row.id}-hot-alarm", "${device} a"]
)
def test_key_without_one_device_or_without_more_is_refused(key: str) -> None:
    with pytest.raises(ValidationError, match="alarm key"):
        alarm(above=1.0, alarmKey=key)
