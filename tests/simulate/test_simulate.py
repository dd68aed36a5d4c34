"""Telemetry written for a workspace in the local service, and read back by the real connector."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector_kit import serve
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import sources_for
from tests.local.service.conftest import (  # noqa: F401 (used by name, as fixtures)
    clock,
    database,
    functions,
    make_client,
    objects,
    server,
    services,
    sitewise,
    start,
    twinmaker,
)
from tests.support.fake_table import FakeTable
from twin_stack.client import TwinClientError, history
from twin_stack.simulate.simulate import Clients, Signal, live, make_plan, simulate, value_at

FACTORY = {"workspaceId": "Factory"}
# Beside every multiple of the intervals below, so that the number of values does not change by the hour.
NOW = datetime.fromtimestamp(time.time() // 300 * 300 - 100, UTC)
DAY: dict[str, Any] = {"start": NOW - timedelta(days=1), "end": NOW, "interval": timedelta(minutes=5)}
STATES = ["NORMAL", "WARNING", "CRITICAL", "ACKNOWLEDGED"]


class Lambda:
    """Lambda's GetFunctionConfiguration, and ListEventSourceMappings where alarms are evaluated."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.mappings: list[Any] = []
        self.settings: dict[str, str] = {}

    def get_paginator(self, operation: str) -> Lambda:
        assert operation == "list_event_source_mappings"
        return self

    def paginate(self) -> list[Any]:
        return [{"EventSourceMappings": self.mappings}]

    def get_function_configuration(self, FunctionName: str) -> Any:  # noqa: N803
        self.asked.append(FunctionName.rpartition(":")[2])
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
    """SiteWise, which knows one asset."""

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


@pytest.fixture
def clients(twinmaker: Any, functions: Any) -> Clients:  # noqa: F811
    """A machine with sensor and alarms, a robot with two sensors on one key, two presses, a lamp."""

    def reads(name: str) -> Any:
        return {"dataReader": {"implementedBy": {"lambda": {"arn": functions.arn(name)}}}}

    def series(kind: str, unit: str | None = None, **more: Any) -> Any:
        data_type: dict[str, Any] = {"type": kind}
        if unit:
            data_type["unitOfMeasure"] = unit
        allowed = more.pop("allowed", None)
        if allowed:
            data_type["allowedValues"] = [{"stringValue": state} for state in allowed]
        return {"dataType": data_type, "isTimeSeries": True, "isStoredExternally": True, **more}

    text = {"dataType": {"type": "STRING"}}
    types: dict[str, Any] = {
        "sensor": (
            reads("telemetry"),
            {"temperature": series("DOUBLE", "Celsius"), "humidity": series("DOUBLE", "Percent")},
        ),
        "counter": (reads("telemetry"), {"parts": series("INTEGER", "Count"), "isOn": series("BOOLEAN")}),
        "alarm": (
            reads("telemetry"),
            {
                "key": {**text, "isExternalId": True, "isRequiredInEntity": True},
                "state": series("STRING", allowed=STATES, configuration={"attribute": "alarm_state"}),
                "message": series("STRING"),
            },
        ),
        "press": (
            reads("historian"),
            {
                "sitewiseAssetId": {**text, "isExternalId": True, "isRequiredInEntity": True},
                "pressure": series("DOUBLE", "bar", configuration={"sitewisePropertyId": "p1"}),
            },
        ),
        "lamp": (reads("other"), {"light": series("DOUBLE")}),
    }
    for name, (readers, properties) in types.items():
        twinmaker.create_component_type(
            **FACTORY, componentTypeId=name, functions=readers, propertyDefinitions=properties
        )

    def component(name: str, **values: str) -> Any:
        properties = {key: {"value": {"stringValue": value}} for key, value in values.items()}
        return {"componentTypeId": name, "properties": properties}

    entities = {
        "machine": {"sensor": component("sensor"), "alarm": component("alarm", key="A-1")},
        "robot": {"sensor": component("sensor"), "counter": component("counter")},
        "press": {"press": component("press", sitewiseAssetId="asset-1")},
        "broken": {"press": component("press", sitewiseAssetId="asset-2")},
        "lamp": {"lamp": component("lamp")},
    }
    for name, components in entities.items():
        twinmaker.create_entity(**FACTORY, entityId=name, entityName=name, components=components)
    iot = Iot()
    return Clients(twinmaker, Lambda(), DynamoDB(), SiteWise(), iot, iot)


def column(clients: Clients, device: str, name: str) -> dict[str, Any]:
    return {
        instant: next(iter(row[name].values()))
        for (owner, instant), row in sorted(clients.dynamodb.rows.items())
        if owner == device
    }


def test_rows_and_values_are_plausible_when_a_day_is_simulated(clients: Clients) -> None:
    steps: list[tuple[int, int]] = []
    written = simulate(clients, "Factory", **DAY, progress=lambda *step: steps.append(step))
    assert written.rows == 3 * 288 == len(clients.dynamodb.rows)
    assert written.values == 288 == len(clients.sitewise.values)
    assert written.problems == (
        "lamp lamp: no connector that can be simulated answers for lamp",
        "SiteWise asset asset-2 property p1 (pressure): ResourceNotFoundException: no such asset",
    )
    assert steps[-1] == (3 * 288 + 288, 3 * 288 + 2 * 288)
    assert sorted(clients.lambda_.asked) == ["historian", "other", "telemetry"]

    celsius = [float(value) for value in column(clients, "machine", "temperature").values()]
    assert all(20 <= value <= 90 for value in celsius)
    assert all(30 <= float(value) <= 60 for value in column(clients, "machine", "humidity").values())
    parts = [int(value) for value in column(clients, "robot", "parts").values()]
    assert parts == sorted(parts)
    assert parts[0] < parts[-1]
    assert all(80 <= value["doubleValue"] <= 160 for value in clients.sitewise.values.values())


def test_the_alarm_follows_the_temperature_of_its_entity_when_it_has_one(clients: Clients) -> None:
    march = datetime(2026, 3, 1, tzinfo=UTC)
    simulate(clients, "Factory", **{**DAY, "start": march, "end": march + timedelta(days=3)})
    celsius, states = column(clients, "machine", "temperature"), column(clients, "A-1", "alarm_state")
    assert max(map(float, celsius.values())) - min(map(float, celsius.values())) > 15
    types = {row["component_type_id"]["S"] for key, row in clients.dynamodb.rows.items() if key[0] == "A-1"}
    assert types == {"alarm"}
    assert set(states.values()) >= {"NORMAL", "WARNING"}
    for instant, state in states.items():
        value = float(celsius[instant])
        assert state == ("CRITICAL" if value >= 80 else "WARNING" if value >= 70 else "NORMAL")


def test_components_share_a_row_when_they_share_a_key(clients: Clients) -> None:
    simulate(clients, "Factory", **DAY)
    row = next(row for (device, _), row in clients.dynamodb.rows.items() if device == "robot")
    assert set(row) == {
        "device_id", "timestamp", "component_type_id", "temperature", "humidity", "parts", "isOn",
    }  # fmt: skip


def test_two_runs_write_equal_rows_when_only_their_start_differs(clients: Clients) -> None:
    simulate(clients, "Factory", **DAY)
    whole = dict(clients.dynamodb.rows)
    clients.dynamodb.rows.clear()
    simulate(clients, "Factory", **{**DAY, "start": NOW - timedelta(hours=2, seconds=7)})
    assert 0 < len(clients.dynamodb.rows) < len(whole)
    assert clients.dynamodb.rows.items() <= whole.items()
    simulate(clients, "Factory", **DAY, seed=1)
    assert clients.dynamodb.rows.keys() == whole.keys()
    assert clients.dynamodb.rows != whole


@pytest.mark.parametrize("settings", [{}, {"TIME_UNIT": "iso"}, {"TIME_UNIT": "s"}], ids=str)
def test_the_connector_reads_what_was_written_when_history_is_asked_for(
    clients: Clients,
    functions: Any,  # noqa: F811
    settings: dict[str, str],
) -> None:
    clients.lambda_.settings = settings
    simulate(clients, "Factory", **DAY)
    table = FakeTable(list(clients.dynamodb.rows.values()))
    environment = Environment.from_environ({"TABLE_NAME": "rows", **settings})
    functions.handlers["telemetry"] = lambda event: serve(
        event, lambda request: sources_for(request, environment, table)
    )
    text = history(
        "machine", "sensor", ["temperature"], last="1d", form="csv", client=clients.twinmaker, now=NOW
    )
    expected = [float(value) for value in column(clients, "machine", "temperature").values()]
    assert [float(line.rpartition(",")[2]) for line in text.splitlines()[1:]] == expected[-288:]
    text = history("machine", "alarm", ["state"], last="1d", client=clients.twinmaker, now=NOW)
    assert "NORMAL (" in text


def test_rows_that_are_keyed_otherwise_are_left_out_and_named(clients: Clients) -> None:
    clients.lambda_.settings = {"PARTITION": "${device}#${day}"}
    written = simulate(clients, "Factory", **DAY)
    assert written.rows == 0
    assert "machine sensor: no connector that can be simulated answers for sensor" in written.problems


def test_sitewise_gets_the_last_seven_days_when_more_are_simulated(clients: Clients) -> None:
    month = {**DAY, "start": NOW - timedelta(days=30), "interval": timedelta(hours=1)}
    written = simulate(clients, "Factory", **month)
    assert written.rows == 3 * 720
    assert min(instant for _, instant in clients.sitewise.values) > time.time() - 7 * 86_400
    assert 167 <= written.values <= 168


def test_live_writes_at_each_tick_until_stopped_when_time_goes_on(clients: Clients) -> None:
    present = [NOW.timestamp() + 0.5]
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        present[0] += seconds

    loop = live(clients, "Factory", interval=timedelta(seconds=2), now=lambda: present[0], sleep=sleep)
    assert [next(loop).rows, next(loop).rows] == [3, 3]
    present[0] += 100
    next(loop)
    loop.close()  # type: ignore[attr-defined]
    instants = sorted({int(instant) for _, instant in clients.dynamodb.rows})
    assert all(instant % 2000 == 0 for instant in instants)
    assert instants[1] - instants[0] == 2000
    assert instants[2] - instants[1] == 100_000
    assert waits[1] == pytest.approx(2)


def test_live_devices_publish_when_a_topic_rule_takes_what_they_measure(clients: Clients) -> None:
    clients.iot.rules["rule"] = {
        "ruleName": "rule",
        "sql": "SELECT topic(2) AS device_id, timestamp AS timestamp, 'sensor' AS component_type_id, "
        "temperature AS temperature FROM 'plant/+'",
        "actions": [{"dynamoDBv2": {"putItem": {"tableName": "rows"}}}],
    }
    moment = NOW.timestamp() // 2 * 2
    loop = live(clients, "Factory", interval=timedelta(seconds=2), now=lambda: moment, sleep=lambda _: None)
    written = next(loop)

    # The machine's rows are of the type that the rule writes; the alarm's and the robot's are not.
    assert (written.messages, written.rows) == (1, 2)
    ((topic, message),) = clients.iot.published
    assert topic == "plant/machine"
    assert message == {"timestamp": int(moment * 1000), "temperature": message["temperature"]}
    assert {device for device, _ in clients.dynamodb.rows} == {"A-1", "robot"}


def test_alarms_are_left_to_the_function_that_works_them_out(clients: Clients) -> None:
    assert "A-1" in {device.id for device in make_plan(clients, "Factory").devices}
    clients.lambda_.mappings.append({"FunctionArn": "arn:aws:lambda:us-east-1:1:function:evaluator"})
    assert "A-1" not in {device.id for device in make_plan(clients, "Factory").devices}


def test_a_count_never_falls_when_looked_at_each_second(clients: Clients) -> None:
    signals = {s.property.name: s for device in make_plan(clients, "Factory").devices for s in device.signals}
    parts: Signal = signals["parts"]
    values = [value_at(parts, 1_700_000_000_000 + second * 1000) for second in range(20_000)]
    assert values == sorted(values)


def test_the_interval_is_refused_when_it_is_nothing(clients: Clients) -> None:
    with pytest.raises(TwinClientError, match=r"^interval is 0:00:00; it must be at least a millisecond$"):
        simulate(clients, "Factory", **{**DAY, "interval": timedelta()})


def test_interval_grows_when_there_would_be_more_values_than_asked_for(clients: Clients) -> None:
    written = simulate(clients, "Factory", **DAY, most=400)

    # 3 devices and 2 assets: 1,440 every 5 minutes, so every 20 it is.
    assert written.rows == 3 * 72
    assert {int(instant) % 1_200_000 for _, instant in clients.dynamodb.rows} == {0}
