"""What belongs to a workspace and to no stack: what a deleted stack left, or what another tool made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from twin_stack.client.access import pages
from twin_stack.client.errors import is_missing
from twin_stack.twinmaker import custom_resources
from twin_stack.twinmaker.data_tag import DATA_TAG, LOG_GROUP_PREFIX, TABLE_SUFFIX
from twin_stack.twinmaker.names import RESERVED_NAMESPACE
from twin_stack.twinmaker.quotas import MAX_PAGE, MAX_SITEWISE_PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from twin_stack.client.stack_resources import StackResource

    Clients = Callable[[str], Any]


class Kind(StrEnum):
    """Kinds of resources that outlive a stack, in the order in which they can be deleted."""

    SCENE = "scene"
    ENTITY = "entity"
    COMPONENT_TYPE = "component-type"
    WORKSPACE = "workspace"
    ASSET = "asset"
    ASSET_MODEL = "asset-model"
    TABLE = "table"
    BUCKET = "bucket"
    LOG_GROUP = "log-group"


_TYPES: Final = {
    Kind.SCENE: ("AWS::IoTTwinMaker::Scene",),
    Kind.ENTITY: ("AWS::IoTTwinMaker::Entity",),
    Kind.COMPONENT_TYPE: ("AWS::IoTTwinMaker::ComponentType",),
    Kind.WORKSPACE: ("AWS::IoTTwinMaker::Workspace",),
    Kind.ASSET: ("AWS::IoTSiteWise::Asset", custom_resources.ASSET),
    Kind.ASSET_MODEL: ("AWS::IoTSiteWise::AssetModel", custom_resources.ASSET_MODEL),
    Kind.TABLE: ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"),
    Kind.BUCKET: ("AWS::S3::Bucket",),
    Kind.LOG_GROUP: ("AWS::Logs::LogGroup",),
}
"""Types of resources in stacks, by kind."""

_TYPES_OF_ALL: Final = {Kind.ENTITY: custom_resources.ENTITIES, Kind.ASSET: custom_resources.ASSETS}
"""Types of resources that have all resources of a kind of a twin, whose name begins their physical id."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a workspace.

    Attributes:
        kind: Its kind.
        physical_id: Its id in CloudFormation: a name, or ``workspace|id`` of what a workspace contains.
        name: Its name for people, where it differs from the id.
    """

    kind: Kind
    physical_id: str
    name: str = ""

    @property
    def id(self) -> str:
        """The id by which a command names it, such as ``table/plant-telemetry``."""
        return f"{self.kind}/{self.physical_id.replace('|', '/')}"


_HASHED: Final = "twin-stack:"
"""Start of an external id that is a hash."""


def find_orphans(name: str, clients: Clients, owned: Iterable[StackResource]) -> list[Resource]:
    """Return what belongs to a workspace and to no stack, in the order in which it can be deleted.

    Args:
        name: Id of the workspace, or the data name of a twin whose data has another name.
        clients: Returns a boto3 client of a service.
        owned: Resources of all stacks.
    """
    in_stacks = {(resource.type_name, resource.physical_id) for resource in owned}
    has_all = {
        kind
        for kind, owner_type in _TYPES_OF_ALL.items()
        if any(
            type_name == owner_type and physical_id.startswith(f"{name}/")
            for type_name, physical_id in in_stacks
        )
    }
    resources = {
        resource
        for resource in resources_of(name, clients)
        if resource.kind not in has_all
        and not any((type_name, resource.physical_id) in in_stacks for type_name in _TYPES[resource.kind])
    }
    order = list(Kind)
    return sorted(resources, key=lambda resource: (order.index(resource.kind), resource.physical_id))


def resources_of(name: str, clients: Clients) -> Iterator[Resource]:
    """Yield what belongs to a workspace, by names, tags and external ids.

    Args:
        name: As for ``find_orphans``.
        clients: As for ``find_orphans``.
    """
    yield from _content(clients("iottwinmaker"), name)
    yield from _sitewise(clients("iotsitewise"), name)
    yield from _table_by_name(clients("dynamodb"), f"{name}{TABLE_SUFFIX}")
    yield from _tagged(clients("resourcegroupstaggingapi"), name)
    prefix = f"{LOG_GROUP_PREFIX}{name}/"
    for page in clients("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix):
        for group in page["logGroups"]:
            yield Resource(Kind.LOG_GROUP, group["logGroupName"])


def data_names(clients: Clients) -> list[str]:
    """Return the names of all twins that have data or a workspace in the account and region, sorted.

    Args:
        clients: As for ``find_orphans``.
    """
    summaries = pages(clients("iottwinmaker").list_workspaces, "workspaceSummaries")
    names = {summary["workspaceId"] for summary in summaries}
    logs = clients("logs").get_paginator("describe_log_groups")
    for page in logs.paginate(logGroupNamePrefix=LOG_GROUP_PREFIX):
        names |= {group["logGroupName"].split("/")[2] for group in page["logGroups"]}
    tagging = clients("resourcegroupstaggingapi").get_paginator("get_resources")
    for page in tagging.paginate(TagFilters=[{"Key": DATA_TAG}]):
        for resource in page["ResourceTagMappingList"]:
            names |= {tag["Value"] for tag in resource["Tags"] if tag["Key"] == DATA_TAG}
    return sorted(names)


def describe(resource: Resource, clients: Clients) -> dict[str, Any]:
    """Return the description of a table or workspace, for what attaches it; empty for other kinds.

    Args:
        resource: The resource.
        clients: As for ``find_orphans``.
    """
    description: dict[str, Any] = {}
    if resource.kind is Kind.TABLE:
        description = clients("dynamodb").describe_table(TableName=resource.physical_id)["Table"]
    elif resource.kind is Kind.WORKSPACE:
        description = clients("iottwinmaker").get_workspace(workspaceId=resource.physical_id)
    return description


def _content(twinmaker: Any, workspace_id: str) -> Iterator[Resource]:
    """Yield a workspace and what it contains, without the component types of AWS."""
    if is_missing(lambda: twinmaker.get_workspace(workspaceId=workspace_id)):
        return
    yield Resource(Kind.WORKSPACE, workspace_id)
    request = {"workspaceId": workspace_id, "maxResults": MAX_PAGE}
    for scene in pages(twinmaker.list_scenes, "sceneSummaries", **request):
        yield Resource(Kind.SCENE, f"{workspace_id}|{scene['sceneId']}")
    for entity in pages(twinmaker.list_entities, "entitySummaries", **request):
        yield Resource(Kind.ENTITY, f"{workspace_id}|{entity['entityId']}", entity["entityName"])
    for component_type in pages(twinmaker.list_component_types, "componentTypeSummaries", **request):
        type_id = component_type["componentTypeId"]
        if not type_id.startswith(RESERVED_NAMESPACE):
            yield Resource(Kind.COMPONENT_TYPE, f"{workspace_id}|{type_id}")


def _sitewise(sitewise: Any, name: str) -> Iterator[Resource]:
    """Yield the asset models of a twin and all their assets."""
    for model in pages(sitewise.list_asset_models, "assetModelSummaries", maxResults=MAX_SITEWISE_PAGE):
        if _is_model_of(sitewise, model, name):
            yield Resource(Kind.ASSET_MODEL, model["id"], model["name"])
            request = {"assetModelId": model["id"], "maxResults": MAX_SITEWISE_PAGE}
            for asset in pages(sitewise.list_assets, "assetSummaries", **request):
                yield Resource(Kind.ASSET, asset["id"], asset["name"])


def _is_model_of(sitewise: Any, model: dict[str, Any], name: str) -> bool:
    """Return whether an asset model belongs to a twin: by its external id, its tag, or its name."""
    external_id = model.get("externalId", "")
    if external_id.startswith(_HASHED):  # of ids that do not fit into an external id
        tags: dict[str, str] = sitewise.list_tags_for_resource(resourceArn=model["arn"]).get("tags", {})
        return tags.get(DATA_TAG) == name
    return bool(external_id.startswith(f"{name}:") or model["name"].startswith(f"{name}/"))


def _table_by_name(dynamodb: Any, table: str) -> Iterator[Resource]:
    if not is_missing(lambda: dynamodb.describe_table(TableName=table)):
        yield Resource(Kind.TABLE, table)


def _tagged(tagging: Any, name: str) -> Iterator[Resource]:
    """Yield tables and buckets that have the tag of the twin's data."""
    filters = {
        "TagFilters": [{"Key": DATA_TAG, "Values": [name]}],
        "ResourceTypeFilters": ["dynamodb:table", "s3"],
    }
    for page in tagging.get_paginator("get_resources").paginate(**filters):
        for resource in page["ResourceTagMappingList"]:
            arn = resource["ResourceARN"]
            kind = Kind.BUCKET if ":s3:" in arn else Kind.TABLE
            yield Resource(kind, arn.rpartition(":")[2].removeprefix("table/"))
