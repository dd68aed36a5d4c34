"""DataValue: a stored value in the member of its declared type.

The rule for all types: a value is converted if the declared type can hold it without loss, else it is
skipped with a reason, and the log counts the reasons. One odd row must not fail the whole series.

Limits come from botocore's model of ``DataValue``: a ``stringValue`` has 1 to 256 characters, a
``listValue`` or ``mapValue`` at most 50 members; ``integerValue`` has 32 bits, ``longValue`` 64.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

DataValue = dict[str, Any]
"""A dictionary of exactly one member, named as in the service's ``DataValue``."""

Converter = Callable[[Any], DataValue]

BulkConverter = Callable[[Sequence[Any]], "Iterable[DataValue] | None"]

MAX_STRING_LENGTH = 256
MAX_MEMBERS = 50
MAX_NESTING = 8
"""Maximum depth of nested lists and maps: a limit of this project, far above that of real data."""


class DataType(NamedTuple):
    """A property's declared type.

    Attributes:
        type: One of ``DATA_TYPES``.
        nested: The members' type; set if and only if ``type`` is LIST or MAP.
    """

    type: str
    nested: "DataType | None" = None


class SkipValueError(Exception):
    """Error of a stored value that has no DataValue.

    Args:
        reason: Name of a counter in the log.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


EMPTY = "empty"
MISMATCHED = "mismatched"
NOT_FINITE = "notFinite"
OVER_LONG = "overLong"


def converter(data_type: DataType) -> Converter:
    """Return the function that converts stored values of one property.

    Args:
        data_type: The property's declared type.

    Returns:
        A function from a Python value (numbers also as text or ``Decimal``) to a DataValue. It
        raises ``SkipValueError`` for a value that the type cannot hold.
    """
    if data_type.nested is None:
        return _SCALARS[data_type.type]
    convert_member = converter(data_type.nested)
    if data_type.type == "LIST":
        return lambda raw: _to_list(raw, convert_member)
    return lambda raw: _to_map(raw, convert_member)


def bulk_converter(data_type: DataType) -> BulkConverter:
    """Return the function that converts many stored values of one property at once.

    It has the result of ``converter`` for the common case: a column of one Python type whose values
    all fit.

    Args:
        data_type: The property's declared type.

    Returns:
        A function from stored values to their DataValues, where equal values may be the same
        dictionary; it returns None where each value needs ``converter``.
    """
    return _BULK.get(data_type.type, _convert_none)


def unwrap(value: object) -> Any:
    """Return the content of a DataValue and of its members; None if there is none.

    Args:
        value: ``value`` or ``defaultValue`` of an event.
    """
    return _unwrap(value, MAX_NESTING)


def _unwrap(value: object, depth: int) -> Any:
    if not isinstance(value, Mapping):
        return None
    member = next((member for member in _MEMBERS if value.get(member) is not None), "")
    content = value.get(member)
    if member not in ("listValue", "mapValue"):
        return content
    if depth and member == "listValue" and isinstance(content, list):
        items = [_unwrap(item, depth - 1) for item in content]
        return None if None in items else items
    if depth and member == "mapValue" and isinstance(content, Mapping):
        members = {str(name): _unwrap(item, depth - 1) for name, item in content.items()}
        return None if None in members.values() else members
    return None


def _to_double(raw: Any) -> DataValue:
    if raw.__class__ is bool:
        raise SkipValueError(MISMATCHED)
    try:
        number = float(raw)
    except (TypeError, ValueError, OverflowError):
        raise SkipValueError(MISMATCHED) from None
    if number - number != 0:  # true of NaN and of both infinities, which JSON cannot write
        raise SkipValueError(NOT_FINITE)
    return {"doubleValue": number}


def _to_whole(raw: Any, bits: int) -> int:
    if raw.__class__ is not int:
        raw = _parse_whole(raw)
    if not -(1 << bits - 1) <= raw < 1 << bits - 1:
        raise SkipValueError(MISMATCHED)
    return int(raw)


def _parse_whole(raw: Any) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        raise SkipValueError(MISMATCHED)
    try:
        number = Decimal(raw)
    except InvalidOperation:
        raise SkipValueError(MISMATCHED) from None
    if not number.is_finite():
        raise SkipValueError(NOT_FINITE)
    if number.adjusted() > 20 or number != number.to_integral_value():
        raise SkipValueError(MISMATCHED)
    return int(number)


def _to_integer(raw: Any) -> DataValue:
    return {"integerValue": _to_whole(raw, 32)}


def _to_long(raw: Any) -> DataValue:
    return {"longValue": _to_whole(raw, 64)}


_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def _to_boolean(raw: Any) -> DataValue:
    if raw.__class__ is bool:
        return {"booleanValue": raw}
    try:
        return {"booleanValue": _BOOLEANS[str(raw).lower()]}
    except KeyError:
        raise SkipValueError(MISMATCHED) from None


def _to_string(raw: Any) -> DataValue:
    if isinstance(raw, bool):
        raw = "true" if raw else "false"
    elif isinstance(raw, int | float | Decimal):
        raw = str(raw)
    if not isinstance(raw, str):
        raise SkipValueError(MISMATCHED)
    if not raw:
        raise SkipValueError(EMPTY)
    if len(raw) > MAX_STRING_LENGTH:
        raise SkipValueError(OVER_LONG)
    return {"stringValue": raw}


def _to_relationship(raw: Any) -> DataValue:
    target = {"targetEntityId": raw} if isinstance(raw, str) and raw else raw
    members = target if isinstance(target, Mapping) else {}
    relationship = {
        name: text
        for name in ("targetEntityId", "targetComponentName")
        if isinstance(text := members.get(name), str)
    }
    if "targetEntityId" not in relationship:
        raise SkipValueError(MISMATCHED)
    return {"relationshipValue": relationship}


def _to_list(raw: Any, convert_member: Converter) -> DataValue:
    if isinstance(raw, str | bytes) or not isinstance(raw, Sequence):
        raise SkipValueError(MISMATCHED)
    if len(raw) > MAX_MEMBERS:
        raise SkipValueError(OVER_LONG)
    return {"listValue": [convert_member(item) for item in raw]}


def _to_map(raw: Any, convert_member: Converter) -> DataValue:
    if not isinstance(raw, Mapping):
        raise SkipValueError(MISMATCHED)
    if len(raw) > MAX_MEMBERS:
        raise SkipValueError(OVER_LONG)
    return {"mapValue": {str(key): convert_member(item) for key, item in raw.items()}}


def _convert_none(_: Sequence[Any]) -> None:
    """Return None for data types without a bulk conversion."""


def _to_doubles(raws: Sequence[Any]) -> Iterable[DataValue] | None:
    types = set(map(type, raws))
    if not types <= _NUMBERS:
        return None

    def convert(values: Iterable[Any]) -> list[DataValue] | None:
        try:
            numbers = list(map(float, values))
        except (ValueError, OverflowError):
            return None
        # A sum is not finite if one of its terms is not; a sum above the largest float is rare.
        total = sum(numbers)
        return [{"doubleValue": number} for number in numbers] if total - total == 0 else None

    # Numbers are not deduplicated, because 0.0 and -0.0 are equal.
    return _convert_distinct(raws, convert) if types == {str} else convert(raws)


def _to_wholes(member: str, bits: int) -> BulkConverter:
    def convert(values: Iterable[Any]) -> list[DataValue] | None:
        try:
            numbers = list(map(int, values))
        except ValueError:
            return None
        fits = -(1 << bits - 1) <= min(numbers) and max(numbers) < 1 << bits - 1
        return [{member: number} for number in numbers] if fits else None

    return lambda raws: _convert_distinct(raws, convert) if set(map(type, raws)) <= _WHOLE_NUMBERS else None


def _to_booleans(raws: Sequence[Any]) -> Iterable[DataValue] | None:
    if set(map(type, raws)) != {bool}:
        return None
    return _convert_distinct(raws, lambda values: [{"booleanValue": raw} for raw in values])


def _to_strings(raws: Sequence[Any]) -> Iterable[DataValue] | None:
    if set(map(type, raws)) != {str} or not all(raws) or max(map(len, raws)) > MAX_STRING_LENGTH:
        return None
    return _convert_distinct(raws, lambda values: [{"stringValue": raw} for raw in values])


def _convert_distinct(
    raws: Sequence[Any], convert: Callable[[Iterable[Any]], list[DataValue] | None]
) -> Iterable[DataValue] | None:
    """Convert each distinct value once where that is faster, because sensors repeat values."""
    distinct = set(raws)
    if len(distinct) * 2 > len(raws):
        return convert(raws)
    values = convert(distinct)
    return None if values is None else map(dict(zip(distinct, values, strict=True)).__getitem__, raws)


_NUMBERS = {str, int, float}
_WHOLE_NUMBERS = {str, int}
_BULK: dict[str, BulkConverter] = {
    "BOOLEAN": _to_booleans,
    "DOUBLE": _to_doubles,
    "INTEGER": _to_wholes("integerValue", 32),
    "LONG": _to_wholes("longValue", 64),
    "STRING": _to_strings,
}

_SCALARS: dict[str, Converter] = {
    "BOOLEAN": _to_boolean,
    "DOUBLE": _to_double,
    "INTEGER": _to_integer,
    "LONG": _to_long,
    "RELATIONSHIP": _to_relationship,
    "STRING": _to_string,
}
_MEMBERS = (
    "stringValue",
    "integerValue",
    "longValue",
    "doubleValue",
    "booleanValue",
    "listValue",
    "mapValue",
    "relationshipValue",
)

NESTING_TYPES = ("LIST", "MAP")
DATA_TYPES = (*_SCALARS, *NESTING_TYPES)
