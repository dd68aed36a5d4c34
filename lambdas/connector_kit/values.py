"""DataValue: one stored value in the member that its declared type asks for.

The rule for all types: a value is taken if the declared type can hold it without losing anything,
else it is skipped with a reason, and the reasons are counted in the log. One odd row must not take
the whole series away.

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

STRING_LIMIT = 256
MEMBER_LIMIT = 50
NESTING_LIMIT = 8
"""How deep lists and maps may nest: a limit of this project, far beyond what anybody measures."""


class DataType(NamedTuple):
    """A property's declared type.

    Attributes:
        type: One of ``DATA_TYPES``.
        nested: The members' type; set if and only if ``type`` is LIST or MAP.
    """

    type: str
    nested: "DataType | None" = None


class SkipValueError(Exception):
    """A stored value that has no DataValue; ``reason`` is one of the counters in the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


EMPTY = "empty"
MISMATCHED = "mismatched"
NOT_FINITE = "notFinite"
OVER_LONG = "overLong"


def converter(data_type: DataType) -> Converter:
    """Give the function that writes stored values of one property.

    Args:
        data_type: The property's declared type.

    Returns:
        A function from a Python value (numbers also as text or ``Decimal``) to a DataValue. It
        raises ``SkipValueError`` for a value that the type cannot hold.
    """
    if data_type.nested is None:
        return _SCALARS[data_type.type]
    member = converter(data_type.nested)
    if data_type.type == "LIST":
        return lambda raw: _list(raw, member)
    return lambda raw: _map(raw, member)


def bulk_converter(data_type: DataType) -> BulkConverter:
    """Give the function that writes many stored values of one property at once.

    It does what ``converter`` does, for the columns that nearly all columns are: values of one
    Python type, none of them odd.

    Args:
        data_type: The property's declared type.

    Returns:
        A function from stored values to their DataValues, of which equal ones may be one and the
        same dictionary; or to None where ``converter`` has to look at each.
    """
    return _BULK.get(data_type.type, _none)


def plain(value: object) -> Any:
    """Take the content out of a DataValue, that of its members too; None if there is none.

    Args:
        value: What an event carries as ``value`` or ``defaultValue``.
    """
    return _plain(value, NESTING_LIMIT)


def _plain(value: object, depth: int) -> Any:
    if not isinstance(value, Mapping):
        return None
    member = next((member for member in _MEMBERS if value.get(member) is not None), "")
    content = value.get(member)
    if member not in ("listValue", "mapValue"):
        return content
    if depth and member == "listValue" and isinstance(content, list):
        listed = [_plain(one, depth - 1) for one in content]
        return None if None in listed else listed
    if depth and member == "mapValue" and isinstance(content, Mapping):
        named = {str(name): _plain(one, depth - 1) for name, one in content.items()}
        return None if None in named.values() else named
    return None


def _double(raw: Any) -> DataValue:
    if raw.__class__ is bool:
        raise SkipValueError(MISMATCHED)
    try:
        number = float(raw)
    except (TypeError, ValueError, OverflowError):
        raise SkipValueError(MISMATCHED) from None
    if number - number != 0:  # true of NaN and of both infinities, which JSON cannot write
        raise SkipValueError(NOT_FINITE)
    return {"doubleValue": number}


def _whole(raw: Any, bits: int) -> int:
    if raw.__class__ is not int:
        raw = _whole_from_other(raw)
    if not -(1 << bits - 1) <= raw < 1 << bits - 1:
        raise SkipValueError(MISMATCHED)
    return int(raw)


def _whole_from_other(raw: Any) -> int:
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


def _integer(raw: Any) -> DataValue:
    return {"integerValue": _whole(raw, 32)}


def _long(raw: Any) -> DataValue:
    return {"longValue": _whole(raw, 64)}


_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def _boolean(raw: Any) -> DataValue:
    if raw.__class__ is bool:
        return {"booleanValue": raw}
    try:
        return {"booleanValue": _BOOLEANS[str(raw).lower()]}
    except KeyError:
        raise SkipValueError(MISMATCHED) from None


def _string(raw: Any) -> DataValue:
    if isinstance(raw, bool):
        raw = "true" if raw else "false"
    elif isinstance(raw, int | float | Decimal):
        raw = str(raw)
    if not isinstance(raw, str):
        raise SkipValueError(MISMATCHED)
    if not raw:
        raise SkipValueError(EMPTY)
    if len(raw) > STRING_LIMIT:
        raise SkipValueError(OVER_LONG)
    return {"stringValue": raw}


def _relationship(raw: Any) -> DataValue:
    target = {"targetEntityId": raw} if isinstance(raw, str) and raw else raw
    members = target if isinstance(target, Mapping) else {}
    known = {
        name: text
        for name in ("targetEntityId", "targetComponentName")
        if isinstance(text := members.get(name), str)
    }
    if "targetEntityId" not in known:
        raise SkipValueError(MISMATCHED)
    return {"relationshipValue": known}


def _list(raw: Any, member: Converter) -> DataValue:
    if isinstance(raw, str | bytes) or not isinstance(raw, Sequence):
        raise SkipValueError(MISMATCHED)
    if len(raw) > MEMBER_LIMIT:
        raise SkipValueError(OVER_LONG)
    return {"listValue": [member(item) for item in raw]}


def _map(raw: Any, member: Converter) -> DataValue:
    if not isinstance(raw, Mapping):
        raise SkipValueError(MISMATCHED)
    if len(raw) > MEMBER_LIMIT:
        raise SkipValueError(OVER_LONG)
    return {"mapValue": {str(key): member(item) for key, item in raw.items()}}


def _none(_: Sequence[Any]) -> None:
    """Leave each value of a type that has no column of one Python type to ``converter``."""


def _doubles(raws: Sequence[Any]) -> Iterable[DataValue] | None:
    types = set(map(type, raws))
    if not types <= _NUMBERS:
        return None

    def convert(some: Iterable[Any]) -> list[DataValue] | None:
        try:
            numbers = list(map(float, some))
        except (ValueError, OverflowError):
            return None
        # A sum is not finite if one of its members is not; a sum beyond the largest float is rare.
        total = sum(numbers)
        return [{"doubleValue": number} for number in numbers] if total - total == 0 else None

    # As numbers 0.0 and -0.0 would be equal.
    return _shared(raws, convert) if types == {str} else convert(raws)


def _wholes(member: str, bits: int) -> BulkConverter:
    def convert(some: Iterable[Any]) -> list[DataValue] | None:
        try:
            numbers = list(map(int, some))
        except ValueError:
            return None
        fits = -(1 << bits - 1) <= min(numbers) and max(numbers) < 1 << bits - 1
        return [{member: number} for number in numbers] if fits else None

    return lambda raws: _shared(raws, convert) if set(map(type, raws)) <= _WHOLE_NUMBERS else None


def _booleans(raws: Sequence[Any]) -> Iterable[DataValue] | None:
    if set(map(type, raws)) != {bool}:
        return None
    return _shared(raws, lambda some: [{"booleanValue": raw} for raw in some])


def _strings(raws: Sequence[Any]) -> Iterable[DataValue] | None:
    if set(map(type, raws)) != {str} or not all(raws) or max(map(len, raws)) > STRING_LIMIT:
        return None
    return _shared(raws, lambda some: [{"stringValue": raw} for raw in some])


def _shared(
    raws: Sequence[Any], convert: Callable[[Iterable[Any]], list[DataValue] | None]
) -> Iterable[DataValue] | None:
    """Convert each distinct value once where that is less work: sensors repeat themselves."""
    distinct = set(raws)
    if len(distinct) * 2 > len(raws):
        return convert(raws)
    values = convert(distinct)
    return None if values is None else map(dict(zip(distinct, values, strict=True)).__getitem__, raws)


_NUMBERS = {str, int, float}
_WHOLE_NUMBERS = {str, int}
_BULK: dict[str, BulkConverter] = {
    "BOOLEAN": _booleans,
    "DOUBLE": _doubles,
    "INTEGER": _wholes("integerValue", 32),
    "LONG": _wholes("longValue", 64),
    "STRING": _strings,
}

_SCALARS: dict[str, Converter] = {
    "BOOLEAN": _boolean,
    "DOUBLE": _double,
    "INTEGER": _integer,
    "LONG": _long,
    "RELATIONSHIP": _relationship,
    "STRING": _string,
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
