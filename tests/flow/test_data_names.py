"""Later deployments: another stack, another workspace id, another connector, another stage."""

from __future__ import annotations

import json
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, Environment

from tests.support.deployments import deploy_app, destroy_stack
from tests.support.templates import cdk_context
from twin_stack import TwinStack, load
from twin_stack.local.deployer import DeployError
from twin_stack.local.state import ACCOUNT, REGION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.slow, pytest.mark.soak]

TYPES = """
com.example.Oven:
  propertyDefinitions:
    temperature: {dataType: DOUBLE, isTimeSeries: true}
  functions: {dataReader: {connector: READER}}
"""
ENTITIES = "oven-1: {entityName: Oven 1, components: {oven: {componentTypeId: com.example.Oven}}}\n"


class Plant:
    """A twin in a folder, deployed to the embedded AWS under a name that no other test has."""

    def __init__(self, twin: LocalTwin, folder: Path) -> None:
        self.workspace = f"ws-{uuid.uuid4().hex[:8]}"
        self.stack = f"stack-{self.workspace}"
        self.table = f"{self.workspace}-telemetry"
        self.twin = twin
        self._folder = folder
        for name in ("component_types", "entities"):
            (folder / name).mkdir(exist_ok=True)

    def deploy(
        self,
        *,
        workspace: str | None = None,
        data_name: str | None = None,
        connector: str = "telemetry",
        ingest: str = "",
        stage: str | None = None,
        stack: str | None = None,
    ) -> dict[str, str]:
        """Deploy the twin and return its outputs."""
        name = f"dataName: {data_name}\n" if data_name else ""
        (self._folder / "twin.yaml").write_text(
            f"workspaceId: {workspace or self.workspace}\n{name}"
            f"connectors: {{{connector}: {{kind: dynamodb}}}}\n{ingest}"
        )
        (self._folder / "component_types" / "t.yaml").write_text(TYPES.replace("READER", connector))
        (self._folder / "entities" / "e.yaml").write_text(ENTITIES)
        app = App(context=cdk_context())
        stack = stack or self.stack
        env = Environment(account=ACCOUNT, region=REGION)
        TwinStack(app, stack, definition=load(self._folder), stage=stage, env=env, operations=None)
        return deploy_app(self.twin, app)[stack]

    def destroy(self) -> str:
        """Destroy the stack and return its state."""
        return destroy_stack(self.twin, self.stack)

    def write(self, table: str, count: int = 3) -> list[Any]:
        """Write rows and return them."""
        client: Any = self.twin.client("dynamodb")
        for number in range(count):
            item = {"device_id": {"S": "oven-1"}, "timestamp": {"N": str(1_700_000_000_000 + number)}}
            client.put_item(TableName=table, Item={**item, "temperature": {"N": str(number)}})
        return self.rows(table)

    def rows(self, table: str) -> list[Any]:
        rows: list[Any] = self.twin.client("dynamodb").scan(TableName=table)["Items"]
        return sorted(rows, key=lambda row: str(row["timestamp"]))

    def history(self, workspace: str) -> list[float]:
        """Return the values that the twin's connector reads."""
        answer = self.twin.client("iottwinmaker").get_property_value_history(
            workspaceId=workspace,
            entityId="oven-1",
            componentName="oven",
            selectedProperties=["temperature"],
            startTime="2023-11-14T00:00:00Z",
            endTime="2023-11-15T00:00:00Z",
        )
        return [value["value"]["doubleValue"] for of in answer["propertyValues"] for value in of["values"]]

    def events(self) -> list[dict[str, Any]]:
        """Return the events of the stack, oldest first."""
        client: Any = self.twin.client("cloudformation")
        pages = client.get_paginator("describe_stack_events").paginate(StackName=self.stack)
        return [event for page in pages for event in page["StackEvents"]][::-1]

    def resources(self) -> dict[str, str]:
        """Return the physical ids of the stack's resources by logical id."""
        client: Any = self.twin.client("cloudformation")
        pages = client.get_paginator("list_stack_resources").paginate(StackName=self.stack)
        return {
            item["LogicalResourceId"]: item["PhysicalResourceId"]
            for page in pages
            for item in page["StackResourceSummaries"]
        }

    def permissions(self, action: str) -> list[str]:
        """Return what the workspace's role may do with an action: the ends of the ARNs."""
        (role,) = [pid for name, pid in self.resources().items() if name.startswith("WorkspaceRole")]
        iam: Any = self.twin.client("iam")
        resources = []
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            resources += [
                statement["Resource"].rpartition("/" if "s3" in action else ":")[2]
                for statement in document["Statement"]
                if action in statement["Action"]
            ]
        return resources


@pytest.fixture
def plant(local_twin: LocalTwin, tmp_path: Path) -> Plant:
    return Plant(local_twin, tmp_path)


def test_destroyed_twin_takes_its_data_back(plant: Plant) -> None:
    outputs = plant.deploy()
    rows = plant.write(outputs["TelemetryTableName"])
    bucket = outputs["BucketName"]
    plant.twin.client("s3").put_object(Bucket=bucket, Key="kept.txt", Body=b"kept")
    logs: Any = plant.twin.client("logs")
    folder = f"/twin-stack/{plant.workspace}/"
    groups = [
        group["logGroupName"] for group in logs.describe_log_groups(logGroupNamePrefix=folder)["logGroups"]
    ]
    assert groups

    # By a stack of the same name, and by another one.
    for stack in (plant.stack, f"{plant.stack}-second"):
        assert plant.destroy() == "DELETE_COMPLETE"
        plant.stack = stack
        check_that_data_is_taken_back(plant, outputs, rows, groups)


def check_that_data_is_taken_back(
    plant: Plant, outputs: dict[str, str], rows: list[Any], groups: list[str]
) -> None:
    """Deploy the twin, and check that it has the table, bucket and log groups that it had."""
    bucket = outputs["BucketName"]
    again = plant.deploy()
    assert again["TelemetryTableName"] == outputs["TelemetryTableName"] == plant.table
    assert again["BucketName"] == bucket == f"{plant.workspace}-{ACCOUNT}-{REGION}"
    assert plant.rows(plant.table) == rows
    assert plant.history(plant.workspace) == [0, 1, 2]
    assert plant.twin.client("s3").get_object(Bucket=bucket, Key="kept.txt")["Body"].read() == b"kept"
    assert {plant.table, bucket, *groups} <= {*plant.resources().values()}


def test_twin_keeps_its_history_under_another_workspace_and_another_connector(plant: Plant) -> None:
    rows = plant.write(plant.deploy()["TelemetryTableName"])
    before = plant.resources()
    renamed = f"{plant.workspace}-b"

    with pytest.raises(DeployError, match=f'write "dataName: {plant.workspace}" in twin.yaml'):
        plant.deploy(workspace=renamed)

    assert plant.resources() == before
    assert plant.history(plant.workspace) == [0, 1, 2]

    plant.deploy(workspace=renamed, data_name=plant.workspace)

    assert plant.rows(plant.table) == rows
    assert plant.history(renamed) == [0, 1, 2]
    assert plant.permissions("s3:DeleteObject") == [f"DO_NOT_DELETE_WORKSPACE_{renamed}*"]
    former_function = plant.permissions("lambda:InvokeFunction")

    count = len(plant.events())
    plant.deploy(workspace=renamed, data_name=plant.workspace, connector="readings")

    assert plant.history(renamed) == [0, 1, 2]
    completed = [
        event["LogicalResourceId"]
        for event in plant.events()[count:]
        if event["ResourceStatus"].endswith("_COMPLETE")
    ]
    (permission,) = [name for name in completed if name.startswith("ConnectorsReadingsFunctionInvokedBy")]
    (component_type,) = [name for name in completed if name.startswith("ComponentTypeComExampleOven")]
    assert completed.index(permission) < completed.index(component_type)
    (function,) = plant.permissions("lambda:InvokeFunction")
    assert function not in former_function


def test_stages_of_one_account_take_their_own_messages_and_keep_attached_devices(plant: Plant) -> None:
    topic = f"{plant.workspace}/${{stage}}/+/oven"
    ingest = (
        "ingest: {ovens: {topic: '" + topic + "', deviceId: topic(3), componentTypeId: com.example.Oven}}\n"
    )
    stages = {}
    for stage in ("dev", "prod"):
        workspace = f"{plant.workspace}-{stage}"
        outputs = plant.deploy(workspace=workspace, ingest=ingest, stage=stage, stack=f"stack-{workspace}")
        stages[stage] = outputs["TelemetryTableName"]
        assert outputs["IngestOvensRuleName"] == f"{workspace.replace('-', '_')}_ovens"
        assert outputs["DevicePolicyName"] == f"{workspace}-devices"

    message = json.dumps({"timestamp": int(time.time() * 1000), "temperature": 21.5})
    plant.twin.client("iot-data").publish(topic=f"{plant.workspace}/dev/oven-1/oven", payload=message)

    wait_until(lambda: plant.rows(stages["dev"]))
    assert [row["temperature"] for row in plant.rows(stages["dev"])] == [{"N": "21.5"}]
    assert plant.rows(stages["prod"]) == []

    plant.stack = f"stack-{plant.workspace}-prod"
    iot: Any = plant.twin.client("iot")
    devices = iot.create_thing_group(thingGroupName=f"{plant.workspace}-ovens")["thingGroupArn"]
    policy = f"{plant.workspace}-prod-devices"
    iot.attach_policy(policyName=policy, target=devices)
    rows = plant.write(stages["prod"])

    assert plant.destroy() == "DELETE_FAILED"
    assert "attached to one or more principals" in str(plant.events())
    assert plant.rows(stages["prod"]) == rows

    # As docs/deploy.md says.
    for target in iot.list_targets_for_policy(policyName=policy)["targets"]:
        iot.detach_policy(policyName=policy, target=target)
    assert plant.destroy() == "DELETE_COMPLETE"
    assert plant.rows(stages["prod"]) == rows


def wait_until(condition: Callable[[], object]) -> None:
    """Wait until a condition holds, at most a minute."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
