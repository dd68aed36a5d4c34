"""Templates with TwinMaker's resources, and stacks that are deployed by boto3."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
from dataclasses import dataclass
from typing import Any

from tests.support.store_readers import (  # noqa: F401 (fixtures of all tests here)
    dynamodb_ask,
    plant,
    proxy,
    pump,
    reader,
    sitewise_ask,
    sitewise_connector,
    table,
)
from twin_stack.local.stack_status import waiting_in_describe_stacks

Json = dict[str, Any]


ROLE = "arn:aws:iam::000000000000:role/workspace"


@dataclass
class Deployed:
    """A stack made from a template."""

    client: Any
    name: str
    status: str

    @property
    def reasons(self) -> dict[str, str]:
        """Reasons of failed resources by logical id."""
        events = self.client.describe_stack_events(StackName=self.name)["StackEvents"]
        return {
            event["LogicalResourceId"]: event["ResourceStatusReason"]
            for event in events
            if event["ResourceStatus"].endswith("_FAILED") and event.get("ResourceStatusReason")
        }

    @property
    def outputs(self) -> dict[str, str]:
        """Outputs by name."""
        (stack,) = self.client.describe_stacks(StackName=self.name)["Stacks"]
        return {item["OutputKey"]: item["OutputValue"] for item in stack.get("Outputs", [])}

    @property
    def physical_ids(self) -> dict[str, str]:
        """Physical ids by logical id."""
        resources = self.client.describe_stack_resources(StackName=self.name)["StackResources"]
        return {item["LogicalResourceId"]: item["PhysicalResourceId"] for item in resources}

    def delete(self) -> None:
        """Delete the stack."""
        self.client.delete_stack(StackName=self.name)
        self.status = wait_for(self.client, self.name)


def wait_for(client: Any, name: str) -> str:
    """The status of a stack once it has settled."""
    deadline = time.monotonic() + 60
    with waiting_in_describe_stacks(client):
        while time.monotonic() < deadline:
            status = _status(client, name)
            if not status.endswith("_IN_PROGRESS"):
                return status
            time.sleep(0.03)
    raise TimeoutError(name)


def _status(client: Any, name: str) -> str:
    with contextlib.suppress(client.exceptions.ClientError):
        (stack,) = client.describe_stacks(StackName=name)["Stacks"]
        return str(stack["StackStatus"])
    # A deleted stack is only listed.
    stacks = [
        stack
        for page in client.get_paginator("list_stacks").paginate()
        for stack in page["StackSummaries"]
        if stack["StackName"] == name
    ]
    return str(max(stacks, key=lambda stack: stack["CreationTime"])["StackStatus"])


def workspace(workspace_id: str, **more: Any) -> Json:
    """A workspace in a template."""
    properties = {"WorkspaceId": workspace_id, "Role": ROLE, "S3Location": "arn:aws:s3:::bucket", **more}
    return {"Type": "AWS::IoTTwinMaker::Workspace", "Properties": properties}


def in_workspace(
    kind: str, workspace: str = "Workspace", after: tuple[str, ...] = (), **properties: Any
) -> Json:
    """A component type, entity or scene in a template, after what it needs."""
    return {
        "Type": f"AWS::IoTTwinMaker::{kind}",
        "Properties": {"WorkspaceId": {"Ref": workspace}, **properties},
        **({"DependsOn": list(after)} if after else {}),
    }


def make_function(client: Any, name: str, code: str, timeout: int = 30) -> str:
    """A Python function; returns its ARN."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("main.py", code)
    created = client.create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=ROLE,
        Handler="main.handler",
        Code={"ZipFile": archive.getvalue()},
        Timeout=timeout,
        Environment={"Variables": {"MINE": "1"}},
        LoggingConfig={"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "LogGroup": f"/logs/{name}"},
    )
    arn: str = created["FunctionArn"]
    return arn
