"""Workspaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.twinmaker.context import (
    CONFLICT,
    check_quota,
    invalid,
    not_found,
    page_size,
    workspace_arn,
)

if TYPE_CHECKING:
    from twin_stack.local.service.resources import Resource
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.twinmaker.context import Context, Json
    from twin_stack.local.service.twinmaker.tags import Tags

_MEMBERS = ("description", "s3Location", "role")


class Workspaces:
    """CreateWorkspace, GetWorkspace, ListWorkspaces, UpdateWorkspace, DeleteWorkspace.

    Role and bucket are stored and not verified: nothing here assumes roles.
    """

    def __init__(self, context: Context, tags: Tags) -> None:
        self._context = context
        self._tags = tags
        self._workspaces = context.resources("workspace")

    def create_workspace(self, scope: Scope, params: Json) -> Json:
        """Create a workspace."""
        workspace_id = params["workspaceId"]
        arn = workspace_arn(scope, workspace_id)
        with self._context.store.transaction():
            if self._workspaces.get(scope, "", workspace_id):
                raise ServiceError(CONFLICT, f"workspace {workspace_id!r} exists already")
            place = f"account {scope.account} in {scope.region}"
            count = self._workspaces.count(scope, "") + 1
            check_quota(place, count, self._context.max_workspaces, "workspaces")
            workspace = self._workspaces.put(scope, "", workspace_id, _members(params))
            self._tags.set(scope, arn, params.get("tags", {}))
        return {"arn": arn, "creationDateTime": workspace.created}

    def get_workspace(self, scope: Scope, params: Json) -> Json:
        """Return one workspace, selected by id or by ARN."""
        workspace = self.require(scope, params["workspaceId"].rpartition("/")[2])
        return {
            **_summary(scope, workspace),
            "s3Location": workspace.body.get("s3Location"),
            "role": workspace.body.get("role"),
        }

    def list_workspaces(self, scope: Scope, params: Json) -> Json:
        """Return workspaces in the order of their ids."""
        page = self._workspaces.page(scope, "", limit=page_size(params), token=params.get("nextToken"))
        return {
            "workspaceSummaries": [_summary(scope, item) for item in page.items],
            "nextToken": page.next_token,
        }

    def update_workspace(self, scope: Scope, params: Json) -> Json:
        """Change description, role or bucket; members that the request lacks stay."""
        with self._context.store.transaction():
            workspace = self.require(scope, params["workspaceId"])
            body = {**workspace.body, **_members(params)}
            changed = self._workspaces.put(scope, "", workspace.id, body)
        return {"updateDateTime": changed.updated}

    def delete_workspace(self, scope: Scope, params: Json) -> Json:
        """Delete an empty workspace.

        Raises:
            ServiceError: The workspace contains entities, component types or scenes.
        """
        workspace_id = params["workspaceId"]
        with self._context.store.transaction():
            self.require(scope, workspace_id)
            for kind, words in (
                ("entity", "entities"),
                ("scene", "scenes"),
                ("component_type", "component types"),
            ):
                count = self._context.resources(kind).count(scope, workspace_id)
                if count:
                    raise invalid(
                        f"workspace {workspace_id!r} still holds {count} {words}; delete them first"
                    )
            self._workspaces.delete(scope, "", workspace_id)
            self._tags.set(scope, workspace_arn(scope, workspace_id), {})
        return {"message": f"workspace {workspace_id} was deleted"}

    def require(self, scope: Scope, workspace_id: str) -> Resource:
        """Return a workspace.

        Raises:
            ServiceError: The workspace does not exist.
        """
        workspace = self._workspaces.get(scope, "", workspace_id)
        if workspace is None:
            raise not_found("workspace", workspace_id)
        return workspace


def _members(params: Json) -> Json:
    return {name: params[name] for name in _MEMBERS if name in params}


def _summary(scope: Scope, workspace: Resource) -> Json:
    return {
        "workspaceId": workspace.id,
        "arn": workspace_arn(scope, workspace.id),
        "description": workspace.body.get("description"),
        "linkedServices": [],
        "creationDateTime": workspace.created,
        "updateDateTime": workspace.updated,
    }
