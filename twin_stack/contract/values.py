"""Parsing and checks of a DataValue: an object with one member, named for its data type.

The limits are those of botocore's model of ``DataValue``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from twin_stack.contract.violations import Code, Json, Report, quote_value
from twin_stack.twinmaker.data_types import (
    INTEGER_BITS,
    MAX_EXPRESSION,
    MAX_MEMBERS,
    MAX_STRING,
    MEMBER_OF_TYPE,
    VALUE_MEMBERS,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_BOOLEANS = {"true": True, "True": True, "false": False, "False": False}


def read_value(report: Report, value: object, path: str) -> Json | None:
    """Parse a DataValue.

    Numbers and booleans as text cause a warning only, because AWS's own helper library for connectors
    writes them and its demo works. The returned value has them as native JSON.

    Args:
        report: Collects the violations.
        value: The value at the path.
        path: JSON path of it in the answer.

    Returns:
        The value without null members; None if it cannot be read.
    """
    if not report.expect(value, dict, path, 'give one value, such as {"doubleValue": 21.5}'):
        return None
    document = {name: content for name, content in value.items() if content is not None}
    if len(document) != 1:
        report.add(
            Code.NOT_ONE_MEMBER,
            path,
            f"a value with {', '.join(map(quote_value, document)) or 'no member'}",
            "exactly one member",
            "keep the member of the property's declared type alone",
        )
        return None
    member, content = next(iter(document.items()))
    if member not in VALUE_MEMBERS:
        report.add(
            Code.UNKNOWN_VALUE_MEMBER,
            f"{path}.{member}",
            quote_value(content),
            f"one of {', '.join(sorted(VALUE_MEMBERS))}",
            "name the member for the property's declared type",
        )
        return None
    read = _READERS[member](report, content, f"{path}.{member}")
    return None if read is None else {member: read}


def check_type(report: Report, value: Json, data_type: Json, path: str) -> bool:
    """Check that a value and its members have the declared type, and report those that do not.

    Args:
        report: Collects the violations.
        value: A parsed DataValue.
        data_type: ``dataType`` of the property's definition.
        path: JSON path of it in the answer.
    """
    member, content = next(iter(value.items()))
    expected = MEMBER_OF_TYPE.get(str(data_type.get("type")))
    if member == "expression" or expected is None:  # an expression can have a value of any type
        return True
    if member != expected:
        report.add(
            Code.OTHER_TYPE,
            f"{path}.{member}",
            quote_value(content),
            f"{expected}, since the property is declared {data_type['type']}",
            "convert by definition.dataType.type of the event",
        )
        return False
    allowed = data_type.get("allowedValues")
    if isinstance(allowed, list) and allowed and value not in allowed:
        report.add(
            Code.VALUE_NOT_ALLOWED,
            f"{path}.{member}",
            quote_value(content),
            f"one of {', '.join(quote_value(next(iter(value.values()), None)) for value in allowed)}",
            "map the stored values to allowedValues, or change the definition",
        )
    nested = data_type.get("nestedType")
    if not isinstance(nested, dict) or not isinstance(content, list | dict):
        return True
    items = enumerate(content) if isinstance(content, list) else content.items()
    steps = "[{}]" if isinstance(content, list) else ".{}"
    fits = [check_type(report, item, nested, f"{path}.{member}{steps.format(key)}") for key, item in items]
    return all(fits)


def _number(report: Report, content: object, path: str) -> float | None:
    number: float = math.nan
    if isinstance(content, int | float | str) and not isinstance(content, bool):
        try:
            number = float(content)
        except (ValueError, OverflowError):
            number = math.nan
    if not math.isfinite(number):
        _wrong(report, content, path, "a finite number")
        return None
    _as_text(report, content, path)
    return number


def _whole(bits: int) -> Callable[[Report, object, str], int | None]:
    low, high = -(1 << bits - 1), (1 << bits - 1) - 1

    def read(report: Report, content: object, path: str) -> int | None:
        number = None
        if isinstance(content, int | str) and not isinstance(content, bool):
            try:
                number = int(content)
            except ValueError:
                number = None
        elif isinstance(content, float) and content.is_integer():
            number = int(content)
        if number is None or not low <= number <= high:
            _wrong(report, content, path, f"a whole number from {low} to {high}")
            return None
        _as_text(report, content, path)
        return number

    return read


def _boolean(report: Report, content: object, path: str) -> bool | None:
    if isinstance(content, bool):
        return content
    if isinstance(content, str) and content in _BOOLEANS:
        _as_text(report, content, path)
        return _BOOLEANS[content]
    _wrong(report, content, path, "true or false")
    return None


def _text(limit: int) -> Callable[[Report, object, str], str | None]:
    def read(report: Report, content: object, path: str) -> str | None:
        if not isinstance(content, str):
            _wrong(report, content, path, "text")
            return None
        if not 1 <= len(content) <= limit:
            report.add(
                Code.STRING_LENGTH,
                path,
                quote_value(content),
                f"text of 1 to {limit} characters",
                "leave the point out, or shorten the stored text",
            )
        return content

    return read


def _relationship(report: Report, content: object, path: str) -> Json | None:
    if not report.expect(content, dict, path, 'name the target: {"targetEntityId": ...}'):
        return None
    report.report_unknown_members(content, frozenset({"targetEntityId", "targetComponentName"}), path)
    for name in ("targetEntityId", "targetComponentName"):
        if content.get(name) is not None and not isinstance(content[name], str):
            _wrong(report, content[name], f"{path}.{name}", "text")
    return content


def _list(report: Report, content: object, path: str) -> list[Json] | None:
    if not report.expect(content, list, path, "give the members in a list"):
        return None
    _count(report, content, path)
    items = [read_value(report, item, f"{path}[{index}]") for index, item in enumerate(content)]
    return None if None in items else [item for item in items if item is not None]


def _map(report: Report, content: object, path: str) -> Json | None:
    if not report.expect(content, dict, path, "give the members in an object"):
        return None
    _count(report, content, path)
    items = {key: read_value(report, item, f"{path}.{key}") for key, item in content.items()}
    return None if None in items.values() else items


def _count(report: Report, content: list[Json] | Json, path: str) -> None:
    if len(content) > MAX_MEMBERS:
        report.add(
            Code.TOO_MANY_MEMBERS,
            path,
            f"{len(content)} members",
            f"at most {MAX_MEMBERS}",
            "leave the point out, or make several properties of it",
        )


def _as_text(report: Report, content: object, path: str) -> None:
    if isinstance(content, str):
        report.add(
            Code.NUMBER_AS_TEXT,
            path,
            quote_value(content),
            "the same without quotes",
            "write JSON's own number or boolean, as the documentation shows it",
        )


def _wrong(report: Report, content: object, path: str, allowed: str) -> None:
    if not isinstance(content, str | int | list | dict) and not _is_finite(content):
        return  # reported already as no JSON
    report.add(
        Code.WRONG_CONTENT,
        path,
        quote_value(content),
        allowed,
        "convert it, or leave out a point that has none",
    )


def _is_finite(content: object) -> bool:
    return content is None or (isinstance(content, float) and math.isfinite(content))


_READERS: dict[str, Callable[[Report, object, str], object]] = {
    "booleanValue": _boolean,
    "doubleValue": _number,
    "integerValue": _whole(INTEGER_BITS["INTEGER"]),
    "longValue": _whole(INTEGER_BITS["LONG"]),
    "stringValue": _text(MAX_STRING),
    "expression": _text(MAX_EXPRESSION),
    "listValue": _list,
    "mapValue": _map,
    "relationshipValue": _relationship,
}
