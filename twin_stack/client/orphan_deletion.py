"""Deletes what no stack owns, with its data."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from twin_stack.client.access import pages
from twin_stack.client.errors import TwinClientError, is_missing
from twin_stack.client.orphans import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from twin_stack.client.orphans import Resource

    Clients = Callable[[str], Any]

SERVICES: Final = ("dynamodb", "iotsitewise", "iottwinmaker", "logs", "s3")
"""Services whose resources are deleted."""
_MAX_SECONDS: Final = 300
_POLL_SECONDS: Final = 0.2


def choose(orphans: Sequence[Resource], ids: Collection[str], confirmed: Collection[str]) -> list[Resource]:
    """Return the orphans to delete, in the order in which they can be deleted.

    Args:
        orphans: What no stack owns.
        ids: Ids of what to delete.
        confirmed: Ids whose data may be deleted, the second key.

    Raises:
        TwinClientError: An id is no orphan, or only one of the keys is given for it.
    """
    orphan_ids = {resource.id for resource in orphans}
    for item_id in sorted({*ids, *confirmed}):
        if item_id not in orphan_ids:
            raise TwinClientError(
                f'"{item_id}" is nothing that no stack owns; `twin orphans` lists the ids, and what a stack '
                "owns is removed from its template"
            )
    if missing := sorted(set(ids) - set(confirmed)):
        raise TwinClientError(
            f"{missing[0]} and its data would be deleted for good; turn the second key: "
            f"--yes-delete-data {missing[0]}"
        )
    if missing := sorted(set(confirmed) - set(ids)):
        raise TwinClientError(f"--yes-delete-data names {missing[0]}, but --delete does not; give both")
    return [resource for resource in orphans if resource.id in ids]


def delete(resource: Resource, clients: Clients) -> None:
    """Delete an orphan and its data, and wait until it is gone.

    Args:
        resource: The orphan.
        clients: Returns a boto3 client of a service.
    """
    physical_id = resource.physical_id
    workspace_id, _, content_id = physical_id.partition("|")
    match resource.kind:
        case Kind.TABLE:
            clients("dynamodb").delete_table(TableName=physical_id)
            clients("dynamodb").get_waiter("table_not_exists").wait(TableName=physical_id)
        case Kind.BUCKET:
            _delete_bucket(clients("s3"), physical_id)
        case Kind.LOG_GROUP:
            clients("logs").delete_log_group(logGroupName=physical_id)
        case Kind.ASSET:
            _delete_asset(clients("iotsitewise"), physical_id)
        case Kind.ASSET_MODEL:
            clients("iotsitewise").delete_asset_model(assetModelId=physical_id)
            clients("iotsitewise").get_waiter("asset_model_not_exists").wait(assetModelId=physical_id)
        case Kind.WORKSPACE:
            clients("iottwinmaker").delete_workspace(workspaceId=physical_id)
        case Kind.SCENE:
            clients("iottwinmaker").delete_scene(workspaceId=workspace_id, sceneId=content_id)
        case Kind.ENTITY:
            key = {"workspaceId": workspace_id, "entityId": content_id}
            _delete_in_workspace(clients("iottwinmaker"), "entity", **key)
        case Kind.COMPONENT_TYPE:
            key = {"workspaceId": workspace_id, "componentTypeId": content_id}
            _delete_in_workspace(clients("iottwinmaker"), "component_type", **key)


def delete_all(resources: Sequence[Resource], clients: Clients, report: Callable[[Resource], None]) -> None:
    """Delete orphans, each after what needs it: what is refused is tried again after the others.

    Args:
        resources: The orphans.
        clients: Returns a boto3 client of a service.
        report: Called with each orphan that is gone.

    Raises:
        ClientError: The service refuses all that are left; what was reported is gone.
    """
    remaining = list(resources)
    while remaining:
        refused: list[Resource] = []
        last_error: ClientError | None = None
        for resource in remaining:
            try:
                delete(resource, clients)
            except ClientError as error:
                refused.append(resource)
                last_error = last_error or error
            else:
                report(resource)
        if last_error is not None and len(refused) == len(remaining):
            raise last_error
        remaining = refused


def _delete_bucket(s3: Any, bucket: str) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        versions = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        objects = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in versions]
        if objects:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    s3.delete_bucket(Bucket=bucket)


def _delete_asset(sitewise: Any, asset_id: str) -> None:
    for hierarchy in sitewise.describe_asset(assetId=asset_id)["assetHierarchies"]:
        request = {"assetId": asset_id, "hierarchyId": hierarchy["id"]}
        for child in pages(sitewise.list_associated_assets, "assetSummaries", **request):
            sitewise.disassociate_assets(childAssetId=child["id"], **request)
    sitewise.get_waiter("asset_active").wait(assetId=asset_id)
    sitewise.delete_asset(assetId=asset_id)
    sitewise.get_waiter("asset_not_exists").wait(assetId=asset_id)


def _delete_in_workspace(twinmaker: Any, noun: str, **key: str) -> None:
    getattr(twinmaker, f"delete_{noun}")(**key)
    deadline = time.monotonic() + _MAX_SECONDS
    while not is_missing(lambda: getattr(twinmaker, f"get_{noun}")(**key)):
        if time.monotonic() > deadline:
            raise TwinClientError(f"{noun} {key} is still there after {_MAX_SECONDS} s; look at its status")
        time.sleep(_POLL_SECONDS)
