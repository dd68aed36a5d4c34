"""Values of properties: static ones from the entity, all others through a data connector."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import TYPE_CHECKING

from twin_stack.contract.events import attribute_event, history_event, writer_event
from twin_stack.contract.times import format_time, from_seconds, parse_time
from twin_stack.local.service.errors import FunctionFailedError, FunctionTimedOutError, ServiceError
from twin_stack.local.service.resources import read_token, write_token
from twin_stack.local.service.twinmaker.components import Component, walk
from twin_stack.local.service.twinmaker.connector_answers import read, read_attributes, read_history
from twin_stack.local.service.twinmaker.context import INVALID, invalid, not_found
from twin_stack.local.service.twinmaker.entity_requests import component_path
from twin_stack.local.service.twinmaker.native_sitewise import NativeSiteWise
from twin_stack.twinmaker.inheritance import is_implemented
from twin_stack.twinmaker.names import (
    ATTRIBUTE_READER,
    DATA_WRITER,
    ENTITY_HISTORY_READERS,
    SITEWISE_CONNECTOR,
    TYPE_HISTORY_READERS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.twinmaker.context import Context, Json
    from twin_stack.local.service.twinmaker.entities import Entities


class PropertyValues:
    """GetPropertyValue, GetPropertyValueHistory and BatchPutPropertyValues."""

    def __init__(self, context: Context, entities: Entities) -> None:
        self._context = context
        self._entities = entities
        self._native = NativeSiteWise(context)

    def get_property_value_history(self, scope: Scope, params: Json) -> Json:
        """Return history by entity and component, or by component type.

        The connector determines the pages: it gets ``maxResults``, and its token is returned with a digest of
        the request, so that a token is valid for its own request only. As in AWS, series by entity get the
        component's external ids as ``externalIdProperty``.
        """
        request = _with_times(params)
        start, end = parse_time(request["startTime"]), parse_time(request["endTime"])
        component, entity_id = self._target(scope, request)
        views = component.views
        for name in request["selectedProperties"]:
            _require_property(views, name)
            if not views[name]["definition"]["isTimeSeries"]:
                raise invalid(f"property {name!r} is not a time series; use GetPropertyValue")
        readers = ENTITY_HISTORY_READERS if entity_id else TYPE_HISTORY_READERS
        reader = _reader(component, readers)
        token = _unwrap(request)
        if reader["implementedBy"].get("isNative"):
            self._require_sitewise(component)
            targets = self._native_targets(scope, request, component, entity_id)
            series, next_tokens = _run_connector(
                lambda: self._native.history(
                    scope,
                    request,
                    targets,
                    window=(start, end),
                    tokens=json.loads(token) if token else None,
                )
            )
            return {
                "propertyValues": _with_external_ids(series, dict(targets)),
                "nextToken": _wrap(request, json.dumps(next_tokens) if next_tokens else None),
            }
        event = history_event(request, views, start=start, end=end, next_token=token)
        series, next_token = self._invoke(reader, event, read_history)
        owner = {entity_id: component} if entity_id else {}
        return {
            "propertyValues": _with_external_ids(series, owner),
            "nextToken": _wrap(request, next_token),
        }

    def get_property_value(self, scope: Scope, params: Json) -> Json:
        """Return current values of properties that are no time series.

        A request by component type returns default values. Tabular data is not available here.
        """
        if "propertyGroupName" in params or "tabularConditions" in params:
            raise invalid("tabular data (Athena) is not available in the local service")
        component, entity_id = self._target(scope, params)
        views = component.views
        result: Json = {}
        external = []
        for name in params["selectedProperties"]:
            _require_property(views, name)
            definition = views[name]["definition"]
            if definition["isTimeSeries"]:
                raise invalid(f"property {name!r} is a time series; use GetPropertyValueHistory")
            if definition["isStoredExternally"]:
                external.append(name)
            else:
                result[name] = _latest(params, name, views[name].get("value"))
        if external:
            if not entity_id:
                raise invalid(f"property {external[0]!r} is stored externally; name an entity")
            result.update(self._attributes(scope, params, component, external))
        return {"propertyValues": result}

    def batch_put_property_values(self, scope: Scope, params: Json) -> Json:
        """Write points through the component's ``dataWriter``, or natively to SiteWise.

        Entries that cannot be written are returned in ``errorEntries``; the others are written.
        """
        errors = []
        for entry in params["entries"]:
            try:
                errors += self._put(scope, params["workspaceId"], entry)
            except ServiceError as error:
                errors.append(_put_error(error.code, error.message, entry))
        return {"errorEntries": [{"errors": [error]} for error in errors]}

    def _target(self, scope: Scope, params: Json) -> tuple[Component, str | None]:
        """Return the component of a request; by component type, one without values."""
        workspace_id, entity_id = params["workspaceId"], params.get("entityId")
        path = component_path(params)
        types = self._entities.types(scope, workspace_id)
        if entity_id and path:
            with self._context.store.reading():
                entity = self._entities.require(scope, workspace_id, entity_id)
                return self._entities.require_component(entity, path, types), entity_id
        type_id = params.get("componentTypeId")
        if entity_id or path or not type_id:
            raise invalid("name entityId and componentName, or componentTypeId alone")
        return Component("", type_id, {}, types(type_id)), None

    def _native_targets(
        self, scope: Scope, request: Json, component: Component, entity_id: str | None
    ) -> list[tuple[str, Component]]:
        """Return the requested component; by component type, each component of that type, nested or not."""
        if entity_id:
            return [(entity_id, component)]
        workspace_id = request["workspaceId"]
        types = self._entities.types(scope, workspace_id)
        return [
            (entity.id, item)
            for entity in self._entities.with_type(scope, workspace_id, component.type_id)
            for item in walk(entity.body, types)
            if item.type_id == component.type_id
        ]

    def _attributes(self, scope: Scope, params: Json, component: Component, names: list[str]) -> Json:
        reader = _reader(component, (ATTRIBUTE_READER,))
        if reader["implementedBy"].get("isNative"):
            self._require_sitewise(component)
            return {
                name: _latest(
                    params, name, _run_connector(partial(self._native.value, scope, component, name))
                )
                for name in names
            }
        event = attribute_event(params, names, component.views)
        answered: Json = self._invoke(reader, event, read_attributes)
        return {name: item for name, item in answered.items() if name in names}

    def _put(self, scope: Scope, workspace_id: str, entry: Json) -> list[Json]:
        reference = entry["entityPropertyReference"]
        entity_id = reference.get("entityId") or self._by_external_id(scope, workspace_id, reference)
        target = {**reference, "entityId": entity_id, "workspaceId": workspace_id}
        component, _ = self._target(scope, target)
        _require_property(component.views, reference["propertyName"])
        writer = _reader(component, (DATA_WRITER,))
        if writer["implementedBy"].get("isNative"):
            self._require_sitewise(component)
            values = entry.get("propertyValues", [])
            failure = self._native.write(scope, component, reference["propertyName"], values)
            return [_put_error(INVALID, failure, entry)] if failure else []
        event = writer_event(workspace_id, {entity_id: component.views}, [entry])
        answer: Json = self._invoke(writer, event, partial(read, DATA_WRITER))
        return [error for group in answer["errorEntries"] for error in group["errors"]]

    def _by_external_id(self, scope: Scope, workspace_id: str, reference: Json) -> str:
        for value in reference.get("externalIdProperty", {}).values():
            for entity_id in self._entities.with_external_id(scope, workspace_id, value):
                return entity_id
        raise not_found("entity with external id", str(reference.get("externalIdProperty", {})))

    def _invoke(self, function: Json, event: Json, read: Callable[[object], Any]) -> Any:
        arn = function["implementedBy"]["lambda"]["arn"]
        timeout = self._context.connector_timeout
        return _run_connector(lambda: read(self._context.invoke(arn, event, timeout)), arn)

    @staticmethod
    def _require_sitewise(component: Component) -> None:
        if SITEWISE_CONNECTOR not in (component.type_id, *component.type["ancestors"]):
            raise invalid(
                f"component type {component.type_id!r} uses a native connector that is not "
                f"available in the local service; available is {SITEWISE_CONNECTOR}"
            )


def _run_connector(call: Callable[[], Any], who: str = "the SiteWise connector") -> Any:
    """Run a connector, and translate its failures to the API's two errors for them."""
    try:
        return call()
    except FunctionTimedOutError as error:
        raise ServiceError("ConnectorTimeoutException", f"{who}: {error}") from error
    except FunctionFailedError as error:
        raise ServiceError("ConnectorFailureException", f"{who}: {error}") from error


def _reader(component: Component, names: tuple[str, ...]) -> Json:
    functions = component.type["functions"]
    for name in names:
        if is_implemented(functions.get(name)):
            function: Json = functions[name]
            return function
    raise invalid(
        f"component type {component.type_id!r} implements none of {', '.join(names)}; add the function to it"
    )


def _require_property(views: Mapping[str, Json], name: str) -> None:
    if name not in views:
        raise invalid(f"property {name!r} does not exist; the component has {', '.join(views)}")


def _with_times(params: Json) -> Json:
    """Return the request with ``startTime`` and ``endTime``, converted from deprecated members."""
    request = dict(params)
    for name, old in (("startTime", "startDateTime"), ("endTime", "endDateTime")):
        if name not in request and old in request:
            request[name] = format_time(from_seconds(request[old]))
        if name not in request:
            raise invalid(f"{name} is missing")
        try:
            parse_time(request[name])
        except ValueError as error:
            raise invalid(f"{name}: {error}") from error
    if parse_time(request["startTime"]) > parse_time(request["endTime"]):
        raise invalid(f"startTime {request['startTime']} is after endTime {request['endTime']}")
    return request


def _latest(params: Json, name: str, value: Json | None) -> Json:
    names = ("entityId", "componentName", "componentPath")
    reference = {key: params[key] for key in names if key in params}
    return {"propertyReference": {**reference, "propertyName": name}, "propertyValue": value}


def _with_external_ids(series: list[Json], owners: Mapping[str, Component]) -> list[Json]:
    for item in series:
        reference = item["entityPropertyReference"]
        owner = owners.get(reference.get("entityId", ""))
        if owner and owner.external_ids:
            reported = reference.get("externalIdProperty", {})
            reference["externalIdProperty"] = {**owner.external_ids, **reported}
    return series


def _digest(request: Json) -> str:
    identity = {key: value for key, value in request.items() if key not in ("nextToken", "maxResults")}
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:16]


def _wrap(request: Json, token: str | None) -> str | None:
    return write_token(_digest(request), token) if token else None


def _unwrap(request: Json) -> str | None:
    if not request.get("nextToken"):
        return None
    digest, token = read_token(request["nextToken"], INVALID, str, str)
    if digest != _digest(request):
        raise invalid("nextToken belongs to another request; repeat the first call")
    return str(token)


def _put_error(code: str, message: str, entry: Json) -> Json:
    return {"errorCode": code, "errorMessage": message[:256], "entry": entry}
