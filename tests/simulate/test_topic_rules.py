"""Topic rules: publications that match them, and their SiteWise action."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.simulate.topic_rules import StreamRule, TopicRule, find_rules, find_stream_rules

SQL = (
    "SELECT topic(2) AS device_id, at * 1000 AS timestamp, 'com.e.Sensor' AS component_type_id, "
    "floor(at) + 86400 AS expires_at, values.t AS temperature FROM 'plant/+/+/temperature'"
)


class Iot:
    """A client of `iot` with some rules."""

    def __init__(self, *rules: dict[str, Any]) -> None:
        self._rules = {f"rule{number}": rule for number, rule in enumerate(rules)}

    def get_paginator(self, _: str) -> Iot:
        return self

    def paginate(self) -> list[Any]:
        return [{"rules": [{"ruleName": name} for name in self._rules]}]

    def get_topic_rule(self, *, ruleName: str) -> dict[str, Any]:  # noqa: N803 (boto3's)
        return {"rule": {"ruleName": ruleName, **self._rules[ruleName]}}


def rule(sql: str = SQL, **more: Any) -> dict[str, Any]:
    return {"sql": sql, "actions": [{"dynamoDBv2": {"putItem": {"tableName": "table"}}}], **more}


def test_publication_has_the_members_of_the_rules_row() -> None:
    (topic_rule,) = find_rules(Iot(rule()))
    row = {"device_id": "m-1", "timestamp": 1500, "temperature": 20.5, "humidity": 4}

    assert topic_rule.takes("table", "com.e.Sensor")
    assert not topic_rule.takes("table", "com.e.Other")
    assert not topic_rule.takes("other", "com.e.Sensor")
    assert topic_rule.publication(row, device="device_id", time="timestamp") == (
        "plant/m-1/simulated/temperature",
        {"at": 1.5, "values": {"t": 20.5}},
    )


def test_device_is_in_the_message_when_the_rule_reads_it_there() -> None:
    topic_rule = TopicRule("r", "t", "a/b", {"device_id": "device.id", "timestamp": "ts"})
    row = {"device_id": "m-1", "timestamp": 1}
    assert topic_rule.publication(row, device="device_id", time="timestamp") == (
        "a/b",
        {"device": {"id": "m-1"}, "ts": 1},
    )


@pytest.mark.parametrize(
    "other",
    [
        rule(ruleDisabled=True),
        rule(actions=[{"sns": {}}]),
        rule("SELECT * FROM 'a'"),
        rule("SELECT clientid() AS device_id FROM 'a'"),
    ],
)
def test_rule_without_a_possible_publication_is_ignored(other: dict[str, Any]) -> None:
    assert find_rules(Iot(other)) == []


def entry(name: str, **more: Any) -> dict[str, Any]:
    """As `TelemetryIngest` writes it."""
    value = {
        "value": {"doubleValue": f"${{values.{name}}}"},
        "timestamp": {
            "timeInSeconds": "${floor(at / 1000)}",
            "offsetInNanos": "${floor(at % 1000 * 1000000)}",
        },
    }
    return {"propertyAlias": f"/plant/${{topic(2)}}/{name}", "propertyValues": [value], **more}


def streams(*entries: dict[str, Any], sql: str = "SELECT a AS b FROM 'plant/+/motor'") -> list[StreamRule]:
    action = {"iotSiteWise": {"putAssetPropertyValueEntries": list(entries)}}
    return find_stream_rules(Iot({"sql": sql, "actions": [action]}))


def test_publication_has_the_members_of_the_rules_values() -> None:
    (stream,) = streams(entry("speed"), entry("torque"))

    assert stream.aliases("m-1") == {"/plant/m-1/speed": "values.speed", "/plant/m-1/torque": "values.torque"}
    values = {"values.speed": 1480.5, "values.torque": 7}
    assert stream.publication(values, device="m-1", milliseconds=1500) == (
        "plant/m-1/motor",
        {"values": {"speed": 1480.5, "torque": 7}, "at": 1500},
    )


def test_seconds_and_device_are_in_the_message_when_the_rule_reads_them_there() -> None:
    speed_entry = entry("speed", propertyAlias="/plant/${device.id}/speed")
    speed_entry["propertyValues"][0]["timestamp"] = {"timeInSeconds": "${floor(at)}"}
    (stream,) = streams(speed_entry)

    assert stream.publication({"v": 1}, device="m-1", milliseconds=1500) == (
        "plant/simulated/motor",
        {"v": 1, "at": 1.5, "device": {"id": "m-1"}},
    )


@pytest.mark.parametrize(
    "other",
    [
        {"propertyAlias": "/plant/speed"},  # of no device
        {"propertyAlias": "/plant/${clientid()}/speed"},  # which is none over HTTP
        {"propertyAlias": "/${topic(1)}/${topic(2)}/speed"},
        {"propertyValues": [{"value": {"doubleValue": "1"}, "timestamp": {"timeInSeconds": "${at}"}}]},
        {"propertyValues": [{"value": {"doubleValue": "${v}"}, "timestamp": {"timeInSeconds": "${now}"}}]},
    ],
)
def test_stream_rule_without_a_possible_publication_is_ignored(other: dict[str, Any]) -> None:
    assert streams(entry("speed", **other)) == []
    assert find_stream_rules(Iot(rule(), {**rule(), "ruleDisabled": True})) == []
