"""A twin whose every id changes in one deployment: history, alarms, rules and scenes stay."""

from __future__ import annotations

import json
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from aws_cdk import App

from tests.support.deployments import deploy_app
from tests.support.templates import cdk_context
from twin_stack import TwinStack, load
from twin_stack.client import set_alarm_status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.soak]


class Ids(NamedTuple):
    """The ids of one deployment."""

    entity: str
    component: str
    property: str
    type: str
    alarm_type: str
    connector: str
    ingest: str
    scene: str
    mill: str
    mill_type: str
    power: str


OLD = Ids(
    "oven-1", "sensor", "temperature", "com.e.Sensor", "com.e.Alarm", "telemetry", "temps", "hall",
    "mill-1", "com.e.Mill", "power",
)  # fmt: skip
NEW = Ids(
    "oven-001", "probe", "celsius", "com.e.Probe", "com.e.OvenAlarm", "values", "readings", "main-hall",
    "mill-001", "com.e.Grinder", "kilowatts",
)  # fmt: skip
RENAMES = f"""renames:
  entities: {{{OLD.entity}: {NEW.entity}, {OLD.mill}: {NEW.mill}}}
  properties:
    {NEW.type}: {{{OLD.property}: {NEW.property}}}
    {NEW.mill_type}: {{{OLD.power}: {NEW.power}}}
  componentTypes:
    {OLD.type}: {NEW.type}
    {OLD.alarm_type}: {NEW.alarm_type}
    {OLD.mill_type}: {NEW.mill_type}
  connectors: {{{OLD.connector}: {NEW.connector}}}
  ingests: {{{OLD.ingest}: {NEW.ingest}}}
  scenes: {{{OLD.scene}: {NEW.scene}}}
"""
TWIN = """workspaceId: {workspace}
connectors:
  {ids.connector}: {{kind: dynamodb}}
  plant: {{kind: sitewise, assets: managed}}
ingest:
  {ids.ingest}:
    topic: plant/+/values
    deviceId: topic(2)
    componentTypeId: {ids.type}
    properties: {{{ids.property}: t}}
    basicIngest: true
"""
TYPES = """{ids.type}:
  propertyDefinitions:
    serial: {{dataType: STRING, isExternalId: true}}
    {ids.property}: {{dataType: DOUBLE, isTimeSeries: true}}
  functions: {{dataReader: {ids.connector}}}
  alarms: {{hot: {{property: {ids.property}, above: 80}}}}
{ids.alarm_type}:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {{dataReader: {ids.connector}, dataWriter: {ids.connector}}}
{ids.mill_type}:
  propertyDefinitions: {{{ids.power}: {{dataType: DOUBLE, isTimeSeries: true}}}}
  functions: {{dataReader: plant}}
"""
ENTITIES = """{ids.entity}:
  entityName: Oven
  components:
    {ids.component}: {{componentTypeId: {ids.type}}}
    alarm: {{componentTypeId: {ids.alarm_type}, properties: {{alarm_key: {ids.entity}-alarm}}}}
{ids.mill}:
  entityName: Mill
  components:
    {ids.component}: {{componentTypeId: {ids.mill_type}}}
"""
SCENE = {"specVersion": "1.0", "version": "1", "nodes": [], "rootNodeIndexes": []}
START = int(time.time()) - 1_800
Points = list[tuple[int, Any]]


class Plant:
    """A deployed twin with one oven, its devices and its users."""

    def __init__(self, twin: LocalTwin, folder: Path) -> None:
        self.workspace = f"ws-{uuid.uuid4().hex[:8]}"
        self._twin = twin
        self._folder = folder
        self._twinmaker = twin.client("iottwinmaker")

    def deploy(self, ids: Ids, renames: str = "") -> None:
        """Deploy the twin with these ids."""
        files = {
            "twin.yaml": TWIN.format(workspace=self.workspace, ids=ids) + renames,
            "component_types/t.yaml": TYPES.format(ids=ids),
            "entities/e.yaml": ENTITIES.format(ids=ids),
            f"scenes/{ids.scene}.json": json.dumps(SCENE),
        }
        folder = self._folder / uuid.uuid4().hex
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        definition = load(folder)
        assert definition.warnings == ()
        app = App(context=cdk_context())
        TwinStack(app, self.workspace, definition=definition, operations=None)
        deploy_app(self._twin, app)

    def publish(self, ids: Ids, device: str, points: Points) -> None:
        """Publish as a device does that has these ids in its firmware."""
        rules = [rule["ruleName"] for rule in self._twin.client("iot").list_topic_rules()["rules"]]
        (rule,) = [name for name in rules if self.workspace.replace("-", "_") in name and ids.ingest in name]
        for seconds, value in points:
            message = {"timestamp": (START + seconds) * 1000, "t": value}
            self._twin.client("iot-data").publish(
                topic=f"$aws/rules/{rule}/plant/{device}/values", qos=1, payload=json.dumps(message)
            )

    def write_power(self, ids: Ids, points: Points) -> None:
        """Write values of the mill to SiteWise, as devices do: by alias."""
        values = [
            {
                "value": {"doubleValue": value},
                "timestamp": {"timeInSeconds": START + seconds, "offsetInNanos": 0},
                "quality": "GOOD",
            }
            for seconds, value in points
        ]
        alias = f"/{self.workspace}/{ids.mill}/{ids.power}"
        answer = self._twin.client("iotsitewise").batch_put_asset_property_value(
            entries=[{"entryId": "power", "propertyAlias": alias, "propertyValues": values}]
        )
        assert answer["errorEntries"] == []

    def power(self, ids: Ids) -> Points:
        """Return the whole history of the mill's power."""
        return self._history(ids.power, 200, "ASCENDING", entityId=ids.mill, componentName=ids.component)

    def history(self, ids: Ids, *, page: int = 200, order: str = "ASCENDING") -> Points:
        """Return the whole history of the oven, in the order of the answer."""
        return self._history(ids.property, page, order, entityId=ids.entity, componentName=ids.component)

    def history_of_type(self, ids: Ids, *, page: int = 200) -> Points:
        """Return the history of all components of the type."""
        return self._history(ids.property, page, "ASCENDING", componentTypeId=ids.type)

    def alarm_states(self, ids: Ids) -> Points:
        """Return the states of the oven's alarm."""
        return self._history("alarm_status", 200, "ASCENDING", entityId=ids.entity, componentName="alarm")

    def _history(self, name: str, page: int, order: str, **target: str) -> Points:
        request: dict[str, Any] = {
            "workspaceId": self.workspace,
            "selectedProperties": [name],
            "startTime": _iso(START - 1),
            "endTime": _iso(START + 3_600),
            "maxResults": page,
            "orderByTime": order,
            **target,
        }
        points: Points = []
        while True:
            answer = self._twinmaker.get_property_value_history(**request)
            for series in answer["propertyValues"]:
                for value in series["values"]:
                    seconds = int(datetime.fromisoformat(value["time"]).timestamp()) - START
                    points.append((seconds, *value["value"].values()))
            if not answer.get("nextToken"):
                return points
            request["nextToken"] = answer["nextToken"]

    def acknowledge(self, ids: Ids, seconds: int) -> None:
        """Acknowledge the alarm as an operator does."""
        set_alarm_status(
            ids.entity,
            "alarm",
            status="ACKNOWLEDGED",
            workspace=self.workspace,
            client=self._twinmaker,
            now=datetime.fromtimestamp(START + seconds, UTC),
        )

    def scenes(self) -> list[str]:
        """Return the ids of the scenes."""
        summaries = self._twinmaker.list_scenes(workspaceId=self.workspace)["sceneSummaries"]
        return sorted(scene["sceneId"] for scene in summaries)

    def connectors(self) -> set[str]:
        """Return the functions that the types invoke."""
        types = self._twinmaker.list_component_types(workspaceId=self.workspace)["componentTypeSummaries"]
        arns = set()
        for summary in types:
            if summary["componentTypeId"] in {*OLD, *NEW} - {OLD.mill_type, NEW.mill_type}:
                details = self._twinmaker.get_component_type(
                    workspaceId=self.workspace, componentTypeId=summary["componentTypeId"]
                )
                for function in details["functions"].values():
                    arns.add(function.get("implementedBy", {}).get("lambda", {}).get("arn"))
        return arns - {None}


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def soon(read: Callable[[], Any], expected: Any) -> Any:
    """Poll until the value is the expected one or a minute is up; return the last value."""
    deadline = time.monotonic() + 60
    while (seen := read()) != expected and time.monotonic() < deadline:
        time.sleep(0.1)
    return seen


@pytest.fixture
def plant(local_twin: LocalTwin, tmp_path: Path) -> Plant:
    return Plant(local_twin, tmp_path)


def test_history_alarms_rules_and_scenes_stay_when_every_id_changes(plant: Plant) -> None:
    plant.deploy(OLD)
    before: Points = [(10, 20.0), (20, 85.0), (30, 86.5), (40, 87.0)]
    plant.publish(OLD, OLD.entity, before)
    assert plant.history(OLD) == plant.history_of_type(OLD) == before
    raised: Points = [(10, "NORMAL"), (20, "ACTIVE")]
    assert soon(lambda: plant.alarm_states(OLD), raised) == raised
    functions = plant.connectors()
    power: Points = [(10, 1.5), (20, 2.5)]
    plant.write_power(OLD, power)
    assert plant.power(OLD) == power

    plant.deploy(NEW, RENAMES)

    for page in (1, 3, 200):
        assert plant.history(NEW, page=page) == before
        assert plant.history(NEW, page=page, order="DESCENDING") == before[::-1]
        assert plant.history_of_type(NEW, page=page) == before
    assert plant.power(NEW) == power
    assert plant.alarm_states(NEW) == raised
    assert plant.scenes() == [OLD.scene, NEW.scene]
    assert plant.connectors() == functions
    assert len(functions) == 1

    # A device with old firmware, and one with new firmware that repeats a value with a correction.
    plant.publish(OLD, OLD.entity, [(50, 88.0)])
    plant.publish(NEW, NEW.entity, [(40, 87.5), (60, 89.0)])
    now = [*before[:-1], (40, 87.5), (50, 88.0), (60, 89.0)]
    assert plant.history(NEW, page=2) == plant.history_of_type(NEW, page=2) == now
    assert plant.history(NEW, page=1, order="DESCENDING")[0] == (60, 89.0)

    # The alarm is not raised again: an operator acknowledges it, and it ends by a value under the new id.
    plant.acknowledge(NEW, 65)
    plant.publish(NEW, NEW.entity, [(70, 30.0)])
    ended = [*raised, (65, "ACKNOWLEDGED"), (70, "NORMAL")]
    assert soon(lambda: plant.alarm_states(NEW), ended) == ended

    plant.write_power(NEW, [(30, 3.5)])

    # Without the entries, rows under the old ids are lost to the twin; assets have their new ids.
    plant.deploy(NEW)
    assert plant.history(NEW) == [(40, 87.5), (60, 89.0), (70, 30.0)]
    assert plant.alarm_states(NEW) == ended[2:]
    assert plant.scenes() == [NEW.scene]
    assert plant.power(NEW) == [*power, (30, 3.5)]
