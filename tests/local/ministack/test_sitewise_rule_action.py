"""The topic rule action that writes to SiteWise."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.local.ministack.sitewise_rule_action import TemplateError, put_entries

ENTRY = {
    "propertyAlias": "/plant/${device}/speed",
    "propertyValues": [
        {
            "value": {"doubleValue": "${speed}"},
            "timestamp": {"timeInSeconds": "${seconds}", "offsetInNanos": "${nanos}"},
            "quality": "GOOD",
        }
    ],
}


def test_entries_are_of_the_types_that_sitewise_takes() -> None:
    message = {"device": "m-1", "speed": 3, "seconds": "17", "nanos": 5.0}
    assert put_entries({"putAssetPropertyValueEntries": [ENTRY]}, message.get) == [
        {
            "entryId": "0",
            "propertyAlias": "/plant/m-1/speed",
            "propertyValues": [
                {
                    "value": {"doubleValue": 3.0},
                    "timestamp": {"timeInSeconds": 17, "offsetInNanos": 5},
                    "quality": "GOOD",
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("member", "template", "value", "expected"),
    [
        ("booleanValue", "${v}", True, True),
        ("integerValue", "${v}", 7.0, 7),
        ("stringValue", "is ${v}", "on", "is on"),
    ],
)
def test_value_is_of_its_members_type(member: str, template: str, value: Any, expected: Any) -> None:
    entry = {
        **ENTRY,
        "propertyValues": [{"value": {member: template}, "timestamp": {"timeInSeconds": "1"}}],
    }
    message = {"device": "m", "v": value}
    (put_entry,) = put_entries({"putAssetPropertyValueEntries": [entry]}, message.get)
    assert put_entry["propertyValues"][0]["value"] == {member: expected}


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"device": "m", "seconds": 1, "nanos": 0}, r"\$\{speed\} is undefined"),
        ({"device": "m", "speed": "fast", "seconds": 1, "nanos": 0}, "'fast' is no doubleValue"),
    ],
)
def test_action_fails_when_a_template_has_no_value(message: dict[str, Any], words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        put_entries({"putAssetPropertyValueEntries": [ENTRY]}, message.get)
