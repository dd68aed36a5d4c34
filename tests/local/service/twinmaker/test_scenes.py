"""Scenes."""

from __future__ import annotations

from typing import Any

import pytest

WORKSPACE = "arn:aws:iottwinmaker:us-east-1:123456789012:workspace/Factory"


def test_scene_is_created_read_updated_and_deleted(twinmaker: Any) -> None:
    scene = {"workspaceId": "Factory", "sceneId": "main"}
    created = twinmaker.create_scene(
        **scene,
        contentLocation="s3://factory-bucket/main.json",
        capabilities=["MATTERPORT"],
        sceneMetadata={"k": "v"},
        tags={"team": "a"},
    )
    assert created["arn"] == f"{WORKSPACE}/scene/main"
    with pytest.raises(twinmaker.exceptions.ConflictException, match="scene 'main' exists already"):
        twinmaker.create_scene(**scene, contentLocation="s3://factory-bucket/main.json")
    twinmaker.update_scene(**scene, description="hall")
    described = twinmaker.get_scene(**scene)
    assert described["contentLocation"] == "s3://factory-bucket/main.json"
    assert (described["description"], described["capabilities"]) == ("hall", ["MATTERPORT"])
    assert described["sceneMetadata"] == {"k": "v"}
    summaries = twinmaker.list_scenes(workspaceId="Factory")["sceneSummaries"]
    assert [s["sceneId"] for s in summaries] == ["main"]
    assert twinmaker.list_tags_for_resource(resourceARN=created["arn"])["tags"] == {"team": "a"}
    twinmaker.delete_scene(**scene)
    with pytest.raises(twinmaker.exceptions.ResourceNotFoundException, match="scene 'main'"):
        twinmaker.get_scene(**scene)


def test_a_scene_is_refused_when_its_location_is_no_s3_url(twinmaker: Any) -> None:
    with pytest.raises(twinmaker.exceptions.ValidationException, match="contentLocation"):
        twinmaker.create_scene(workspaceId="Factory", sceneId="main", contentLocation="main.json")
