"""What exists is attached: a restored table, and what a deleted stack left."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App

from tests.support.stacks import wait_for
from tests.support.templates import ROOT, cdk_context
from twin_stack import TwinStack, load
from twin_stack.local.deployer import Deployer

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.slow

TYPES = """
com.example.Alarm:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {dataReader: telemetry}
com.example.Oven:
  propertyDefinitions:
    temperature: {dataType: DOUBLE, isTimeSeries: true}
  functions: {dataReader: telemetry}
  alarms: {hot: {property: temperature, above: 80}}
"""
ENTITIES = """
oven-1:
  entityName: Oven 1
  components:
    oven: {componentTypeId: com.example.Oven}
    alarm: {componentTypeId: com.example.Alarm, properties: {alarm_key: oven-1-alarm}}
"""
START = 1_767_225_600_000  # 2026-01-01
POINTS = [(START + minute * 60_000, 20.0 + minute % 7) for minute in range(50)]


class Oven:
    """A twin with one oven, whose history is in the twin's own table."""

    def __init__(self, twin: LocalTwin, folder: Path) -> None:
        self.workspace = f"ws-{uuid.uuid4().hex[:8]}"
        self.twin = twin
        self.folder = folder
        self.assembly = folder / "cdk.out"
        self.model = folder / "model"
        for name, text in (("component_types", TYPES), ("entities", ENTITIES)):
            (self.model / name).mkdir(parents=True)
            (self.model / name / "all.yaml").write_text(text)

    def synth(self, existing: str = "") -> None:
        """Write the cloud assembly."""
        (self.model / "twin.yaml").write_text(
            f"workspaceId: {self.workspace}\nconnectors: {{telemetry: {{kind: dynamodb}}}}\n{existing}"
        )
        app = App(context=cdk_context(), outdir=str(self.assembly))
        TwinStack(app, self.workspace, definition=load(self.model))
        app.synth()

    def deploy(self, existing: str = "") -> str:
        """Deploy the twin, and return the name of its table."""
        self.synth(existing)
        return self.twin.deploy(self.assembly)[self.workspace]["TelemetryTableName"]

    def destroy(self) -> None:
        """Delete the stack; its data is retained."""
        client = self.twin.client("cloudformation")
        client.delete_stack(StackName=self.workspace)
        assert wait_for(client, self.workspace) == "DELETE_COMPLETE"

    def history(self) -> list[tuple[str, float]]:
        """The whole history of the oven, through TwinMaker."""
        client = self.twin.client("iottwinmaker")
        answer = client.get_property_value_history(
            workspaceId=self.workspace,
            entityId="oven-1",
            componentName="oven",
            selectedProperties=["temperature"],
            startTime="2025-12-31T00:00:00Z",
            endTime="2026-01-02T00:00:00Z",
            maxResults=200,
        )
        return sorted(
            (value["time"], value["value"]["doubleValue"])
            for item in answer["propertyValues"]
            for value in item["values"]
        )

    def twin_command(self, *arguments: str, expected: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command of ``twin`` against the embedded AWS."""
        run = subprocess.run(
            [sys.executable, "-m", "twin_stack.cli", *arguments],
            env=self.twin.environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == expected, run.stdout + run.stderr
        return run

    def orphans(self) -> dict[str, Any]:
        """What ``twin orphans`` lists, by id."""
        listed = json.loads(self.twin_command("orphans", self.workspace, "--json").stdout)
        return {orphan["id"]: orphan for orphan in listed}


@pytest.fixture
def oven(local_twin: LocalTwin, tmp_path: Path) -> Oven:
    return Oven(local_twin, tmp_path)


def put(oven: Oven, table: str, points: list[tuple[int, float]]) -> None:
    """Write rows as devices do."""
    for time, value in points:
        oven.twin.client("dynamodb").put_item(
            TableName=table,
            Item={
                "device_id": {"S": "oven-1"},
                "timestamp": {"N": str(time)},
                "temperature": {"N": str(value)},
                "component_type_id": {"S": "com.example.Oven"},
            },
        )


def test_data_of_a_destroyed_stack_is_listed_and_imported_with_its_history(oven: Oven) -> None:
    table = oven.deploy()
    assert oven.orphans() == {}
    put(oven, table, POINTS)
    history = oven.history()
    assert len(history) == len(POINTS)

    oven.destroy()

    mapping = oven.folder / "map.json"
    oven.twin_command("import-map", oven.workspace, "--assembly", "cdk.out", "--output", str(mapping))
    deployer = Deployer(ROOT, oven.twin.server.access, oven.folder)
    assembly, mapped = ("--app", str(oven.assembly)), ("--resource-mapping", str(mapping))
    deployer.run("import", oven.workspace, *assembly, *mapped)
    assert oven.orphans() == {}

    assert oven.deploy() == table
    assert oven.history() == history
