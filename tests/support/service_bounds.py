"""Bounds of botocore's model for the members that a definition may set, with values at and beyond each."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import botocore.session

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Bound:
    """A bound of a member.

    Attributes:
        path: Keys and indexes from the item to the member; a last key ``*`` stands for the keys of a mapping.
        kind: ``min``, ``max``, ``pattern`` or ``enum``.
        inside: A value just inside of the bound.
        beyond: A value just beyond it.
    """

    path: Path
    kind: str
    inside: Any
    beyond: Any

    def __str__(self) -> str:
        """Return a name for tests."""
        return f"{'.'.join(map(str, self.path))} {self.kind}"

    def apply(self, item: dict[str, Any], value: Any) -> dict[str, Any]:
        """Return a copy of an item with a value in place of the member."""
        changed = copy.deepcopy(item)
        *container_path, last = self.path
        container: Any = changed
        for key in container_path:
            container = container[key]
        if last == "*":
            first = next(iter(container))
            container[value] = container.pop(first)
        else:
            container[last] = value
        return changed


def bounds(operation: str, item: dict[str, Any], without: frozenset[str]) -> Iterator[Bound]:
    """Yield the bounds of all members that an item has.

    Args:
        operation: Operation that takes the item, such as ``CreateEntity``.
        item: A valid item, with every member that a definition may set.
        without: Members of the request that a definition does not set.

    Raises:
        AssertionError: The item lacks a member.
    """
    model = botocore.session.get_session().get_service_model("iottwinmaker")
    shape: Any = model.operation_model(operation).input_shape
    for name, member in shape.members.items():
        if name in without:
            continue
        assert name in item, f"the item of {operation} lacks {name}"
        yield from _of_shape(member, item[name], (name,))


def _of_shape(shape: Any, value: Any, path: Path) -> Iterator[Bound]:
    if shape.type_name == "string":
        yield from _of_string(shape, value, path)
    elif shape.type_name == "structure":
        for name, member in shape.members.items():
            if isinstance(value, dict) and name in value:
                yield from _of_shape(member, value[name], (*path, name))
    elif shape.type_name == "list":
        yield from _of_length(shape, value, path)
        if value:
            yield from _of_shape(shape.member, value[0], (*path, 0))
    elif shape.type_name == "map":
        yield from _of_length(shape, value, path)
        for key, member in list(value.items())[:1]:
            yield from _of_string(shape.key, key, (*path, "*"))
            yield from _of_shape(shape.value, member, (*path, key))


def _of_string(shape: Any, value: str, path: Path) -> Iterator[Bound]:
    metadata = shape.metadata
    if "enum" in metadata:
        yield Bound(path, "enum", value, "NONE_OF_THEM")
    if metadata.get("min", 0) > 0:
        yield Bound(path, "min", value, value[: metadata["min"] - 1])
    if "max" in metadata:
        longest = value + "a" * (metadata["max"] - len(value))
        yield Bound(path, "max", longest, longest + "a")
    pattern = metadata.get("pattern", "")
    if pattern and "\\p{" not in pattern:  # Python has no classes of Unicode
        for beyond in (f"{value}\n", f"a(\u00e4){value}"):
            if not re.fullmatch(pattern, beyond):
                yield Bound(path, "pattern", value, beyond)


def _of_length(shape: Any, value: Any, path: Path) -> Iterator[Bound]:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max")
    empty: Any = type(value)()
    if least > 0:
        yield Bound(path, "min", value, empty)
    if most is not None and most <= 1000 and value:
        yield Bound(path, "max", _grown(value, most), _grown(value, most + 1))


def _grown(value: Any, count: int) -> Any:
    """Return a list or a mapping with a number of members, which are copies of the first one."""
    if isinstance(value, dict):
        key, member = next(iter(value.items()))
        return {key: member, **{f"{key}{index}": member for index in range(1, count)}}
    member = value[0]
    if isinstance(member, str):
        return [member, *(f"{member}{index}" for index in range(1, count))]
    return [member] * count
