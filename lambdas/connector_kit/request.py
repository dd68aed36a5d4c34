"""Requests of readers, parsed from events.

The functions are ``dataReader``, ``dataReaderByEntity`` and ``dataReaderByComponentType`` (history)
and ``attributePropertyValueReaderByEntity``. The event does not name its function: a history request
has a time range, an attribute read has none. Unknown members are accepted, because captured events
have some (each definition flag comes twice). One error names all missing members.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from connector_kit.component import (
    Component,
    component_of,
    configuration_of,
    data_type_of,
    definition_of,
    mapping,
    reference_of,
)
from connector_kit.errors import RequestError, UnsupportedError
from connector_kit.times import LATEST, NANOSECONDS, from_epoch_seconds, parse_time
from connector_kit.values import DataType

if TYPE_CHECKING:
    from connector_kit.filters import Predicate

MAX_RESULTS = 200
"""Maximum points of a property in one page: the upper bound of the API's ``maxResults``."""

_BEFORE_EPOCH = -1
_MAX_FILTERED_POINTS = 1_000_000
TIME_MEMBERS = ("startTime", "startDateTime", "endTime", "endDateTime")


class Property(NamedTuple):
    """A selected property.

    Attributes:
        name: Its name in the component.
        data_type: Its declared type.
        configuration: ``definition.configuration``, which has its place in the store.
        filters: Predicates that a value must pass, all of them.
    """

    name: str
    data_type: DataType
    configuration: Mapping[str, str]
    filters: "tuple[Predicate, ...]"


@dataclass(frozen=True, slots=True)
class Request(Component):
    """A request of a reader. An attribute read asks for the newest value of all time.

    Attributes:
        is_history: True for a history read, False for an attribute read.
        component_type_id: The component type, or None (it is optional in an entity request).
        selected: The selected properties in the caller's order, each once.
        start: Nanoseconds since the epoch, exclusive. It is never before 1970: callers who need all
            values ask from 1899 on, and stores refuse that.
        end: Nanoseconds since the epoch, inclusive.
        ascending: Whether the oldest point comes first.
        max_results: Maximum points of a property in this page, 1 to 200.
        next_token: The token of the previous page, or None.
        filters: ``propertyFilters`` of the event; each selected property has its own as predicates.
        interval: Nanoseconds from one interpolated point to the next; None for stored points.
    """

    is_history: bool
    component_type_id: str | None
    selected: tuple[Property, ...]
    start: int
    end: int
    ascending: bool
    max_results: int
    next_token: str | None
    filters: tuple[Mapping[str, Any], ...]
    interval: int | None

    @property
    def is_empty(self) -> bool:
        """Whether the range has no instant, so that the store is not read."""
        return self.start >= self.end


def parse_event(event: object) -> Request:
    """Parse an event of a reader.

    Args:
        event: The event that Lambda passes to the handler.

    Returns:
        The request.

    Raises:
        RequestError: If the event breaks the contract.
        UnsupportedError: If the kit does not support the request.
    """
    if not isinstance(event, Mapping):
        raise RequestError(f"the event must be a JSON object, got {type(event).__name__}")
    is_history = event.get("entityId") is None or any(
        event.get(member) is not None for member in TIME_MEMBERS
    )
    _check_members(event, is_history=is_history)
    filters = _parse_filters(event)
    selected = _parse_selected(event, filters)
    start, end = _parse_range(event) if is_history else (_BEFORE_EPOCH, LATEST)
    return Request(
        is_history=is_history,
        workspace_id=event["workspaceId"],
        entity_id=event.get("entityId"),
        component_name=component_of(event),
        component_type_id=event.get("componentTypeId"),
        selected=selected,
        properties=event["properties"],
        start=start,
        end=end,
        ascending=is_history and _parse_order(event),
        max_results=_parse_max_results(event) if is_history else 1,
        next_token=_parse_next_token(event) if is_history else None,
        filters=filters,
        interval=_parse_interval(event, selected, end - start) if is_history else None,
        reference=reference_of(event),
    )


def describe(event: object) -> str:
    """Return a description of any event, well-formed or not, for an error message.

    Args:
        event: The event that Lambda passes to the handler.

    Returns:
        Ids, properties and time range; no values.
    """
    members = (
        "workspaceId",
        "entityId",
        "componentName",
        "componentPath",
        "componentTypeId",
        "selectedProperties",
        *TIME_MEMBERS,
        "orderByTime",
    )
    document = mapping(event)
    return ", ".join(f"{name}={document[name]!r:.300}" for name in members if name in document) or "?"


def _check_members(event: Mapping[str, Any], *, is_history: bool) -> None:
    """Raise one error that names all members that are missing or have the wrong JSON type."""
    faults = []
    texts = {"workspaceId": True, "entityId": False, "componentName": False, "componentPath": False}
    if all(event.get(name) is None for name in ("entityId", "componentName", "componentPath")):
        texts["componentTypeId"] = True
    else:
        is_part = event.get("componentPath") is not None
        texts |= {"entityId": True, "componentName": not is_part, "componentTypeId": False}
    for member, required in texts.items():
        value = event.get(member)
        if not (isinstance(value, str) and value) and (required or value is not None):
            faults.append(f"{member} (text)")
    names = event.get("selectedProperties")
    if not (isinstance(names, list) and names and all(isinstance(name, str) and name for name in names)):
        faults.append("selectedProperties (list of names)")
        names = []
    properties = mapping(event.get("properties"))
    if not isinstance(event.get("properties"), Mapping):
        faults.append("properties (object)")
    faults += [
        f"properties.{name}.definition.dataType.type (text)"
        for name in names
        if not isinstance(mapping(definition_of(properties, name).get("dataType")).get("type"), str)
    ]
    if is_history:
        faults += [
            f"{member}Time (text) or {member}DateTime (number)"
            for member in ("start", "end")
            if event.get(f"{member}Time") is None and event.get(f"{member}DateTime") is None
        ]
    if faults:
        raise RequestError(f"the event lacks {', '.join(faults)}")


def _parse_filters(event: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    filters = event.get("propertyFilters") or []
    if not isinstance(filters, list):
        raise RequestError("propertyFilters must be a list")
    selected = event["selectedProperties"]
    for property_filter in filters:
        name = mapping(property_filter).get("propertyName")
        if name not in selected:
            raise UnsupportedError(
                f"the filter on property {name!r:.300} cannot be applied, because that property is "
                "not selected; select it too, or leave the filter out"
            )
    return tuple(filters)


def _parse_selected(event: Mapping[str, Any], filters: tuple[Mapping[str, Any], ...]) -> tuple[Property, ...]:
    selected = []
    for name in dict.fromkeys(event["selectedProperties"]):
        data_type = data_type_of(event["properties"], name)
        selected.append(
            Property(
                name=name,
                data_type=data_type,
                configuration=configuration_of(event["properties"], name),
                filters=_predicates(filters, name, data_type) if filters else (),
            )
        )
    return tuple(selected)


def _predicates(
    filters: tuple[Mapping[str, Any], ...], name: str, data_type: DataType
) -> "tuple[Predicate, ...]":
    # Imported here because most reads do not need it and start sooner without.
    from connector_kit.filters import predicate  # noqa: PLC0415

    return tuple(
        predicate(property_filter, data_type)
        for property_filter in filters
        if property_filter["propertyName"] == name
    )


def _parse_range(event: Mapping[str, Any]) -> tuple[int, int]:
    start, end = _parse_instant(event, "start"), _parse_instant(event, "end")
    if start > end:
        raise RequestError("the range ends before it starts; exchange startTime and endTime to read it")
    return max(start, _BEFORE_EPOCH), min(end, LATEST)


def _parse_instant(event: Mapping[str, Any], member: str) -> int:
    text = event.get(f"{member}Time")
    if text is None:
        return from_epoch_seconds(event[f"{member}DateTime"])
    if not isinstance(text, str):
        raise RequestError(f"{member}Time must be text, got {type(text).__name__}")
    return parse_time(text)


def _parse_order(event: Mapping[str, Any]) -> bool:
    order = event.get("orderByTime") or "ASCENDING"
    if order not in ("ASCENDING", "DESCENDING"):
        raise RequestError(f"orderByTime must be ASCENDING or DESCENDING, got {order!r:.40}")
    return bool(order == "ASCENDING")


def _parse_max_results(event: Mapping[str, Any]) -> int:
    """Return the page size; the maximum if it is absent, because fewer pages are fewer calls.

    The API's shape allows 0 without a meaning. A page without points would make a caller who follows
    tokens loop forever, so 0 counts as absent.
    """
    limit = event.get("maxResults")
    if limit is None:
        return MAX_RESULTS
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 0:
        raise RequestError(f"maxResults must be a whole number from 0 on, got {limit!r:.40}")
    return min(limit, MAX_RESULTS) or MAX_RESULTS


def _parse_next_token(event: Mapping[str, Any]) -> str | None:
    token = event.get("nextToken") or None
    if token is not None and not isinstance(token, str):
        raise RequestError(f"nextToken must be text, got {type(token).__name__}")
    return token


def _parse_interval(event: Mapping[str, Any], selected: tuple[Property, ...], duration: int) -> int | None:
    """Parse ``interpolation``; refuse properties that cannot be interpolated exactly."""
    interpolation = event.get("interpolation")
    if interpolation is None:
        return None
    kind = mapping(interpolation).get("interpolationType")
    if kind != "LINEAR":
        raise UnsupportedError(f"interpolation of type {kind!r:.40} is not served; LINEAR is")
    seconds = interpolation.get("intervalInSeconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 1:
        raise RequestError(f"intervalInSeconds must be a whole number from 1 on, got {seconds!r:.40}")
    if event.get("entityId") is None:
        raise UnsupportedError(
            "interpolation over all entities of a component type is not served; ask for one entity, "
            'or without "interpolation" for the stored points'
        )
    for prop in selected:
        if prop.data_type.type != "DOUBLE":
            raise UnsupportedError(
                f'property "{prop.name}" is a {prop.data_type.type}, and a value between two of its '
                'points need not be one; ask without "interpolation" for the stored points'
            )
    interval = seconds * NANOSECONDS
    if event.get("propertyFilters") and duration > _MAX_FILTERED_POINTS * interval:
        raise UnsupportedError(
            f"more than {_MAX_FILTERED_POINTS:,} interpolated points cannot be filtered in one call; "
            "ask for a shorter range or a longer interval"
        )
    return interval
