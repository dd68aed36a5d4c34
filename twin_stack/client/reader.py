"""Reading a workspace with a boto3 client; every list is read to its last page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from twin_stack.client.access import pages
from twin_stack.client.errors import TwinClientError
from twin_stack.client.model import Component, Entity, EntitySummary, History, Json, Point, Property, Series
from twin_stack.twinmaker.names import ROOT
from twin_stack.twinmaker.quotas import MAX_PAGE, MAX_SELECTED_PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def read_tree(client: Any, workspace_id: str) -> list[EntitySummary]:
    """Return all entities of a workspace, in the order of the service.

    Args:
        client: A boto3 client of ``iottwinmaker``.
        workspace_id: The workspace.
    """
    summaries = pages(client.list_entities, "entitySummaries", workspaceId=workspace_id, maxResults=MAX_PAGE)
    return [summary_of(item) for item in summaries]


def read_entity(
    client: Any, workspace_id: str, entity_id: str, component: str | None = None, *, attributes: bool = True
) -> Entity:
    """Return an entity with the values that its components have.

    Args:
        client: A boto3 client of ``iottwinmaker``.
        workspace_id: The workspace.
        entity_id: The entity.
        component: Name or path of the only component to return. Default: all.
        attributes: Whether to read values that connectors store. A connector that fails
            leaves the reason in ``Property.problem``; the rest is returned.

    Raises:
        TwinClientError: There is no such component; the message names those there are.
    """
    target = {"workspaceId": workspace_id, "entityId": entity_id}
    response = client.get_entity(**target)
    components = list(_read_components(client, target, response))
    if component is not None:
        selected = [item for item in components if item.path == component]
        if not selected:
            paths = ", ".join(item.path for item in components) or "none"
            raise TwinClientError(
                f'entity "{entity_id}" has no component "{component}"; its components are: {paths}'
            )
        components = selected
    if attributes:
        components = [_with_attributes(client, target, item) for item in components]
    return Entity(summary_of(response), tuple(components))


def read_history(
    client: Any,
    workspace_id: str,
    entity_id: str,
    component: str,
    names: Sequence[str],
    *,
    start: datetime,
    end: datetime,
) -> History:
    """Return the history of properties of one component, all of it, oldest first.

    Args:
        client: A boto3 client of ``iottwinmaker``.
        workspace_id: The workspace.
        entity_id: The entity.
        component: Name of the component, or its path if it is inside another one.
        names: Properties, each a time series.
        start: Start of the time, with a zone.
        end: End of it, with a zone.
    """
    target = {"workspaceId": workspace_id, "entityId": entity_id, **_address(component)}
    properties = {item.name: item for item in _list_properties(client, target)}
    points: dict[str, list[Point]] = defaultdict(list)
    for first in range(0, len(names), MAX_SELECTED_PROPERTIES):
        values = pages(
            client.get_property_value_history,
            "propertyValues",
            **target,
            selectedProperties=list(names[first : first + MAX_SELECTED_PROPERTIES]),
            startTime=_time_text(start),
            endTime=_time_text(end),
            orderByTime="ASCENDING",
            maxResults=MAX_PAGE,
        )
        for item in values:
            name = item["entityPropertyReference"]["propertyName"]
            points[name] += [_point(value) for value in item.get("values") or ()]
    series = tuple(
        # The order is up to the connector, and not every connector sorts.
        Series(
            properties.get(name, Property(name, {}, None)), tuple(sorted(points[name], key=lambda p: p.time))
        )
        for name in names
    )
    return History(workspace_id, entity_id, component, start, end, series)


def summary_of(item: Json) -> EntitySummary:
    """Return an entity of an answer of ListEntities or GetEntity.

    Args:
        item: The entity in the API's form.
    """
    return EntitySummary(
        id=item["entityId"],
        name=item["entityName"],
        parent_id=item.get("parentEntityId", ROOT),
        state=item["status"]["state"],
        description=item.get("description", ""),
        has_children=item.get("hasChildEntities", False),
    )


def _read_components(client: Any, target: Json, response: Json) -> Iterator[Component]:
    returned = response.get("components", {})
    for name, item in returned.items():
        yield from _read_returned(client, target, name, item)
    if response.get("areAllComponentsReturned", True):
        return
    listed = pages(client.list_components, "componentSummaries", **target, maxResults=MAX_PAGE)
    for summary in listed:
        if summary["componentName"] not in returned:
            yield from _read_nested(client, target, summary["componentName"], summary)


def _read_returned(client: Any, target: Json, name: str, component: Json) -> Iterator[Component]:
    properties = tuple(_property(key, item) for key, item in sorted(component.get("properties", {}).items()))
    if not component.get("areAllPropertiesReturned", True):
        properties = _list_properties(client, {**target, **_address(name)})
    yield Component(name, component.get("componentTypeId", ""), component["status"]["state"], properties)
    if component.get("compositeComponents"):
        yield from _read_inside(client, target, name)


def _read_nested(client: Any, target: Json, path: str, summary: Json) -> Iterator[Component]:
    properties = _list_properties(client, {**target, **_address(path)})
    yield Component(path, summary["componentTypeId"], summary["status"]["state"], properties)
    yield from _read_inside(client, target, path)


def _read_inside(client: Any, target: Json, path: str) -> Iterator[Component]:
    for summary in pages(
        client.list_components, "componentSummaries", **target, componentPath=path, maxResults=MAX_PAGE
    ):
        yield from _read_nested(client, target, f"{path}/{summary['componentName']}", summary)


def _list_properties(client: Any, target: Json) -> tuple[Property, ...]:
    summaries = pages(client.list_properties, "propertySummaries", **target, maxResults=MAX_PAGE)
    return tuple(sorted((_property(i["propertyName"], i) for i in summaries), key=lambda p: p.name))


def _property(name: str, item: Json) -> Property:
    definition = item.get("definition") or {}
    return Property(name, definition, item.get("value") or definition.get("defaultValue") or None)


def _with_attributes(client: Any, target: Json, component: Component) -> Component:
    names = [item.name for item in component.properties if item.is_external_attribute]
    if not names:
        return component
    values, problem = _read_attributes(client, {**target, **_address(component.path)}, names)
    properties = tuple(
        replace(item, data_value=values.get(item.name) or item.data_value, problem=problem)
        if item.name in names
        else item
        for item in component.properties
    )
    return replace(component, properties=properties)


def _read_attributes(client: Any, target: Json, names: Sequence[str]) -> tuple[dict[str, Any], str | None]:
    values: dict[str, Any] = {}
    try:
        for first in range(0, len(names), MAX_SELECTED_PROPERTIES):
            chunk = list(names[first : first + MAX_SELECTED_PROPERTIES])
            response = client.get_property_value(**target, selectedProperties=chunk)
            for name, item in response["propertyValues"].items():
                values[name] = item.get("propertyValue")
    except ClientError as error:
        return values, f"not readable: {error.response['Error']['Code']}"
    return values, None


def _address(component: str) -> dict[str, str]:
    return {"componentPath" if "/" in component else "componentName": component}


def _point(item: Json) -> Point:
    text = item.get("time") or _time_text(item["timestamp"])
    return Point(datetime.fromisoformat(text), text, Property("", {}, item.get("value")).value)


def _time_text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
