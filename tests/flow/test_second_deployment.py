"""What a second deployment finds: after a first one that failed, with SiteWise assets of the twin's own."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App

from tests.support.deployments import deploy_app
from tests.support.templates import cdk_context
from twin_stack import TwinStack, load
from twin_stack.local.deployer import DeployError

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.soak]

TYPES = """
com.example.Mill:
  propertyDefinitions:
    power: {dataType: DOUBLE, isTimeSeries: true}
  functions: {dataReader: {connector: plant}}
com.example.Oven:
  propertyDefinitions:
    temperature: {dataType: DOUBLE, isTimeSeries: true}
  functions: {dataReader: {connector: telemetry}}
"""
BROKEN_TYPE = """
com.example.Room:
  functions:
    schemaInitializer: {connector: schema}
    dataReader: {connector: schema}
"""
ENTITIES = """
mill-1: {entityName: Mill 1, components: {mill: {componentTypeId: com.example.Mill}}}
oven-1: {entityName: Oven 1, components: {oven: {componentTypeId: com.example.Oven}}}
"""
BROKEN_ENTITY = "room-1: {entityName: Room 1, components: {room: {componentTypeId: com.example.Room}}}\n"
MISSING = "arn:aws:lambda:us-east-1:000000000000:function:not-there-yet"


class Plant:
    """A twin with SiteWise assets and a table, and a deployment that fails when it is broken."""

    def __init__(self, twin: LocalTwin, folder: Path) -> None:
        self.workspace = f"ws-{uuid.uuid4().hex[:8]}"
        self._twin = twin
        self._folder = folder
        for name in ("component_types", "entities"):
            (folder / name).mkdir()

    def deploy(self, *, broken: bool = False) -> None:
        """Deploy the twin, which fails in its last types when ``broken``."""
        schema = f'  schema: {{kind: lambda, arn: "{MISSING}"}}\n' if broken else ""
        (self._folder / "twin.yaml").write_text(
            f"workspaceId: {self.workspace}\nconnectors:\n"
            f"  plant: {{kind: sitewise, assets: managed}}\n  telemetry: {{kind: dynamodb}}\n{schema}"
        )
        types, entities = TYPES + BROKEN_TYPE * broken, ENTITIES + BROKEN_ENTITY * broken
        (self._folder / "component_types" / "t.yaml").write_text(types)
        (self._folder / "entities" / "e.yaml").write_text(entities)
        app = App(context=cdk_context())
        TwinStack(app, self.workspace, definition=load(self._folder), operations=None)
        deploy_app(self._twin, app)

    def leftovers(self) -> dict[str, list[str]]:
        """Return what there is of this twin, by kind."""
        sitewise: Any = self._twin.client("iotsitewise")
        models = sitewise.list_asset_models()["assetModelSummaries"]
        named = [model["name"] for model in models if self.workspace in model["name"]]
        tables = self._twin.client("dynamodb").list_tables()["TableNames"]
        groups = self._twin.client("logs").describe_log_groups()["logGroups"]
        logs = [group["logGroupName"] for group in groups if self.workspace in group["logGroupName"]]
        return {
            "models": named,
            "tables": [name for name in tables if self.workspace in name],
            "logs": logs,
        }


@pytest.fixture
def plant(local_twin: LocalTwin, tmp_path: Path) -> Plant:
    return Plant(local_twin, tmp_path)


def test_corrected_deployment_succeeds_after_a_first_one_that_failed(plant: Plant) -> None:
    cause = rf"CREATE_FAILED ComponentTypeComExampleRoom\w+ \(.*Function not found: {re.escape(MISSING)}"
    with pytest.raises(DeployError, match=cause):
        plant.deploy(broken=True)
    assert plant.leftovers() == {"models": [], "tables": [], "logs": []}

    plant.deploy()

    kept = plant.leftovers()
    assert len(kept["models"]) == 1
    assert len(kept["tables"]) == 1
