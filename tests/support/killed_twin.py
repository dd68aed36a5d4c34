"""A plant in the embedded AWS that tests kill, and its entities in service and stack."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tests.support.stacks import Json, in_workspace, wait_for, workspace
from twin_stack.local import launcher
from twin_stack.local.clients import make_client

if TYPE_CHECKING:
    from twin_stack.local.state import Access, Server, StateFolder

STACK = "plant"


IDS = [f"e{number:02}" for number in range(24)]


def start(folder: StateFolder) -> Server:
    """Start the embedded AWS on any port, and later on the same one."""
    with folder.locked():
        return launcher.start(folder, port=None if folder.server() else 0)


@lru_cache
def client_of(access: Access, service: str) -> Any:
    """A cached client: creating one takes longer than a kill."""
    return make_client(access, service, attempts=1)


def kill(server: Server) -> None:
    """Kill the server, and wait for its end."""
    os.kill(server.pid, signal.SIGKILL)
    try:
        os.waitpid(server.pid, 0)
    except ChildProcessError:  # a copy, which is a child of another process
        with contextlib.suppress(ProcessLookupError):
            while True:
                os.kill(server.pid, 0)
                time.sleep(0.005)


def plant(seed: int) -> Json:
    """A workspace with a type and up to two dozen entities in a tree, derived from the seed."""
    dice = random.Random(seed)
    names = {f"p{number}": {"DataType": {"Type": "STRING"}} for number in range(dice.randint(1, 4))}
    resources: Json = {
        "Workspace": workspace("plant", Description=f"seed {seed}"),
        "Type": in_workspace("ComponentType", ComponentTypeId="com.example.T", PropertyDefinitions=names),
        "Scene": in_workspace("Scene", SceneId="hall", ContentLocation=f"s3://bucket/{seed}.json"),
    }
    above: list[str] = []
    for identifier in IDS:
        if dice.random() < 0.3:
            continue
        parent = dice.choice(["$ROOT", *above])
        after = ["Type"] if parent == "$ROOT" else ["Type", parent]
        value = {"Value": {"StringValue": f"{seed}"}}
        resources[identifier] = in_workspace(
            "Entity",
            after=tuple(after),
            EntityId=identifier,
            EntityName=f"{identifier} {seed}",
            ParentEntityId=parent,
            Components={"c": {"ComponentTypeId": "com.example.T", "Properties": {"p0": value}}},
        )
        above.append(identifier)
    return {"Resources": resources}


def deploy(server: Server, seed: int) -> str:
    client = client_of(server.access, "cloudformation")
    body = json.dumps(plant(seed))
    try:
        client.describe_stacks(StackName=STACK)
    except ClientError:
        client.create_stack(StackName=STACK, TemplateBody=body)
    else:
        client.update_stack(StackName=STACK, TemplateBody=body)
    return wait_for(client, STACK)


def entities_of_service(server: Server) -> dict[str, tuple[str, str, str]]:
    """The stack's entities in the service: name, parent and a value."""
    client = client_of(server.access, "iottwinmaker")
    try:
        summaries = client.list_entities(workspaceId="plant", maxResults=200)["entitySummaries"]
    except ClientError:
        # The workspace does not exist.
        return {}
    ids = [item["entityId"] for item in summaries if item["entityId"].startswith("e")]
    entities = [client.get_entity(workspaceId="plant", entityId=identifier) for identifier in ids]
    return {
        entity["entityId"]: (
            entity["entityName"],
            entity["parentEntityId"],
            entity["components"]["c"]["properties"]["p0"]["value"]["stringValue"],
        )
        for entity in entities
    }


def entities_of_template(template: Json) -> dict[str, tuple[str, str, str]]:
    """The entities of a template."""
    return {
        identifier: (
            item["Properties"]["EntityName"],
            item["Properties"]["ParentEntityId"],
            item["Properties"]["Components"]["c"]["Properties"]["p0"]["Value"]["StringValue"],
        )
        for identifier, item in template["Resources"].items()
        if identifier.startswith("e")
    }


def entities_of_stack(server: Server) -> dict[str, tuple[str, str, str]]:
    """The entities of the stack in CloudFormation; none when there is no stack."""
    client = client_of(server.access, "cloudformation")
    try:
        return entities_of_template(client.get_template(StackName=STACK)["TemplateBody"])
    except ClientError:
        return {}
