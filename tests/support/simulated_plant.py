"""Fakes of the AWS services of a simulation: a table, an asset, a broker, and settings of functions."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from twin_stack.simulate.clients import Clients

FACTORY = {"workspaceId": "Factory"}
# Beside every multiple of the intervals below, so that the number of values does not change by the hour.
NOW = datetime.fromtimestamp(time.time() // 300 * 300 - 100, UTC)
DAY: dict[str, Any] = {"start": NOW - timedelta(days=1), "end": NOW, "interval": timedelta(minutes=5)}
STATES = ["NORMAL", "WARNING", "CRITICAL", "ACKNOWLEDGED"]


class Lambda:
    """Lambda's GetFunctionConfiguration, and ListEventSourceMappings where alarms are evaluated."""

    class exceptions:  # noqa: N801 (as boto3 has it)
        """Its errors."""

        class ResourceNotFoundException(Exception):  # noqa: N818
            """No such function."""

    def __init__(self) -> None:
        self.requested: list[str] = []
        self.missing: set[str] = set()
        self.mappings: list[Any] = []
        self.settings: dict[str, str] = {}

    def get_paginator(self, operation: str) -> Lambda:
        assert operation == "list_event_source_mappings"
        return self

    def paginate(self) -> list[Any]:
        return [{"EventSourceMappings": self.mappings}]

    def get_function_configuration(self, FunctionName: str) -> Any:  # noqa: N803
        name = FunctionName.rpartition(":")[2]
        self.requested.append(name)
        if name in self.missing:
            raise self.exceptions.ResourceNotFoundException
        if FunctionName.endswith(":telemetry"):
            return {"Environment": {"Variables": {"TABLE_NAME": "rows", **self.settings}}}
        if FunctionName.endswith(":evaluator"):
            return {
                "Environment": {"Variables": {"TABLE_NAME": "rows", "ALARMS": '[{"alarmType": "alarm"}]'}}
            }
        return {}


class DynamoDB:
    """A table that holds back the last row of the first batch, and keeps BatchWriteItem's rules."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Any] = {}
        self.full = True

    def batch_write_item(self, RequestItems: Any) -> Any:  # noqa: N803
        ((table, requests),) = RequestItems.items()
        assert table == "rows"
        assert 1 <= len(requests) <= 25
        late = requests[-1:] if self.full else []
        self.full = False
        items = [request["PutRequest"]["Item"] for request in requests]
        keys = [(item["device_id"]["S"], *item["timestamp"].values()) for item in items]
        assert len(set(keys)) == len(keys), "BatchWriteItem refuses two puts of one key"
        self.rows.update(zip(keys[: len(keys) - len(late)], items, strict=False))
        return {"UnprocessedItems": {table: late} if late else {}}


class SiteWise:
    """SiteWise with one asset."""

    class exceptions:  # noqa: N801 (as boto3 has it)
        """Errors of the service."""

        class ResourceNotFoundException(Exception):  # noqa: N818
            """It is not there."""

    def describe_asset(self, assetId: str, **_: Any) -> Any:  # noqa: N803
        if assetId != "asset-1":
            raise self.exceptions.ResourceNotFoundException
        return {"assetModelId": "model-1"}

    def describe_asset_model(self, **_: Any) -> Any:
        return {"assetModelProperties": [{"id": "p1", "type": {"measurement": {}}}]}

    def __init__(self) -> None:
        self.values: dict[tuple[str, int], Any] = {}

    def batch_put_asset_property_value(self, entries: Any) -> Any:
        assert 1 <= len(entries) <= 10
        errors = []
        for entry in entries:
            assert 1 <= len(entry["propertyValues"]) <= 10
            if entry["assetId"] != "asset-1":
                error = {"errorCode": "ResourceNotFoundException", "errorMessage": "no such asset"}
                errors.append({"entryId": entry["entryId"], "errors": [error]})
                continue
            for item in entry["propertyValues"]:
                self.values[entry["propertyId"], item["timestamp"]["timeInSeconds"]] = item["value"]
        return {"errorEntries": errors}


class Iot:
    """IoT Core with topic rules, and a broker that keeps what is published."""

    def __init__(self) -> None:
        self.rules: dict[str, Any] = {}
        self.published: list[tuple[str, Any]] = []

    def get_paginator(self, operation: str) -> Iot:
        assert operation == "list_topic_rules"
        return self

    def paginate(self) -> list[Any]:
        return [{"rules": [{"ruleName": name} for name in self.rules]}]

    def get_topic_rule(self, ruleName: str) -> Any:  # noqa: N803
        return {"rule": self.rules[ruleName]}

    def publish(self, topic: str, qos: int, payload: str) -> None:
        assert qos == 1
        self.published.append((topic, json.loads(payload)))


def column(clients: Clients, device: str, name: str) -> dict[str, Any]:
    return {
        instant: next(iter(row[name].values()))
        for (owner, instant), row in sorted(clients.dynamodb.rows.items())
        if owner == device
    }
