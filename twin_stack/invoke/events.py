"""The event that the service would send, from the definition or else from the deployed twin."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from twin_stack.client import TwinClientError, make_client, resolve_workspace
from twin_stack.client.errors import translate_errors
from twin_stack.client.times import parse_duration
from twin_stack.contract.events import (
    attribute_event,
    component_reference,
    history_event,
    history_request,
    property_view,
)
from twin_stack.contract.times import NANOS
from twin_stack.definition.parts import placed_component, placed_components
from twin_stack.definition.resolve import stored_externally
from twin_stack.definition.wording import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from twin_stack.definition.parts import ComponentValues
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.invoke.model import Model

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EventRequest:
    """The values to ask a connector for.

    Attributes:
        entity: Id of the entity; None for all entities of a component type.
        component: Name of the entity's component, or the path of a part, such as ``pump/motor``.
        component_type: Id of the component type, where there is no entity.
        properties: The selected properties, at least one.
        last: Length of the time range until now, such as ``1h``.
        order: Order of the points; None leaves it to the connector.
        limit: Maximum points of a property; None for the service's default, 100.
        now: End of the time range. Default: the present.
    """

    properties: tuple[str, ...]
    entity: str | None = None
    component: str | None = None
    component_type: str | None = None
    last: str = "1h"
    order: Literal["ASCENDING", "DESCENDING"] | None = None
    limit: int | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


def build_event(request: EventRequest, *, model: Model | None, workspace: str | None) -> Json:
    """Build an event with the members, and their order, of events captured from AWS.

    Time series make a history request, other properties an attribute read.

    Args:
        request: The values to ask for.
        model: Definition in which entity and component type are looked up first.
        workspace: Id of the deployed workspace. Default: the definition's, or the only one.

    Raises:
        TwinClientError: If an entity, component, type or property does not exist, or the request mixes time
            series with other properties.
        ValueError: If ``last`` is not a duration.
    """
    end = int(request.now.timestamp() * 1000) * 1_000_000
    start = end - int(parse_duration(request.last).total_seconds() * NANOS)
    workspace_id, views = _read_views(request, model, workspace)
    for name in request.properties:
        if name not in views:
            raise _unknown("property", name, views)
    kinds = {bool(views[name]["definition"]["isTimeSeries"]) for name in request.properties}
    target = {"componentTypeId": request.component_type or ""}
    if request.entity is not None:
        target = component_reference(request.entity, request.component or "")
    history = history_request(
        workspace_id,
        request.properties,
        target=target,
        start=start,
        end=end,
        order=request.order,
        max_results=request.limit,
    )
    if kinds == {True}:
        return history_event(history, views, start=start, end=end, next_token=None)
    if kinds == {False} and request.entity is not None:
        return attribute_event(history, request.properties, views)
    raise TwinClientError(
        "time series and other properties are not read together, and others not by component type; "
        "ask for properties of one kind"
    )


def _read_views(
    request: EventRequest, model: Model | None, workspace: str | None
) -> tuple[str, Mapping[str, Json]]:
    """Return the workspace's id and the property views, from the definition or else from AWS."""
    if model is not None:
        entity = model.definition.entities.get(request.entity or "")
        types = model.definition.resolved_types
        type_id = request.component_type if request.entity is None else None
        component: ComponentValues | None = None
        if entity is not None:
            placed = placed_component(entity, request.component or "", types)
            if placed is None:
                paths = [item.path for item in placed_components(entity, types)]
                raise _unknown("component", request.component, paths)
            component, type_id = placed.component, placed.type_id
        if type_id is not None and type_id in types and not _gets_ids_on_deployment(model, types[type_id]):
            return workspace or model.workspace_id, _defined_views(model, types, type_id, component)
    try:
        return _read_deployed_views(request, workspace or (model.workspace_id if model else None))
    except TwinClientError as error:
        if model is None:
            raise
        missing = f"the definition does not say all of {_describe_target(request)}"
        raise TwinClientError(f"{missing}, and the deployed twin cannot be read: {error}") from error


def _gets_ids_on_deployment(model: Model, resolved: ResolvedType) -> bool:
    """Return whether events carry SiteWise ids that exist only once the type is deployed."""
    used = {function.connector for function in resolved.functions.values()}
    connectors = model.definition.connectors
    return any(connector.manages_assets for name, connector in connectors.items() if name in used)


def _describe_target(request: EventRequest) -> str:
    if request.entity is None:
        return f'component type "{request.component_type}"'
    return f'entity "{request.entity}"'


def _read_deployed_views(request: EventRequest, workspace: str | None) -> tuple[str, Mapping[str, Json]]:
    """Return the workspace's id and the property views of the deployed twin."""
    client = make_client("iottwinmaker")
    from twin_stack.client.reader import read_entity  # noqa: PLC0415 (needs botocore)

    workspace_id = resolve_workspace(client, workspace)
    with translate_errors():
        if request.entity is None:
            component_type = client.get_component_type(
                workspaceId=workspace_id, componentTypeId=request.component_type or ""
            )
            return workspace_id, {
                name: property_view(definition, definition.get("defaultValue"))
                for name, definition in component_type["propertyDefinitions"].items()
            }
        entity = read_entity(client, workspace_id, request.entity, request.component, attributes=False)
    (component,) = [item for item in entity.components if item.path == request.component]
    return workspace_id, {
        prop.name: property_view(prop.definition, prop.data_value) for prop in component.properties
    }


def _defined_views(
    model: Model,
    types: Mapping[str, ResolvedType],
    type_id: str,
    component: ComponentValues | None,
) -> dict[str, Json]:
    """Return the property views of a component, or of a component type, by the definition."""
    own = model.definition.component_types.get(type_id)
    inherited = {name for base in (own.extends_from if own else ()) for name in types[base].properties}
    declared = {} if component is None else component.properties
    added = {name: prop.definition for name, prop in declared.items() if prop.definition is not None}
    views = {}
    for name, definition in {**types[type_id].properties, **added}.items():
        prop = declared.get(name)
        value = prop.value if prop is not None and prop.value is not None else definition.default_value
        flags = {
            "isTimeSeries": bool(definition.is_time_series),
            "isRequiredInEntity": bool(definition.is_required_in_entity),
            "isExternalId": bool(definition.is_external_id),
            "isStoredExternally": stored_externally(definition),
            "isInherited": name in inherited,
        }
        document = definition.model_dump(mode="json", by_alias=True, exclude_none=True)
        views[name] = property_view(document | flags, value)
    return views


def _unknown(kind: str, name: str | None, existing: Collection[str]) -> TwinClientError:
    return TwinClientError(f'there is no {kind} "{name}"; {did_you_mean(name or "", existing)}')
