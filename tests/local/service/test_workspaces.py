"""Workspaces, scenes, tags, pricing plan."""

from __future__ import annotations

from typing import Any

import pytest

WORKSPACE = "arn:aws:iottwinmaker:us-east-1:123456789012:workspace/Factory"


def test_a_workspace_shows_what_was_set_when_read_by_id_and_by_arn(twinmaker: Any) -> None:
    for name in ("Factory", WORKSPACE):
        found = twinmaker.get_workspace(workspaceId=name)
        assert found["workspaceId"] == "Factory"
        assert found["arn"] == WORKSPACE
        assert found["s3Location"] == "arn:aws:s3:::factory-bucket"
        assert found["role"] == "arn:aws:iam::123456789012:role/workspace"
    assert [w["workspaceId"] for w in twinmaker.list_workspaces()["workspaceSummaries"]] == ["Factory"]


def test_update_keeps_what_is_not_given_when_a_workspace_changes(twinmaker: Any, clock: Any) -> None:
    clock.now += 5
    twinmaker.update_workspace(workspaceId="Factory", description="new")
    found = twinmaker.get_workspace(workspaceId="Factory")
    assert (found["description"], found["s3Location"]) == ("new", "arn:aws:s3:::factory-bucket")
    assert (found["updateDateTime"] - found["creationDateTime"]).total_seconds() == 5


def test_a_workspace_cannot_be_deleted_when_something_is_in_it(twinmaker: Any) -> None:
    twinmaker.create_component_type(workspaceId="Factory", componentTypeId="a.b")
    twinmaker.create_entity(workspaceId="Factory", entityId="pump", entityName="pump")
    twinmaker.create_scene(workspaceId="Factory", sceneId="main", contentLocation="s3://b/main.json")
    for words, operation, member, identifier in (
        ("1 entities", "delete_entity", "entityId", "pump"),
        ("1 scenes", "delete_scene", "sceneId", "main"),
        ("1 component types", "delete_component_type", "componentTypeId", "a.b"),
    ):
        with pytest.raises(twinmaker.exceptions.ValidationException, match=f"still holds {words}"):
            twinmaker.delete_workspace(workspaceId="Factory")
        getattr(twinmaker, operation)(workspaceId="Factory", **{member: identifier})
    assert twinmaker.delete_workspace(workspaceId="Factory")["message"] == "workspace Factory was deleted"
    with pytest.raises(twinmaker.exceptions.ResourceNotFoundException):
        twinmaker.get_workspace(workspaceId="Factory")


def test_scenes_live_through_their_operations_when_used_in_order(twinmaker: Any) -> None:
    scene = {"workspaceId": "Factory", "sceneId": "main"}
    made = twinmaker.create_scene(
        **scene,
        contentLocation="s3://factory-bucket/main.json",
        capabilities=["MATTERPORT"],
        sceneMetadata={"k": "v"},
        tags={"team": "a"},
    )
    assert made["arn"] == f"{WORKSPACE}/scene/main"
    with pytest.raises(twinmaker.exceptions.ConflictException, match="scene 'main' exists already"):
        twinmaker.create_scene(**scene, contentLocation="s3://factory-bucket/main.json")
    twinmaker.update_scene(**scene, description="hall")
    found = twinmaker.get_scene(**scene)
    assert found["contentLocation"] == "s3://factory-bucket/main.json"
    assert (found["description"], found["capabilities"]) == ("hall", ["MATTERPORT"])
    assert found["sceneMetadata"] == {"k": "v"}
    summaries = twinmaker.list_scenes(workspaceId="Factory")["sceneSummaries"]
    assert [s["sceneId"] for s in summaries] == ["main"]
    assert twinmaker.list_tags_for_resource(resourceARN=made["arn"])["tags"] == {"team": "a"}
    twinmaker.delete_scene(**scene)
    with pytest.raises(twinmaker.exceptions.ResourceNotFoundException, match="scene 'main'"):
        twinmaker.get_scene(**scene)


def test_a_scene_is_refused_when_its_location_is_no_s3_url(twinmaker: Any) -> None:
    with pytest.raises(twinmaker.exceptions.ValidationException, match="contentLocation"):
        twinmaker.create_scene(workspaceId="Factory", sceneId="main", contentLocation="main.json")


def test_tags_are_added_changed_and_removed_when_a_resource_exists(twinmaker: Any) -> None:
    twinmaker.create_entity(workspaceId="Factory", entityId="pump", entityName="pump", tags={"a": "1"})
    twinmaker.create_component_type(workspaceId="Factory", componentTypeId="x.y", tags={"a": "1"})
    for arn in (f"{WORKSPACE}/entity/pump", f"{WORKSPACE}/component-type/x.y"):
        twinmaker.tag_resource(resourceARN=arn, tags={"a": "2", "b": "3", "c d": "4"})
        twinmaker.untag_resource(resourceARN=arn, tagKeys=["b", "c d", "never"])
        assert twinmaker.list_tags_for_resource(resourceARN=arn)["tags"] == {"a": "2"}
    with pytest.raises(twinmaker.exceptions.TooManyTagsException):
        twinmaker.tag_resource(resourceARN=WORKSPACE, tags={str(n): "x" for n in range(50)})
        twinmaker.tag_resource(resourceARN=WORKSPACE, tags={"one": "more"})
    for arn in (f"{WORKSPACE}/entity/nobody", WORKSPACE.replace("us-east-1", "eu-west-1")):
        with pytest.raises(twinmaker.exceptions.ResourceNotFoundException, match=f"has the ARN {arn}"):
            twinmaker.list_tags_for_resource(resourceARN=arn)


def test_tags_are_gone_when_their_resource_was_deleted_and_made_again(twinmaker: Any) -> None:
    entity = {"workspaceId": "Factory", "entityId": "pump"}
    twinmaker.create_entity(**entity, entityName="pump", tags={"a": "1"})
    twinmaker.delete_entity(**entity)
    twinmaker.create_entity(**entity, entityName="pump")
    assert twinmaker.list_tags_for_resource(resourceARN=f"{WORKSPACE}/entity/pump")["tags"] == {}


def test_the_pricing_plan_counts_entities_and_changes_when_set(twinmaker: Any) -> None:
    twinmaker.create_entity(workspaceId="Factory", entityName="pump")
    plan = twinmaker.get_pricing_plan()["currentPricingPlan"]
    assert (plan["pricingMode"], plan["billableEntityCount"]) == ("STANDARD", 1)
    twinmaker.update_pricing_plan(pricingMode="TIERED_BUNDLE", bundleNames=["FACTORY"])
    plan = twinmaker.get_pricing_plan()["currentPricingPlan"]
    assert (plan["pricingMode"], plan["updateReason"]) == ("TIERED_BUNDLE", "PRICING_MODE_UPDATE")
    assert plan["bundleInformation"]["bundleNames"] == ["FACTORY"]
    with pytest.raises(twinmaker.exceptions.ValidationException, match="bundleNames belong to"):
        twinmaker.update_pricing_plan(pricingMode="BASIC", bundleNames=["FACTORY"])
