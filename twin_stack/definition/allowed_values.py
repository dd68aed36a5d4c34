"""Values that are not among those that their data type allows, at any depth of lists and maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from twin_stack.definition.values import ValueMismatchError, to_data_value
from twin_stack.twinmaker.data_types import EXPRESSION_MEMBER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.schema import DataType, DataValue


class DisallowedValue(NamedTuple):
    """A value, or a member of one, that is not allowed.

    Attributes:
        path: Keys and indexes from the value to the member; empty for the value itself.
        value: What is not allowed.
        allowed: What its data type allows.
    """

    path: tuple[str | int, ...]
    value: DataValue
    allowed: list[DataValue]


def disallowed_values(value: DataValue, data_type: DataType) -> Iterator[DisallowedValue]:
    """Yield what is not allowed of a value; nothing for an expression, whose value is not known.

    Args:
        value: A value of the data type.
        data_type: The data type.
    """
    if EXPRESSION_MEMBER in value:
        return
    if data_type.allowed_values:
        try:
            allowed = [to_data_value(each, data_type) for each in data_type.allowed_values]
        except ValueMismatchError:
            return  # reported where it is declared
        if value not in allowed:
            yield DisallowedValue((), value, allowed)
            return
    yield from disallowed_members(value, data_type)


def disallowed_members(value: DataValue, data_type: DataType) -> Iterator[DisallowedValue]:
    """Yield the members of a list or a map that its nested data type does not allow.

    Args:
        value: A value of the data type.
        data_type: The data type.
    """
    nested = data_type.nested_type
    if nested is None or EXPRESSION_MEMBER in value:
        return
    ((_, content),) = value.items()
    if not isinstance(content, dict | list) or data_type.type not in ("LIST", "MAP"):
        return
    for key, member in content.items() if isinstance(content, dict) else enumerate(content):
        for problem in disallowed_values(member, nested):
            yield problem._replace(path=(key, *problem.path))
