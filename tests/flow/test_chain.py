"""From a publication to AWS IoT Core to an alarm in TwinMaker, by public calls only."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App

from tests.support.polling import soon
from tests.support.soak import SOAK, repetitions
from twin_stack import TwinStack, load
from twin_stack.client import TwinClientError, set_alarm_status
from twin_stack.simulate.topic_rules import find_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.slow


WORKSPACE = "flow"
BURST_DEVICES = repetitions(8, 20)
BURST_EACH = 500 if SOAK else 25
"""Messages of each device at once; its alarm ends after the twentieth."""
GONE = "arn:aws:sns:us-east-1:111122223333:deleted"
"""A topic that refuses every change of an alarm."""
MODEL = {
    "twin.yaml": f"""
workspaceId: {WORKSPACE}
connectors:
  telemetry: {{kind: dynamodb}}
  plant: {{kind: sitewise-native}}
ingest:
  temperatures:
    topic: flow/+/temperature
    deviceId: topic(2)
    componentTypeId: com.example.Sensor
    time: at
    timeUnit: s
    properties: {{temperature: values.celsius}}
    expiresAfterDays: 1
  motors:
    topic: motors/#
    deviceId: device
    componentTypeId: com.example.Motor
    connectors: [plant, telemetry]
  gateways:
    topic: gateways/+
    deviceId: device
    componentTypeId: com.example.Meter
    timeUnit: auto
    connectors: [plant, telemetry]
""",
    "component_types/types.yaml": """
com.example.Sensor:
  propertyDefinitions:
    temperature: {dataType: {type: DOUBLE, unitOfMeasure: Celsius}, isTimeSeries: true}
  functions: {dataReader: telemetry}
  alarms:
    hot: {property: temperature, above: 80, hysteresis: 2}
com.example.EquipmentAlarm:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  propertyDefinitions:
    alarmStatus:
      dataType: {type: STRING, allowedValues: [NORMAL, WARNING, CRITICAL, ACKNOWLEDGED]}
      isTimeSeries: true
    alarmMessage: {dataType: STRING, isTimeSeries: true}
  functions: {dataReader: telemetry, dataWriter: telemetry}
com.example.Motor:
  propertyDefinitions:
    speed: {dataType: {type: DOUBLE, unitOfMeasure: rpm}, isTimeSeries: true}
    starts: {dataType: INTEGER, isTimeSeries: true}
    isOn: {dataType: BOOLEAN, isTimeSeries: true}
  functions: {dataReader: plant}
  alarms:
    fast: {property: speed, above: 3000, severity: WARNING}
com.example.Meter:
  propertyDefinitions:
    power: {dataType: {type: DOUBLE, unitOfMeasure: kW}, isTimeSeries: true}
  functions: {dataReader: plant}
""",
    "entities/entities.yaml": """
oven-1:
  entityName: Oven 1
  components:
    sensor: {componentTypeId: com.example.Sensor}
    alarm: {componentTypeId: com.example.EquipmentAlarm, properties: {alarm_key: oven-1-alarm}}
hall: {entityName: Hall}
motor-1:
  entityName: Motor 1
  components:
    motor: {componentTypeId: com.example.Motor}
    alarm: {componentTypeId: com.example.EquipmentAlarm, properties: {alarm_key: motor-1-alarm}}
meter-1:
  entityName: Meter 1
  components: {meter: {componentTypeId: com.example.Meter}}
""",
}


@pytest.fixture(scope="module")
def outputs(local_twin: LocalTwin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The deployed twin and its stack's outputs."""
    folder = tmp_path_factory.mktemp("flow")
    for name, text in MODEL.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    app = App()
    TwinStack(app, "Flow", definition=load(folder), alarm_topic_arn=GONE)
    yield local_twin.deploy(app)["Flow"]
    local_twin.client("cloudformation").delete_stack(StackName="Flow")


class Plant:
    """The clients of the plant's devices and users."""

    def __init__(self, twin: LocalTwin, outputs: dict[str, str]) -> None:
        self.outputs = outputs
        self.iot, self.dynamodb = twin.client("iot-data"), twin.client("dynamodb")
        self.twinmaker, self.sqs = twin.client("iottwinmaker"), twin.client("sqs")
        self.rules, self.functions = twin.client("iot"), twin.client("lambda")

    def publish(self, topic: str, message: object) -> None:
        payload = message if isinstance(message, str) else json.dumps(message)
        self.iot.publish(topic=topic, qos=1, payload=payload)

    def alarm_letters(self) -> str:
        """The dead-letter queue of the alarm evaluator."""
        variables = [
            function.get("Environment", {}).get("Variables", {})
            for page in self.functions.get_paginator("list_functions").paginate()
            for function in page["Functions"]
        ]
        (url,) = [
            settings["DEAD_LETTER_QUEUE_URL"] for settings in variables if settings.get("TOPIC_ARN") == GONE
        ]
        return str(url)

    def rows(self, device: str) -> list[dict[str, Any]]:
        """The rows of a device."""
        items: list[dict[str, Any]] = self.dynamodb.query(
            TableName=self.outputs["TelemetryTableName"],
            KeyConditionExpression="device_id = :d",
            ExpressionAttributeValues={":d": {"S": device}},
        )["Items"]
        return items

    def letters(self, topic: str, receives: int) -> list[dict[str, Any]]:
        """Messages in the dead letters of the rule of a topic."""
        (rule,) = [item for item in find_rules(self.rules) if item.topic == topic]
        queue = self.rules.get_topic_rule(ruleName=rule.name)["rule"]["errorAction"]["sqs"]["queueUrl"]
        return [
            json.loads(message["Body"])
            for _ in range(receives)
            for message in self.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get(
                "Messages", []
            )
        ]

    def history(self, entity: str, component: str, name: str, since: float) -> list[tuple[float, Any]]:
        response = self.twinmaker.get_property_value_history(
            workspaceId=WORKSPACE,
            entityId=entity,
            componentName=component,
            selectedProperties=[name],
            startTime=_iso(since - 0.001),
            endTime=_iso(time.time() + 300),
        )
        return [
            (datetime.fromisoformat(value["time"]).timestamp() - since, *value["value"].values())
            for series in response["propertyValues"]
            for value in series["values"]
        ]


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()


@pytest.fixture
def plant(local_twin: LocalTwin, outputs: dict[str, str]) -> Plant:
    return Plant(local_twin, outputs)


@pytest.fixture
def start() -> float:
    """A whole second that no other test measures in."""
    return float(next(_STARTS))


_STARTS = iter(range(int(time.time()) - 3_000, int(time.time()), 100))


def test_publication_is_a_value_of_the_twin_through_dynamodb(plant: Plant, start: float) -> None:
    plant.publish("flow/oven-1/temperature", {"at": start, "values": {"celsius": 61.5}, "secret": "x"})
    plant.publish("flow/oven-1/temperature", {"at": start + 0.25, "values": {"celsius": 62}})

    assert plant.history("oven-1", "sensor", "temperature", start) == [(0.0, 61.5), (0.25, 62.0)]
    row = plant.dynamodb.get_item(
        TableName=plant.outputs["TelemetryTableName"],
        Key={"device_id": {"S": "oven-1"}, "timestamp": {"N": str(int(start * 1000))}},
    )["Item"]
    assert row.keys() == {"device_id", "timestamp", "component_type_id", "expires_at", "temperature"}
    assert row["expires_at"] == {"N": str(int(start) + 86_400)}


def test_publication_is_a_value_of_the_twin_through_sitewise(plant: Plant, start: float) -> None:
    message = {"device": "motor-1", "timestamp": start * 1000 + 5, "speed": 1480.5, "starts": 7, "isOn": True}
    plant.publish("motors/hall/1", message)

    for name, value in (("speed", 1480.5), ("starts", 7), ("isOn", True)):
        ((after, read_value),) = plant.history("motor-1", "motor", name, start)
        assert (round(after, 3), read_value) == (0.005, value)


@pytest.mark.parametrize("branch", ["dynamodb", "sitewise"])
def test_excursion_raises_the_alarm_and_an_acknowledgement_shows(
    plant: Plant, start: float, branch: str
) -> None:
    entity, high, level, words = {
        "dynamodb": ("oven-1", 85, "CRITICAL", "temperature is above 80 Celsius"),
        "sitewise": ("motor-1", 3500, "WARNING", "speed is above 3000 rpm"),
    }[branch]

    def measured(after: int, value: float) -> None:
        if branch == "dynamodb":
            plant.publish("flow/oven-1/temperature", {"at": start + after, "values": {"celsius": value}})
        else:
            at = (start + after) * 1000
            rest = {"starts": 7, "isOn": True}
            plant.publish("motors/hall/1", {"device": "motor-1", "timestamp": at, "speed": value, **rest})

    for after, value in ((0, 60), (1, high), (2, high)):
        measured(after, value)
    if branch == "sitewise":
        assert plant.history("motor-1", "motor", "speed", start) == [(0.0, 60), (1.0, high), (2.0, high)]

    def levels(count: int) -> Callable[[], list[tuple[float, Any]]]:
        return lambda: plant.history(entity, "alarm", "alarmStatus", start)[-count:]

    expected = [(1.0, level)]
    assert soon(levels(1), expected) == expected
    assert plant.history(entity, "alarm", "alarm_status", start)[-1:] == [(1.0, "ACTIVE")]
    assert plant.history(entity, "alarm", "alarmMessage", start)[-1:] == [(1.0, words)]

    acknowledged_at = datetime.fromtimestamp(start + 3, UTC)
    acknowledgement = set_alarm_status(
        entity, status="ACKNOWLEDGED", workspace=WORKSPACE, client=plant.twinmaker, now=acknowledged_at
    )
    assert (acknowledgement.component, acknowledgement.status) == ("alarm", "ACKNOWLEDGED")
    # Both vocabularies: one was written, the other follows.
    expected.append((3.0, "ACKNOWLEDGED"))
    assert soon(levels(2), expected) == expected

    measured(4, 60)
    expected.append((4.0, "NORMAL"))
    assert soon(levels(3), expected) == expected


def test_state_is_stored_although_the_topic_refuses_the_change(plant: Plant, start: float) -> None:
    for after, value in ((0, 20), (1, 95)):
        plant.publish("flow/oven-1/temperature", {"at": start + after, "values": {"celsius": value}})
    raised = (1.0, "ACTIVE")
    shown = soon(lambda: plant.history("oven-1", "alarm", "alarm_status", start)[-1:], [raised])
    assert shown == [raised]

    notifications: list[dict[str, Any]] = []

    def is_dead_letter() -> bool:
        messages = plant.sqs.receive_message(QueueUrl=plant.alarm_letters(), MaxNumberOfMessages=10)
        letters = [json.loads(message["Body"]) for message in messages.get("Messages", [])]
        notifications.extend(letter["notification"] for letter in letters if "notification" in letter)
        raised_at = ("oven-1-alarm", int(start + 1) * 1000)
        return raised_at in [(change["alarm_key"], change["timestamp"]) for change in notifications]

    assert soon(is_dead_letter, expected=True)
    # Other tests begin without an alarm.
    plant.publish("flow/oven-1/temperature", {"at": start + 2, "values": {"celsius": 20}})
    ended = (2.0, "NORMAL")
    assert soon(lambda: plant.history("oven-1", "alarm", "alarm_status", start)[-1:], [ended]) == [ended]


def test_alarm_is_returned_by_the_queries_of_grafana(plant: Plant, start: float) -> None:
    plant.publish("flow/oven-1/temperature", {"at": start, "values": {"celsius": 85}})
    soon(lambda: plant.history("oven-1", "alarm", "alarm_status", start)[:1], [(0.0, "ACTIVE")])

    types = plant.twinmaker.list_component_types(
        workspaceId=WORKSPACE, filters=[{"extendsFrom": "com.amazon.iottwinmaker.alarm.basic"}]
    )["componentTypeSummaries"]
    assert [item["componentTypeId"] for item in types] == ["com.example.EquipmentAlarm"]
    series = plant.twinmaker.get_property_value_history(
        workspaceId=WORKSPACE,
        componentTypeId=types[0]["componentTypeId"],
        selectedProperties=["alarm_status"],
        orderByTime="DESCENDING",
        startTime=_iso(start - 1),
        endTime=_iso(start + 1),
    )["propertyValues"]
    references = [item["entityPropertyReference"]["externalIdProperty"] for item in series]
    assert references[0] == {"alarm_key": "oven-1-alarm"}
    entities = plant.twinmaker.list_entities(workspaceId=WORKSPACE, filters=[{"externalId": "oven-1-alarm"}])
    assert [item["entityId"] for item in entities["entitySummaries"]] == ["oven-1"]


def test_message_without_a_plausible_time_is_a_dead_letter_with_its_reason(
    plant: Plant, start: float
) -> None:
    plant.publish("flow/oven-1/temperature", {"values": {"celsius": 61.5}})
    plant.publish("flow/oven-2/temperature", {"at": 1, "values": {"celsius": 61.5}})
    plant.publish("flow/oven-3/temperature", {"at": start + 365 * 86_400, "values": {"celsius": 61.5}})
    plant.publish("motors/hall/1", {"device": "motor-1", "timestamp": int(start * 1000), "speed": 1})

    letters = plant.letters("flow/+/temperature", 4)
    failed = {item["topic"]: item["failures"][0] for item in letters}
    refused = {f"flow/oven-{number}/temperature" for number in (1, 2, 3)}
    assert failed.keys() == {*refused, "motors/hall/1"}
    assert {failed[topic]["failedAction"] for topic in refused} == {"DynamoDBv2Action"}
    assert "${starts} is undefined" in failed["motors/hall/1"]["errorMessage"]


def test_time_in_another_unit_is_a_dead_letter_of_both_stores(plant: Plant, start: float) -> None:
    units = {"seconds": start, "microseconds": start * 1e6, "nanoseconds": start * 1e9}
    for unit, at in units.items():
        message = {"device": "motor-7", "timestamp": int(at), "speed": 1, "starts": 1, "isOn": True}
        plant.publish(f"motors/{unit}", message)

    failures = {
        item["topic"]: {failure["failedAction"] for failure in item["failures"]}
        for item in plant.letters("motors/#", 3)
    }
    assert failures == {f"motors/{unit}": {"DynamoDBv2Action", "IotSiteWiseAction"} for unit in units}
    assert plant.rows("motor-7") == []


def test_unit_of_a_time_is_told_by_its_size_where_it_is_asked_for(plant: Plant, start: float) -> None:
    for second, factor in enumerate((1, 1_000, 1_000_000, 1_000_000_000)):
        message = {"device": "meter-1", "timestamp": int(start + second) * factor, "power": second}
        plant.publish("gateways/north", message)

    expected = [(float(second), float(second)) for second in range(4)]
    assert plant.history("meter-1", "meter", "power", start) == expected
    stored = [int(row["timestamp"]["N"]) - int(start) * 1000 for row in plant.rows("meter-1")]
    assert stored == [0, 1_000, 2_000, 3_000]


def test_burst_of_messages_gives_all_rows_and_one_alarm(plant: Plant, start: float) -> None:
    def device(number: int) -> None:
        for after in range(BURST_EACH):
            celsius = 85 if 10 <= after < 20 else 60
            message = {"at": start + after, "values": {"celsius": celsius}}
            plant.publish(f"flow/burst-{number}/temperature", message)
            if after % 10 == 0:
                plant.publish(f"flow/burst-{number}/temperature", message)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(device, range(BURST_DEVICES)))

    for number in range(BURST_DEVICES):
        assert len(plant.rows(f"burst-{number}")) == BURST_EACH
    expected = [("NORMAL", 0), ("ACTIVE", 10), ("NORMAL", 20)]
    for number in range(BURST_DEVICES):

        def seen(number: int = number) -> list[tuple[str, int]]:
            return [
                (row["alarm_status"]["S"], int(row["timestamp"]["N"]) // 1000 - int(start))
                for row in plant.rows(f"burst-{number}-alarm")
            ]

        assert soon(seen, expected, seconds=60 + BURST_DEVICES * BURST_EACH / 50) == expected


def test_alarm_cannot_be_acknowledged_when_there_is_none(plant: Plant) -> None:
    with pytest.raises(TwinClientError, match=r'^entity "hall" has no alarm; `twin get hall`'):
        set_alarm_status("hall", status="ACKNOWLEDGED", workspace=WORKSPACE, client=plant.twinmaker)
