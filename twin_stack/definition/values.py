"""Turn bare values into the service's DataValue by the declared data type."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, TypeVar

from twin_stack.definition.cell_numbers import number_literal, number_remedy
from twin_stack.definition.schema import ENTITY_ID, NAME, SHORT_TEXT, DataType, DataValue
from twin_stack.definition.source import Cell
from twin_stack.definition.wording import quote_value
from twin_stack.twinmaker.data_types import (
    EXPRESSION_MEMBER,
    INTEGER_BITS,
    MAX_MEMBERS,
    MEMBER_OF_TYPE,
    VALUE_MEMBERS,
)
from twin_stack.twinmaker.patterns import VALUE_EXPRESSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Key = TypeVar("Key", str, int)

_TYPE = {member: DataType.model_validate(name) for name, member in MEMBER_OF_TYPE.items()}
_KINDS = {bool: "BOOLEAN", int: "INTEGER", float: "DOUBLE", str: "STRING", list: "LIST", dict: "MAP"}
_INTEGER = re.compile(r"[-+]?[0-9]{1,20}")


class ValueMismatchError(ValueError):
    """A value does not fit its data type.

    Attributes:
        remedy: What to do about it.
        kind: What is wrong with the cells of a column, empty where each cell has its own mistake.
        members: The mistakes of members of a list or a mapping, by key or index.
    """

    def __init__(self, message: str, remedy: str, kind: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy
        self.kind = kind
        self.members: list[tuple[tuple[str | int, ...], ValueMismatchError]] = []

    def by_member(self) -> list[tuple[tuple[str | int, ...], ValueMismatchError]]:
        """Return the mistakes of all members, each with the keys and indexes that lead to it."""
        return [
            ((*path, *inner), error) for path, own in self.members for inner, error in own.by_member()
        ] or [((), self)]


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
    if value is None:
        raise ValueMismatchError("there is no value", "write one, or leave the property out")
    if (member := _own_member(value)) is not None:
        if member == EXPRESSION_MEMBER:
            return _expression(value[member])
        if member == MEMBER_OF_TYPE[data_type.type]:
            value = value[member]
        elif data_type.type != "MAP":
            expected = MEMBER_OF_TYPE[data_type.type]
            raise ValueMismatchError(
                f"value is a {member}, its type is {data_type.type}",
                f'write "{expected}" or a bare value',
            )
    if isinstance(value, str) and data_type.type != "STRING" and _is_expression(value):
        return _expression(value)
    return {MEMBER_OF_TYPE[data_type.type]: _CONVERT[data_type.type](value, data_type)}


def to_untyped_value(value: Any) -> DataValue:
    """Return a value in the service's form by its own kind, where no data type is declared.

    Args:
        value: Bare, or already in the service's form.

    Returns:
        A mapping with one member.

    Raises:
        ValueMismatchError: The service has no such value.
    """
    member = _own_member(value)
    if member is None or member == EXPRESSION_MEMBER:
        kind = next((name for base, name in _KINDS.items() if isinstance(value, base)), "STRING")
        is_long = kind == "INTEGER" and not -(2**31) <= value < 2**31
        member = MEMBER_OF_TYPE["LONG" if is_long else kind]
    return to_data_value(value, _TYPE[member])


def _own_member(value: Any) -> str | None:
    """Return the one member of a value in the service's form, None for a bare value."""
    if isinstance(value, dict) and len(value) == 1 and (member := next(iter(value))) in VALUE_MEMBERS:
        return str(member)
    return None


def _is_expression(value: str) -> bool:
    return VALUE_EXPRESSION.fits(value)


def _expression(value: Any) -> DataValue:
    if isinstance(value, str) and _is_expression(value):
        return {EXPRESSION_MEMBER: str(value)}
    raise ValueMismatchError(f"expression {quote_value(value)} is not allowed", "write ${Parameters.NAME}")


def _mismatch(value: Any, data_type: DataType, remedy: str) -> ValueMismatchError:
    named = ((bool, "true or false"), (str, "text"), (int | float, "a number"))
    kind = next((f" {quote_value(value)} is {name}" for base, name in named if isinstance(value, base)), None)
    return ValueMismatchError(
        f"value{kind or f' is {quote_value(value)}'}, its type is {data_type.type}", remedy
    )


def _string(value: Any, data_type: DataType) -> str:
    if not isinstance(value, str):
        raise _mismatch(value, data_type, "quote it")
    if not SHORT_TEXT.fits(value):
        raise ValueMismatchError(
            f"value {quote_value(value)} is not allowed: 1 to {SHORT_TEXT.max_length} characters, "
            "in one line",
            "shorten it, or leave the property out where it is empty",
        )
    return str(value)


def _cell_mismatch(cell: Cell, data_type: DataType) -> ValueMismatchError:
    remedy = number_remedy(str(cell), cell.decimal)
    error = _mismatch(cell, data_type, remedy.text)
    error.kind = remedy.kind
    return error


def _whole(value: Any, data_type: DataType) -> int:
    if isinstance(value, Cell):
        if not _INTEGER.fullmatch(value):
            if number_literal(str(value), value.decimal) is not None:
                raise _mismatch(value, data_type, "write a whole number, or declare DOUBLE")
            raise _cell_mismatch(value, data_type)
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _mismatch(value, data_type, "write a whole number without quotes")
    bits = INTEGER_BITS[data_type.type]
    if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise ValueMismatchError(
            f"value {value} needs more than the {bits} bits of {data_type.type}",
            "declare LONG or DOUBLE" if bits == 32 else "declare DOUBLE or STRING",
        )
    return value


def _double(value: Any, data_type: DataType) -> float | int:
    if isinstance(value, Cell):
        literal = number_literal(str(value), value.decimal)
        if literal is None:
            raise _cell_mismatch(value, data_type)
        value = float(literal)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _mismatch(value, data_type, "write a number without quotes")
    if not math.isfinite(value):
        raise ValueMismatchError(f"value {value} is not a finite number", "leave the property out")
    return value


def _boolean(value: Any, data_type: DataType) -> bool:
    if isinstance(value, Cell):
        if value.lower() not in ("true", "false"):
            raise ValueMismatchError(
                f"value {quote_value(value)} is text, its type is {data_type.type}",
                "write true or false",
                "boolean",
            )
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise _mismatch(value, data_type, "write true or false without quotes")
    return value


def _list(value: Any, data_type: DataType) -> list[DataValue]:
    if not isinstance(value, list):
        raise _mismatch(value, data_type, "write a list")
    _few_enough(len(value))
    return list(_members(dict(enumerate(value)), data_type).values())


def _map(value: Any, data_type: DataType) -> dict[str, DataValue]:
    if not isinstance(value, dict):
        raise _mismatch(value, data_type, "write a mapping")
    _few_enough(len(value))
    for key in value:
        if not NAME.fits(key):
            raise ValueMismatchError(
                f"key {quote_value(key)} of a MAP is not allowed: {NAME.min_length} to {NAME.max_length} "
                f"characters, {NAME.allowed}",
                "rename it",
            )
    return {str(key): member for key, member in _members(value, data_type).items()}


def _members(values: Mapping[Key, Any], data_type: DataType) -> dict[Key, DataValue]:
    """Return members in the service's form; raise the mistakes of all of them."""
    members: dict[Key, DataValue] = {}
    wrong: list[tuple[tuple[str | int, ...], ValueMismatchError]] = []
    for key, value in values.items():
        try:
            members[key] = _nested(value, data_type)
        except ValueMismatchError as error:
            wrong.append(((key,), error))
    if wrong:
        first = wrong[0][1]
        mismatch = ValueMismatchError(str(first), first.remedy)
        mismatch.members = wrong
        raise mismatch
    return members


def _nested(value: Any, data_type: DataType) -> DataValue:
    if data_type.nested_type is not None:
        return to_data_value(value, data_type.nested_type)
    return to_untyped_value(value)


def _few_enough(count: int) -> None:
    if count > MAX_MEMBERS:
        raise ValueMismatchError(
            f"value has {count} members, {MAX_MEMBERS} are allowed",
            "split it over several properties",
        )


def _relationship(value: Any, data_type: DataType) -> dict[str, str]:
    if isinstance(value, Cell) and value.without_accents is not None:
        value = value.without_accents
    if isinstance(value, str):
        value = {"targetEntityId": str(value)}
    if not isinstance(value, dict):
        raise _mismatch(value, data_type, "write an entity id, or {targetEntityId: ...}")
    # AWS's bulk schema spells both members with a capital.
    target = {f"{key[:1].lower()}{key[1:]}": member for key, member in value.items()}
    unknown = target.keys() - {"targetEntityId", "targetComponentName"}
    entity_id, component = target.get("targetEntityId"), target.get("targetComponentName", "any")
    fits = [
        isinstance(name, str) and rule.fits(name)
        for name, rule in ((entity_id, ENTITY_ID), (component, NAME))
    ]
    if unknown or not all(fits):
        raise ValueMismatchError(
            f"value {quote_value(entity_id or value)} is not a relationship",
            "write {targetEntityId: ...} and optionally targetComponentName",
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


REFERRING_MEMBERS = frozenset({"relationshipValue", "listValue", "mapValue"})
"""Members of a value that may refer to entities."""


def target_entities(value: DataValue) -> list[tuple[str, tuple[str | int, ...]]]:
    """Return the ids of all entities that a value refers to, each with the keys and indexes that lead to it.

    Args:
        value: In the service's form.
    """
    if "relationshipValue" in value:
        return [(value["relationshipValue"]["targetEntityId"], ())]
    members = [*enumerate(value.get("listValue", ())), *value.get("mapValue", {}).items()]
    return [(target, (key, *path)) for key, member in members for target, path in target_entities(member)]
