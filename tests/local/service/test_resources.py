"""States that last for a while before they settle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.local.service.resources import Resources
from twin_stack.local.service.scope import Scope
from twin_stack.local.service.store import Store

if TYPE_CHECKING:
    from pathlib import Path

FACTORY = {"workspaceId": "Factory"}


def test_creation_lasts_and_blocks_updates_when_the_services_are_slow(
    start: Any, make_client: Any, clock: Any
) -> None:
    start(slow=2.0)
    client = make_client("iottwinmaker")
    client.create_workspace(**FACTORY)
    client.create_component_type(**FACTORY, componentTypeId="t")
    client.create_entity(**FACTORY, entityId="e1", entityName="x", components={"C": {"componentTypeId": "t"}})

    def states() -> tuple[str, str, str]:
        entity = client.get_entity(**FACTORY, entityId="e1")
        kind = client.get_component_type(**FACTORY, componentTypeId="t")
        component = entity["components"]["C"]["status"]["state"]
        return entity["status"]["state"], component, kind["status"]["state"]

    assert states() == ("CREATING", "CREATING", "CREATING")
    # AWS's own tools wait and try again when they read these words.
    waiting = "Cannot update Entity e1 when it is in CREATING state"
    with pytest.raises(client.exceptions.ConflictException, match=waiting):
        client.update_entity(**FACTORY, entityId="e1", entityName="y")
    with pytest.raises(client.exceptions.ValidationException, match="is CREATING; wait until it is ACTIVE"):
        client.update_component_type(**FACTORY, componentTypeId="t", description="y")
    clock.now += 2
    assert states() == ("ACTIVE", "ACTIVE", "ACTIVE")
    client.update_entity(**FACTORY, entityId="e1", entityName="y")
    assert states()[0] == "UPDATING"
    waiting = "Cannot update Entity e1 when it is in UPDATING state"
    with pytest.raises(client.exceptions.ConflictException, match=waiting):
        client.update_entity(**FACTORY, entityId="e1", entityName="z")
    clock.now += 2
    client.delete_entity(**FACTORY, entityId="e1")
    assert states()[0] == "DELETING"
    with pytest.raises(client.exceptions.ValidationException, match="Unable to find parent entity id e1"):
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


def test_number_of_resources_is_kept_and_not_counted_row_by_row(tmp_path: Path) -> None:
    store = Store(tmp_path / "x.db")
    scope = Scope("000000000000", "us-east-1")
    entities = Resources(store, "entity", clock=lambda: 1.0, slow=0.0, token_error="invalid")
    with store.transaction():
        for number in range(2_000):
            entities.put(scope, "Factory", f"e{number}", {"name": "Pump"})
    entities.put(scope, "Factory", "e0", {"name": "replaced"})
    entities.put(scope, "Other", "e0", {"name": "of another workspace"})
    entities.delete(scope, "Factory", "e1")
    entities.delete(scope, "Factory", "missing")
    with pytest.raises(ZeroDivisionError), store.transaction():
        entities.put(scope, "Factory", "rolled-back", {})
        raise ZeroDivisionError
    steps: list[int] = []
    with store.reading() as db:
        db.set_progress_handler(lambda: steps.append(1), 1)
        assert entities.count(scope, "Factory") == 1_999
        db.set_progress_handler(None, 1)

    assert 0 < len(steps) < 200
    assert entities.count(scope, "Third") == 0
    store.close()
    store = Store(tmp_path / "x.db")
    reopened = Resources(store, "entity", clock=lambda: 1.0, slow=0.0, token_error="invalid")
    assert (reopened.count(scope, "Factory"), reopened.count(scope, "Other")) == (1_999, 1)
    store.close()
