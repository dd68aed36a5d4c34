"""A workspace as AWS returns it; every list is read to its last page, several things at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin_stack.client.access import pages
from twin_stack.formats.calls import in_order
from twin_stack.twinmaker.names import RESERVED_NAMESPACE
from twin_stack.twinmaker.quotas import MAX_PAGE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReadEntity:
    """An entity as the service returns it, whole.

    Attributes:
        response: Answer of GetEntity, with all properties of all components.
        parts: Components inside of others, with their properties, by path.
        tags: Its tags.
    """

    response: Json
    parts: Mapping[str, Json]
    tags: Mapping[str, str]


class WorkspaceAccount:
    """Reads one workspace.

    Args:
        client: A client of boto3 for ``iottwinmaker``.
        workspace_id: The workspace.
    """

    def __init__(self, client: Any, workspace_id: str) -> None:
        self._client = client
        self._target = {"workspaceId": workspace_id}

    def workspace(self) -> Json:
        """Return the answer of GetWorkspace."""
        response: Json = self._client.get_workspace(**self._target)
        return response

    def tags(self, arn: str) -> dict[str, str]:
        """Return the tags of a resource.

        Args:
            arn: Its ARN.
        """
        tags: dict[str, str] = {}
        token: dict[str, str] = {}
        while True:
            response = self._client.list_tags_for_resource(resourceARN=arn, maxResults=MAX_PAGE, **token)
            tags |= response.get("tags") or {}
            if not response.get("nextToken"):
                return tags
            token = {"nextToken": response["nextToken"]}

    def tags_of(self, arns: Iterable[str]) -> Iterator[dict[str, str]]:
        """Yield the tags of several resources in their order.

        Args:
            arns: Their ARNs.
        """
        yield from in_order(self.tags, arns)

    def component_types(self) -> dict[str, Json]:
        """Return the answers of GetComponentType for the workspace's own types, and for those they extend."""
        summaries = pages(
            self._client.list_component_types, "componentTypeSummaries", **self._target, maxResults=MAX_PAGE
        )
        own = sorted(
            item["componentTypeId"]
            for item in summaries
            if not item["componentTypeId"].startswith(RESERVED_NAMESPACE)
        )
        types = dict(zip(own, in_order(self._component_type, own), strict=True))
        extended = {parent for item in types.values() for parent in item.get("extendsFrom") or ()}
        others = sorted(extended - types.keys())
        return types | dict(zip(others, in_order(self._component_type, others), strict=True))

    def entity_ids(self) -> list[str]:
        """Return the ids of all entities, sorted."""
        summaries = pages(self._client.list_entities, "entitySummaries", **self._target, maxResults=MAX_PAGE)
        return sorted(item["entityId"] for item in summaries)

    def entities(self, entity_ids: Iterable[str], composite_types: Collection[str]) -> Iterator[ReadEntity]:
        """Yield entities in the given order.

        Args:
            entity_ids: Their ids.
            composite_types: Ids of the component types that have others inside of them.
        """
        yield from in_order(lambda entity_id: self._entity(entity_id, composite_types), entity_ids)

    def scenes(self) -> Iterator[Json]:
        """Yield the answers of GetScene, sorted by id."""
        summaries = pages(self._client.list_scenes, "sceneSummaries", **self._target, maxResults=MAX_PAGE)
        scene_ids = sorted(item["sceneId"] for item in summaries)
        yield from in_order(
            lambda scene_id: self._client.get_scene(**self._target, sceneId=scene_id), scene_ids
        )

    def _component_type(self, type_id: str) -> Json:
        response: Json = self._client.get_component_type(**self._target, componentTypeId=type_id)
        return response

    def _entity(self, entity_id: str, composite_types: Collection[str]) -> ReadEntity:
        target = {**self._target, "entityId": entity_id}
        response: Json = self._client.get_entity(**target)
        components = response.setdefault("components", {})
        if not response.get("areAllComponentsReturned", True):
            for summary in self._list_components(target):
                components.setdefault(
                    summary["componentName"], {**summary, "areAllPropertiesReturned": False}
                )
        parts: dict[str, Json] = {}
        for name, component in components.items():
            if not component.get("areAllPropertiesReturned", True):
                component["properties"] = self._list_properties(target, componentName=name)
            if component.get("compositeComponents") or component.get("componentTypeId") in composite_types:
                self._add_parts(target, name, parts)
        return ReadEntity(response, parts, self.tags(response["arn"]))

    def _add_parts(self, target: Json, path: str, parts: dict[str, Json]) -> None:
        """Add the components inside of one at a path, and those inside of them."""
        for summary in self._list_components(target, componentPath=path):
            inner = f"{path}/{summary['componentName']}"
            parts[inner] = {**summary, "properties": self._list_properties(target, componentPath=inner)}
            self._add_parts(target, inner, parts)

    def _list_components(self, target: Json, **address: str) -> list[Json]:
        return pages(
            self._client.list_components, "componentSummaries", **target, **address, maxResults=MAX_PAGE
        )

    def _list_properties(self, target: Json, **address: str) -> dict[str, Json]:
        summaries = pages(
            self._client.list_properties, "propertySummaries", **target, **address, maxResults=MAX_PAGE
        )
        return {item["propertyName"]: item for item in summaries}
