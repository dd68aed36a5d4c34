"""Makes the event that the service would send: from the definition, else from the deployed twin."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from twin_stack.client import TwinClientError, make_client, resolve_workspace
from twin_stack.client.errors import translate_errors
from twin_stack.client.times import parse_last
from twin_stack.contract.events import attribute_event, history_event
from twin_stack.contract.times import NANOS, format_time
from twin_stack.definition.findings import did_you_mean
from twin_stack.definition.resolve import resolve, stored_externally

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Component
    from twin_stack.invoke.model import Model

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EventRequest:
    """What an event shall ask.

    Attributes:
        entity: Id of the entity; None to ask a whole component type.
        component: Name of the entity's component.
        component_type: Id of the component type, without an entity.
        properties: Properties, at least one.
        last: How far back from now, such as `1h`.
        order: Order of the points; None leaves it to the connector.
        limit: Points of a property at most; None as the service, 100.
        now: End of the range. Default: the present.
    """

    properties: tuple[str, ...]
    entity: str | None = None
    component: str | None = None
    component_type: str | None = None
    last: str = "1h"
    order: Literal["ASCENDING", "DESCENDING"] | None = None
    limit: int | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))


def make_event(wanted: EventRequest, *, model: Model | None, workspace: str | None) -> Json:
    """Make an event; it has the members and the order of those that AWS was seen to send.

    Time series make a history request, other properties an attribute read.

    Args:
        wanted: What it shall ask.
        model: Where entity and component type are looked up first.
        workspace: Id of the deployed workspace. Default: the definition's, or the only one.

    Raises:
        TwinClientError: There is no such thing, or properties of both kinds are asked for.
        ValueError: ``last`` is no duration.
    """
    end = int(wanted.now.timestamp() * 1000) * 1_000_000
    start = end - int(parse_last(wanted.last).total_seconds() * NANOS)
    workspace_id, views = _views(wanted, model, workspace)
    for name in wanted.properties:
        if name not in views:
            raise _unknown("property", name, views)
    kinds = {bool(views[name]["definition"]["isTimeSeries"]) for name in wanted.properties}
    request: Json = {
        "workspaceId": workspace_id,
        "selectedProperties": list(wanted.properties),
        "startTime": format_time(start),
        "endTime": format_time(end),
        **(
            {"entityId": wanted.entity, "componentName": wanted.component}
            if wanted.entity is not None
            else {"componentTypeId": wanted.component_type}
        ),
        **({"orderByTime": wanted.order} if wanted.order else {}),
        **({"maxResults": wanted.limit} if wanted.limit is not None else {}),
    }
    if kinds == {True}:
        return history_event(request, views, start=start, end=end, next_token=None)
    if kinds == {False} and wanted.entity is not None:
        return attribute_event(request, wanted.properties, views)
    raise TwinClientError(
        "time series and other properties are not read together, and others not by component type; "
        "ask for properties of one kind"
    )


def _views(
    wanted: EventRequest, model: Model | None, workspace: str | None
) -> tuple[str, Mapping[str, Json]]:
    """The workspace's id, and the properties as GetEntity shows them."""
    if model is not None:
        entity = model.definition.entities.get(wanted.entity or "")
        types = resolve(model.definition.component_types)
        type_id = wanted.component_type if wanted.entity is None else None
        component = None
        if entity is not None:
            component = entity.components.get(wanted.component or "")
            if component is None:
                raise _unknown("component", wanted.component, entity.components)
            type_id = component.component_type_id
        if type_id in types and not _has_ids_of_its_own(model, types[type_id]):
            return workspace or model.workspace_id, _defined(model, types, type_id, component)
    try:
        return _deployed(wanted, workspace or (model.workspace_id if model else None))
    except TwinClientError as error:
        if model is None:
            raise
        missing = f"the definition does not say all of {_target(wanted)}"
        raise TwinClientError(f"{missing}, nor could the deployed twin be asked: {error}") from error


def _has_ids_of_its_own(model: Model, resolved: ResolvedType) -> bool:
    """Whether SiteWise gives ids when the type is deployed, which events then carry."""
    known = model.definition.connectors
    used = {one.connector for one in resolved.functions.values()}
    return any(connector.manages_assets for name, connector in known.items() if name in used)


def _target(wanted: EventRequest) -> str:
    if wanted.entity is None:
        return f'component type "{wanted.component_type}"'
    return f'entity "{wanted.entity}"'


def _deployed(wanted: EventRequest, workspace: str | None) -> tuple[str, Mapping[str, Json]]:
    """The same of the deployed twin."""
    client = make_client("iottwinmaker")
    from twin_stack.client.reader import read_entity  # noqa: PLC0415 (needs botocore)

    workspace_id = resolve_workspace(client, workspace)
    with translate_errors():
        if wanted.entity is None:
            found = client.get_component_type(
                workspaceId=workspace_id, componentTypeId=wanted.component_type or ""
            )
            return workspace_id, {
                name: _view(definition, definition.get("defaultValue"))
                for name, definition in found["propertyDefinitions"].items()
            }
        read = read_entity(client, workspace_id, wanted.entity, wanted.component, attributes=False)
    (part,) = [one for one in read.components if one.path == wanted.component]
    return workspace_id, {one.name: _view(one.definition, one.data_value) for one in part.properties}


def _view(definition: Json, value: Json | None) -> Json:
    return {"definition": definition, **({} if value is None else {"value": value})}


def _defined(
    model: Model, types: Mapping[str, ResolvedType], type_id: str, component: Component | None
) -> dict[str, Json]:
    """The properties of a component, or of a component type alone, as the definition has them."""
    own = model.definition.component_types.get(type_id)
    inherited = {name for base in (own.extends_from if own else ()) for name in types[base].properties}
    given = {} if component is None else component.properties
    added = {name: said.definition for name, said in given.items() if said.definition is not None}
    views = {}
    for name, definition in {**types[type_id].properties, **added}.items():
        said = given.get(name)
        value = said.value if said is not None and said.value is not None else definition.default_value
        flags = {
            "isTimeSeries": bool(definition.is_time_series),
            "isRequiredInEntity": bool(definition.is_required_in_entity),
            "isExternalId": bool(definition.is_external_id),
            "isStoredExternally": stored_externally(definition),
            "isInherited": name in inherited,
        }
        written = definition.model_dump(mode="json", by_alias=True, exclude_none=True)
        views[name] = _view(written | flags, value)
    return views


def _unknown(kind: str, name: str | None, known: Collection[str]) -> TwinClientError:
    return TwinClientError(f'there is no {kind} "{name}"; {did_you_mean(name or "", known)}')
