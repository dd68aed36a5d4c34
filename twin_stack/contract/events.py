"""Builders of the events that the service sends to a data connector's Lambda function.

Form and member names follow the user guide's "Data connectors" page and events captured from the
service: a definition has each flag under two names (``isTimeSeries`` and ``timeSeries``), times are
text and again epoch seconds under the deprecated names, and ``maxResults`` is 100 where the caller
gives none.

A *property view* is what GetEntity returns of a property: ``definition``, and ``value`` if there is
one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.contract.times import NANOS, format_time
from twin_stack.twinmaker.data_types import DEFINITION_RESPONSE_MEMBERS, FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Json = dict[str, Any]

DEFAULT_MAX_RESULTS = 100

_BARE_NAMES = {flag: flag[2].lower() + flag[3:] for flag in FLAGS}
_PASSED_ON = ("propertyFilters", "interpolation", "orderByTime")


def property_view(definition: Json, value: Json | None) -> Json:
    """Return a property view.

    Args:
        definition: The property's definition.
        value: Its DataValue, or None.
    """
    return {"definition": definition, **({} if value is None else {"value": value})}


def event_properties(views: Mapping[str, Json]) -> Json:
    """Return the ``properties`` member of an event.

    Args:
        views: Property views by name.
    """
    return {
        name: {
            "definition": {
                **{
                    key: view["definition"][key]
                    for key in DEFINITION_RESPONSE_MEMBERS
                    if key in view["definition"]
                },
                **{bare: view["definition"][flag] for flag, bare in _BARE_NAMES.items()},
            },
            **({"value": view["value"]} if "value" in view else {}),
        }
        for name, view in views.items()
    }


def history_request(
    workspace_id: str,
    names: Sequence[str],
    *,
    target: Mapping[str, str],
    start: int,
    end: int,
    order: str | None = None,
    max_results: int | None = None,
) -> Json:
    """Return a GetPropertyValueHistory request, from which ``history_event`` builds the event.

    Args:
        workspace_id: The workspace.
        names: The selected properties.
        target: The members of ``component_reference``, or ``componentTypeId``.
        start: Nanoseconds since 1970, exclusive.
        end: Nanoseconds since 1970, inclusive.
        order: ``ASCENDING`` or ``DESCENDING``. Default: absent, so the connector decides.
        max_results: Maximum points of a property. Default: absent.
    """
    return {
        "workspaceId": workspace_id,
        "selectedProperties": list(names),
        "startTime": format_time(start),
        "endTime": format_time(end),
        **target,
        **({"orderByTime": order} if order else {}),
        **({"maxResults": max_results} if max_results is not None else {}),
    }


def history_event(
    request: Json, views: Mapping[str, Json], *, start: int, end: int, next_token: str | None
) -> Json:
    """Return an event of dataReader, dataReaderByEntity or dataReaderByComponentType.

    Args:
        request: The caller's GetPropertyValueHistory request.
        views: Property views of the component or component type, by name.
        start: Start of the request in nanoseconds since 1970.
        end: End of the request in nanoseconds since 1970.
        next_token: The connector's own token of the previous page, or None.
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
        **_target(request),
        "maxResults": request.get("maxResults") or DEFAULT_MAX_RESULTS,
        **passed_on,
        **({"nextToken": next_token} if next_token else {}),
    }


def attribute_event(request: Json, names: Iterable[str], views: Mapping[str, Json]) -> Json:
    """Return an event of attributePropertyValueReaderByEntity, which has no time range.

    Args:
        request: The caller's GetPropertyValue request.
        names: The selected properties.
        views: Property views of the component, by name.
    """
    return {
        "workspaceId": request["workspaceId"],
        **_target(request),
        "selectedProperties": list(names),
        "properties": event_properties(views),
    }


def initializer_event(
    workspace_id: str, views: Mapping[str, Json], *, owner: Mapping[str, str] | None
) -> Json:
    """Return an event of schemaInitializer.

    Args:
        workspace_id: The workspace.
        views: Views of the existing properties, by name.
        owner: ``entityId``, ``componentName`` and, of a nested component, ``componentPath``; None in the
            lifecycle of a component type.
    """
    return {"workspaceId": workspace_id, **(owner or {}), "properties": event_properties(views)}


def component_reference(entity_id: str, path: str) -> dict[str, str]:
    """Return the members of a request that identify an entity's component.

    Args:
        entity_id: The entity.
        path: The name of the component, or its path such as ``pump/motor`` if it is part of a composite one.
    """
    return {"entityId": entity_id, "componentPath" if "/" in path else "componentName": path}


def writer_event(
    workspace_id: str, views_by_entity: Mapping[str, Mapping[str, Json]], entries: list[Json]
) -> Json:
    """Return an event of dataWriter.

    Args:
        workspace_id: The workspace.
        views_by_entity: Property views by entity id and name.
        entries: The entries of BatchPutPropertyValues.
    """
    return {
        "workspaceId": workspace_id,
        "properties": {entity_id: event_properties(views) for entity_id, views in views_by_entity.items()},
        "entries": entries,
    }


def _target(request: Json) -> Json:
    """Return the members that name an entity's component, or a component type.

    A nested component has its path too; no source says whether AWS sends it to connectors.
    """
    if "entityId" not in request:
        return {"componentTypeId": request["componentTypeId"]}
    names = ("entityId", "componentName", "componentPath", "componentTypeId")
    return {name: request[name] for name in names if name in request}
