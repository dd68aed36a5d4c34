"""Checks of data values against data types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.twinmaker.data_types import MEMBER_OF_TYPE

if TYPE_CHECKING:
    from twin_stack.local.service.twinmaker.context import Json


def value_problems(value: Json, data_type: Json, path: str) -> list[str]:
    """Return why ``value`` is not a value of ``data_type``; nothing when it is one.

    A value has exactly one member, that of the type; an ``expression`` fits every type. A scalar must be one
    of ``allowedValues`` where the type has any.
    """
    member = MEMBER_OF_TYPE[data_type["type"]]
    if len(value) != 1:
        return [f"{path} must have exactly one member, got {sorted(value) or 'none'}"]
    if "expression" in value:
        return []
    if member not in value:
        received = next(iter(value))
        return [f"{path} is of type {data_type['type']} and takes {member}, got {received}"]
    allowed = data_type.get("allowedValues")
    if allowed and value not in allowed:
        names = ", ".join(str(next(iter(item.values()), None)) for item in allowed)
        return [f"{path} must be one of {names}; got {value[member]}"]
    nested = data_type.get("nestedType")
    if nested is None or member not in ("listValue", "mapValue"):
        return []
    items = value[member]
    pairs = enumerate(items) if member == "listValue" else items.items()
    return [problem for key, item in pairs for problem in value_problems(item, nested, f"{path}.{key}")]


def allowed_values_problems(data_type: Json, path: str) -> list[str]:
    """Return which allowed values are none of their data type, those of nested types among them.

    Args:
        data_type: The data type.
        path: What has it, for messages.
    """
    plain = {key: value for key, value in data_type.items() if key != "allowedValues"}
    problems = [
        problem
        for value in data_type.get("allowedValues", ())
        for problem in value_problems(value, plain, f"{path}.allowedValues")
    ]
    nested = data_type.get("nestedType")
    if nested is not None:
        problems += allowed_values_problems(nested, f"{path}.nestedType")
    return problems
