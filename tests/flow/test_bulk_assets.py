"""A twin with ``engine: bulk`` and SiteWise assets: created, renamed, taken away and rolled back."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, CfnResource

from tests.support.deployments import deploy_app
from tests.support.templates import cdk_context
from twin_stack import TwinStack, load
from twin_stack.local.deployer import DeployError

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.deploy]

TYPES = """
com.example.Light:
  propertyDefinitions: {power: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: plant}
"""
LIGHT = "{entityName: Light, components: {light: {componentTypeId: com.example.Light}}}"


class Plant:
    """A twin of lights, each with an asset."""

    def __init__(self, twin: LocalTwin, folder: Path) -> None:
        self.workspace = f"ws-{uuid.uuid4().hex[:8]}"
        self._twin = twin
        self._folder = folder
        for name in ("component_types", "entities"):
            (folder / name).mkdir()
        (folder / "component_types" / "t.yaml").write_text(TYPES)

    def deploy(self, *lights: str, renames: str = "", breaks: bool = False) -> None:
        """Deploy lights; ``breaks`` lets another resource fail after them."""
        (self._folder / "entities" / "e.yaml").write_text("".join(f"{light}: {LIGHT}\n" for light in lights))
        (self._folder / "twin.yaml").write_text(
            f"workspaceId: {self.workspace}\nengine: bulk\n"
            f"connectors: {{plant: {{kind: sitewise-native}}}}\n{renames}"
        )
        app = App(context=cdk_context())
        stack = TwinStack(app, self.workspace, definition=load(self._folder), operations=None)
        if breaks:
            failing = CfnResource(
                stack, "Broken", type="AWS::IoTTwinMaker::Entity", properties={"WorkspaceId": "missing-one"}
            )
            failing.add_property_override("EntityName", "Broken")
            assert stack.twin.bulk_entities is not None
            failing.node.add_dependency(stack.twin.bulk_entities.resource)
        deploy_app(self._twin, app)

    def assets(self) -> dict[str, str]:
        """Return the ids of the assets that the lights name, by entity, and check that they exist."""
        client = self._twin.client("iottwinmaker")
        assets = {}
        for summary in client.list_entities(workspaceId=self.workspace)["entitySummaries"]:
            entity: Any = client.get_entity(workspaceId=self.workspace, entityId=summary["entityId"])
            value = entity["components"]["light"]["properties"]["sitewiseAssetId"]["value"]
            asset = self._twin.client("iotsitewise").describe_asset(assetId=value["stringValue"])
            assert asset["assetName"] == f"{self.workspace}/{summary['entityId']}/light"
            assets[summary["entityId"]] = value["stringValue"]
        return assets

    def write_power(self, light: str) -> None:
        """Write one value."""
        value: Any = {"value": {"doubleValue": 7.5}, "timestamp": {"timeInSeconds": int(time.time())}}
        entry: Any = {
            "entryId": "a",
            "propertyAlias": f"/{self.workspace}/{light}/power",
            "propertyValues": [value],
        }
        answer = self._twin.client("iotsitewise").batch_put_asset_property_value(entries=[entry])
        assert answer["errorEntries"] == []

    def power(self, light: str) -> float:
        """Return the value of a light."""
        answer: Any = self._twin.client("iotsitewise").get_asset_property_value(
            propertyAlias=f"/{self.workspace}/{light}/power"
        )
        power: float = answer["propertyValue"]["value"]["doubleValue"]
        return power


def test_assets_are_those_of_the_definition_after_each_deployment(
    local_twin: LocalTwin, tmp_path: Path
) -> None:
    plant = Plant(local_twin, tmp_path)
    plant.deploy("light-1", "light-2")
    first = plant.assets()
    assert first.keys() == {"light-1", "light-2"}
    plant.write_power("light-2")

    with pytest.raises(DeployError, match="missing-one"):
        plant.deploy("light-1", "light-3", breaks=True)
    assert plant.assets() == first
    assert plant.power("light-2") == 7.5

    renames = "renames: {entities: {light-2: light-two}}\n"
    plant.deploy("light-two", "light-3", renames=renames)
    second = plant.assets()
    assert second.keys() == {"light-two", "light-3"}
    assert second["light-two"] == first["light-2"]
    assert plant.power("light-two") == 7.5

    plant.deploy("light-two", "light-3", renames=renames)
    assert plant.assets() == second
