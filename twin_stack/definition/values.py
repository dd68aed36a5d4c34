"""Turn bare values into the service's DataValue by the declared data type."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from twin_stack.definition.schema import DataValue, shown
from twin_stack.definition.source import Cell

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin_stack.definition.schema import DataType

MAX_STRING = 256
"""Most characters of a string value (botocore model and CloudFormation; at least one is needed)."""
MAX_MEMBERS = 50
"""Most members of a list or map value (botocore model)."""

_MEMBER = {
    "STRING": "stringValue",
    "INTEGER": "integerValue",
    "LONG": "longValue",
    "DOUBLE": "doubleValue",
    "BOOLEAN": "booleanValue",
    "LIST": "listValue",
    "MAP": "mapValue",
    "RELATIONSHIP": "relationshipValue",
}
_MEMBERS = frozenset(_MEMBER.values()) | {"expression"}
_EXPRESSION = re.compile(r"\$\{Parameters\.[a-zA-Z][a-zA-Z_0-9]*\}")
_ENTITY_ID = re.compile(r"[a-zA-Z0-9][a-zA-Z_\-0-9.:]*[a-zA-Z0-9]+")
_BITS = {"INTEGER": 32, "LONG": 64}


class ValueMismatchError(ValueError):
    """A value does not fit its data type.

    Attributes:
        remedy: What to do about it.
    """

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def to_data_value(value: Any, data_type: DataType) -> DataValue:
    """Return a value in the service's form.

    Args:
        value: Bare, or already in the service's form. Text from a spreadsheet is converted.
        data_type: The declared type.

    Returns:
        A mapping with one member.

    Raises:
        ValueMismatchError: The value does not fit the type.
    """
    if isinstance(value, dict) and len(value) == 1 and (member := next(iter(value))) in _MEMBERS:
        if member == "expression":
            return _expression(value[member])
        if member == _MEMBER[data_type.type]:
            value = value[member]
        elif data_type.type != "MAP":
            wanted = _MEMBER[data_type.type]
            raise ValueMismatchError(
                f"value is a {member}, its type is {data_type.type}",
                f'write "{wanted}" or a bare value',
            )
    if isinstance(value, str) and data_type.type != "STRING" and _EXPRESSION.fullmatch(value):
        return _expression(value)
    return {_MEMBER[data_type.type]: _CONVERT[data_type.type](value, data_type)}


def _expression(value: Any) -> DataValue:
    if isinstance(value, str) and _EXPRESSION.fullmatch(value):
        return {"expression": str(value)}
    raise ValueMismatchError(f"expression {shown(value)} is not allowed", "write ${Parameters.NAME}")


def _mismatch(value: Any, data_type: DataType, remedy: str) -> ValueMismatchError:
    return ValueMismatchError(f"value {shown(value)} is {_kind(value)}, its type is {data_type.type}", remedy)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    for kind, name in ((str, "text"), (int | float, "a number"), (list, "a list"), (dict, "a map")):
        if isinstance(value, kind):
            return name
    return "nothing"


def _string(value: Any, data_type: DataType) -> str:
    if not isinstance(value, str):
        raise _mismatch(value, data_type, "quote it")
    if not 1 <= len(value) <= MAX_STRING:
        raise ValueMismatchError(
            f"value {shown(value)} has {len(value)} characters, 1 to {MAX_STRING} are allowed",
            "shorten it, or leave the property out where it is empty",
        )
    return str(value)


def _whole(value: Any, data_type: DataType) -> int:
    if isinstance(value, Cell) and re.fullmatch(r"[-+]?\d{1,20}", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _mismatch(value, data_type, "write a whole number without quotes")
    bits = _BITS[data_type.type]
    if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise ValueMismatchError(
            f"value {value} needs more than the {bits} bits of {data_type.type}",
            "declare LONG or DOUBLE" if bits == 32 else "declare DOUBLE or STRING",
        )
    return value


def _double(value: Any, data_type: DataType) -> float | int:
    if isinstance(value, Cell):
        try:
            value = float(value)
        except ValueError:
            raise _mismatch(value, data_type, "write a number") from None
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _mismatch(value, data_type, "write a number without quotes")
    if not math.isfinite(value):
        raise ValueMismatchError(f"value {value} is not a finite number", "leave the property out")
    return value


def _boolean(value: Any, data_type: DataType) -> bool:
    if isinstance(value, Cell) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise _mismatch(value, data_type, "write true or false without quotes")
    return value


def _list(value: Any, data_type: DataType) -> list[DataValue]:
    if not isinstance(value, list):
        raise _mismatch(value, data_type, "write a list")
    _few_enough(len(value))
    return [_nested(member, data_type) for member in value]


def _map(value: Any, data_type: DataType) -> dict[str, DataValue]:
    if not isinstance(value, dict):
        raise _mismatch(value, data_type, "write a mapping")
    _few_enough(len(value))
    return {str(key): _nested(member, data_type) for key, member in value.items()}


def _nested(value: Any, data_type: DataType) -> DataValue:
    if data_type.nested_type is not None:
        return to_data_value(value, data_type.nested_type)
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in _MEMBERS:
        return value
    raise ValueMismatchError(
        f"member {shown(value)} of a {data_type.type} has no type", 'declare "nestedType"'
    )


def _few_enough(count: int) -> None:
    if count > MAX_MEMBERS:
        raise ValueMismatchError(
            f"value has {count} members, {MAX_MEMBERS} are allowed",
            "split it over several properties",
        )


def _relationship(value: Any, data_type: DataType) -> dict[str, str]:
    if isinstance(value, str):
        value = {"targetEntityId": str(value)}
    if not isinstance(value, dict):
        raise _mismatch(value, data_type, "write an entity id, or {targetEntityId: ...}")
    # AWS's bulk schema spells both members with a capital.
    target = {f"{key[:1].lower()}{key[1:]}": member for key, member in value.items()}
    unknown = target.keys() - {"targetEntityId", "targetComponentName"}
    entity_id = target.get("targetEntityId")
    if unknown or not isinstance(entity_id, str) or not _ENTITY_ID.fullmatch(entity_id):
        raise ValueMismatchError(
            f"value {shown(value)} is not a relationship",
            "write {targetEntityId: ...} and, if wanted, targetComponentName",
        )
    return {key: str(member) for key, member in target.items()}


_CONVERT: dict[str, Callable[[Any, DataType], Any]] = {
    "STRING": _string,
    "INTEGER": _whole,
    "LONG": _whole,
    "DOUBLE": _double,
    "BOOLEAN": _boolean,
    "LIST": _list,
    "MAP": _map,
    "RELATIONSHIP": _relationship,
}


def targets(value: DataValue) -> list[str]:
    """Return the ids of all entities a value points at.

    Args:
        value: In the service's form.
    """
    if "relationshipValue" in value:
        return [value["relationshipValue"]["targetEntityId"]]
    if "listValue" in value:
        return [target for member in value["listValue"] for target in targets(member)]
    if "mapValue" in value:
        return [target for member in value["mapValue"].values() for target in targets(member)]
    return []
