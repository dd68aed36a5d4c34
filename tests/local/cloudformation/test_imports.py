"""Change sets that import resources of TwinMaker which exist already."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.stacks import ROLE, Json, in_workspace, wait_for, workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.stacks import Deployed
    from twin_stack.pytest_plugin import LocalTwin

TYPE = "com.example.Sensor"
RESOURCES = {
    "Workspace": ("Workspace", {}),
    "Sensor": ("ComponentType", {"ComponentTypeId": TYPE}),
    "Zone": ("Entity", {"EntityId": "zone-a"}),
}


@pytest.fixture
def made(local_twin: LocalTwin, workspace_id: str) -> str:
    """A workspace with a component type and an entity that no stack made."""
    twinmaker = local_twin.client("iottwinmaker")
    twinmaker.create_workspace(workspaceId=workspace_id, role=ROLE, s3Location="arn:aws:s3:::bucket")
    twinmaker.create_component_type(workspaceId=workspace_id, componentTypeId=TYPE)
    twinmaker.create_entity(workspaceId=workspace_id, entityId="zone-a", entityName="Zone A")
    return workspace_id


def template(workspace_id: str) -> Json:
    resources = {
        "Workspace": workspace(workspace_id),
        "Sensor": in_workspace("ComponentType", ComponentTypeId=TYPE),
        "Zone": in_workspace("Entity", EntityId="zone-a", EntityName="Zone A"),
    }
    return {"Resources": {name: {**own, "DeletionPolicy": "Retain"} for name, own in resources.items()}}


def import_all(twin: LocalTwin, stack: str, workspace_id: str) -> dict[str, Any]:
    """Create the change set, and return its description once it has settled."""
    client = twin.client("cloudformation")
    client.create_change_set(
        StackName=stack,
        ChangeSetName="import",
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps(template(workspace_id)),
        ResourcesToImport=[
            {
                "LogicalResourceId": logical_id,
                "ResourceType": f"AWS::IoTTwinMaker::{kind}",
                "ResourceIdentifier": {"WorkspaceId": workspace_id, **identifier},
            }
            for logical_id, (kind, identifier) in RESOURCES.items()
        ],
    )
    deadline = time.monotonic() + 60
    while True:
        described: dict[str, Any] = client.describe_change_set(StackName=stack, ChangeSetName="import")
        if described["Status"] in {"CREATE_COMPLETE", "FAILED"}:
            return described
        assert time.monotonic() < deadline, described
        time.sleep(0.05)


def test_workspace_and_its_content_become_resources_of_a_stack(local_twin: LocalTwin, made: str) -> None:
    client = local_twin.client("cloudformation")
    before = local_twin.client("iottwinmaker").get_entity(workspaceId=made, entityId="zone-a")

    assert import_all(local_twin, f"stack-{made}", made)["Status"] == "CREATE_COMPLETE"
    client.execute_change_set(StackName=f"stack-{made}", ChangeSetName="import")

    assert wait_for(client, f"stack-{made}") == "IMPORT_COMPLETE"
    owned = client.describe_stack_resources(StackName=f"stack-{made}")["StackResources"]
    assert {resource["PhysicalResourceId"] for resource in owned} == {
        made,
        f"{made}|{TYPE}",
        f"{made}|zone-a",
    }
    after = local_twin.client("iottwinmaker").get_entity(workspaceId=made, entityId="zone-a")
    assert after["creationDateTime"] == before["creationDateTime"]


def test_what_does_not_exist_is_not_imported(local_twin: LocalTwin, workspace_id: str) -> None:
    described = import_all(local_twin, f"stack-{workspace_id}", workspace_id)

    assert described["Status"] == "FAILED"
    assert described["StatusReason"] == (
        f"Resource of type 'AWS::IoTTwinMaker::Workspace' with identifier '{workspace_id}' was not found."
    )


def test_what_another_stack_owns_is_not_imported(
    local_twin: LocalTwin, workspace_id: str, deploy: Callable[..., Deployed]
) -> None:
    owner = deploy(template(workspace_id)["Resources"])
    assert owner.status == "CREATE_COMPLETE"

    described = import_all(local_twin, f"stack-{workspace_id}", workspace_id)

    assert described["Status"] == "FAILED"
    assert "already exists in stack arn:aws:cloudformation:" in described["StatusReason"]
