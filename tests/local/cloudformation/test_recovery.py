"""`kill -9` at random moments: nothing acknowledged is lost, and stacks and services agree after a restart.

`TWIN_KILLS_SEED` seeds the moments. `make soak` kills 44 times.
"""

from __future__ import annotations

import contextlib
import os
import random
import threading
import time
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.support.killed_twin import (
    STACK,
    client_of,
    deploy,
    entities_of_service,
    entities_of_stack,
    entities_of_template,
    kill,
    plant,
    start,
)
from tests.support.soak import repetitions
from tests.support.stacks import wait_for
from twin_stack.client.access import pages
from twin_stack.local import launcher
from twin_stack.local.clients import make_client

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.local.state import Server, StateFolder

pytestmark = [pytest.mark.deploy, pytest.mark.slow, pytest.mark.usefixtures("forked_starts")]


KILLS = repetitions(3, 44)
USERS = 2


class User(threading.Thread):
    """A user who creates entities one after another until the server is killed."""

    def __init__(self, server: Server, name: str) -> None:
        super().__init__()
        self.acknowledged: list[str] = []
        self._client = client_of(server.access, "iottwinmaker")
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
    """A deployment that a kill may interrupt."""

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
def test_twin_is_consistent_after_kills_at_any_moment(folder: StateFolder) -> None:
    dice = random.Random(os.environ.get("TWIN_KILLS_SEED", "11"))
    server = start(folder)
    client_of(server.access, "iottwinmaker").create_workspace(
        workspaceId="own", role="arn:aws:iam::000000000000:role/x", s3Location="arn:aws:s3:::own"
    )
    acknowledged: list[str] = []
    begun = time.monotonic()
    assert deploy(server, 99) == "CREATE_COMPLETE"
    # Kills fall before, into and after deployments on machines of any speed.
    longest = 2 * (time.monotonic() - begun)
    launcher.save(server)  # what the first kill goes back to at least
    seen: set[str] = set()
    for number in range(KILLS):
        users = [User(server, f"{number}-{index}") for index in range(USERS)]
        deployment = Deployment(server, number)
        if number % 3 == 2:
            # Some deployments complete and are saved on slow machines too.
            deployment.join()
            launcher.save(server)
        elif number % 3 != 1:  # these are killed when they begin
            time.sleep(dice.uniform(0.0, longest))
        kill(server)
        for thread in (*users, deployment):
            thread.join()
        acknowledged += [identifier for user in users for identifier in user.acknowledged]

        server = start(folder)

        # Stack and service have the same entities, before or after the deployment.
        entities = entities_of_service(server)
        assert entities == entities_of_stack(server), f"kill {number}"
        seen |= {value for _, _, value in entities.values()}
    list_entities = client_of(server.access, "iottwinmaker").list_entities
    there = {item["entityId"] for item in pages(list_entities, "entitySummaries", workspaceId="own")}
    assert set(acknowledged) <= there
    assert deploy(server, 98) == "UPDATE_COMPLETE"
    assert entities_of_service(server) == entities_of_template(plant(98))
    assert len(acknowledged) > KILLS
    # The test proves nothing if all kills come too early or too late.
    assert 1 < len(seen) < KILLS


def block(folder: StateFolder) -> Path:
    """Block the next save, once none is running."""
    states = folder.state / "ministack"
    for _ in range(200):
        names = [item.name for item in states.iterdir()]
        draft = states / f"{max(int(name) for name in names if name.isdigit()) + 1}.draft"
        # The last two saves stay; a save that is running has a draft or a third.
        if len(names) <= 2 and all(name.isdigit() for name in names):
            with contextlib.suppress(IsADirectoryError):
                draft.write_text("in the way")
                if {item.name for item in states.iterdir()} == {*names, draft.name}:
                    return draft
        time.sleep(0.05)
    raise AssertionError(f"a save does not end: {names}")


# One test, because each step needs what the one before has left.
def test_changes_of_a_stack_that_were_not_saved_are_undone_after_a_kill(folder: StateFolder) -> None:
    server = start(folder)

    # A first deployment leaves no resource.
    (folder.state / "ministack").mkdir()
    blocked = folder.state / "ministack" / "1.draft"
    blocked.write_text("in the way")
    assert deploy(server, 1) == "CREATE_COMPLETE"
    kill(server)
    blocked.unlink()

    server = start(folder)

    workspaces = make_client(server.access, "iottwinmaker").list_workspaces()["workspaceSummaries"]
    assert workspaces == []

    # A change is rolled back.
    assert deploy(server, 3) == "CREATE_COMPLETE"
    launcher.save(server)
    # CloudFormation's state is not saved from here on, as in a crash before the save.
    blocked = block(folder)
    assert deploy(server, 2) == "UPDATE_COMPLETE"
    assert entities_of_service(server) == entities_of_template(plant(2))
    kill(server)
    blocked.unlink()

    server = start(folder)

    assert entities_of_service(server) == entities_of_template(plant(3))
    client = make_client(server.access, "iottwinmaker")
    scene = client.get_scene(workspaceId="plant", sceneId="hall")
    assert scene["contentLocation"] == "s3://bucket/3.json"
    assert "repaired AWS::IoTTwinMaker::Scene plant|hall after a crash" in folder.log.read_text()

    # A deletion is undone.
    launcher.save(server)
    blocked = block(folder)
    client = make_client(server.access, "cloudformation")
    client.delete_stack(StackName=STACK)
    assert wait_for(client, STACK) == "DELETE_COMPLETE"
    kill(server)
    blocked.unlink()

    server = start(folder)

    assert entities_of_service(server) == entities_of_template(plant(3)) == entities_of_stack(server)
