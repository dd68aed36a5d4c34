"""What keeps its identity: a twin whose construct moves in the code, an entity that leaves and comes back."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, Stack
from constructs import Construct

from tests.support.deployments import deploy_app
from tests.support.templates import cdk_context
from twin_stack import DigitalTwin, load

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.soak]

TWIN = """
workspaceId: {workspace}
connectors:
  telemetry: {{kind: dynamodb}}
ingest:
  ovens: {{topic: "{workspace}/+/oven", deviceId: topic(2), componentTypeId: com.example.Oven}}
"""
TYPES = """
com.example.Oven:
  propertyDefinitions:
    temperature: {dataType: DOUBLE, isTimeSeries: true}
  functions: {dataReader: telemetry}
"""
HALLS = """
hall-a:
  entityName: Hall A
  children: {hall_a}
hall-b:
  entityName: Hall B
  children: {hall_b}
"""
OVEN_1 = "oven-1: {entityName: Oven 1, components: {oven: {componentTypeId: com.example.Oven}}}"
OVEN_2 = "oven-2: {entityName: Oven 2, components: {oven: {componentTypeId: com.example.Oven}}}"


class Plant:
    """A twin with ovens in two halls."""

    def __init__(self, twin: LocalTwin, folder: Path) -> None:
        self.workspace = f"ws-{uuid.uuid4().hex[:8]}"
        self._twin = twin
        self._folder = folder
        for name in ("component_types", "entities"):
            (folder / name).mkdir()
        (folder / "twin.yaml").write_text(TWIN.format(workspace=self.workspace))
        (folder / "component_types" / "t.yaml").write_text(TYPES)

    def deploy(self, path: list[str], *, hall_a: str, hall_b: str) -> None:
        """Deploy the twin at a path of constructs."""
        halls = HALLS.format(hall_a=f"{{{hall_a}}}", hall_b=f"{{{hall_b}}}")
        (self._folder / "entities" / "e.yaml").write_text(halls)
        app = App(context=cdk_context())
        scope: Construct = Stack(app, self.workspace)
        for name in path[:-1]:
            scope = Construct(scope, name)
        DigitalTwin(scope, path[-1], definition=load(self._folder))
        deploy_app(self._twin, app)

    def resources(self) -> dict[str, str]:
        """Return the physical ids of the stack's resources by logical id."""
        cloudformation: Any = self._twin.client("cloudformation")
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.workspace)
        return {
            item["LogicalResourceId"]: item["PhysicalResourceId"]
            for page in pages
            for item in page["StackResourceSummaries"]
        }

    def entities(self) -> dict[str, dict[str, Any]]:
        """Return all entities by id, with the times of their creation and their last change."""
        twinmaker: Any = self._twin.client("iottwinmaker")
        summaries = twinmaker.list_entities(workspaceId=self.workspace)["entitySummaries"]
        ids = [summary["entityId"] for summary in summaries]
        entities = {}
        for entity_id in ids:
            entity = twinmaker.get_entity(workspaceId=self.workspace, entityId=entity_id)
            entities[entity_id] = {key: entity[key] for key in entity if key != "ResponseMetadata"}
        return entities

    @property
    def _table(self) -> str:
        (name,) = [physical_id for name, physical_id in self.resources().items() if name.startswith("Table")]
        return name

    def measure(self, entity_id: str, temperature: float) -> None:
        """Store a value of an oven."""
        row = {
            "device_id": {"S": entity_id},
            "timestamp": {"N": "1760000000000"},
            "temperature": {"N": str(temperature)},
            "component_type_id": {"S": "com.example.Oven"},
        }
        dynamodb: Any = self._twin.client("dynamodb")
        dynamodb.put_item(TableName=self._table, Item=row)

    def history(self, entity_id: str) -> list[float]:
        """Return the values of an oven."""
        twinmaker: Any = self._twin.client("iottwinmaker")
        answer = twinmaker.get_property_value_history(
            workspaceId=self.workspace,
            entityId=entity_id,
            componentName="oven",
            selectedProperties=["temperature"],
            startTime="2025-10-09T00:00:00Z",
            endTime="2025-10-10T00:00:00Z",
        )
        return [item["value"]["doubleValue"] for item in answer["propertyValues"][0]["values"]]


@pytest.fixture
def plant(local_twin: LocalTwin, tmp_path: Path) -> Plant:
    return Plant(local_twin, tmp_path)


def test_moved_construct_changes_nothing_and_reverted_change_of_entities_loses_nothing(plant: Plant) -> None:
    layout = {"hall_a": f"{OVEN_1}, {OVEN_2}", "hall_b": ""}
    plant.deploy(["Twin"], **layout)
    plant.measure("oven-1", 181.5)
    plant.measure("oven-2", 92.25)
    resources, entities = plant.resources(), plant.entities()
    assert entities.keys() == {"hall-a", "hall-b", "oven-1", "oven-2"}
    assert plant.history("oven-1") == [181.5]

    # Another construct id, deeper in the tree.
    plant.deploy(["Site", "Bakery", "Renamed"], **layout)
    assert plant.resources() == resources
    assert plant.entities() == entities

    # One entity removed, one moved to another parent.
    plant.deploy(["Site", "Bakery", "Renamed"], hall_a="", hall_b=OVEN_2)
    after = plant.entities()
    assert after.keys() == {"hall-a", "hall-b", "oven-2"}
    assert after["oven-2"]["parentEntityId"] == "hall-b"
    assert after["oven-2"]["creationDateTime"] == entities["oven-2"]["creationDateTime"]
    assert plant.history("oven-2") == [92.25]

    # Reverted.
    plant.deploy(["Twin"], **layout)
    assert plant.resources() == resources
    reverted = plant.entities()
    assert reverted.keys() == entities.keys()
    assert reverted["oven-2"]["parentEntityId"] == "hall-a"
    assert reverted["oven-2"]["creationDateTime"] == entities["oven-2"]["creationDateTime"]
    assert (plant.history("oven-1"), plant.history("oven-2")) == ([181.5], [92.25])
