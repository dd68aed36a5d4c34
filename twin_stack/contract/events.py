"""The events a data connector's Lambda function gets.

Form and member names follow the user guide's "Data connectors" page and events that the
service was seen to send: every definition carries its flags twice (`isTimeSeries` and
`timeSeries`), the times come as text and again as epoch seconds under the deprecated names, and
`maxResults` is 100 when the caller gave none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.contract.times import NANOS
from twin_stack.twinmaker.names import FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    Json = dict[str, Any]

_BARE_NAMES = {flag: flag[2].lower() + flag[3:] for flag in FLAGS}
_DEFINITION_MEMBERS = ("dataType", *FLAGS, "defaultValue", "configuration", "displayName")
DEFAULT_MAX_RESULTS = 100
_PASSED_ON = ("propertyFilters", "interpolation", "orderByTime")


def event_properties(views: Mapping[str, Json]) -> Json:
    """The `properties` of an event: definition, and value where there is one."""
    return {
        name: {
            "definition": {
                **{key: view["definition"][key] for key in _DEFINITION_MEMBERS if key in view["definition"]},
                **{bare: view["definition"][flag] for flag, bare in _BARE_NAMES.items()},
            },
            **({"value": view["value"]} if "value" in view else {}),
        }
        for name, view in views.items()
    }


def history_event(
    request: Json, views: Mapping[str, Json], *, start: int, end: int, next_token: str | None
) -> Json:
    """The event of dataReader, dataReaderByEntity and dataReaderByComponentType.

    Args:
        request: the caller's GetPropertyValueHistory.
        views: the component's (or component type's) properties.
        start: nanoseconds since 1970 of the request's start.
        end: of its end.
        next_token: the connector's own token of the page before.
    """
    passed_on = {name: request[name] for name in _PASSED_ON if name in request}
    return {
        "workspaceId": request["workspaceId"],
        "selectedProperties": request["selectedProperties"],
        "startTime": request["startTime"],
        "endTime": request["endTime"],
        "startDateTime": start // NANOS,
        "endDateTime": end // NANOS,
        "properties": event_properties(views),
        **_address(request),
        "maxResults": request.get("maxResults") or DEFAULT_MAX_RESULTS,
        **passed_on,
        **({"nextToken": next_token} if next_token else {}),
    }


def attribute_event(request: Json, names: Iterable[str], views: Mapping[str, Json]) -> Json:
    """The event of attributePropertyValueReaderByEntity: no times, one value each."""
    return {
        "workspaceId": request["workspaceId"],
        **_address(request),
        "selectedProperties": list(names),
        "properties": event_properties(views),
    }


def initializer_event(workspace_id: str, views: Mapping[str, Json], *, owner: tuple[str, str] | None) -> Json:
    """The event of schemaInitializer.

    Args:
        workspace_id: the workspace.
        views: properties known so far.
        owner: entity id and component name; None in the component type's lifecycle.
    """
    names = {"entityId": owner[0], "componentName": owner[1]} if owner else {}
    return {"workspaceId": workspace_id, **names, "properties": event_properties(views)}


def writer_event(
    workspace_id: str, views_by_entity: Mapping[str, Mapping[str, Json]], entries: list[Json]
) -> Json:
    """The event of dataWriter."""
    return {
        "workspaceId": workspace_id,
        "properties": {entity_id: event_properties(views) for entity_id, views in views_by_entity.items()},
        "entries": entries,
    }


def _address(request: Json) -> Json:
    """Who is asked: an entity's component, or all of a component type.

    Nested components are asked with their path; whether AWS sends it to connectors is not known.
    """
    if "entityId" not in request:
        return {"componentTypeId": request["componentTypeId"]}
    names = ("entityId", "componentName", "componentPath", "componentTypeId")
    return {name: request[name] for name in names if name in request}
