"""Deployments to the embedded TwinMaker, whose transfer jobs, checks and trees are the service's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from entity_reconciler.shapes import ReconcileError

from tests.support.entity_stack import (
    ACCOUNT,
    BUCKET,
    REGION,
    WORKSPACE,
    EntityStack,
    as_map,
    comparable,
    embedded_stack,
    entity,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Json = dict[str, Any]


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[EntityStack]:
    with embedded_stack(tmp_path) as made:
        made.twin.create_workspace(
            workspaceId=WORKSPACE,
            s3Location=f"arn:aws:s3:::{BUCKET}",
            role=f"arn:aws:iam::{ACCOUNT}:role/workspace-{REGION}",
        )
        made.twin.create_component_type(
            workspaceId=WORKSPACE,
            componentTypeId="com.example.Info",
            propertyDefinitions={
                "place": {"dataType": {"type": "STRING"}, "defaultValue": {"stringValue": "nowhere"}},
                "speed": {"dataType": {"type": "DOUBLE"}},
                "feeds": {"dataType": {"type": "RELATIONSHIP"}},
            },
        )
        yield made


def read(stack: EntityStack) -> dict[str, Json]:
    """Return all entities in the form of chunks, with those values that are not defaults."""
    entities = {}
    for summary in stack.twin.list_entities(workspaceId=WORKSPACE, maxResults=200)["entitySummaries"]:
        view = stack.twin.get_entity(workspaceId=WORKSPACE, entityId=summary["entityId"])
        item = {name: view[name] for name in ("entityId", "entityName", "description", "parentEntityId")}
        item["components"] = {
            name: {
                "componentTypeId": component["componentTypeId"],
                "properties": {
                    key: {"value": value["value"]}
                    for key, value in component["properties"].items()
                    if value.get("value") not in (None, value["definition"].get("defaultValue"))
                },
            }
            for name, component in view["components"].items()
        }
        entities[summary["entityId"]] = comparable(item)
    return entities


PLANT = [
    entity("hall", place="north"),
    entity("line-1", "hall", speed=1.0),
    *(entity(f"m-{number}", "line-1", speed=float(number)) for number in range(6)),
]
FEEDS = {"value": {"relationshipValue": {"targetEntityId": "m-1", "targetComponentName": "info"}}}


def test_deployments_create_change_move_and_delete(stack: EntityStack) -> None:
    stack.deploy(PLANT)
    assert read(stack) == as_map(PLANT)

    feeder = entity("feeder", "line-1", place="south")
    feeder["components"]["info"]["properties"]["feeds"] = FEEDS
    changed = [PLANT[0], entity("line-1", "m-1"), entity("m-1", "hall", speed=7.0), feeder]
    stack.deploy(changed)
    assert read(stack) == as_map(changed)

    stack.delete()
    assert read(stack) == {}


def test_value_that_a_job_cannot_hold_is_written_by_a_call(stack: EntityStack) -> None:
    """The schema of jobs has names of ASCII letters and short descriptions; the API has not."""
    wide = {**entity("furnace", "hall", place="north"), "entityName": "Öfen (alt)", "description": "x" * 900}
    stack.deploy([entity("hall"), wide, entity("sensor", "furnace", speed=1.0)])
    assert read(stack)["furnace"] == comparable(wide)

    calls = len(stack.twin.calls)
    narrow = {**wide, "components": {}, "description": "y" * 900}
    stack.deploy([entity("hall"), narrow, entity("sensor", "furnace", speed=1.0)])
    assert read(stack)["furnace"] == comparable(narrow)
    assert "update_entity" in stack.twin.calls[calls:]


def test_failed_update_leaves_the_former_entities(stack: EntityStack) -> None:
    stack.deploy(PLANT)
    bad = entity("bad", "hall")
    bad["components"] = {"info": {"componentTypeId": "com.example.Missing"}}
    with pytest.raises(ReconcileError, match=r"entity bad cannot be written.*com\.example\.Missing"):
        stack.deploy([PLANT[0], bad, entity("m-1", "hall", speed=9.0)])
    assert read(stack) == as_map(PLANT)
