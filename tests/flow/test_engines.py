"""The walk from ``engine: cloudformation`` to ``engine: bulk`` and back: nothing is created a second time."""

from __future__ import annotations

import json
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App

from tests.support.deployments import deploy_app
from tests.support.stacks import wait_for
from tests.support.templates import cdk_context
from twin_stack import TwinStack, load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.deploy]

ASSET = "Custom::SiteWiseAsset"
ENTITY = "AWS::IoTTwinMaker::Entity"
TYPES = """
com.example.Pump:
  propertyDefinitions: {model: STRING, flow: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: telemetry}
com.example.Light:
  propertyDefinitions: {power: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: plant}
"""
HALL = "hall: {entityName: Hall}\n"
LIGHT = "{entityName: %s, parentEntityId: hall, components: {light: {componentTypeId: com.example.Light}}}\n"
PUMP = "{entityName: %s, parentEntityId: hall, components: {pump: {componentTypeId: com.example.Pump}}}\n"
CONNECTORS = "connectors: {telemetry: {kind: dynamodb}, plant: {kind: sitewise-native}}\n"
HAND_OVER = "handOver: true\n"
BULK = "engine: bulk\n"
ADOPT = "bulk: {adopt: true}\n"


class Plant:
    """A twin of three entities, of which one has a history."""

    def __init__(self, twin: LocalTwin, folder: Path) -> None:
        self.workspace = f"ws-{uuid.uuid4().hex[:8]}"
        self._twin = twin
        self._folder = folder
        for name in ("component_types", "entities"):
            (folder / name).mkdir()
        (folder / "component_types" / "t.yaml").write_text(TYPES)

    def write(self, settings: str, **names: str) -> None:
        """Write the definition, with other names of entities than usual; without those of an empty name."""
        named = {"pump-1": "Pump 1", "pump-2": "Pump 2", "light-1": "Light 1", **names}
        entities = HALL + "".join(
            f"{entity_id}: {(LIGHT if entity_id.startswith('light') else PUMP) % name}"
            for entity_id, name in named.items()
            if name
        )
        (self._folder / "entities" / "e.yaml").write_text(entities)
        twin = f"workspaceId: {self.workspace}\n{CONNECTORS}{settings}"
        (self._folder / "twin.yaml").write_text(twin)

    def deploy(self, settings: str, **names: str) -> None:
        """Write the definition and deploy it."""
        self.write(settings, **names)
        deploy_app(self._twin, self._app())

    def import_entities(self) -> None:
        """Import the entities of the definition as ``cdk import --force`` does, whatever else changed."""
        client = self._twin.client("cloudformation")
        added = self._app().synth().get_stack_by_name(self.workspace).template["Resources"]
        template: Any = client.get_template(StackName=self.workspace)["TemplateBody"]
        template = json.loads(template) if isinstance(template, str) else template
        entities = {name: own for name, own in added.items() if own["Type"] == ENTITY}
        template["Resources"] |= entities
        client.create_change_set(
            StackName=self.workspace,
            ChangeSetName="import",
            ChangeSetType="IMPORT",
            TemplateBody=json.dumps(template),
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
            ResourcesToImport=[
                {
                    "LogicalResourceId": name,
                    "ResourceType": ENTITY,
                    "ResourceIdentifier": {
                        "WorkspaceId": self.workspace,
                        "EntityId": own["Properties"]["EntityId"],
                    },
                }
                for name, own in entities.items()
            ],
        )
        client.get_waiter("change_set_create_complete").wait(StackName=self.workspace, ChangeSetName="import")
        client.execute_change_set(StackName=self.workspace, ChangeSetName="import")
        assert wait_for(client, self.workspace) == "IMPORT_COMPLETE"

    def _app(self) -> App:
        app = App(context=cdk_context())
        TwinStack(app, self.workspace, definition=load(self._folder), operations=None)
        return app

    def entities(self) -> Mapping[str, tuple[str, Any]]:
        """Return name and time of creation of each entity."""
        pages: Any = self._twin.client("iottwinmaker").list_entities(workspaceId=self.workspace)
        return {
            item["entityId"]: (item["entityName"], item["creationDateTime"])
            for item in pages["entitySummaries"]
        }

    def owned(self) -> set[str]:
        """Return the types of the resources of the stack."""
        resources = self._twin.client("cloudformation").describe_stack_resources(StackName=self.workspace)
        return {resource["ResourceType"] for resource in resources["StackResources"]}

    def write_row(self) -> None:
        """Write one measurement."""
        item = {
            "device_id": {"S": "pump-1"},
            "timestamp": {"N": str(int(time.time() * 1000))},
            "flow": {"N": "4.5"},
        }
        self._twin.client("dynamodb").put_item(TableName=f"{self.workspace}-telemetry", Item=item)

    def write_power(self) -> None:
        """Write one value of the light."""
        value: Any = {"value": {"doubleValue": 7.5}, "timestamp": {"timeInSeconds": int(time.time())}}
        answer = self._twin.client("iotsitewise").batch_put_asset_property_value(
            entries=[
                {
                    "entryId": "a",
                    "propertyAlias": f"/{self.workspace}/light-1/power",
                    "propertyValues": [value],
                }
            ]
        )
        assert answer["errorEntries"] == []

    def power(self) -> float:
        """Return the value of the light."""
        answer: Any = self._twin.client("iotsitewise").get_asset_property_value(
            propertyAlias=f"/{self.workspace}/light-1/power"
        )
        power: float = answer["propertyValue"]["value"]["doubleValue"]
        return power

    def assets(self) -> dict[str, str]:
        """Return the names of the workspace's assets by id."""
        client = self._twin.client("iotsitewise")
        models: Any = client.get_paginator("list_asset_models").paginate()
        return {
            asset["id"]: asset["name"]
            for page in models
            for model in page["assetModelSummaries"]
            if model["name"].startswith(f"{self.workspace}/")
            for asset in client.list_assets(assetModelId=model["id"])["assetSummaries"]
        }

    def asset_of(self, entity_id: str) -> str:
        """Return the id of the asset that a light names."""
        entity: Any = self._twin.client("iottwinmaker").get_entity(
            workspaceId=self.workspace, entityId=entity_id
        )
        asset_id: str = entity["components"]["light"]["properties"]["sitewiseAssetId"]["value"]["stringValue"]
        return asset_id

    def history(self) -> list[float]:
        """Return the measurements of one pump."""
        answer: Any = self._twin.client("iottwinmaker").get_property_value_history(
            workspaceId=self.workspace,
            entityId="pump-1",
            componentName="pump",
            selectedProperties=["flow"],
            startTime="2020-01-01T00:00:00Z",
            endTime="2100-01-01T00:00:00Z",
        )
        return [
            point["value"]["doubleValue"] for series in answer["propertyValues"] for point in series["values"]
        ]


class Watch:
    """Looks for entities that are missing or new, again and again while something else happens."""

    def __init__(self, plant: Plant, expected: Mapping[str, Any]) -> None:
        self._plant = plant
        self._expected = expected
        self._ended = threading.Event()
        self.looks = 0
        self.missing: list[object] = []
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.is_set():
            created = {entity_id: time for entity_id, (_, time) in self._plant.entities().items()}
            self.looks += 1
            if created != self._expected:
                self.missing.append(created)
            self._ended.wait(0.2)


@pytest.fixture
def plant(local_twin: LocalTwin, tmp_path: Path) -> Plant:
    return Plant(local_twin, tmp_path)


def test_engine_changes_and_back_in_three_deployments_each(plant: Plant) -> None:
    plant.deploy("")
    plant.write_row()
    plant.write_power()
    assets = plant.assets()
    assert len(assets) == 1
    created = {entity_id: time for entity_id, (_, time) in plant.entities().items()}
    assert created.keys() == {"hall", "light-1", "pump-1", "pump-2"}

    with Watch(plant, created) as watch:
        plant.deploy(HAND_OVER)
        plant.deploy(HAND_OVER + BULK + ADOPT)
        assert ENTITY not in plant.owned()
        plant.deploy(BULK, **{"pump-1": "Pump One"})
        assert plant.entities()["pump-1"][0] == "Pump One"
        assert ASSET not in plant.owned()
        assert (plant.assets(), plant.asset_of("light-1")) == (assets, next(iter(assets)))

        plant.deploy(HAND_OVER + BULK, **{"pump-1": "Pump One"})
        plant.write(HAND_OVER, **{"pump-1": "Pump One"})
        plant.import_entities()
        plant.deploy("", **{"pump-1": "First pump"})
        assert ASSET in plant.owned()
        assert "Custom::TwinStackEntities" not in plant.owned()

    assert watch.looks > 10
    assert watch.missing == []
    assert plant.entities()["pump-1"][0] == "First pump"
    assert plant.history() == [4.5]
    assert (plant.assets(), plant.asset_of("light-1"), plant.power()) == (assets, next(iter(assets)), 7.5)
    plant.deploy("", **{"pump-2": ""})
    assert plant.entities().keys() == {"hall", "light-1", "pump-1"}
