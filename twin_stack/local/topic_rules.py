"""How to publish so that a deployed topic rule writes a row: read out of the rule itself.

Only rules of the form that `TelemetryIngest` makes are understood: a list of members and functions with
names, from one topic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_SQL = re.compile(r"SELECT (?P<items>.+) FROM '(?P<topic>[^']+)'\s*", re.IGNORECASE | re.DOTALL)
_ITEM = re.compile(r"(?P<expression>.+?) AS (?P<name>\w+)", re.IGNORECASE)
_MEMBER = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_SECONDS = re.compile(rf"(?P<member>{_MEMBER.pattern}) \* 1000")
_PART = re.compile(r"topic\((\d)\)")


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
        """Whether it writes rows of a component type to a table."""
        return self.table == table and self.columns.get("component_type_id") == f"'{component_type_id}'"

    def publication(self, row: Mapping[str, Any], *, device: str, time: str) -> tuple[str, dict[str, Any]]:
        """Return topic and message of which the rule makes a row.

        Args:
            row: Values by attribute, keys among them; what the rule does not take is left out.
            device: Attribute with the device id.
            time: Attribute with the time, a number.
        """
        message: dict[str, Any] = {}
        parts = ["simulated" if part in ("+", "#") else part for part in self.topic.split("/")]
        for name, expression in self.columns.items():
            if name not in row:
                continue
            if name == device and (part := _PART.fullmatch(expression)):
                parts[int(part[1]) - 1] = row[name]
            elif name == time and (scaled := _SECONDS.fullmatch(expression)):
                _set(message, scaled["member"], row[name] / 1000)
            elif _MEMBER.fullmatch(expression):
                _set(message, expression, row[name])
        return "/".join(parts), message


def find_rules(client: Any) -> list[TopicRule]:
    """Return the enabled rules that write rows.

    Args:
        client: A boto3 client of `iot`.
    """
    found = []
    for page in client.get_paginator("list_topic_rules").paginate():
        for listed in page["rules"]:
            rule = client.get_topic_rule(ruleName=listed["ruleName"])["rule"]
            if not rule.get("ruleDisabled"):
                found += [one for one in map(_rule_of(rule), rule["actions"]) if one is not None]
    return found


def _rule_of(rule: Mapping[str, Any]) -> Any:
    sql = _SQL.fullmatch(rule["sql"])

    def read(action: Mapping[str, Any]) -> TopicRule | None:
        table = action.get("dynamoDBv2", {}).get("putItem", {}).get("tableName")
        items = [_ITEM.fullmatch(item.strip()) for item in sql["items"].split(",")] if sql else [None]
        if not table or sql is None or None in items:
            return None
        columns = {item["name"]: item["expression"] for item in items if item is not None}
        is_reachable = "clientid()" not in columns.values()  # which is none over HTTP
        return TopicRule(rule["ruleName"], table, sql["topic"], columns) if is_reachable else None

    return read


def _set(message: dict[str, Any], path: str, value: Any) -> None:
    *outer, last = path.split(".")
    for name in outer:
        message = message.setdefault(name, {})
    message[last] = value
