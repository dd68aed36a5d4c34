"""Answers of data connectors, held against the documented form before a caller sees them.

AWS says only `ConnectorFailureException` when an answer has another form. Here the message names
the first place that is wrong. Numbers and booleans may come as text: AWS's own helper library
for connectors writes them so, and its demo works.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..errors import FunctionFailedError
from ..times import parse_time
from .values import MEMBER_OF_TYPE

if TYPE_CHECKING:
    from .context import Json

_MAX_TOKEN = 12_000  # wrapped into our own token it must stay below the API's 17,880 characters
_REFERENCE = ("entityId", "componentName", "componentPath", "externalIdProperty", "propertyName")


def read_history(answer: object) -> tuple[list[Json], str | None]:
    """Series and token of a history reader's answer.

    Raises:
        FunctionFailedError: the answer has another form.
    """
    document = _expect(answer, dict, "the answer")
    items = _expect(document.get("propertyValues"), list, "propertyValues")
    series = [_series(item, f"propertyValues[{i}]") for i, item in enumerate(items)]
    token = document.get("nextToken")
    if token is not None and (not isinstance(token, str) or len(token) > _MAX_TOKEN):
        raise FunctionFailedError(f"nextToken must be a string of at most {_MAX_TOKEN} characters, or null")
    return series, token or None


def read_attributes(answer: object) -> dict[str, Json]:
    """Reference and value by property of an attribute reader's answer.

    Raises:
        FunctionFailedError: the answer has another form.
    """
    document = _expect(answer, dict, "the answer")
    items = _expect(document.get("propertyValues"), dict, "propertyValues")
    result = {}
    for name, item in items.items():
        path = f"propertyValues.{name}"
        _expect(item, dict, path)
        result[name] = {
            "propertyReference": _reference(item.get("propertyReference"), f"{path}.propertyReference")
        }
        if item.get("propertyValue") is not None:
            value = read_value(item["propertyValue"], f"{path}.propertyValue")
            result[name]["propertyValue"] = value
    return result


def read_value(value: object, path: str) -> Json:
    """One DataValue.

    Raises:
        FunctionFailedError: it is none.
    """
    document = {k: v for k, v in _expect(value, dict, path).items() if v is not None}
    if len(document) != 1:
        got = sorted(document) or "none"
        raise FunctionFailedError(f"{path} must have exactly one member, got {got}")
    member, content = next(iter(document.items()))
    if member == "listValue":
        items = _expect(content, list, f"{path}.listValue")
        return {member: [read_value(item, f"{path}.{i}") for i, item in enumerate(items)]}
    if member == "mapValue":
        pairs = _expect(content, dict, f"{path}.mapValue").items()
        return {member: {key: read_value(item, f"{path}.{key}") for key, item in pairs}}
    if member == "relationshipValue":
        return {member: _expect(content, dict, f"{path}.relationshipValue")}
    if member not in _SCALARS:
        known = ", ".join([*MEMBER_OF_TYPE.values(), "expression"])
        raise FunctionFailedError(f"{path} has no member {member!r}; known: {known}")
    try:
        return {member: _SCALARS[member](content)}
    except (TypeError, ValueError, OverflowError) as error:
        raise FunctionFailedError(f"{path}.{member} cannot be {content!r}") from error


def _series(item: object, path: str) -> Json:
    document = _expect(item, dict, path)
    values = document.get("values")
    return {
        "entityPropertyReference": _reference(
            document.get("entityPropertyReference"), f"{path}.entityPropertyReference"
        ),
        "values": [
            _point(point, f"{path}.values[{i}]")
            for i, point in enumerate(_expect([] if values is None else values, list, f"{path}.values"))
        ],
    }


def _point(point: object, path: str) -> Json:
    document = _expect(point, dict, path)
    result: Json = {"value": read_value(document.get("value"), f"{path}.value")}
    time, timestamp = document.get("time"), document.get("timestamp")
    if time is not None:
        try:
            parse_time(_expect(time, str, f"{path}.time"))
        except ValueError as error:
            raise FunctionFailedError(f"{path}.time: {error}") from error
        result["time"] = time
    if timestamp is not None:
        result["timestamp"] = float(_expect(timestamp, int | float, f"{path}.timestamp"))
    if len(result) == 1:
        raise FunctionFailedError(f"{path} has no time")
    return result


def _reference(reference: object, path: str) -> Json:
    document = _expect(reference, dict, path)
    _expect(document.get("propertyName"), str, f"{path}.propertyName")
    return {name: document[name] for name in _REFERENCE if document.get(name) is not None}


def _expect(value: object, kind: Any, path: str) -> Any:
    if isinstance(value, kind):
        return value
    wanted = {dict: "a map", list: "a list", str: "a string"}.get(kind, "a number")
    got = "nothing" if value is None else type(value).__name__
    raise FunctionFailedError(f"{path} must be {wanted}, got {got}")


def _boolean(value: object) -> bool:
    known = {True: True, False: False, "true": True, "false": False, "True": True, "False": False}
    if isinstance(value, bool | str) and value in known:
        return known[value]
    raise ValueError


def _number(value: Any) -> float:
    number = float(value)
    if isinstance(value, bool) or not math.isfinite(number):
        raise ValueError
    return number


def _whole(value: Any) -> int:
    number = int(value)
    if isinstance(value, bool) or (isinstance(value, float) and number != value):
        raise ValueError
    return number


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError


_SCALARS = {
    "booleanValue": _boolean,
    "doubleValue": _number,
    "integerValue": _whole,
    "longValue": _whole,
    "stringValue": _text,
    "expression": _text,
}
