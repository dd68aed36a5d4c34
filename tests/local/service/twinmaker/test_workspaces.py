"""Workspaces."""

from __future__ import annotations

from typing import Any

import pytest

WORKSPACE = "arn:aws:iottwinmaker:us-east-1:123456789012:workspace/Factory"


def test_workspace_is_read_by_id_and_by_arn(twinmaker: Any) -> None:
    for name in ("Factory", WORKSPACE):
        workspace = twinmaker.get_workspace(workspaceId=name)
        assert workspace["workspaceId"] == "Factory"
        assert workspace["arn"] == WORKSPACE
        assert workspace["s3Location"] == "arn:aws:s3:::factory-bucket"
        assert workspace["role"] == "arn:aws:iam::123456789012:role/workspace"
    assert [w["workspaceId"] for w in twinmaker.list_workspaces()["workspaceSummaries"]] == ["Factory"]


def test_update_keeps_what_is_not_given_when_a_workspace_changes(twinmaker: Any, clock: Any) -> None:
    clock.now += 5
    twinmaker.update_workspace(workspaceId="Factory", description="new")
    workspace = twinmaker.get_workspace(workspaceId="Factory")
    assert (workspace["description"], workspace["s3Location"]) == ("new", "arn:aws:s3:::factory-bucket")
    assert (workspace["updateDateTime"] - workspace["creationDateTime"]).total_seconds() == 5


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


def test_an_account_has_at_most_15_workspaces_in_a_region(twinmaker: Any, make_client: Any) -> None:
    request = {"role": "arn:aws:iam::123456789012:role/workspace", "s3Location": "arn:aws:s3:::bucket"}
    for number in range(14):
        twinmaker.create_workspace(workspaceId=f"w{number}", **request)
    quota = twinmaker.exceptions.ServiceQuotaExceededException
    with pytest.raises(quota, match="16 workspaces; the quota is 15"):
        twinmaker.create_workspace(workspaceId="w14", **request)
    make_client("iottwinmaker", region="eu-central-1").create_workspace(workspaceId="w14", **request)
    twinmaker.delete_workspace(workspaceId="w0")
    twinmaker.create_workspace(workspaceId="w14", **request)
