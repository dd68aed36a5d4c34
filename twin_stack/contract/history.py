"""Does an answer belong to what was asked: whose, when, in which order, how many, of which type?"""

from __future__ import annotations

import operator
from collections import Counter
from typing import TYPE_CHECKING, Any

from twin_stack.contract.breaches import Code, Json, Report, shown
from twin_stack.contract.values import check_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin_stack.contract.event import Asked
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


def check_history(report: Report, asked: Asked, history: History) -> None:
    """Hold a history answer against its event.

    Args:
        report: Takes the breaches.
        asked: The event.
        history: What could be read of the answer.
    """
    seen: set[str] = set()
    counts: Counter[str] = Counter()
    for series in history.series:
        where = f"{series.path}.entityPropertyReference"
        name = series.reference.get("propertyName")
        _check_owner(report, asked, series.reference, where)
        if not isinstance(name, str):
            continue
        key = repr((name, series.reference.get("externalIdProperty") if asked.component is None else None))
        if key in seen:
            report.add(
                Code.SERIES_TWICE,
                where,
                f"a second item of {shown(name)}",
                "one item a property, or in component-type style a property and external id",
                "put all points of a series into one item",
            )
        seen.add(key)
        counts[name] += len(series.points)
        if asked.limit is not None and counts[name] > asked.limit:
            report.add(
                Code.TOO_MANY_POINTS,
                f"{series.path}.values",
                f"{counts[name]} points of {shown(name)}",
                f"at most {asked.limit}, the event's maxResults",
                "end the page there, and go on from there by nextToken",
            )
            counts[name] = -(10**9)  # said once a property
        _check_times(report, asked, series)
        _check_values(report, asked, series, name)
    _check_token(report, asked, history)


def check_attributes(report: Report, asked: Asked, attributes: Attributes) -> None:
    """Hold an attribute reader's answer against its event.

    Args:
        report: Takes the breaches.
        asked: The event.
        attributes: What could be read of the answer.
    """
    for item in attributes.items:
        _check_owner(report, asked, item.reference, f"{item.path}.propertyReference")
        name = item.reference.get("propertyName")
        if isinstance(name, str) and name != item.key:
            report.add(
                Code.KEY_DIFFERS,
                f"{item.path}.propertyReference.propertyName",
                shown(name),
                f"{shown(item.key)}, its key",
                "use the property's name for both",
            )
        if item.value is not None:
            check_type(report, item.value, asked.data_type(item.key), f"{item.path}.propertyValue")


def _check_owner(report: Report, asked: Asked, reference: Json, path: str) -> None:
    name = reference.get("propertyName")
    if isinstance(name, str) and asked.selected and name not in asked.selected:
        report.add(
            Code.NOT_SELECTED,
            f"{path}.propertyName",
            shown(name),
            f"one of selectedProperties: {', '.join(map(shown, asked.selected))}",
            "answer for what was asked; viewers drop the rest",
        )
    if not reference:
        return
    if asked.component is not None:
        for member, wanted in zip(("entityId", "componentName"), asked.component, strict=True):
            if reference.get(member) != wanted:
                report.add(
                    Code.WRONG_COMPONENT,
                    f"{path}.{member}",
                    shown(reference.get(member)),
                    f"{shown(wanted)}, as in the event",
                    "echo the event; viewers drop values of another component without an error",
                )
        return
    ids = reference.get("externalIdProperty")
    if not ids or not isinstance(ids, dict):
        report.add(
            Code.NO_EXTERNAL_ID,
            f"{path}.externalIdProperty",
            shown(ids),
            "{name of the external-id property: the entity's id in the store}",
            "say whose points they are: a component type was asked, not an entity",
        )
        return
    for one in ids:
        if asked.definitions and one not in asked.external_ids:
            there_are = ", ".join(sorted(asked.external_ids)) or "the type has none"
            report.add(
                Code.NOT_AN_EXTERNAL_ID,
                f"{path}.externalIdProperty.{one}",
                shown(one),
                f"a property with isExternalId: {there_are}",
                "name the type's external-id property; viewers match entities by it",
            )


def _check_times(report: Report, asked: Asked, series: Series) -> None:
    last: Point | None = None
    for point in series.points:
        if point.time is None:
            continue
        where = f"{point.path}.time"
        too_early = asked.start is not None and point.time <= asked.start
        too_late = asked.end is not None and point.time > asked.end
        if too_early or too_late:
            report.add(
                Code.OUTSIDE_RANGE,
                where,
                shown(point.text),
                f"after {asked.start_text}, up to and with {asked.end_text}",
                "the start is exclusive and the end inclusive; leave the point out",
            )
        if last is not None and last.time is not None:
            step = last.time - point.time if asked.descending else point.time - last.time
            if step < 0:
                report.add(
                    Code.WRONG_ORDER,
                    where,
                    shown(point.text),
                    f"{'up to' if asked.descending else 'from'} {last.text}, the point before it, "
                    f"as the order is {'DESCENDING' if asked.descending else 'ASCENDING'}",
                    "read the store in the order of orderByTime; without one it is ascending",
                )
            elif asked.interval is not None and step % asked.interval:
                report.add(
                    Code.INTERPOLATION_IGNORED,
                    where,
                    shown(point.text),
                    f"whole multiples of {asked.interval // 10**9} s after the point before it",
                    "interpolate as asked, or raise an error that says you do not",
                )
        last = point


def _check_values(report: Report, asked: Asked, series: Series, name: str) -> None:
    data_type = asked.data_type(name)
    filters = [one for one in asked.filters if one.get("propertyName") == name]
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
                shown(content),
                f"{first}, as the first point of the series",
                "keep to one type; a chart takes the type of its first point",
            )
        for one in filters:
            if not _keeps(one, content):
                report.add(
                    Code.FILTER_IGNORED,
                    f"{path}.{member}",
                    shown(content),
                    f"what the filter lets through: {one.get('operator')} {shown(_operand(one))}",
                    "apply propertyFilters, or raise an error that says you do not",
                )


def _operand(property_filter: Json) -> object:
    value = property_filter.get("value")
    return next((one for one in value.values() if one is not None), None) if isinstance(value, dict) else None


def _keeps(property_filter: Json, content: object) -> bool:
    """Whether a filter lets a value through; an operator that is not known here lets all."""
    compare = OPERATORS.get(str(property_filter.get("operator")))
    operand = _operand(property_filter)
    if compare is None or operand is None:
        return True
    try:
        # Events carry numbers as text at times.
        if isinstance(content, int | float) and not isinstance(content, bool):
            return compare(content, float(operand) if isinstance(operand, str) else operand)
        return compare(content, operand)
    except (TypeError, ValueError):
        return True


def _check_token(report: Report, asked: Asked, history: History) -> None:
    if history.token is None:
        return
    if history.token == asked.token:
        report.add(
            Code.TOKEN_REPEATED,
            "$.nextToken",
            shown(history.token),
            "another token than the event's, or null",
            "go on after the last point of this page; callers follow tokens without end",
        )
    if any(series.points for series in history.series):
        return
    if asked.limit == 1 and asked.descending:
        report.add(
            Code.LATEST_VALUE_MISSED,
            "$.nextToken",
            shown(history.token),
            "null, or the newest point with it",
            "look further until the point is found: callers who want the newest value follow no token",
        )
    else:
        report.add(
            Code.TOKEN_ON_EMPTY_PAGE,
            "$.nextToken",
            shown(history.token),
            "null after the last point",
            "read on until there is a point or the range ends; some callers show the first page only",
        )
