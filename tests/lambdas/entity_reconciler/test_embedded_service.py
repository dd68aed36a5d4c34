"""Deployments to the embedded TwinMaker, whose transfer jobs, checks and trees are the service's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from entity_reconciler.shapes import ReconcileError

from tests.support.entity_stack import EntityStack, as_map, comparable, embedded_stack, entity
from tests.support.memory_aws import ACCOUNT, BUCKET, REGION, WORKSPACE

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
        made.twin.create_component_type(
            workspaceId=WORKSPACE,
            componentTypeId="com.example.Press",
            propertyDefinitions={"size": {"dataType": {"type": "DOUBLE"}}},
            compositeComponentTypes={"motor": {"componentTypeId": "com.example.Info"}},
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


def test_failed_adoption_gives_back_properties_groups_and_tags_of_the_entity_itself(
    stack: EntityStack,
) -> None:
    arn = f"arn:aws:iottwinmaker:{REGION}:{ACCOUNT}:workspace/{WORKSPACE}/entity/foreign"
    text = {"type": "STRING"}
    stack.twin.create_entity(
        workspaceId=WORKSPACE,
        entityId="foreign",
        entityName="Öfen (alt)",
        description="made by hand",
        tags={"team": "a"},
        components={
            "info": {
                "componentTypeId": "com.example.Info",
                "properties": {
                    "speed": {"value": {"doubleValue": 3.0}},
                    "own": {"definition": {"dataType": text}, "value": {"stringValue": "x"}},
                    "live": {"definition": {"dataType": text, "isTimeSeries": True}},
                },
                "propertyGroups": {"main": {"groupType": "TABULAR", "propertyNames": ["own", "speed"]}},
            },
            "press": {"componentTypeId": "com.example.Press"},
        },
    )

    def view() -> Json:
        answer: Json = stack.twin.get_entity(workspaceId=WORKSPACE, entityId="foreign")
        tags = stack.twin.list_tags_for_resource(resourceARN=arn)["tags"]
        return {**{key: value for key, value in answer.items() if key != "updateDateTime"}, "tags": tags}

    before = view()
    bad = entity("bad", "foreign")
    bad["components"] = {"info": {"componentTypeId": "com.example.Missing"}}
    adopting = {**entity("foreign", "hall", place="mine"), "tags": {"team": "b", "site": "north"}}
    with pytest.raises(ReconcileError, match="bad"):
        stack.deploy([*PLANT, adopting, bad], Adopt="true")
    assert view() == before


def press(**values: float) -> Json:
    """Return an entity with a component in a component."""
    properties = {name: {"value": {"doubleValue": value}} for name, value in values.items()}
    return {
        "entityId": "press",
        "entityName": "Press",
        "components": {"press": {"componentTypeId": "com.example.Press"}},
        "compositeComponents": {"press/motor": {"properties": properties}},
    }


def motor_speed(stack: EntityStack) -> Json | None:
    answer = stack.twin.list_properties(workspaceId=WORKSPACE, entityId="press", componentPath="press/motor")
    (speed,) = [item for item in answer["propertySummaries"] if item["propertyName"] == "speed"]
    value: Json | None = speed.get("value")
    return value


def test_values_of_composite_components_are_set_changed_and_reset(stack: EntityStack) -> None:
    stack.deploy([press(speed=1.0)])
    assert motor_speed(stack) == {"doubleValue": 1.0}
    stack.deploy([press(speed=2.0)])
    assert motor_speed(stack) == {"doubleValue": 2.0}

    bad = entity("bad", "press")
    bad["components"] = {"info": {"componentTypeId": "com.example.Missing"}}
    with pytest.raises(ReconcileError, match="bad"):
        stack.deploy([press(speed=5.0), bad])
    assert motor_speed(stack) == {"doubleValue": 2.0}

    stack.deploy([{**press(), "description": "x" * 600}])
    assert motor_speed(stack) is None


def test_failed_adoption_gives_back_values_of_composite_components(stack: EntityStack) -> None:
    made_by_hand = press(speed=3.0)
    stack.twin.create_entity(workspaceId=WORKSPACE, **made_by_hand)
    bad = entity("bad", "press")
    bad["components"] = {"info": {"componentTypeId": "com.example.Missing"}}
    with pytest.raises(ReconcileError, match="bad"):
        stack.deploy([press(speed=8.0), bad], Adopt="true")
    assert motor_speed(stack) == {"doubleValue": 3.0}

    stack.twin.delete_entity(workspaceId=WORKSPACE, entityId="press", isRecursive=False)
    stack.twin.create_entity(workspaceId=WORKSPACE, **press())
    with pytest.raises(ReconcileError, match="bad"):
        stack.deploy([press(speed=8.0), bad], Adopt="true")
    assert motor_speed(stack) is None


def test_tags_follow_the_definition_also_where_a_call_writes(stack: EntityStack) -> None:
    arn = f"arn:aws:iottwinmaker:{REGION}:{ACCOUNT}:workspace/{WORKSPACE}/entity/press"

    def tags() -> Json:
        present: Json = stack.twin.list_tags_for_resource(resourceARN=arn)["tags"]
        return present

    stack.deploy([{**press(speed=1.0), "tags": {"team": "a", "site": "north"}}])
    assert tags() == {"team": "a", "site": "north"}
    stack.deploy([{**press(speed=1.0), "tags": {"team": "b"}}])
    assert tags() == {"team": "b"}
    stack.deploy([press(speed=1.0)])
    assert tags() == {}


def test_entities_of_a_deleted_workspace_are_deleted_already(stack: EntityStack) -> None:
    stack.deploy(PLANT)
    stack.twin.delete_entity(workspaceId=WORKSPACE, entityId="hall", isRecursive=True)
    for type_id in ("com.example.Press", "com.example.Info"):
        stack.twin.delete_component_type(workspaceId=WORKSPACE, componentTypeId=type_id)
    stack.twin.delete_workspace(workspaceId=WORKSPACE)
    stack.delete()
    assert not [name for name in stack.s3.names() if name.startswith(("applied", "chunks/", "states/"))]
