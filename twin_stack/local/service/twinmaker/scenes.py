"""Scenes: the location of a scene document in S3. The document itself is read by the viewer only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.twinmaker.context import (
    CONFLICT,
    check_quota,
    not_found,
    page_size,
    workspace_arn,
)
from twin_stack.twinmaker.quotas import MAX_WORKSPACE_SCENES

if TYPE_CHECKING:
    from twin_stack.local.service.resources import Resource
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.twinmaker.context import Context, Json
    from twin_stack.local.service.twinmaker.tags import Tags
    from twin_stack.local.service.twinmaker.workspaces import Workspaces

_MEMBERS = ("contentLocation", "description", "capabilities", "sceneMetadata")


class Scenes:
    """CreateScene, GetScene, ListScenes, UpdateScene, DeleteScene.

    As in AWS, creation does not check whether the S3 object exists.
    """

    def __init__(self, context: Context, workspaces: Workspaces, tags: Tags) -> None:
        self._context = context
        self._workspaces = workspaces
        self._tags = tags
        self._scenes = context.resources("scene")

    def create_scene(self, scope: Scope, params: Json) -> Json:
        """Create a scene."""
        workspace_id, scene_id = params["workspaceId"], params["sceneId"]
        arn = workspace_arn(scope, workspace_id, f"scene/{scene_id}")
        with self._context.store.transaction():
            self._workspaces.require(scope, workspace_id)
            if self._scenes.get(scope, workspace_id, scene_id):
                raise ServiceError(CONFLICT, f"scene {scene_id!r} exists already")
            count = self._scenes.count(scope, workspace_id) + 1
            check_quota(f"workspace {workspace_id!r}", count, MAX_WORKSPACE_SCENES, "scenes")
            scene = self._scenes.put(scope, workspace_id, scene_id, _members(params))
            self._tags.set(scope, arn, params.get("tags", {}))
        return {"arn": arn, "creationDateTime": scene.created}

    def get_scene(self, scope: Scope, params: Json) -> Json:
        """Return one scene."""
        scene = self._require(scope, params)
        return {
            **_summary(scope, params["workspaceId"], scene),
            "workspaceId": params["workspaceId"],
            "capabilities": scene.body.get("capabilities"),
            "sceneMetadata": scene.body.get("sceneMetadata"),
        }

    def list_scenes(self, scope: Scope, params: Json) -> Json:
        """Return scenes in the order of their ids."""
        workspace_id = params["workspaceId"]
        self._workspaces.require(scope, workspace_id)
        page = self._scenes.page(scope, workspace_id, limit=page_size(params), token=params.get("nextToken"))
        return {
            "sceneSummaries": [_summary(scope, workspace_id, item) for item in page.items],
            "nextToken": page.next_token,
        }

    def update_scene(self, scope: Scope, params: Json) -> Json:
        """Change a scene; members that the request lacks stay."""
        with self._context.store.transaction():
            scene = self._require(scope, params)
            body = {**scene.body, **_members(params)}
            changed = self._scenes.put(scope, params["workspaceId"], scene.id, body)
        return {"updateDateTime": changed.updated}

    def delete_scene(self, scope: Scope, params: Json) -> Json:
        """Delete a scene; its S3 object stays."""
        workspace_id = params["workspaceId"]
        with self._context.store.transaction():
            scene = self._require(scope, params)
            self._scenes.delete(scope, workspace_id, scene.id)
            self._tags.set(scope, workspace_arn(scope, workspace_id, f"scene/{scene.id}"), {})
        return {}

    def _require(self, scope: Scope, params: Json) -> Resource:
        self._workspaces.require(scope, params["workspaceId"])
        scene = self._scenes.get(scope, params["workspaceId"], params["sceneId"])
        if scene is None:
            raise not_found("scene", params["sceneId"])
        return scene


def _members(params: Json) -> Json:
    return {name: params[name] for name in _MEMBERS if name in params}


def _summary(scope: Scope, workspace_id: str, scene: Resource) -> Json:
    return {
        "sceneId": scene.id,
        "contentLocation": scene.body["contentLocation"],
        "arn": workspace_arn(scope, workspace_id, f"scene/{scene.id}"),
        "description": scene.body.get("description"),
        "creationDateTime": scene.created,
        "updateDateTime": scene.updated,
    }
