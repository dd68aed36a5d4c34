"""SiteWise assets through the life of a twin: no deployment loses a point, and none makes an asset twice."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, RemovalPolicy

from tests.support.templates import cdk_context
from twin_stack import TwinStack, load
from twin_stack.constructs.removal import ALLOW_DESTROY
from twin_stack.local.deployer import DeployError

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.slow

MILL = """
com.example.Mill:
  propertyDefinitions:
    power: {dataType: DOUBLE, isTimeSeries: true}
    load: {expression: power * 2}
  functions: {dataReader: plant}
"""
LINE = """
com.example.Line:
  propertyDefinitions:
    speed: {dataType: DOUBLE, isTimeSeries: true}
    total:
      expression: sum(mills)
      window: 5m
      variables: {mills: {componentTypeId: com.example.Mill, propertyName: power}}
  functions: {dataReader: plant}
"""
MISSING = "arn:aws:lambda:us-east-1:000000000000:function:not-there-yet"
BROKEN_TYPE = """
com.example.Room:
  functions:
    schemaInitializer: {connector: schema}
    dataReader: {connector: schema}
"""
BROKEN_ENTITY = "room-1: {entityName: Room 1, components: {room: {componentTypeId: com.example.Room}}}\n"


def line(name: str, *mills: str, component: str = "line") -> str:
    """Return a line with mills below it."""
    children = "".join(
        f"    {mill}: {{entityName: {mill}, components: {{mill: {{componentTypeId: com.example.Mill}}}}}}\n"
        for mill in mills
    )
    return (
        f"{name}:\n  entityName: {name}\n"
        f"  components: {{{component}: {{componentTypeId: com.example.Line}}}}\n"
        + (f"  children:\n{children}" if mills else "")
    )


class Plant:
    """A twin with SiteWise assets that is deployed again and again."""

    def __init__(self, twin: LocalTwin, folder: Path) -> None:
        self.workspace = f"ws-{uuid.uuid4().hex[:8]}"
        self.twin = twin
        self.sitewise: Any = twin.client("iotsitewise")
        self._folder = folder
        for name in ("component_types", "entities"):
            (folder / name).mkdir()

    def deploy(
        self,
        *,
        types: str = MILL + LINE,
        entities: str = line("line-1", "mill-1") + line("line-2"),
        renames: str = "",
        is_broken: bool = False,
        stack: str | None = None,
        destroys: bool = False,
    ) -> None:
        """Deploy the twin; when broken, it fails after its assets were deployed."""
        schema = f'  schema: {{kind: lambda, arn: "{MISSING}"}}\n' if is_broken else ""
        renames = f"renames: {renames}\n" if renames else ""
        (self._folder / "twin.yaml").write_text(
            f"workspaceId: {self.workspace}\nconnectors:\n"
            f"  plant: {{kind: sitewise, assets: managed}}\n{schema}{renames}"
        )
        (self._folder / "component_types" / "t.yaml").write_text(types + BROKEN_TYPE * is_broken)
        (self._folder / "entities" / "e.yaml").write_text(entities + BROKEN_ENTITY * is_broken)
        app = App(context={**cdk_context(), **({ALLOW_DESTROY: True} if destroys else {})})
        policy = RemovalPolicy.DESTROY if destroys else RemovalPolicy.RETAIN
        TwinStack(app, stack or self.workspace, definition=load(self._folder), removal_policy=policy)
        self.twin.deploy(app)

    def write(self, entity_id: str, *names: str) -> None:
        """Write three points of each property, as devices do: by alias."""
        now = int(time.time()) - 1000
        for name in names:
            values = [
                {
                    "value": {"doubleValue": float(number)},
                    "timestamp": {"timeInSeconds": now + number, "offsetInNanos": 0},
                    "quality": "GOOD",
                }
                for number in range(3)
            ]
            alias = f"/{self.workspace}/{entity_id}/{name}"
            answer = self.sitewise.batch_put_asset_property_value(
                entries=[{"entryId": "a", "propertyAlias": alias, "propertyValues": values}]
            )
            assert answer["errorEntries"] == []

    def points(self, entity_id: str, name: str) -> list[tuple[int, float]]:
        """Return all points of a property, read by its alias."""
        answer = self.sitewise.get_asset_property_value_history(
            propertyAlias=f"/{self.workspace}/{entity_id}/{name}"
        )
        return [
            (item["timestamp"]["timeInSeconds"], item["value"]["doubleValue"])
            for item in answer["assetPropertyValueHistory"]
        ]

    def assets(self) -> dict[str, str]:
        """Return the ids of all assets of this twin by name, each once."""
        found: list[tuple[str, str]] = []
        for model in self.models().values():
            pages = self.sitewise.get_paginator("list_assets").paginate(assetModelId=model)
            found += [(item["name"], item["id"]) for page in pages for item in page["assetSummaries"]]
        assert len(dict(found)) == len(found), found
        return {name.removeprefix(f"{self.workspace}/"): asset_id for name, asset_id in found}

    def models(self) -> dict[str, str]:
        """Return the ids of all models of this twin by name, each once."""
        pages = self.sitewise.get_paginator("list_asset_models").paginate()
        found = [(item["name"], item["id"]) for page in pages for item in page["assetModelSummaries"]]
        own = [(name, model_id) for name, model_id in found if name.startswith(f"{self.workspace}/")]
        assert len(dict(own)) == len(own), own
        return {name.removeprefix(f"{self.workspace}/"): model_id for name, model_id in own}

    def parent(self, name: str) -> str | None:
        """Return the name of the asset above an asset."""
        answer = self.sitewise.list_associated_assets(
            assetId=self.assets()[name], traversalDirection="PARENT"
        )
        parents = [item["name"].removeprefix(f"{self.workspace}/") for item in answer["assetSummaries"]]
        return parents[0] if parents else None


@pytest.fixture
def plant(local_twin: LocalTwin, tmp_path: Path) -> Plant:
    return Plant(local_twin, tmp_path)


def test_entity_that_was_removed_and_reverted_keeps_its_asset_and_its_history(plant: Plant) -> None:
    plant.deploy()
    plant.write("mill-1", "power")
    before, assets = plant.points("mill-1", "power"), plant.assets()
    assert len(before) == 3

    plant.deploy(entities=line("line-1") + line("line-2"))
    assert plant.assets() == assets
    plant.deploy()

    assert plant.assets() == assets
    assert plant.points("mill-1", "power") == before
    assert plant.parent("mill-1/mill") == "line-1/line"


def test_device_that_moves_to_another_parent_and_back_keeps_its_asset(plant: Plant) -> None:
    plant.deploy()
    plant.write("mill-1", "power")
    before, assets = plant.points("mill-1", "power"), plant.assets()

    plant.deploy(entities=line("line-1") + line("line-2", "mill-1"))
    assert plant.parent("mill-1/mill") == "line-2/line"
    # A failing move leaves it where it was.
    with pytest.raises(DeployError):
        plant.deploy(is_broken=True)
    assert plant.parent("mill-1/mill") == "line-2/line"
    plant.deploy()

    assert plant.parent("mill-1/mill") == "line-1/line"
    assert plant.assets() == assets
    assert plant.points("mill-1", "power") == before
