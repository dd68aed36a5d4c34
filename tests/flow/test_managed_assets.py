"""SiteWise assets made by a twin: deployed, written to by alias, and read back through TwinMaker."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App

from tests.support.templates import cdk_context
from twin_stack import TwinStack, load
from twin_stack.simulate.clients import Clients
from twin_stack.simulate.writing import write_telemetry

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.slow


# Beside every multiple of the interval, so that the number of values does not change by the minute.
NOW = datetime.fromtimestamp(time.time() // 600 * 600 - 100, UTC)
INTERVAL = timedelta(minutes=10)
# No switch such as "isOn", by which the power of a light would be 0 at times.
TYPES = """
com.example.Light:
  propertyDefinitions:
    brand: STRING
    ratedPower: {dataType: {type: DOUBLE, unitOfMeasure: W}, defaultValue: 40}
    power: {dataType: {type: DOUBLE, unitOfMeasure: W}, isTimeSeries: true}
    isClean: {dataType: BOOLEAN, isTimeSeries: true}
    load: {expression: power / ratedPower * 100}
  functions: {dataReader: plant}
com.example.Floor:
  propertyDefinitions:
    temperature: {dataType: {type: DOUBLE, unitOfMeasure: Celsius}, isTimeSeries: true}
    lighting:
      expression: sum(lights)
      window: 5m
      variables: {lights: {componentTypeId: com.example.Light, propertyName: power}}
  functions: {dataReader: plant}
"""
ENTITIES = """
floor-1:
  entityName: Floor 1
  components: {floor: {componentTypeId: com.example.Floor}}
  children:
    light-1:
      entityName: Light 1
      components: {light: {componentTypeId: com.example.Light, properties: {brand: A}}}
    light-2: {entityName: Light 2, components: {light: {componentTypeId: com.example.Light}}}
"""


class Twin:
    """A deployed twin, and clients that read it."""

    def __init__(self, local_twin: LocalTwin, folder: Path, connector: str) -> None:
        self.workspace = f"ws-{uuid.uuid4().hex[:8]}"
        self.folder = folder
        self.local = local_twin
        self.twinmaker = local_twin.client("iottwinmaker")
        self.sitewise = local_twin.client("iotsitewise")
        for name, text in {"component_types/t.yaml": TYPES, "entities/e.yaml": ENTITIES}.items():
            (folder / name).parent.mkdir()
            (folder / name).write_text(text)
        self.deploy(connector)

    def deploy(self, connector: str) -> None:
        twin = f"workspaceId: {self.workspace}\nconnectors: {{plant: {{{connector}}}}}\n"
        (self.folder / "twin.yaml").write_text(twin)
        app = App(context=cdk_context())
        TwinStack(app, self.workspace, definition=load(self.folder), operations=None)
        self.local.deploy(app)

    def simulate(self) -> Any:
        clients = Clients(
            self.twinmaker,
            *(self.local.client(name) for name in ("lambda", "dynamodb", "iotsitewise", "iot", "iot-data")),
        )
        return write_telemetry(
            clients, self.workspace, start=NOW - timedelta(hours=1), end=NOW, interval=INTERVAL
        )

    def series(self, entity_id: str, component: str, name: str) -> list[Any]:
        answer = self.twinmaker.get_property_value_history(
            workspaceId=self.workspace,
            entityId=entity_id,
            componentName=component,
            selectedProperties=[name],
            startTime=f"{NOW - timedelta(hours=2):%Y-%m-%dT%H:%M:%SZ}",
            endTime=f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
        )
        (time_series,) = answer["propertyValues"]
        return [next(iter(item["value"].values())) for item in time_series["values"]]


@pytest.fixture(scope="module", params=["kind: sitewise, assets: managed", "kind: sitewise-native"])
def twin(
    request: pytest.FixtureRequest, local_twin: LocalTwin, tmp_path_factory: pytest.TempPathFactory
) -> Twin:
    return Twin(local_twin, tmp_path_factory.mktemp("model"), request.param)


def test_simulated_values_are_read_through_twinmaker(twin: Twin) -> None:
    written = twin.simulate()

    # Four of six series are measured; the rest is SiteWise's.
    assert written.values == 5 * 6
    assert sorted(written.problems) == [
        "com.example.Floor: lighting not written, for SiteWise computes them",
        "com.example.Light: load not written, for SiteWise computes them",
    ]
    watts = twin.series("light-1", "light", "power")
    assert len(watts) == 6
    assert all(1000 <= watt <= 5000 for watt in watts)
    assert watts != twin.series("light-2", "light", "power")
    assert {type(value) for value in twin.series("light-2", "light", "isClean")} == {bool}
    assert len(twin.series("floor-1", "floor", "temperature")) == 6

    # What SiteWise itself holds under the alias is the same.
    alias = f"/{twin.workspace}/light-1/power"
    latest = twin.sitewise.get_asset_property_value(propertyAlias=alias)["propertyValue"]["value"]
    assert latest == {"doubleValue": watts[-1]}


def test_assets_have_the_hierarchy_of_the_entities(twin: Twin) -> None:
    alias = f"/{twin.workspace}/floor-1/temperature"
    floor = twin.sitewise.describe_time_series(alias=alias)["assetId"]
    described = twin.sitewise.describe_asset(assetId=floor)

    assert described["assetName"] == f"{twin.workspace}/floor-1/floor"
    (hierarchy,) = described["assetHierarchies"]
    lights = twin.sitewise.list_associated_assets(assetId=floor, hierarchyId=hierarchy["id"])
    assert sorted(item["name"] for item in lights["assetSummaries"]) == [
        f"{twin.workspace}/light-1/light",
        f"{twin.workspace}/light-2/light",
    ]
    model = twin.sitewise.describe_asset_model(assetModelId=described["assetModelId"])
    (metric,) = (item for item in model["assetModelProperties"] if item["name"] == "lighting")
    (variable,) = metric["type"]["metric"]["variables"]
    light = twin.sitewise.describe_time_series(alias=f"/{twin.workspace}/light-1/power")
    assert variable["value"] == {"propertyId": light["propertyId"], "hierarchyId": hierarchy["id"]}


def test_history_is_kept_when_the_reader_changes(local_twin: LocalTwin, tmp_path: Path) -> None:
    twin = Twin(local_twin, tmp_path, "kind: sitewise, assets: managed")
    twin.simulate()
    before = twin.series("light-1", "light", "power")

    twin.deploy("kind: sitewise-native")

    entity = twin.twinmaker.get_entity(workspaceId=twin.workspace, entityId="light-1")
    properties = entity["components"]["light"]["properties"]
    assert properties["sitewiseAssetId"]["value"]["stringValue"]
    assert properties["brand"]["value"] == {"stringValue": "A"}
    assert before == twin.series("light-1", "light", "power")
    assert len(before) == 6
