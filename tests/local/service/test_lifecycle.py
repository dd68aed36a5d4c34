"""States that last, state that stays, and kills at random moments."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from twin_stack.local.service import LocalServices

FACTORY = {"workspaceId": "Factory"}
ROOT = Path(__file__).parents[3]


def test_creation_lasts_and_blocks_updates_when_the_services_are_slow(
    start: Any, make_client: Any, clock: Any
) -> None:
    start(slow=2.0)
    client = make_client("iottwinmaker")
    client.create_workspace(**FACTORY)
    client.create_component_type(**FACTORY, componentTypeId="t")
    client.create_entity(**FACTORY, entityId="e1", entityName="x", components={"C": {"componentTypeId": "t"}})

    def states() -> tuple[str, str, str]:
        found = client.get_entity(**FACTORY, entityId="e1")
        kind = client.get_component_type(**FACTORY, componentTypeId="t")
        component = found["components"]["C"]["status"]["state"]
        return found["status"]["state"], component, kind["status"]["state"]

    assert states() == ("CREATING", "CREATING", "CREATING")
    with pytest.raises(client.exceptions.ConflictException, match="is CREATING; wait until it is ACTIVE"):
        client.update_entity(**FACTORY, entityId="e1", entityName="y")
    with pytest.raises(client.exceptions.ValidationException, match="is CREATING; wait until it is ACTIVE"):
        client.update_component_type(**FACTORY, componentTypeId="t", description="y")
    clock.now += 2
    assert states() == ("ACTIVE", "ACTIVE", "ACTIVE")
    client.update_entity(**FACTORY, entityId="e1", entityName="y")
    assert states()[0] == "UPDATING"
    clock.now += 2
    client.delete_entity(**FACTORY, entityId="e1")
    assert states()[0] == "DELETING"
    with pytest.raises(client.exceptions.ValidationException, match="parent entity 'e1' does not exist"):
        client.create_entity(**FACTORY, entityName="child", parentEntityId="e1")
    listed = client.list_entities(**FACTORY)["entitySummaries"]
    assert [item["status"]["state"] for item in listed] == ["DELETING"]
    clock.now += 2
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_entity(**FACTORY, entityId="e1")
    assert client.list_entities(**FACTORY)["entitySummaries"] == []
    client.delete_component_type(**FACTORY, componentTypeId="t")
    client.create_entity(**FACTORY, entityId="e1", entityName="again")


def test_a_sitewise_model_is_creating_for_a_while_when_the_services_are_slow(
    start: Any, make_client: Any, clock: Any
) -> None:
    start(slow=1.0)
    client = make_client("iotsitewise")
    model = client.create_asset_model(assetModelName="m")["assetModelId"]
    assert client.describe_asset_model(assetModelId=model)["assetModelStatus"]["state"] == "CREATING"
    clock.now += 1
    client.get_waiter("asset_model_active").wait(assetModelId=model)
    client.delete_asset_model(assetModelId=model)
    clock.now += 1
    client.get_waiter("asset_model_not_exists").wait(assetModelId=model)


def test_everything_is_still_there_when_the_database_is_opened_again(
    start: Any, twinmaker: Any, services: LocalServices, sitewise: Any
) -> None:
    twinmaker.create_entity(**FACTORY, entityId="e1", entityName="x", tags={"a": "b"})
    model = sitewise.create_asset_model(assetModelName="m")["assetModelId"]
    sitewise.batch_put_asset_property_value(
        entries=[
            {
                "entryId": "a",
                "propertyAlias": "/a",
                "propertyValues": [
                    {"value": {"doubleValue": 1.0}, "timestamp": {"timeInSeconds": 1_700_000_000}}
                ],
            }
        ]
    )
    before = twinmaker.get_entity(**FACTORY, entityId="e1")
    services.close()
    start()
    after = twinmaker.get_entity(**FACTORY, entityId="e1")
    assert {k: v for k, v in after.items() if k != "ResponseMetadata"} == {
        k: v for k, v in before.items() if k != "ResponseMetadata"
    }
    assert twinmaker.list_tags_for_resource(resourceARN=after["arn"])["tags"] == {"a": "b"}
    assert sitewise.describe_asset_model(assetModelId=model)["assetModelName"] == "m"
    assert sitewise.get_asset_property_value(propertyAlias="/a")["propertyValue"]["value"] == {
        "doubleValue": 1
    }


def test_another_schema_version_is_refused_when_the_database_is_opened(
    start: Any, services: LocalServices, database: Path
) -> None:
    with services._store.transaction() as db:
        db.execute("PRAGMA user_version = 99")
    services.close()
    with pytest.raises(RuntimeError, match="has schema version 99, this program reads 1; delete the file"):
        start()


WRITER = """
import sys
from pathlib import Path
from twin_stack.local.service import LocalServices

services = LocalServices(Path(sys.argv[1]), invoke=None, s3=None)
if not services.call("iottwinmaker", "ListWorkspaces", {})["workspaceSummaries"]:
    services.call("iottwinmaker", "CreateWorkspace", {"workspaceId": "Factory"})
number = int(sys.argv[2])
while True:
    name = f"e-{number:06}"
    params = {"workspaceId": "Factory", "entityId": name, "entityName": name}
    services.call("iottwinmaker", "CreateEntity", params)
    print(number, flush=True)
    number += 1
"""


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(
    tmp_path: Path, start: Any, database: Path
) -> None:
    acknowledged = -1
    chance = random.Random(7)
    for _ in range(4):
        output = tmp_path / "output"
        with output.open("w") as sink:
            process = subprocess.Popen(
                [sys.executable, "-c", WRITER, str(database), str(acknowledged + 1)],
                stdout=sink,
                cwd=ROOT,
            )
            deadline = time.monotonic() + 20
            while not output.read_text() and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(chance.random() / 10)
            process.send_signal(signal.SIGKILL)
            process.wait()
        lines = output.read_text().split("\n")[:-1]
        assert lines
        acknowledged = int(lines[-1])
        services = start()
        seen, token = set(), None
        while True:
            params = {"workspaceId": "Factory", "maxResults": 200, **({"nextToken": token} if token else {})}
            page = services.call("iottwinmaker", "ListEntities", params)
            seen |= {item["entityId"] for item in page["entitySummaries"]}
            token = page.get("nextToken")
            if not token:
                break
        services.close()
        assert {f"e-{n:06}" for n in range(acknowledged + 1)} <= seen
        # at most the one that was being written is there without having been acknowledged
        assert len(seen) <= acknowledged + 2
        acknowledged = len(seen) - 1
