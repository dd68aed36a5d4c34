"""Values that were read, with the file, line and column where they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.findings import Location

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from pathlib import Path

Mark = tuple[int, int]
"""Line and column, counted from 1."""


class LocatedMap(dict[str, Any]):
    """A mapping with its file and the places of its keys and values."""

    __slots__ = ("depth", "file", "key_marks", "mark", "size", "value_marks")

    def __init__(self, file: Path, mark: Mark) -> None:
        super().__init__()
        self.file = file
        self.mark = mark
        self.size = self.depth = 1
        self.key_marks: dict[Hashable, Mark | Location] = {}
        self.value_marks: dict[Hashable, Mark] = {}


class LocatedList(list[Any]):
    """A list with its file and the places of its items."""

    __slots__ = ("depth", "file", "mark", "size", "value_marks")

    def __init__(self, file: Path, mark: Mark) -> None:
        super().__init__()
        self.file = file
        self.mark = mark
        self.size = self.depth = 1
        self.value_marks: list[Mark] = []


Located = LocatedMap | LocatedList


class Cell(str):
    """Text from a CSV file, with its place.

    Attributes:
        location: Place of the first cell that the text contains.
        column: Name of that cell's column.
        decimal: Character before the fraction of a number.
        without_accents: The text as ids and names take it, None where it is the same.
    """

    __slots__ = ("column", "decimal", "location", "without_accents")

    def __new__(cls, text: str, location: Location, column: str = "", decimal: str = ".") -> Cell:
        """Return the text with its place."""
        cell = super().__new__(cls, text)
        cell.location, cell.column, cell.decimal, cell.without_accents = location, column, decimal, None
        return cell

    location: Location
    column: str
    decimal: str
    without_accents: str | None


def relocated(source: LocatedMap, members: dict[str, Any]) -> LocatedMap:
    """Return members that were made of a mapping, with its places.

    Args:
        source: The mapping that was read.
        members: What was made of it; members that it does not have are at its own place.
    """
    copy = LocatedMap(source.file, source.mark)
    copy.size, copy.depth = source.size, source.depth
    copy.key_marks, copy.value_marks = source.key_marks, source.value_marks
    copy.update(members)
    return copy


def at(container: Located, key: Hashable = None, *, of_key: bool = False) -> Location:
    """Return the place of a container, or of one of its values or keys.

    Args:
        container: A container that was read.
        key: A key or index; None means the container itself.
        of_key: True for the place of the key instead of the value's.

    Returns:
        The place; the container's own where it does not have the key.
    """
    mark: Mark | Location | None = None
    value: object = None
    if isinstance(container, LocatedMap):
        mark = (container.key_marks if of_key else container.value_marks).get(key)
        value = None if of_key else container.get(str(key))
    elif isinstance(key, int) and key < len(container.value_marks):
        mark = container.value_marks[key]
        value = container[key]
    if isinstance(value, Cell):
        return value.location
    if isinstance(mark, Location):  # the key is from a CSV file
        return mark
    return Location(container.file, *(mark or container.mark))


def locate(container: Located, path: Sequence[str | int]) -> Location:
    """Return the place of a value at a path inside of a container.

    Args:
        container: A container that was read.
        path: Keys and indexes from the container to the value.

    Returns:
        The place of the value, or of the last container on the path that was written.
    """
    where = at(container)
    for key in path:
        if isinstance(container, LocatedMap) and key in container:
            value = container[str(key)]
        elif isinstance(container, LocatedList) and isinstance(key, int) and key < len(container):
            value = container[key]
        else:
            return where
        where = at(container, key)
        if not isinstance(value, LocatedMap | LocatedList):
            return where
        container = value
    return where
