"""The event: what TwinMaker asks, in the one shape that every reader understands.

Served are ``dataReader``, ``dataReaderByEntity`` and ``dataReaderByComponentType`` (history) and
``attributePropertyValueReaderByEntity``. The event does not name its function; a range of time
tells history from an attribute read. Members this code does not know are tolerated, because real
events carry some (each definition flag comes twice); missing ones are all named in one error.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from connector_kit.component import Component, configuration_of, data_type_of, definition_of, mapping
from connector_kit.errors import RequestError, UnsupportedError
from connector_kit.times import LATEST, NANOSECONDS, from_epoch_seconds, parse_time
from connector_kit.values import DataType

if TYPE_CHECKING:
    from connector_kit.filters import Predicate

MAX_RESULTS = 200
"""Points of a property in one page, at most: the upper bound of the API's ``maxResults``."""

_BEFORE_EPOCH = -1
_MOST_FILTERED = 1_000_000
TIME_MEMBERS = ("startTime", "startDateTime", "endTime", "endDateTime")


class Property(NamedTuple):
    """A property whose values are asked for.

    Attributes:
        name: Its name in the component.
        data_type: Its declared type.
        configuration: ``definition.configuration``: where the store keeps it.
        filters: Tests that a value must pass, all of them.
    """

    name: str
    data_type: DataType
    configuration: Mapping[str, str]
    filters: "tuple[Predicate, ...]"


@dataclass(frozen=True, slots=True)
class Request(Component):
    """What is asked for. An attribute read is the newest value of all time.

    Attributes:
        is_history: True for a history read, False for an attribute read.
        component_type_id: The component type, or None (an entity request may lack it).
        selected: The properties asked for, in the caller's order, each once.
        start: Nanoseconds since the epoch, exclusive; never before 1970, since callers who want
            everything ask from 1899 on and stores refuse that.
        end: Nanoseconds since the epoch, inclusive.
        ascending: Whether the oldest point comes first.
        max_results: Points of a property in this page, 1 to 200.
        next_token: The token of the page before, or None.
        filters: ``propertyFilters`` as they came; each selected property has its own compiled.
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
        """Whether no instant lies in the range, so that the store need not be asked."""
        return self.start >= self.end


def parse_event(event: object) -> Request:
    """Read an event of the service.

    Args:
        event: What Lambda hands to the handler.

    Returns:
        The request.

    Raises:
        RequestError: If the event breaks the contract.
        UnsupportedError: If it asks for something that is not served.
    """
    if not isinstance(event, Mapping):
        raise RequestError(f"the event must be a JSON object, got {type(event).__name__}")
    is_history = event.get("entityId") is None or any(
        event.get(member) is not None for member in TIME_MEMBERS
    )
    _require(event, is_history=is_history)
    filters = _filters(event)
    selected = _selected(event, filters)
    start, end = _range(event) if is_history else (_BEFORE_EPOCH, LATEST)
    return Request(
        is_history=is_history,
        workspace_id=event["workspaceId"],
        entity_id=event.get("entityId"),
        component_name=event.get("componentName"),
        component_type_id=event.get("componentTypeId"),
        selected=selected,
        properties=event["properties"],
        start=start,
        end=end,
        ascending=is_history and _ascending(event),
        max_results=_max_results(event) if is_history else 1,
        next_token=_next_token(event) if is_history else None,
        filters=filters,
        interval=_interval(event, selected, end - start) if is_history else None,
    )


def describe(event: object) -> str:
    """Say in words what an event asks for; works on any event, however broken.

    Args:
        event: What Lambda hands to the handler.

    Returns:
        Ids, properties and range; no values.
    """
    members = (
        "workspaceId",
        "entityId",
        "componentName",
        "componentTypeId",
        "selectedProperties",
        *TIME_MEMBERS,
        "orderByTime",
    )
    known = mapping(event)
    return ", ".join(f"{name}={known[name]!r:.300}" for name in members if name in known) or "?"


def _require(event: Mapping[str, Any], *, is_history: bool) -> None:
    """Name everything that is missing or has the wrong JSON type, at once."""
    faults = []
    texts = {"workspaceId": True, "entityId": False, "componentName": False}
    if event.get("entityId") is None and event.get("componentName") is None:
        texts["componentTypeId"] = True
    else:
        texts |= {"entityId": True, "componentName": True, "componentTypeId": False}
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


def _filters(event: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    filters = event.get("propertyFilters") or []
    if not isinstance(filters, list):
        raise RequestError("propertyFilters must be a list")
    selected = event["selectedProperties"]
    for one in filters:
        name = mapping(one).get("propertyName")
        if name not in selected:
            raise UnsupportedError(
                f"the filter on property {name!r:.300} cannot be applied, because that property is "
                "not selected; select it too, or leave the filter out"
            )
    return tuple(filters)


def _selected(event: Mapping[str, Any], filters: tuple[Mapping[str, Any], ...]) -> tuple[Property, ...]:
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
    from connector_kit.filters import predicate  # noqa: PLC0415 - most reads start sooner without

    return tuple(predicate(one, data_type) for one in filters if one["propertyName"] == name)


def _range(event: Mapping[str, Any]) -> tuple[int, int]:
    start, end = _instant(event, "start"), _instant(event, "end")
    if start > end:
        raise RequestError("the range ends before it starts; exchange startTime and endTime to read it")
    return max(start, _BEFORE_EPOCH), min(end, LATEST)


def _instant(event: Mapping[str, Any], member: str) -> int:
    text = event.get(f"{member}Time")
    if text is None:
        return from_epoch_seconds(event[f"{member}DateTime"])
    if not isinstance(text, str):
        raise RequestError(f"{member}Time must be text, got {type(text).__name__}")
    return parse_time(text)


def _ascending(event: Mapping[str, Any]) -> bool:
    order = event.get("orderByTime") or "ASCENDING"
    if order not in ("ASCENDING", "DESCENDING"):
        raise RequestError(f"orderByTime must be ASCENDING or DESCENDING, got {order!r:.40}")
    return bool(order == "ASCENDING")


def _max_results(event: Mapping[str, Any]) -> int:
    """Absent means the most a page may have: fewer pages are fewer calls.

    The API's shape allows 0 without saying what it means; no point at all would make a caller who
    follows tokens loop for ever, so it is read as absent.
    """
    wanted = event.get("maxResults")
    if wanted is None:
        return MAX_RESULTS
    if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 0:
        raise RequestError(f"maxResults must be a whole number from 0 on, got {wanted!r:.40}")
    return min(wanted, MAX_RESULTS) or MAX_RESULTS


def _next_token(event: Mapping[str, Any]) -> str | None:
    token = event.get("nextToken") or None
    if token is not None and not isinstance(token, str):
        raise RequestError(f"nextToken must be text, got {type(token).__name__}")
    return token


def _interval(event: Mapping[str, Any], selected: tuple[Property, ...], duration: int) -> int | None:
    """Read ``interpolation``; what cannot be interpolated exactly is refused by name."""
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
                f'property "{prop.name}" is a {prop.data_type.type}, and what lies between two of its '
                'points need not be one; ask without "interpolation" for the stored points'
            )
    interval = seconds * NANOSECONDS
    if event.get("propertyFilters") and duration > _MOST_FILTERED * interval:
        raise UnsupportedError(
            f"a range of more than {_MOST_FILTERED:,} interpolated points cannot be filtered in one call; "
            "ask for a shorter range or a longer interval"
        )
    return interval
