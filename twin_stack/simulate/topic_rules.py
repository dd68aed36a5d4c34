"""Topic rules of AWS IoT Core: which message a deployed rule turns into a row, or into values in SiteWise.

Only rules of the form that ``TelemetryIngest`` creates are understood: a list of members and functions with
names, from one topic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin_stack.twinmaker import telemetry_table
from twin_stack.twinmaker.message_time import MessageTime, read_milliseconds, read_seconds
from twin_stack.twinmaker.patterns import SQL_MEMBER, SQL_TOPIC_SEGMENT, matcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SQL = re.compile(r"SELECT (?P<items>.+) FROM '(?P<topic>[^']+)'\s*", re.IGNORECASE | re.DOTALL)
_ITEM = re.compile(r"(?P<expression>.+?) AS (?P<name>\w+)(?:,\s*|\s*$)", re.IGNORECASE)
_TEMPLATE = re.compile(r"\$\{([^}]*)\}")
_DEVICE = "${device}"
_topic_segment = matcher(SQL_TOPIC_SEGMENT.pattern)


@dataclass(frozen=True, slots=True)
class TopicRule:
    """A rule that writes rows.

    Attributes:
        name: Its name.
        table: Name of the table.
        topic: Topic filter.
        columns: Expressions of the rule's SQL by attribute of the row.
    """

    name: str
    table: str
    topic: str
    columns: Mapping[str, str]

    def takes(self, table: str, component_type_id: str) -> bool:
        """Return whether the rule writes rows of a component type to a table.

        Args:
            table: Name of the table.
            component_type_id: The component type.
        """
        return (
            self.table == table
            and self.columns.get(telemetry_table.COMPONENT_TYPE_ID) == f"'{component_type_id}'"
        )

    def publication(self, row: Mapping[str, Any], *, device: str, time: str) -> tuple[str, dict[str, Any]]:
        """Return topic and message that the rule turns into a row.

        Args:
            row: Values by attribute, with the keys; attributes that the rule does not read are left out.
            device: Attribute with the device id.
            time: Attribute with the time, a number.
        """
        message: dict[str, Any] = {}
        parts = _parts(self.topic)
        for name, expression in self.columns.items():
            if name not in row:
                continue
            if name == device and (part := _topic_segment(expression)):
                parts[int(part[1]) - 1] = row[name]
            elif name == time and (instant := read_milliseconds(expression)) is not None:
                _set(message, instant.member, instant.value(row[name]))
            elif SQL_MEMBER.fits(expression):
                _set(message, expression, row[name])
        return "/".join(parts), message


@dataclass(frozen=True, slots=True)
class StreamRule:
    """A rule that writes values to data streams of SiteWise, named by their aliases.

    Attributes:
        name: Its name.
        topic: Topic filter.
        device: Place of the device id: ``topic(N)`` or a member of the message.
        members: Members of the message by alias, with ``${device}`` in place of the device id.
        time: Member with the time, and its unit.
    """

    name: str
    topic: str
    device: str
    members: Mapping[str, str]
    time: MessageTime

    def aliases(self, device: str) -> dict[str, str]:
        """Return the members of the message by alias of a device's streams.

        Args:
            device: The device id.
        """
        return {alias.replace(_DEVICE, device): member for alias, member in self.members.items()}

    def publication(
        self, values: Mapping[str, Any], *, device: str, milliseconds: int
    ) -> tuple[str, dict[str, Any]]:
        """Return topic and message that the rule turns into values.

        Args:
            values: Values by member of the message; the rule's action fails if one is missing.
            device: The device id.
            milliseconds: The time, since 1970.
        """
        message: dict[str, Any] = {}
        for member, value in values.items():
            _set(message, member, value)
        _set(message, self.time.member, self.time.value(milliseconds))
        parts = _parts(self.topic)
        if part := _topic_segment(self.device):
            parts[int(part[1]) - 1] = device
        else:
            _set(message, self.device, device)
        return "/".join(parts), message


def find_rules(client: Any) -> list[TopicRule]:
    """Return the enabled rules that write rows.

    Args:
        client: A boto3 client of ``iot``.
    """
    rules = (_row_rule(rule, action) for rule in _enabled(client) for action in rule["actions"])
    return [rule for rule in rules if rule is not None]


def find_stream_rules(client: Any) -> list[StreamRule]:
    """Return the enabled rules that write to SiteWise.

    Args:
        client: A boto3 client of ``iot``.
    """
    rules = (_stream_rule(rule, action) for rule in _enabled(client) for action in rule["actions"])
    return [rule for rule in rules if rule is not None]


def _enabled(client: Any) -> Iterator[Mapping[str, Any]]:
    for page in client.get_paginator("list_topic_rules").paginate():
        for listed in page["rules"]:
            rule = client.get_topic_rule(ruleName=listed["ruleName"])["rule"]
            if not rule.get("ruleDisabled"):
                yield rule


def _stream_rule(rule: Mapping[str, Any], action: Mapping[str, Any]) -> StreamRule | None:
    sql = _SQL.fullmatch(rule["sql"])
    entries = action.get("iotSiteWise", {}).get("putAssetPropertyValueEntries", ())
    members, devices, instants = {}, set(), set()
    for entry in entries:
        alias = entry.get("propertyAlias", "")
        (value,) = entry["propertyValues"]
        (template,) = value["value"].values()
        member = _TEMPLATE.fullmatch(template)
        if member is None or not SQL_MEMBER.fits(member[1]):
            return None
        devices.update(_TEMPLATE.findall(alias))
        instants.add(value["timestamp"]["timeInSeconds"])
        members[_TEMPLATE.sub(lambda _: _DEVICE, alias)] = member[1]
    template = _TEMPLATE.fullmatch(instants.pop()) if len(instants) == 1 else None
    instant = read_seconds(template[1]) if template is not None else None
    if sql is None or instant is None or len(devices) != 1:
        return None
    device = devices.pop()
    if not (SQL_TOPIC_SEGMENT.fits(device) or SQL_MEMBER.fits(device)):
        return None  # clientid(), which is none over HTTP
    return StreamRule(rule["ruleName"], sql["topic"], device, members, instant)


def _parts(topic: str) -> list[str]:
    return ["simulated" if part in ("+", "#") else part for part in topic.split("/")]


def _row_rule(rule: Mapping[str, Any], action: Mapping[str, Any]) -> TopicRule | None:
    sql = _SQL.fullmatch(rule["sql"])
    table = action.get("dynamoDBv2", {}).get("putItem", {}).get("tableName")
    if not table or sql is None or _ITEM.sub("", sql["items"]):
        return None
    columns = {item["name"]: item["expression"] for item in _ITEM.finditer(sql["items"])}
    is_reachable = "clientid()" not in columns.values()  # which is none over HTTP
    return TopicRule(rule["ruleName"], table, sql["topic"], columns) if is_reachable else None


def _set(message: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = path.split(".")
    for name in outer:
        message = message.setdefault(name, {})
    message[last] = value
