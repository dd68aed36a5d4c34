"""Parts of composite components: deployed, simulated, and read back through both connectors and natively."""

from __future__ import annotations

import json
import re
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from aws_cdk import App

from tests.support.factory_page import expect_text, without_scene
from tests.support.polling import soon
from tests.support.templates import cdk_context
from twin_stack import TwinStack, load
from twin_stack.client import set_alarm_status
from twin_stack.client.reader import read_entity, read_history
from twin_stack.simulate.clients import Clients
from twin_stack.simulate.writing import write_telemetry

if TYPE_CHECKING:
    from pathlib import Path

    from tests.viewer.conftest import OpenPage
    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.slow

# Beside every multiple of the interval, so that the number of values does not change by the minute.
NOW = datetime.fromtimestamp(time.time() // 600 * 600 - 100, UTC)
INTERVAL = timedelta(minutes=10)
TWIN = """
connectors:
  rows: {kind: dynamodb}
  plant: {kind: sitewise, assets: managed}
  native: {kind: sitewise-native}
ingest:
  heats: {componentTypeId: com.example.Bearing, topic: "WORKSPACE/heat/+", deviceId: topic(3)}
  motors: {componentTypeId: com.example.Motor, topic: WORKSPACE/motors, deviceId: device}
"""
TYPES = """
com.example.Bearing:
  propertyDefinitions:
    tag: {dataType: STRING, isExternalId: true}
    heat: {dataType: {type: DOUBLE, unitOfMeasure: Celsius}, isTimeSeries: true}
  functions: {dataReader: rows}
  alarms: {hot: {property: heat, above: 200}}
  compositeComponentTypes: {alarm: {componentTypeId: com.example.Alarm}}
com.example.Alarm:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {dataReader: rows, dataWriter: rows}
com.example.Motor:
  propertyDefinitions:
    power: {dataType: {type: DOUBLE, unitOfMeasure: kW}, isTimeSeries: true}
    load: {expression: power / 2}
  functions: {dataReader: plant}
  compositeComponentTypes: {rear: {componentTypeId: com.example.Bearing}}
com.example.Valve:
  propertyDefinitions:
    position: {dataType: DOUBLE, isTimeSeries: true}
  functions: {dataReader: native}
com.example.Pump:
  propertyDefinitions:
    power: {dataType: {type: DOUBLE, unitOfMeasure: kW}, isTimeSeries: true}
  functions: {dataReader: plant}
  compositeComponentTypes:
    motor: {componentTypeId: com.example.Motor}
    valve: {componentTypeId: com.example.Valve}
"""
ENTITIES = """
pump-1:
  entityName: Pump 1
  components: {pump: {componentTypeId: com.example.Pump}}
  compositeComponents:
    pump/motor/rear: {properties: {tag: b-1}}
    pump/motor/rear/alarm: {properties: {alarm_key: b-1-alarm}}
pump-2:
  entityName: Pump 2
  components: {pump: {componentTypeId: com.example.Pump}}
  compositeComponents:
    pump/motor/rear: {properties: {tag: b-2}}
    pump/motor/rear/alarm: {properties: {alarm_key: b-2-alarm}}
"""


class Twin:
    """A deployed twin with simulated values, and clients that read it."""

    def __init__(self, local_twin: LocalTwin, folder: Path) -> None:
        self.workspace = f"ws-{uuid.uuid4().hex[:8]}"
        self.twinmaker: Any = local_twin.client("iottwinmaker")
        self.sitewise: Any = local_twin.client("iotsitewise")
        self.iot: Any = local_twin.client("iot-data")
        self.page = local_twin.server.page_link(workspace=self.workspace)
        files = {
            "twin.yaml": f"workspaceId: {self.workspace}{TWIN.replace('WORKSPACE', self.workspace)}",
            "component_types/t.yaml": TYPES,
        }
        for name, text in {**files, "entities/e.yaml": ENTITIES}.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text)
        app = App(context=cdk_context())
        TwinStack(app, self.workspace, definition=load(folder))
        local_twin.deploy(app)
        names = ("lambda", "dynamodb", "iotsitewise", "iot", "iot-data")
        clients = Clients(self.twinmaker, *(local_twin.client(name) for name in names))
        self.written = write_telemetry(
            clients, self.workspace, start=NOW - timedelta(hours=1), end=NOW, interval=INTERVAL
        )

    def publish(self, topic: str, **message: Any) -> None:
        payload = json.dumps({"timestamp": int(time.time() * 1000), **message})
        self.iot.publish(topic=f"{self.workspace}/{topic}", qos=1, payload=payload)

    def values(self, entity_id: str, path: str, name: str, **window: datetime) -> list[object]:
        window = {"start": NOW - timedelta(hours=2), "end": NOW, **window}
        history = read_history(self.twinmaker, self.workspace, entity_id, path, [name], **window)
        return [point.value for point in history.series[0].points]


@pytest.fixture(scope="module")
def twin(local_twin: LocalTwin, tmp_path_factory: pytest.TempPathFactory) -> Twin:
    return Twin(local_twin, tmp_path_factory.mktemp("model"))


@pytest.mark.parametrize(
    ("path", "name"), [("pump/motor/rear", "heat"), ("pump/motor", "power"), ("pump/valve", "position")]
)
def test_series_of_a_part_is_read(twin: Twin, path: str, name: str) -> None:
    values = twin.values("pump-1", path, name)
    assert len(values) == 6
    assert values != twin.values("pump-2", path, name)


def test_part_and_whole_have_values_of_their_own(twin: Twin) -> None:
    whole, part = twin.values("pump-1", "pump", "power"), twin.values("pump-1", "pump/motor", "power")
    assert len(whole) == len(part) == 6
    assert whole != part
    assert twin.written.problems == ("com.example.Motor: load not written, for SiteWise computes them",)
    assert twin.values("pump-1", "pump/motor", "load") == [float(str(value)) / 2 for value in part]


def test_series_of_parts_are_read_by_component_type(twin: Twin) -> None:
    answer = twin.twinmaker.get_property_value_history(
        workspaceId=twin.workspace,
        componentTypeId="com.example.Bearing",
        selectedProperties=["heat"],
        startTime=f"{NOW - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}",
        endTime=f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
    )
    series = {
        item["entityPropertyReference"]["externalIdProperty"]["tag"]: len(item["values"])
        for item in answer["propertyValues"]
    }
    assert series == {"b-1": 6, "b-2": 6}


def test_part_is_an_asset_below_that_of_its_component(twin: Twin) -> None:
    ids = {
        path: twin.sitewise.describe_time_series(alias=f"/{twin.workspace}/pump-1/{path}")["assetId"]
        for path in ("power", "pump/motor/power", "pump/valve/position")
    }
    names = {path: twin.sitewise.describe_asset(assetId=ids[path])["assetName"] for path in ids}
    assert names == {
        "power": f"{twin.workspace}/pump-1/pump",
        "pump/motor/power": f"{twin.workspace}/pump-1/pump/motor",
        "pump/valve/position": f"{twin.workspace}/pump-1/pump/valve",
    }
    whole = twin.sitewise.describe_asset(assetId=ids["power"])
    below = {
        item["id"]
        for hierarchy in whole["assetHierarchies"]
        for item in twin.sitewise.list_associated_assets(assetId=ids["power"], hierarchyId=hierarchy["id"])[
            "assetSummaries"
        ]
    }
    assert below == {ids["pump/motor/power"], ids["pump/valve/position"]}


def test_alarm_of_a_part_is_raised_and_acknowledged(twin: Twin) -> None:
    window = {"start": NOW, "end": datetime.now(UTC) + timedelta(minutes=5)}
    twin.publish("heat/b-2", heat=250.5)

    def states() -> list[object]:
        return twin.values("pump-2", "pump/motor/rear/alarm", "alarm_status", **window)

    assert twin.values("pump-2", "pump/motor/rear", "heat", **window) == [250.5]
    assert soon(states, ["ACTIVE"]) == ["ACTIVE"]
    acknowledgement = set_alarm_status(
        "pump-2", status="ACKNOWLEDGED", workspace=twin.workspace, client=twin.twinmaker
    )
    assert acknowledgement.component == "pump/motor/rear/alarm"
    assert soon(states, ["ACTIVE", "ACKNOWLEDGED"]) == ["ACTIVE", "ACKNOWLEDGED"]


def test_message_of_a_part_reaches_its_asset(twin: Twin) -> None:
    window = {"start": NOW, "end": datetime.now(UTC) + timedelta(minutes=5)}
    twin.publish("motors", device="pump-2/pump/motor", power=7.25)
    assert twin.values("pump-2", "pump/motor", "power", **window) == [7.25]
    assert twin.values("pump-2", "pump", "power", **window) == []


def test_page_shows_the_values_and_charts_of_parts(twin: Twin, open_page: OpenPage) -> None:
    opened = open_page(f"{twin.page}&entity=pump-1&range=6h", routes=without_scene)
    for path, name in (("pump/motor/rear", "heat"), ("pump/motor", "power"), ("pump/valve", "position")):
        row = opened.row("pump-1", quote(path, safe=""), name)
        expect_text(row.locator(".value"), re.compile(r"-?[0-9.]+"))
        assert row.get_attribute("data-state") != "failed"
    legend = opened.page.locator(".legend")
    for label in ("pump/motor power", "pump power", "heat"):
        expect_text(legend.locator("li").filter(has_text=re.compile(f"^Pump 1 {label}")), re.compile(label))
    assert opened.errors == []


def test_entity_is_read_with_its_parts(twin: Twin) -> None:
    entity = read_entity(twin.twinmaker, twin.workspace, "pump-1", None, attributes=True)
    assert [component.path for component in entity.components] == [
        "pump",
        "pump/motor",
        "pump/motor/rear",
        "pump/motor/rear/alarm",
        "pump/valve",
    ]
