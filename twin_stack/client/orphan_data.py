"""The size of the data in a resource, and the time of the newest of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from twin_stack.client.orphans import Kind
from twin_stack.twinmaker.quotas import MAX_SITEWISE_LATEST_ENTRIES as MAX_ENTRIES
from twin_stack.twinmaker.telemetry_table import TIMESTAMP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twin_stack.client.orphans import Resource

    Clients = Callable[[str], Any]

_MAX_PAGES: Final = 25
"""Pages that are read of one resource: 25 MB of a table, 25,000 objects of a bucket."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a resource holds.

    Attributes:
        bytes: Its size; None where the service does not tell it.
        items: Number of rows, objects or properties with values; None where nothing is counted.
        noun: What is counted.
        newest: Time of the newest data, or of the last change where there is none.
        is_complete: Whether everything was read; otherwise there may be more, and newer, data.
    """

    bytes: int | None = None
    items: int | None = None
    noun: str = ""
    newest: datetime | None = None
    is_complete: bool = True


def measure(resource: Resource, clients: Clients) -> Held:
    """Return what a resource holds.

    Args:
        resource: The resource.
        clients: Returns a boto3 client of a service.
    """
    physical_id = resource.physical_id
    workspace_id, _, content_id = physical_id.partition("|")
    match resource.kind:
        case Kind.TABLE:
            return _table(clients("dynamodb"), physical_id)
        case Kind.BUCKET:
            return _bucket(clients("s3"), physical_id)
        case Kind.LOG_GROUP:
            return _log_group(clients("logs"), physical_id)
        case Kind.ASSET:
            return _asset(clients("iotsitewise"), physical_id)
        case Kind.ASSET_MODEL:
            model = clients("iotsitewise").describe_asset_model(assetModelId=physical_id)
            return Held(newest=model["assetModelLastUpdateDate"])
    twinmaker = clients("iottwinmaker")
    descriptions: dict[Kind, Callable[[], Any]] = {
        Kind.WORKSPACE: lambda: twinmaker.get_workspace(workspaceId=physical_id),
        Kind.SCENE: lambda: twinmaker.get_scene(workspaceId=workspace_id, sceneId=content_id),
        Kind.ENTITY: lambda: twinmaker.get_entity(workspaceId=workspace_id, entityId=content_id),
        Kind.COMPONENT_TYPE: lambda: twinmaker.get_component_type(
            workspaceId=workspace_id, componentTypeId=content_id
        ),
    }
    return Held(newest=descriptions[resource.kind]()["updateDateTime"])


def _first_pages(pages: Iterable[Any]) -> tuple[list[Any], bool]:
    """Return the first pages, and whether there are no more."""
    read = list(islice(pages, _MAX_PAGES + 1))
    return read[:_MAX_PAGES], len(read) <= _MAX_PAGES


def _table(dynamodb: Any, table: str) -> Held:
    """Return what a table holds. DynamoDB updates the number of rows and the size every six hours."""
    description = dynamodb.describe_table(TableName=table)["Table"]
    keys = {key["AttributeName"] for key in description["KeySchema"]}
    pages, is_complete = _first_pages(
        dynamodb.get_paginator("scan").paginate(
            TableName=table, ProjectionExpression="#time", ExpressionAttributeNames={"#time": TIMESTAMP}
        )
    )
    times = [
        float(item[TIMESTAMP]["N"])
        for page in pages
        for item in page["Items"]
        if TIMESTAMP in keys and "N" in item.get(TIMESTAMP, {})
    ]
    return Held(
        bytes=description["TableSizeBytes"],
        items=sum(page["Count"] for page in pages) if is_complete else description["ItemCount"],
        noun="rows",
        newest=datetime.fromtimestamp(max(times) / 1000, UTC) if times else None,
        is_complete=is_complete,
    )


def _bucket(s3: Any, bucket: str) -> Held:
    pages, is_complete = _first_pages(s3.get_paginator("list_object_versions").paginate(Bucket=bucket))
    versions = [version for page in pages for version in page.get("Versions", ())]
    return Held(
        bytes=sum(version["Size"] for version in versions),
        items=len(versions),
        noun="versions of objects",
        newest=max((version["LastModified"] for version in versions), default=None),
        is_complete=is_complete,
    )


def _log_group(logs: Any, name: str) -> Held:
    groups = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    group = next(group for group in groups if group["logGroupName"] == name)
    request = {"logGroupName": name, "orderBy": "LastEventTime", "descending": True, "limit": 1}
    times = [
        stream["lastEventTimestamp"]
        for stream in logs.describe_log_streams(**request)["logStreams"]
        if "lastEventTimestamp" in stream
    ]
    newest = datetime.fromtimestamp(times[0] / 1000, UTC) if times else None
    return Held(bytes=group.get("storedBytes"), newest=newest)


def _asset(sitewise: Any, asset_id: str) -> Held:
    properties = sitewise.describe_asset(assetId=asset_id)["assetProperties"]
    entries = [
        {"entryId": str(number), "assetId": asset_id, "propertyId": item["id"]}
        for number, item in enumerate(properties)
    ]
    times = [
        success["assetPropertyValue"]["timestamp"]["timeInSeconds"]
        for first in range(0, len(entries), MAX_ENTRIES)
        for success in sitewise.batch_get_asset_property_value(entries=entries[first : first + MAX_ENTRIES])[
            "successEntries"
        ]
        if "assetPropertyValue" in success
    ]
    return Held(
        items=len(times),
        noun="properties with values",
        newest=datetime.fromtimestamp(max(times), UTC) if times else None,
    )
