"""Parsing of readers' answers: history is a list, attributes are a map."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from twin_stack.contract.times import NANOS, parse_time
from twin_stack.contract.values import read_value
from twin_stack.contract.violations import Code, Json, Report, quote_value
from twin_stack.twinmaker.quotas import MAX_NEXT_TOKEN

_REFERENCE = frozenset({"entityId", "componentName", "componentPath", "externalIdProperty", "propertyName"})
_TIME_LENGTHS = (20, 35)  # of the API's `Time`
_HISTORY_SHAPE = (
    "a history answers a list of {entityPropertyReference, values}; "
    "the attribute reader a map of {propertyReference, propertyValue}"
)


class Point(NamedTuple):
    """A value and its time, as far as they can be read.

    Attributes:
        path: JSON path of the point in the answer.
        time: Nanoseconds since 1970.
        text: The time as the answer has it.
        value: The DataValue.
    """

    path: str
    time: int | None
    text: str
    value: Json | None


@dataclass(frozen=True, slots=True)
class Series:
    """The points of one item.

    Attributes:
        path: JSON path of the item in the answer.
        reference: The owner of the points; empty if it cannot be read.
        points: The points.
    """

    path: str
    reference: Json
    points: list[Point]


@dataclass(slots=True)
class History:
    """A history answer.

    Attributes:
        document: As ``ParsedAnswer.document``.
        series: The readable items.
        token: The next page's token; None without or if it cannot be read.
    """

    document: Json | None = None
    series: list[Series] = field(default_factory=list)
    token: str | None = None


class Attribute(NamedTuple):
    """A value of an attribute reader's answer.

    Attributes:
        path: JSON path of the item in the answer.
        key: Its key, the property's name.
        reference: The owner of the value; empty if it cannot be read.
        value: The DataValue; None without or if it cannot be read.
    """

    path: str
    key: str
    reference: Json
    value: Json | None


@dataclass(slots=True)
class Attributes:
    """An attribute reader's answer.

    Attributes:
        document: As ``ParsedAnswer.document``.
        items: The readable items.
    """

    document: Json | None = None
    items: list[Attribute] = field(default_factory=list)


def read_history(report: Report, answer: object) -> History:
    """Parse the answer of a history reader.

    Args:
        report: Collects the violations.
        answer: The answer.
    """
    history = History()
    document = _object(report, answer, "$", "return the answer itself")
    if document is None:
        return history
    report.report_unknown_members(document, frozenset({"propertyValues", "nextToken"}), "$")
    items = document.get("propertyValues")
    if isinstance(items, dict):
        _other_shape(report, "$.propertyValues", items, "a list")
    elif report.expect(items, list, "$.propertyValues", "give a list, empty where there are no points"):
        read = [_series(report, item, f"$.propertyValues[{i}]") for i, item in enumerate(items or ())]
        history.series = [series for series, _ in read if series is not None]
        history.document = {"propertyValues": [cleaned for _, cleaned in read]}
    history.token = _token(report, document.get("nextToken"))
    if history.document is not None and history.token:
        history.document["nextToken"] = history.token
    return history


def read_attributes(report: Report, answer: object) -> Attributes:
    """Parse the answer of an attribute reader.

    Args:
        report: Collects the violations.
        answer: The answer.
    """
    attributes = Attributes()
    document = _object(report, answer, "$", "return the answer itself")
    if document is None:
        return attributes
    report.report_unknown_members(document, frozenset({"propertyValues"}), "$")
    items = document.get("propertyValues")
    if isinstance(items, list):
        _other_shape(report, "$.propertyValues", items, "an object")
        return attributes
    if not report.expect(items, dict, "$.propertyValues", "give an object with the properties as keys"):
        return attributes
    result: Json = {}
    for name, item in (items or {}).items():
        path = f"$.propertyValues.{name}"
        member = _object(report, item, path, "give {propertyReference, propertyValue}")
        if member is None:
            continue
        if _has(member, "entityPropertyReference", "values"):
            _other_shape(report, path, member, "{propertyReference, propertyValue}")
            continue
        report.report_unknown_members(member, frozenset({"propertyReference", "propertyValue"}), path)
        reference = _reference(report, member.get("propertyReference"), f"{path}.propertyReference")
        result[name] = {"propertyReference": reference}
        value = None
        if member.get("propertyValue") is not None:  # the API's model does not require one
            value = read_value(report, member["propertyValue"], f"{path}.propertyValue")
            result[name]["propertyValue"] = value
        attributes.items.append(Attribute(path, name, reference, value))
    attributes.document = {"propertyValues": result}
    return attributes


def read_point(report: Report, item: object, path: str) -> tuple[Point | None, Json | None]:
    """Parse a point: a time and a value.

    Args:
        report: Collects the violations.
        item: The value at the path.
        path: JSON path of it in the answer.

    Returns:
        The point, and the same as JSON; None for both if the item is no object.
    """
    document = _object(report, item, path, 'give {"time": ..., "value": {...}}')
    if document is None:
        return None, None
    report.report_unknown_members(document, frozenset({"time", "timestamp", "value"}), path)
    time, text, cleaned = _time(report, document, path)
    value = read_value(report, document.get("value"), f"{path}.value")
    return Point(path, time, text, value), {**cleaned, "value": value}


def _object(report: Report, value: object, path: str, remedy: str) -> Json | None:
    return value if report.expect(value, dict, path, remedy) else None


def _series(report: Report, item: object, path: str) -> tuple[Series | None, Json | None]:
    document = _object(report, item, path, "give {entityPropertyReference, values}")
    if document is None:
        return None, None
    if _has(document, "propertyReference", "propertyValue"):
        _other_shape(report, path, document, "{entityPropertyReference, values}")
        return None, None
    report.report_unknown_members(document, frozenset({"entityPropertyReference", "values"}), path)
    where = f"{path}.entityPropertyReference"
    reference = _reference(report, document.get("entityPropertyReference"), where)
    values = document.get("values")
    points: list[tuple[Point | None, Json | None]] = []
    # The API's model does not require values.
    if values is not None and report.expect(values, list, f"{path}.values", "give the points in a list"):
        points = [read_point(report, value, f"{path}.values[{i}]") for i, value in enumerate(values)]
    series = Series(path, reference, [point for point, _ in points if point is not None])
    return series, {"entityPropertyReference": reference, "values": [cleaned for _, cleaned in points]}


def _reference(report: Report, reference: object, path: str) -> Json:
    document = _object(report, reference, path, "name the owner of the value: echo the event")
    if document is None:
        return {}
    report.report_unknown_members(document, _REFERENCE, path)
    report.expect(document.get("propertyName"), str, f"{path}.propertyName", "name the property")
    for name in ("entityId", "componentName", "componentPath"):
        if document.get(name) is not None:
            report.expect(document[name], str, f"{path}.{name}", "echo the event")
    ids = document.get("externalIdProperty")
    if ids is not None and report.expect(ids, dict, f"{path}.externalIdProperty", "give {name: id}"):
        for name, text in ids.items():
            report.expect(text, str, f"{path}.externalIdProperty.{name}", "write the id as text")
    return {name: value for name, value in document.items() if name in _REFERENCE and value is not None}


def _time(report: Report, document: Json, path: str) -> tuple[int | None, str, Json]:
    """Return a point's time in nanoseconds, as the answer has it, and as JSON."""
    time, timestamp = document.get("time"), document.get("timestamp")
    cleaned: Json = {}
    nanoseconds, text = None, ""
    if timestamp is not None:
        if isinstance(timestamp, int | float) and not isinstance(timestamp, bool):
            cleaned["timestamp"] = float(timestamp)
            nanoseconds, text = _seconds(timestamp), f"{timestamp} s since 1970"
            report.add(
                Code.DEPRECATED_TIMESTAMP,
                f"{path}.timestamp",
                quote_value(timestamp),
                "time, as RFC 3339 text",
                "write time instead: AWS's viewer does not read timestamp",
            )
        else:
            report.add(
                Code.BAD_TIME,
                f"{path}.timestamp",
                quote_value(timestamp),
                "seconds since 1970",
                "write time instead",
            )
    if time is not None:
        text = time if isinstance(time, str) else ""
        nanoseconds = _rfc3339(report, time, f"{path}.time")
        cleaned["time"] = time
    elif timestamp is None:
        report.add(
            Code.MISSING_MEMBER,
            f"{path}.time",
            "nothing",
            "RFC 3339 text with a zone",
            "add the time of the value",
        )
    return nanoseconds, text, cleaned


def _seconds(timestamp: float) -> int | None:
    try:
        return round(timestamp * NANOS)
    except (ValueError, OverflowError):  # not a finite number, which is reported already
        return None


def _rfc3339(report: Report, time: Any, path: str) -> int | None:
    min_length, max_length = _TIME_LENGTHS
    try:
        if not isinstance(time, str) or not min_length <= len(time) <= max_length:
            raise ValueError
        return parse_time(time)
    except ValueError:
        report.add(
            Code.BAD_TIME,
            path,
            quote_value(time),
            f"YYYY-MM-DDThh:mm:ss[.SSSSSSSSS] and then Z or +hh:mm, {min_length} to {max_length} characters",
            'write UTC, such as "2026-03-02T06:00:00.250Z"',
        )
        return None


def _token(report: Report, token: object) -> str | None:
    if token is None:
        return None
    if isinstance(token, str) and len(token) <= MAX_NEXT_TOKEN:
        return token or None
    report.add(
        Code.BAD_TOKEN,
        "$.nextToken",
        quote_value(token),
        f"text of at most {MAX_NEXT_TOKEN:,} characters, or null",
        "encode the resume position of each property, not the values read",
    )
    return None


def _has(document: Json, *names: str) -> bool:
    return any(name in document for name in names)


def _other_shape(report: Report, path: str, value: object, allowed: str) -> None:
    report.add(Code.OTHER_FUNCTIONS_SHAPE, path, quote_value(value), allowed, _HISTORY_SHAPE)
