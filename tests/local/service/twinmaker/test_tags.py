"""Tags of all resources."""

from __future__ import annotations

from typing import Any

import pytest

WORKSPACE = "arn:aws:iottwinmaker:us-east-1:123456789012:workspace/Factory"


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
    for arn in (f"{WORKSPACE}/entity/missing", WORKSPACE.replace("us-east-1", "eu-west-1")):
        with pytest.raises(twinmaker.exceptions.ResourceNotFoundException, match=f"has the ARN {arn}"):
            twinmaker.list_tags_for_resource(resourceARN=arn)


def test_recreated_resource_has_no_tags(twinmaker: Any) -> None:
    entity = {"workspaceId": "Factory", "entityId": "pump"}
    twinmaker.create_entity(**entity, entityName="pump", tags={"a": "1"})
    twinmaker.delete_entity(**entity)
    twinmaker.create_entity(**entity, entityName="pump")
    assert twinmaker.list_tags_for_resource(resourceARN=f"{WORKSPACE}/entity/pump")["tags"] == {}
