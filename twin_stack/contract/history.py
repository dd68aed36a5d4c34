"""Checks of a reader's answer against its event: owner, time range, order, count and data type."""

from __future__ import annotations

import operator
from collections import Counter
from typing import TYPE_CHECKING, Any

from twin_stack.contract.values import check_type
from twin_stack.contract.violations import Code, Json, Report, quote_value

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin_stack.contract.connector_request import ConnectorRequest
    from twin_stack.contract.reading import Attributes, History, Point, Series

# The operators that the Grafana plugin and AWS's samples send; the service's model has no list.
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def check_history(report: Report, request: ConnectorRequest, history: History) -> None:
    """Check a history answer against its event.

    Args:
        report: Collects the violations.
        request: The request of the event.
        history: The readable part of the answer.
    """
    seen: set[str] = set()
    counts: Counter[str] = Counter()
    for series in history.series:
        where = f"{series.path}.entityPropertyReference"
        name = series.reference.get("propertyName")
        _check_owner(report, request, series.reference, where)
        if not isinstance(name, str):
            continue
        key = repr((name, series.reference.get("externalIdProperty") if request.component is None else None))
        if key in seen:
            report.add(
                Code.SERIES_TWICE,
                where,
                f"a second item of {quote_value(name)}",
                "one item a property, or in component-type style a property and external id",
                "put all points of a series into one item",
            )
        seen.add(key)
        counts[name] += len(series.points)
        if request.limit is not None and counts[name] > request.limit:
            report.add(
                Code.TOO_MANY_POINTS,
                f"{series.path}.values",
                f"{counts[name]} points of {quote_value(name)}",
                f"at most {request.limit}, the event's maxResults",
                "end the page there, and go on from there by nextToken",
            )
            counts[name] = -(10**9)  # report it once a property
        _check_times(report, request, series)
        _check_values(report, request, series, name)
    _check_token(report, request, history)


def check_attributes(report: Report, request: ConnectorRequest, attributes: Attributes) -> None:
    """Check an attribute reader's answer against its event.

    Args:
        report: Collects the violations.
        request: The request of the event.
        attributes: The readable part of the answer.
    """
    for item in attributes.items:
        _check_owner(report, request, item.reference, f"{item.path}.propertyReference")
        name = item.reference.get("propertyName")
        if isinstance(name, str) and name != item.key:
            report.add(
                Code.KEY_DIFFERS,
                f"{item.path}.propertyReference.propertyName",
                quote_value(name),
                f"{quote_value(item.key)}, its key",
                "use the property's name for both",
            )
        if item.value is not None:
            check_type(report, item.value, request.data_type(item.key), f"{item.path}.propertyValue")


def _check_owner(report: Report, request: ConnectorRequest, reference: Json, path: str) -> None:
    name = reference.get("propertyName")
    if isinstance(name, str) and request.selected and name not in request.selected:
        report.add(
            Code.NOT_SELECTED,
            f"{path}.propertyName",
            quote_value(name),
            f"one of selectedProperties: {', '.join(map(quote_value, request.selected))}",
            "answer for what was asked; viewers drop the rest",
        )
    if not reference:
        return
    if request.component is not None:
        for member, expected in request.component.items():
            if reference.get(member) != expected:
                report.add(
                    Code.WRONG_COMPONENT,
                    f"{path}.{member}",
                    quote_value(reference.get(member)),
                    f"{quote_value(expected)}, as in the event",
                    "echo the event; viewers drop values of another component without an error",
                )
        return
    ids = reference.get("externalIdProperty")
    if not ids or not isinstance(ids, dict):
        report.add(
            Code.NO_EXTERNAL_ID,
            f"{path}.externalIdProperty",
            quote_value(ids),
            "{name of the external-id property: the entity's id in the store}",
            "name the owner of the points: the event is about a component type, not an entity",
        )
        return
    for id_name in ids:
        if request.definitions and id_name not in request.external_ids:
            allowed_names = ", ".join(sorted(request.external_ids)) or "the type has none"
            report.add(
                Code.NOT_AN_EXTERNAL_ID,
                f"{path}.externalIdProperty.{id_name}",
                quote_value(id_name),
                f"a property with isExternalId: {allowed_names}",
                "name the type's external-id property; viewers match entities by it",
            )


def _check_times(report: Report, request: ConnectorRequest, series: Series) -> None:
    last: Point | None = None
    for point in series.points:
        if point.time is None:
            continue
        where = f"{point.path}.time"
        too_early = request.start is not None and point.time <= request.start
        too_late = request.end is not None and point.time > request.end
        if too_early or too_late:
            report.add(
                Code.OUTSIDE_RANGE,
                where,
                quote_value(point.text),
                f"after {request.start_text}, up to and with {request.end_text}",
                "the start is exclusive and the end inclusive; leave the point out",
            )
        if last is not None and last.time is not None:
            step = last.time - point.time if request.descending else point.time - last.time
            if step < 0:
                report.add(
                    Code.WRONG_ORDER,
                    where,
                    quote_value(point.text),
                    f"{'up to' if request.descending else 'from'} {last.text}, the point before it, "
                    f"as the order is {'DESCENDING' if request.descending else 'ASCENDING'}",
                    "read the store in the order of orderByTime; without one it is ascending",
                )
            elif request.interval is not None and step % request.interval:
                report.add(
                    Code.INTERPOLATION_IGNORED,
                    where,
                    quote_value(point.text),
                    f"whole multiples of {request.interval // 10**9} s after the point before it",
                    "interpolate, or raise an error where interpolation is not supported",
                )
        last = point


def _check_values(report: Report, request: ConnectorRequest, series: Series, name: str) -> None:
    data_type = request.data_type(name)
    filters = [item for item in request.filters if item.get("propertyName") == name]
    first: str | None = None
    for point in series.points:
        if point.value is None:
            continue
        path = f"{point.path}.value"
        if not check_type(report, point.value, data_type, path):
            continue
        member, content = next(iter(point.value.items()))
        first = first or member
        if member != first:
            report.add(
                Code.MIXED_TYPES,
                f"{path}.{member}",
                quote_value(content),
                f"{first}, as the first point of the series",
                "keep to one type; a chart takes the type of its first point",
            )
        for property_filter in filters:
            if not _keeps(property_filter, content):
                report.add(
                    Code.FILTER_IGNORED,
                    f"{path}.{member}",
                    quote_value(content),
                    f"a value {property_filter.get('operator')} {quote_value(_operand(property_filter))}, "
                    "by the event's propertyFilters",
                    "apply propertyFilters, or raise an error where they are not supported",
                )


def _operand(property_filter: Json) -> object:
    value = property_filter.get("value")
    if not isinstance(value, dict):
        return None
    return next((content for content in value.values() if content is not None), None)


def _keeps(property_filter: Json, content: object) -> bool:
    """Return whether a value passes a filter; every value passes an unknown operator."""
    compare = OPERATORS.get(str(property_filter.get("operator")))
    operand = _operand(property_filter)
    if compare is None or operand is None:
        return True
    try:
        # Some events carry numbers as text.
        if isinstance(content, int | float) and not isinstance(content, bool):
            return compare(content, float(operand) if isinstance(operand, str) else operand)
        return compare(content, operand)
    except (TypeError, ValueError):
        return True


def _check_token(report: Report, request: ConnectorRequest, history: History) -> None:
    if history.token is None:
        return
    if history.token == request.token:
        report.add(
            Code.TOKEN_REPEATED,
            "$.nextToken",
            quote_value(history.token),
            "another token than the event's, or null",
            "go on after the last point of this page; callers follow tokens without end",
        )
    if any(series.points for series in history.series):
        return
    if request.limit == 1 and request.descending:
        report.add(
            Code.LATEST_VALUE_MISSED,
            "$.nextToken",
            quote_value(history.token),
            "null, or the newest point with it",
            "look further until the point is found: callers who want the newest value follow no token",
        )
    else:
        report.add(
            Code.TOKEN_ON_EMPTY_PAGE,
            "$.nextToken",
            quote_value(history.token),
            "null after the last point",
            "read on until there is a point or the range ends; some callers show the first page only",
        )
