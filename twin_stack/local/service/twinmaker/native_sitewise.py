"""The native connector ``com.amazon.iotsitewise.connector``: reads and writes SiteWise directly.

The value of ``sitewiseAssetId`` names a component's asset, ``configuration.sitewisePropertyId`` a property's
asset property.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.contract.history import OPERATORS
from twin_stack.contract.times import NANOS, format_time, parse_time
from twin_stack.local.service.errors import FunctionFailedError, ServiceError
from twin_stack.local.service.twinmaker.context import invalid
from twin_stack.twinmaker.data_types import MEMBER_OF_TYPE, SITEWISE_VALUE_MEMBERS
from twin_stack.twinmaker.names import SITEWISE_ASSET_ID, SITEWISE_PROPERTY_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.twinmaker.components import Component
    from twin_stack.local.service.twinmaker.context import Context, Json

_DEFAULT_PAGE = 100


class NativeSiteWise:
    """Reads and writes through the operations of the local SiteWise service."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def history(
        self,
        scope: Scope,
        request: Json,
        components: Sequence[tuple[str, Component]],
        *,
        window: tuple[int, int],
        tokens: dict[str, str] | None,
    ) -> tuple[list[Json], dict[str, str]]:
        """Return points of the selected properties of some components.

        ``propertyFilters`` select points by their own value, with comparison operators. Interpolation is
        refused.

        Args:
            scope: Account and region.
            request: The caller's GetPropertyValueHistory.
            components: Entity ids with their component.
            window: Start (exclusive) and end (inclusive) in nanoseconds.
            tokens: Token of each series; None for the first page.

        Returns:
            The series, and the tokens of those with more points.
        """
        if "interpolation" in request:
            raise invalid("interpolation is not available for the SiteWise connector here")
        series, next_tokens = [], {}
        for entity_id, component in components:
            for name in request["selectedProperties"]:
                key = f"{entity_id}/{component.path}/{name}"
                if tokens is not None and key not in tokens:
                    continue
                token = tokens[key] if tokens else None
                values, next_token = self._read(scope, request, component, name, window=window, token=token)
                if next_token:
                    next_tokens[key] = next_token
                series.append(
                    {
                        "entityPropertyReference": _reference(request, entity_id, component, name),
                        "values": values,
                    }
                )
        return series, next_tokens

    def value(self, scope: Scope, component: Component, name: str) -> Json | None:
        """Return the current value of an attribute."""
        address = _address(component, name)
        try:
            answer = self._context.sitewise("GetAssetPropertyValue", address, scope)
        except ServiceError as error:
            raise FunctionFailedError(f"SiteWise: {error.message}") from error
        property_value = answer.get("propertyValue")
        return _data_value(property_value["value"], component, name) if property_value else None

    def write(self, scope: Scope, component: Component, name: str, values: list[Json]) -> str | None:
        """Store points, and return the reason of a failure or None.

        Values are passed on unchanged, LONG as an integer.
        """
        try:
            entry = {
                **_address(component, name),
                "entryId": "entry",
                "propertyValues": [_tqv(point) for point in values],
            }
            answer = self._context.sitewise("BatchPutAssetPropertyValue", {"entries": [entry]}, scope)
        except (ServiceError, FunctionFailedError) as error:
            return str(error)
        for failed in answer["errorEntries"]:
            return str(failed["errors"][0]["errorMessage"])
        return None

    def _read(
        self,
        scope: Scope,
        request: Json,
        component: Component,
        name: str,
        *,
        window: tuple[int, int],
        token: str | None,
    ) -> tuple[list[Json], str | None]:
        start, end = window
        query = {
            **_address(component, name),
            "startDate": start / NANOS,
            "endDate": end / NANOS,
            "timeOrdering": request.get("orderByTime", "ASCENDING"),
            "maxResults": request.get("maxResults") or _DEFAULT_PAGE,
        }
        if token:
            query["nextToken"] = token
        try:
            answer = self._context.sitewise("GetAssetPropertyValueHistory", query, scope)
        except ServiceError as error:
            raise FunctionFailedError(f"SiteWise: {error.message}") from error
        points = []
        for tqv in answer["assetPropertyValueHistory"]:
            value = _data_value(tqv["value"], component, name)
            if value is not None and _passes(value, name, request.get("propertyFilters", ())):
                moment = tqv["timestamp"]
                nanos = moment["timeInSeconds"] * NANOS + moment.get("offsetInNanos", 0)
                points.append({"time": format_time(nanos), "value": value})
        return points, answer.get("nextToken")


def _address(component: Component, name: str) -> Json:
    views = component.views
    asset = views.get(SITEWISE_ASSET_ID, {}).get("value", {}).get("stringValue")
    configuration = views[name]["definition"].get("configuration", {})
    identifier = configuration.get(SITEWISE_PROPERTY_ID)
    if not asset or not identifier:
        raise FunctionFailedError(
            f"component {component.path!r}, property {name!r}: needs a value of {SITEWISE_ASSET_ID} and "
            f"configuration.{SITEWISE_PROPERTY_ID}"
        )
    return {"assetId": asset, "propertyId": identifier}


def _data_value(variant: Json, component: Component, name: str) -> Json | None:
    """Return a SiteWise value as TwinMaker's value of the property's type; None for a null value."""
    content = next((variant[key] for key in SITEWISE_VALUE_MEMBERS if key in variant), None)
    if content is None:
        return None
    data_type = component.views[name]["definition"]["dataType"]["type"]
    return {MEMBER_OF_TYPE[data_type]: float(content) if data_type == "DOUBLE" else content}


def _tqv(point: Json) -> Json:
    value = dict(point["value"])
    if "longValue" in value:
        value = {"integerValue": value["longValue"]}
    try:
        nanos = parse_time(point["time"]) if "time" in point else round(point["timestamp"] * NANOS)
    except (KeyError, ValueError) as error:
        raise FunctionFailedError(f"value without a usable time: {error}") from error
    seconds, offset = divmod(nanos, NANOS)
    return {
        "value": value,
        "timestamp": {"timeInSeconds": seconds, "offsetInNanos": offset},
        "quality": "GOOD",
    }


def _reference(request: Json, entity_id: str, component: Component, name: str) -> Json:
    """Return the reference of a series, which names the component as the request does."""
    names = ("componentName", "componentPath")
    requested: dict[str, str] = {member: request[member] for member in names if member in request}
    return {"entityId": entity_id, **(requested or component.reference), "propertyName": name}


def _passes(value: Json, name: str, filters: Sequence[Json]) -> bool:
    for item in filters:
        if item.get("propertyName") not in (None, name):
            continue
        compare = OPERATORS.get(item.get("operator", "="))
        if compare is None:
            raise invalid(f"operator must be one of {', '.join(OPERATORS)}")
        operand = next(iter(item.get("value", {}).values()), None)
        try:
            if not compare(next(iter(value.values())), operand):
                return False
        except TypeError as error:
            raise invalid(f"property {name!r} cannot be compared with {operand!r}") from error
    return True
