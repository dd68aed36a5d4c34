"""`kill -9` at random moments: what was acknowledged is there, stacks and services agree, and it goes on.

`TWIN_KILLS_SEED` says when. `make soak` kills 50 times.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.local.conftest import Json, in_workspace, wait_for, workspace
from tests.support.soak import repetitions
from twin_stack.client.access import pages
from twin_stack.local import launcher
from twin_stack.local.clients import make_client
from twin_stack.local.state import LocalError, Server, StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.deploy, pytest.mark.slow]


ROOT = Path(__file__).parents[2]
KILLS = repetitions(8, 44)
USERS = 2
STACK = "plant"
IDS = [f"e{number:02}" for number in range(24)]


@pytest.fixture
def folder(tmp_path: object) -> Iterator[StateFolder]:
    folder = StateFolder(tmp_path / "twin")  # type: ignore[operator]
    yield folder
    launcher.stop(folder, grace=2)


def start(folder: StateFolder) -> Server:
    """Start it, on any port and then on the same again."""
    with folder.locked():
        return launcher.start(folder, port=None if folder.server() else 0)


@lru_cache
def client_of(endpoint: str, service: str) -> Any:
    """A client; what it costs to make one is more than what a kill takes."""
    return make_client(endpoint, service, attempts=1)


def kill(server: Server) -> None:
    os.kill(server.pid, signal.SIGKILL)
    os.waitpid(server.pid, 0)


def plant(seed: int) -> Json:
    """A workspace with a type and two dozen entities in a tree; every seed another one."""
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
    client = client_of(server.endpoint, "cloudformation")
    body = json.dumps(plant(seed))
    try:
        client.describe_stacks(StackName=STACK)
    except ClientError:
        client.create_stack(StackName=STACK, TemplateBody=body)
    else:
        client.update_stack(StackName=STACK, TemplateBody=body)
    return wait_for(client, STACK)


def shown(server: Server) -> dict[str, tuple[str, str, str]]:
    """The stack's entities as the service shows them: name, parent and a value."""
    client = client_of(server.endpoint, "iottwinmaker")
    try:
        found = client.list_entities(workspaceId="plant", maxResults=200)["entitySummaries"]
    except ClientError:
        # The workspace is not there.
        return {}
    ids = [item["entityId"] for item in found if item["entityId"].startswith("e")]
    entities = [client.get_entity(workspaceId="plant", entityId=identifier) for identifier in ids]
    return {
        entity["entityId"]: (
            entity["entityName"],
            entity["parentEntityId"],
            entity["components"]["c"]["properties"]["p0"]["value"]["stringValue"],
        )
        for entity in entities
    }


def said(template: Json) -> dict[str, tuple[str, str, str]]:
    """The entities a template says."""
    return {
        identifier: (
            item["Properties"]["EntityName"],
            item["Properties"]["ParentEntityId"],
            item["Properties"]["Components"]["c"]["Properties"]["p0"]["Value"]["StringValue"],
        )
        for identifier, item in template["Resources"].items()
        if identifier.startswith("e")
    }


def held(server: Server) -> dict[str, tuple[str, str, str]]:
    """The entities of the stack as CloudFormation remembers it; none when there is no stack."""
    client = client_of(server.endpoint, "cloudformation")
    try:
        return said(client.get_template(StackName=STACK)["TemplateBody"])
    except ClientError:
        return {}


class User(threading.Thread):
    """Someone who makes entities as fast as answers come, until none comes."""

    def __init__(self, server: Server, name: str) -> None:
        super().__init__()
        self.acknowledged: list[str] = []
        self._client = client_of(server.endpoint, "iottwinmaker")
        self._name = name
        self.start()

    def run(self) -> None:
        try:
            while True:
                identifier = f"user-{self._name}-{len(self.acknowledged)}"
                self._client.create_entity(workspaceId="own", entityId=identifier, entityName=identifier)
                self.acknowledged.append(identifier)
        except (BotoCoreError, ClientError):
            return


class Deployment(threading.Thread):
    """A deployment, which may not come to its end."""

    def __init__(self, server: Server, seed: int) -> None:
        super().__init__()
        self._server, self._seed = server, seed
        self.start()

    def run(self) -> None:
        try:
            deploy(self._server, self._seed)
        except (BotoCoreError, ClientError):
            return


@pytest.mark.soak
def test_twin_is_whole_and_goes_on_when_killed_at_any_moment(folder: StateFolder) -> None:
    dice = random.Random(os.environ.get("TWIN_KILLS_SEED", "11"))
    server = start(folder)
    client_of(server.endpoint, "iottwinmaker").create_workspace(
        workspaceId="own", role="arn:aws:iam::000000000000:role/x", s3Location="arn:aws:s3:::own"
    )
    acknowledged: list[str] = []
    begun = time.monotonic()
    assert deploy(server, 99) == "CREATE_COMPLETE"
    # So that kills fall before, into and after deployments, however fast the machine is.
    longest = 2 * (time.monotonic() - begun)
    seen: set[str] = set()
    for number in range(KILLS):
        users = [User(server, f"{number}-{one}") for one in range(USERS)]
        deployment = Deployment(server, number)
        if number % 4 == 3:
            # So that some deployments are over and saved, however slow the machine is.
            deployment.join()
            launcher.save(server)
        else:
            time.sleep(dice.uniform(0.0, longest))
        kill(server)
        for thread in (*users, deployment):
            thread.join()
        acknowledged += [identifier for user in users for identifier in user.acknowledged]

        server = start(folder)

        # Stack and service tell the same story, whichever it is.
        found = shown(server)
        assert found == held(server), f"kill {number}"
        seen |= {value for _, _, value in found.values()}
    list_entities = client_of(server.endpoint, "iottwinmaker").list_entities
    there = {item["entityId"] for item in pages(list_entities, "entitySummaries", workspaceId="own")}
    assert set(acknowledged) <= there
    assert deploy(server, 98) == "UPDATE_COMPLETE"
    assert shown(server) == said(plant(98))
    assert len(acknowledged) > KILLS
    # Kills that all came too early, or too late, would prove nothing.
    assert 1 < len(seen) < KILLS


def block(folder: StateFolder) -> Path:
    """Put something in the way of the next save, once none is under way."""
    states = folder.state / "ministack"
    for _ in range(200):
        names = [item.name for item in states.iterdir()]
        draft = states / f"{max(int(name) for name in names if name.isdigit()) + 1}.draft"
        if len(names) == 1:
            with contextlib.suppress(IsADirectoryError):
                draft.write_text("in the way")
                if {item.name for item in states.iterdir()} == {*names, draft.name}:
                    return draft
        time.sleep(0.05)
    raise AssertionError(f"a save does not end: {names}")


def test_interrupted_change_is_undone_when_started_again(folder: StateFolder) -> None:
    server = start(folder)
    deploy(server, 1)
    launcher.save(server)
    # From here on nothing of CloudFormation is saved, as if the crash came before it could be.
    blocked = block(folder)
    assert deploy(server, 2) == "UPDATE_COMPLETE"
    assert shown(server) == said(plant(2))
    kill(server)
    blocked.unlink()

    server = start(folder)

    assert shown(server) == said(plant(1))
    client = make_client(server.endpoint, "iottwinmaker")
    scene = client.get_scene(workspaceId="plant", sceneId="hall")
    assert scene["contentLocation"] == "s3://bucket/1.json"
    assert "repaired AWS::IoTTwinMaker::Scene plant|hall after a crash" in folder.log.read_text()


def test_nothing_of_the_first_deployment_is_left_when_it_was_interrupted(folder: StateFolder) -> None:
    server = start(folder)
    (folder.state / "ministack" / "1.draft").write_text("in the way")
    assert deploy(server, 1) == "CREATE_COMPLETE"
    kill(server)
    (folder.state / "ministack" / "1.draft").unlink()

    server = start(folder)

    found = make_client(server.endpoint, "iottwinmaker").list_workspaces()["workspaceSummaries"]
    assert found == []
    assert deploy(server, 3) == "CREATE_COMPLETE"


def test_deleted_things_come_back_when_the_deletion_was_interrupted(folder: StateFolder) -> None:
    server = start(folder)
    deploy(server, 1)
    launcher.save(server)
    blocked = block(folder)
    client = make_client(server.endpoint, "cloudformation")
    client.delete_stack(StackName=STACK)
    assert wait_for(client, STACK) == "DELETE_COMPLETE"
    kill(server)
    blocked.unlink()

    server = start(folder)

    assert shown(server) == said(plant(1)) == held(server)


def test_rows_and_objects_are_there_when_stopped_or_saved(folder: StateFolder) -> None:
    server = start(folder)
    make_client(server.endpoint, "s3").create_bucket(Bucket="files")
    dynamodb = make_client(server.endpoint, "dynamodb")
    dynamodb.create_table(
        TableName="rows",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName="rows", Item={"k": {"S": "1"}})
    launcher.save(server)
    kill(server)
    server = start(folder)
    make_client(server.endpoint, "dynamodb").put_item(TableName="rows", Item={"k": {"S": "2"}})
    make_client(server.endpoint, "s3").put_object(Bucket="files", Key="a", Body=b"1")
    assert launcher.stop(folder)

    server = start(folder)

    rows = make_client(server.endpoint, "dynamodb").scan(TableName="rows")["Items"]
    assert sorted(row["k"]["S"] for row in rows) == ["1", "2"]
    assert make_client(server.endpoint, "s3").get_object(Bucket="files", Key="a")["Body"].read() == b"1"


def test_save_fails_in_words_and_the_state_before_stays_when_a_file_gets_too_long(
    folder: StateFolder,
) -> None:
    import resource  # noqa: PLC0415 (not on every system)

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # What a full disk looks like to those who write, on every system.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, hard))
    try:
        server = start(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert deploy(server, 1) == "CREATE_COMPLETE"
    launcher.save(server)
    ssm: Any = make_client(server.endpoint, "ssm")
    for number in range(400):
        ssm.put_parameter(Name=f"/p{number}", Value="x" * 4000, Type="String")

    with pytest.raises(LocalError) as caught:
        launcher.save(server)

    assert "the state could not be saved" in str(caught.value)
    assert "make room and deploy again, the state saved before is kept" in str(caught.value)
    kill(server)
    server = start(folder)
    assert shown(server) == said(plant(1))


def test_nothing_acknowledged_is_lost_when_the_disk_is_full(tmp_path: Path) -> None:
    # A file system of its own in a name space of its own needs no privileges, where the system allows it.
    own = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    mount = f"mount -t tmpfs -o size=6m none '{tmp_path}'"
    if (
        not shutil.which("unshare")
        or subprocess.run([*own, mount], capture_output=True, check=False).returncode
    ):
        pytest.skip("this system lets nobody mount a file system: unshare --user --mount")
    script = Path(__file__).with_name("full_disk.py")

    told = subprocess.run(
        [*own, f"{mount} && exec '{sys.executable}' '{script}' '{tmp_path}'"],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'lambdas'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout.splitlines()[-1])
    assert found["refused"]["Error"]["Code"] == "InternalServerException"
    assert "database or disk is full" in found["refused"]["Error"]["Message"]
    assert found["acknowledged"] > 0
    assert found["still reads"] == "e0"
    assert "make room and deploy again, the state saved before is kept" in found["save"]
    assert found["deploy"] == "UPDATE_ROLLBACK_COMPLETE"
    assert found["as deployed before"]
    words = f"the disk is full: there is no room in {tmp_path}/.twin; make some and try again"
    assert found["start"] == words
    assert found["up"] == 1
    assert told.stderr.strip() == f"error: {words}"
    assert found["lost"] == []
    assert found["as before"]
    assert found["deploy with room"] == "UPDATE_COMPLETE"
