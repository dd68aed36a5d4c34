"""What exists is attached: a restored table, and what a deleted stack left."""

from __future__ import annotations

import json
import os
import re
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App
from typer.testing import CliRunner

from tests.support.deployments import deploy_app, destroy_stack
from tests.support.soak import SOAK
from tests.support.stacks import wait_for
from tests.support.templates import ROOT, cdk_context
from twin_stack import DefinitionError, TwinStack, load
from twin_stack.cli import app as twin_app
from twin_stack.local.deployer import Deployer

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.soak]

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
        self.connectors = "telemetry: {kind: dynamodb}"
        for name, text in (("component_types", TYPES), ("entities", ENTITIES)):
            (self.model / name).mkdir(parents=True)
            (self.model / name / "all.yaml").write_text(text)

    def synth(self, existing: str = "") -> None:
        """Write the cloud assembly."""
        (self.model / "twin.yaml").write_text(
            f"workspaceId: {self.workspace}\nconnectors: {{{self.connectors}}}\n{existing}"
        )
        app = App(context=cdk_context(), outdir=str(self.assembly))
        TwinStack(app, self.workspace, definition=load(self.model), operations=None)
        app.synth()

    def deploy(self, existing: str = "") -> str:
        """Deploy the twin, and return the name of its table."""
        self.synth(existing)
        return deploy_app(self.twin, self.assembly)[self.workspace]["TelemetryTableName"]

    def destroy(self) -> None:
        """Delete the stack; its data is retained."""
        assert destroy_stack(self.twin, self.workspace) == "DELETE_COMPLETE"

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

    def twin_command(self, *arguments: str) -> str:
        """Run a command of ``twin`` against the embedded AWS and return what it printed."""
        environment = self.twin.environment()
        unset = dict.fromkeys(os.environ.keys() - environment.keys())
        result = CliRunner().invoke(twin_app, arguments, env={**environment, **unset})
        assert result.exit_code == 0, result.output
        return result.stdout

    def import_data(self, app: Path, mapping: Path) -> None:
        """Import what is retained: by ``cdk import`` in ``make soak``, and as it does elsewhere."""
        if SOAK:
            deployer = Deployer(ROOT, self.twin.server.access, self.folder)
            deployer.run("import", self.workspace, "--app", str(app), "--resource-mapping", str(mapping))
            return
        identifiers = json.loads(mapping.read_text())
        template = json.loads((app / f"{self.workspace}.template.json").read_text())
        template["Resources"] = {name: template["Resources"][name] for name in identifiers}
        client = self.twin.client("cloudformation")
        names = {"StackName": self.workspace, "ChangeSetName": "import"}
        client.create_change_set(
            **names,
            ChangeSetType="IMPORT",
            TemplateBody=json.dumps({"Resources": template["Resources"]}),
            ResourcesToImport=[
                {
                    "LogicalResourceId": name,
                    "ResourceType": template["Resources"][name]["Type"],
                    "ResourceIdentifier": identifier,
                }
                for name, identifier in identifiers.items()
            ],
        )
        client.get_waiter("change_set_create_complete").wait(**names)
        client.execute_change_set(**names)
        assert wait_for(client, self.workspace) == "IMPORT_COMPLETE"

    def orphans(self) -> dict[str, Any]:
        """What ``twin orphans`` lists, by id."""
        listed = json.loads(self.twin_command("orphans", self.workspace, "--json"))
        return {orphan["id"]: orphan for orphan in listed}


@pytest.fixture
def oven(local_twin: LocalTwin, tmp_path: Path) -> Oven:
    return Oven(local_twin, tmp_path)


def put(oven: Oven, table: str, points: list[tuple[int, float]]) -> None:
    """Write rows as devices do."""
    for at, value in points:
        oven.twin.client("dynamodb").put_item(
            TableName=table,
            Item={
                "device_id": {"S": "oven-1"},
                "timestamp": {"N": str(at)},
                "temperature": {"N": str(value)},
                "component_type_id": {"S": "com.example.Oven"},
            },
        )


def rows(oven: Oven, table: str) -> int:
    """The rows of a table: measurements, and what the alarm evaluator wrote."""
    count: int = oven.twin.client("dynamodb").scan(TableName=table, Select="COUNT")["Count"]
    return count


def add_mill(oven: Oven) -> None:
    """Add an entity whose history is in a SiteWise asset that the twin manages."""
    oven.connectors += ", plant: {kind: sitewise, assets: managed}"
    (oven.model / "component_types" / "mill.yaml").write_text(
        "com.example.Mill:\n"
        "  propertyDefinitions: {power: {dataType: DOUBLE, isTimeSeries: true}}\n"
        "  functions: {dataReader: plant}\n"
    )
    (oven.model / "entities" / "mill.yaml").write_text(
        "mill-1: {entityName: Mill 1, components: {mill: {componentTypeId: com.example.Mill}}}\n"
    )


def put_power(oven: Oven) -> None:
    """Write ten values of the mill as devices do."""
    now = int(time.time())
    values = [
        {
            "value": {"doubleValue": float(number)},
            "timestamp": {"timeInSeconds": now - number, "offsetInNanos": 0},
            "quality": "GOOD",
        }
        for number in range(10)
    ]
    entry = {"entryId": "1", "propertyAlias": f"/{oven.workspace}/mill-1/power", "propertyValues": values}
    answer = oven.twin.client("iotsitewise").batch_put_asset_property_value(entries=[entry])
    assert not answer["errorEntries"]


def power(oven: Oven) -> list[tuple[int, float]]:
    """The whole history of the mill in SiteWise."""
    answer = oven.twin.client("iotsitewise").get_asset_property_value_history(
        propertyAlias=f"/{oven.workspace}/mill-1/power", maxResults=200
    )
    return [
        (item["timestamp"]["timeInSeconds"], item["value"]["doubleValue"])
        for item in answer["assetPropertyValueHistory"]
    ]


def test_data_of_a_destroyed_stack_is_listed_and_imported_with_its_history(oven: Oven) -> None:
    add_mill(oven)
    table = oven.deploy()
    assert oven.orphans() == {}
    put(oven, table, POINTS)
    put_power(oven)
    history, powers = oven.history(), power(oven)
    assert (len(history), len(powers)) == (len(POINTS), 10)

    oven.destroy()

    orphans = oven.orphans()
    kinds = {orphan["kind"] for orphan in orphans.values()}
    assert kinds == {"table", "bucket", "log-group", "asset", "asset-model"}
    (asset,) = (orphan for orphan in orphans.values() if orphan["kind"] == "asset")
    assert asset["items"] == 1
    assert orphans[f"table/{table}"]["items"] == rows(oven, table) >= len(POINTS)
    assert orphans[f"table/{table}"]["newest"].startswith("2026-01-01T00:49")
    mapping = oven.folder / "map.json"
    import_app = oven.folder / "import"
    files = ("--output", str(mapping), "--import-app", str(import_app))
    oven.twin_command("import-map", oven.workspace, "--assembly", str(oven.assembly), *files)
    oven.import_data(import_app, mapping)
    # Assets are no resources of CloudFormation: the next deployment adopts them.
    assert {orphan["kind"] for orphan in oven.orphans().values()} == {"asset", "asset-model"}

    assert oven.deploy() == table
    assert oven.orphans() == {}
    assert oven.history() == history
    assert power(oven) == powers


def restore(oven: Oven, table: str) -> dict[str, Any]:
    """Restore a table as of now into a new one, which has no stream."""
    client = oven.twin.client("dynamodb")
    restored = f"{table}-restored"
    client.restore_table_to_point_in_time(
        SourceTableName=table, TargetTableName=restored, UseLatestRestorableTime=True
    )
    client.get_waiter("table_exists").wait(TableName=restored)
    description: dict[str, Any] = client.describe_table(TableName=restored)["Table"]
    return description


def alarm_state(oven: Oven) -> str:
    """The state of the oven's alarm, as Grafana reads it; empty if it has none yet."""
    client = oven.twin.client("iottwinmaker")
    answer = client.get_property_value_history(
        workspaceId=oven.workspace,
        entityId="oven-1",
        componentName="alarm",
        selectedProperties=["alarm_status"],
        startTime="2025-12-31T00:00:00Z",
        endTime="2100-01-01T00:00:00Z",
        orderByTime="DESCENDING",
        maxResults=1,
    )
    states = [value["value"]["stringValue"] for item in answer["propertyValues"] for value in item["values"]]
    return states[0] if states else ""


def test_restored_table_is_attached_with_its_history_and_alarms(oven: Oven) -> None:
    table = oven.deploy()
    put(oven, table, POINTS)
    history = oven.history()
    assert len(history) == len(POINTS)
    description = restore(oven, table)
    assert "LatestStreamArn" not in description

    arn = description["TableArn"]
    with pytest.raises(DefinitionError) as caught:
        oven.synth(f"existing: {{telemetryTable: {{tableArn: {arn}}}}}\n")
    (finding,) = caught.value.findings
    assert finding.code == "TWIN120"
    (command,) = re.findall(r"`aws dynamodb update-table (.+?)`", finding.remedy)
    options = dict(zip(command.split()[::2], command.split()[1::2], strict=True))
    name, specification = options["--table-name"], options["--stream-specification"]
    enabled = dict(part.split("=") for part in specification.split(","))
    oven.twin.client("dynamodb").update_table(
        TableName=name,
        StreamSpecification={"StreamEnabled": True, "StreamViewType": enabled["StreamViewType"]},
    )
    stream = oven.twin.client("dynamodb").describe_table(TableName=name)["Table"]["LatestStreamArn"]
    attached = oven.deploy(f'existing: {{telemetryTable: {{tableArn: {arn}, streamArn: "{stream}"}}}}\n')

    assert attached == name
    assert oven.history() == history
    put(oven, name, [(int(time.time() * 1000), 95.0)])
    deadline = time.monotonic() + 60
    while alarm_state(oven) != "ACTIVE":
        assert time.monotonic() < deadline, alarm_state(oven)
        time.sleep(0.2)

    # The table before the restoration keeps its rows, and no stack owns it.
    former = f"table/{table}"
    assert oven.orphans()[former]["items"] == rows(oven, table) >= len(POINTS)
    oven.twin_command("orphans", oven.workspace, "--delete", former, "--yes-delete-data", former)
    assert oven.orphans() == {}
    assert len(oven.history()) == len(history)


def make_workspace(oven: Oven) -> dict[str, str]:
    """A workspace with bucket and role that no stack of the twin made."""
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "iottwinmaker.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role = oven.twin.client("iam").create_role(
        RoleName=f"{oven.workspace}-role", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]["Arn"]
    oven.twin.client("s3").create_bucket(Bucket=f"{oven.workspace}-scenes")
    settings = {"role": role, "s3Location": f"arn:aws:s3:::{oven.workspace}-scenes"}
    oven.twin.client("iottwinmaker").create_workspace(workspaceId=oven.workspace, **settings)
    return settings


def test_twin_lives_in_a_workspace_that_exists_and_outlives_it(oven: Oven) -> None:
    settings = make_workspace(oven)
    (oven.model / "scenes").mkdir()
    (oven.model / "scenes" / "hall.yaml").write_text("nodes: [{name: Hall}]\n")
    existing = (
        f'existing: {{workspace: {{role: "{settings["role"]}", s3Location: "{settings["s3Location"]}"}}}}\n'
    )

    table = oven.deploy(existing)
    put(oven, table, POINTS)

    twinmaker, s3, iam = (oven.twin.client(name) for name in ("iottwinmaker", "s3", "iam"))
    assert len(oven.history()) == len(POINTS)
    scene = twinmaker.get_scene(workspaceId=oven.workspace, sceneId="hall")
    bucket, _, key = scene["contentLocation"].removeprefix("s3://").partition("/")
    assert bucket == f"{oven.workspace}-scenes"
    assert json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())["nodes"]
    policies = iam.list_role_policies(RoleName=f"{oven.workspace}-role")["PolicyNames"]
    assert policies

    oven.destroy()

    workspace = twinmaker.get_workspace(workspaceId=oven.workspace)
    assert {name: workspace[name] for name in settings} == settings
    assert iam.list_role_policies(RoleName=f"{oven.workspace}-role")["PolicyNames"] == []
    assert {f"workspace/{oven.workspace}", f"table/{table}"} <= oven.orphans().keys()
