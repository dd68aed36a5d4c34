"""The form of readers' answers: history as a list, attributes as a map."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from twin_stack.contract.breaches import Code, Json, Report, shown
from twin_stack.contract.times import NANOS, parse_time
from twin_stack.contract.values import read_value

TOKEN_LIMIT = 17_880
"""Longest ``nextToken`` of the API."""

_REFERENCE = frozenset({"entityId", "componentName", "componentPath", "externalIdProperty", "propertyName"})
_TIME_LENGTHS = (20, 35)  # of the API's `Time`
_HISTORY_SHAPE = (
    "a history answers a list of {entityPropertyReference, values}; "
    "the attribute reader a map of {propertyReference, propertyValue}"
)


class Point(NamedTuple):
    """A value at a time, where it could be read.

    Attributes:
        path: Where the point stands.
        time: Nanoseconds since 1970.
        text: The time as it was written.
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
        path: Where the item stands.
        reference: Whose points they are; empty if it cannot be read.
        points: The points.
    """

    path: str
    reference: Json
    points: list[Point]


@dataclass(slots=True)
class History:
    """A history answer.

    Attributes:
        document: As ``Reading.document``.
        series: The items that could be read.
        token: The next page's token; None without or if it cannot be read.
    """

    document: Json | None = None
    series: list[Series] = field(default_factory=list)
    token: str | None = None


class Attribute(NamedTuple):
    """A value of an attribute reader's answer; see ``Series``."""

    path: str
    key: str
    reference: Json
    value: Json | None


@dataclass(slots=True)
class Attributes:
    """An attribute reader's answer."""

    document: Json | None = None
    items: list[Attribute] = field(default_factory=list)


def read_history(report: Report, answer: object) -> History:
    """Read the answer of a history reader.

    Args:
        report: Takes the breaches.
        answer: The answer.
    """
    found = History()
    document = _object(report, answer, "$", "return the answer itself")
    if document is None:
        return found
    report.unknown(document, frozenset({"propertyValues", "nextToken"}), "$")
    items = document.get("propertyValues")
    if isinstance(items, dict):
        _other_shape(report, "$.propertyValues", items, "a list")
    elif report.expect(items, list, "$.propertyValues", "give a list, empty where there are no points"):
        read = [_series(report, item, f"$.propertyValues[{i}]") for i, item in enumerate(items or ())]
        found.series = [one for one, _ in read if one is not None]
        found.document = {"propertyValues": [plain for _, plain in read]}
    found.token = _token(report, document.get("nextToken"))
    if found.document is not None and found.token:
        found.document["nextToken"] = found.token
    return found


def read_attributes(report: Report, answer: object) -> Attributes:
    """Read the answer of an attribute reader.

    Args:
        report: Takes the breaches.
        answer: The answer.
    """
    found = Attributes()
    document = _object(report, answer, "$", "return the answer itself")
    if document is None:
        return found
    report.unknown(document, frozenset({"propertyValues"}), "$")
    items = document.get("propertyValues")
    if isinstance(items, list):
        _other_shape(report, "$.propertyValues", items, "an object")
        return found
    if not report.expect(items, dict, "$.propertyValues", "give an object with the properties as keys"):
        return found
    result: Json = {}
    for name, item in (items or {}).items():
        path = f"$.propertyValues.{name}"
        plain = _object(report, item, path, "give {propertyReference, propertyValue}")
        if plain is None:
            continue
        if _has(plain, "entityPropertyReference", "values"):
            _other_shape(report, path, plain, "{propertyReference, propertyValue}")
            continue
        report.unknown(plain, frozenset({"propertyReference", "propertyValue"}), path)
        reference = _reference(report, plain.get("propertyReference"), f"{path}.propertyReference")
        result[name] = {"propertyReference": reference}
        value = None
        if plain.get("propertyValue") is not None:  # the API's model does not require one
            value = read_value(report, plain["propertyValue"], f"{path}.propertyValue")
            result[name]["propertyValue"] = value
        found.items.append(Attribute(path, name, reference, value))
    found.document = {"propertyValues": result}
    return found


def read_point(report: Report, item: object, path: str) -> tuple[Point | None, Json | None]:
    """Read a point: a time and a value.

    Args:
        report: Takes the breaches.
        item: What stands at the path.
        path: Where it stands.

    Returns:
        The point, and the same as JSON; None if it is none.
    """
    document = _object(report, item, path, 'give {"time": ..., "value": {...}}')
    if document is None:
        return None, None
    report.unknown(document, frozenset({"time", "timestamp", "value"}), path)
    time, text, plain = _time(report, document, path)
    value = read_value(report, document.get("value"), f"{path}.value")
    return Point(path, time, text, value), {**plain, "value": value}


def _object(report: Report, value: object, path: str, remedy: str) -> Json | None:
    return value if report.expect(value, dict, path, remedy) else None


def _series(report: Report, item: object, path: str) -> tuple[Series | None, Json | None]:
    document = _object(report, item, path, "give {entityPropertyReference, values}")
    if document is None:
        return None, None
    if _has(document, "propertyReference", "propertyValue"):
        _other_shape(report, path, document, "{entityPropertyReference, values}")
        return None, None
    report.unknown(document, frozenset({"entityPropertyReference", "values"}), path)
    where = f"{path}.entityPropertyReference"
    reference = _reference(report, document.get("entityPropertyReference"), where)
    values = document.get("values")
    points: list[tuple[Point | None, Json | None]] = []
    # The API's model does not require values.
    if values is not None and report.expect(values, list, f"{path}.values", "give the points in a list"):
        points = [read_point(report, one, f"{path}.values[{i}]") for i, one in enumerate(values)]
    series = Series(path, reference, [point for point, _ in points if point is not None])
    return series, {"entityPropertyReference": reference, "values": [plain for _, plain in points]}


def _reference(report: Report, reference: object, path: str) -> Json:
    document = _object(report, reference, path, "say whose value it is: echo what was asked")
    if document is None:
        return {}
    report.unknown(document, _REFERENCE, path)
    report.expect(document.get("propertyName"), str, f"{path}.propertyName", "name the property")
    for name in ("entityId", "componentName", "componentPath"):
        if document.get(name) is not None:
            report.expect(document[name], str, f"{path}.{name}", "echo what was asked")
    ids = document.get("externalIdProperty")
    if ids is not None and report.expect(ids, dict, f"{path}.externalIdProperty", "give {name: id}"):
        for name, text in ids.items():
            report.expect(text, str, f"{path}.externalIdProperty.{name}", "write the id as text")
    return {name: value for name, value in document.items() if name in _REFERENCE and value is not None}


def _time(report: Report, document: Json, path: str) -> tuple[int | None, str, Json]:
    """A point's time: nanoseconds, as it was written, and as JSON."""
    time, timestamp = document.get("time"), document.get("timestamp")
    plain: Json = {}
    nanoseconds, text = None, ""
    if timestamp is not None:
        if isinstance(timestamp, int | float) and not isinstance(timestamp, bool):
            plain["timestamp"] = float(timestamp)
            nanoseconds, text = _seconds(timestamp), f"{timestamp} s since 1970"
            report.add(
                Code.DEPRECATED_TIMESTAMP,
                f"{path}.timestamp",
                shown(timestamp),
                "time, as RFC 3339 text",
                "write time instead: AWS's viewer does not read timestamp",
            )
        else:
            report.add(
                Code.BAD_TIME,
                f"{path}.timestamp",
                shown(timestamp),
                "seconds since 1970",
                "write time instead",
            )
    if time is not None:
        text = time if isinstance(time, str) else ""
        nanoseconds = _rfc3339(report, time, f"{path}.time")
        plain["time"] = time
    elif timestamp is None:
        report.add(
            Code.MISSING_MEMBER, f"{path}.time", "nothing", "RFC 3339 text with a zone", "say when it was"
        )
    return nanoseconds, text, plain


def _seconds(timestamp: float) -> int | None:
    try:
        return round(timestamp * NANOS)
    except (ValueError, OverflowError):  # not a finite number: said already
        return None


def _rfc3339(report: Report, time: Any, path: str) -> int | None:
    least, most = _TIME_LENGTHS
    try:
        if not isinstance(time, str) or not least <= len(time) <= most:
            raise ValueError
        return parse_time(time)
    except ValueError:
        report.add(
            Code.BAD_TIME,
            path,
            shown(time),
            f"YYYY-MM-DDThh:mm:ss[.SSSSSSSSS] and then Z or +hh:mm, {least} to {most} characters",
            'write UTC, such as "2026-03-02T06:00:00.250Z"',
        )
        return None


def _token(report: Report, token: object) -> str | None:
    if token is None:
        return None
    if isinstance(token, str) and len(token) <= TOKEN_LIMIT:
        return token or None
    report.add(
        Code.BAD_TOKEN,
        "$.nextToken",
        shown(token),
        f"text of at most {TOKEN_LIMIT:,} characters, or null",
        "encode where each property goes on, not what was read",
    )
    return None


def _has(document: Json, *names: str) -> bool:
    return any(name in document for name in names)


def _other_shape(report: Report, path: str, value: object, allowed: str) -> None:
    report.add(Code.OTHER_FUNCTIONS_SHAPE, path, shown(value), allowed, _HISTORY_SHAPE)
