"""Flow collections of one line, such as ``{model: P-9, tags: [a, b]}``, for ``plain_yaml``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.document_builder import value_size
from twin_stack.definition.source import LocatedList, LocatedMap
from twin_stack.definition.yaml_reader import plain_value

if TYPE_CHECKING:
    from pathlib import Path

MAX_FLOW_DEPTH: Final = 8
"""Deepest nesting of flow collections that are read."""

_KEY: Final = re.compile(r"([\w$][\w$./+-]{0,98}):[ ]+")
_SCALAR: Final = re.compile(
    r""""[^"\\\r\n]*"|'[^'\r\n]*'|(?:[\w$./+(]|-(?=[\w.]))[^\s:#,\[\]{}?]*(?:[ ]+[^\s:#,\[\]{}?]+)*"""
)
_SPACE: Final = re.compile("[ ]*")
_END: Final = re.compile(r"(?:[ ]+\#.*)?[ ]*\r?")


class UnusualError(Exception):
    """A file holds what only ``YamlReader`` reads."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow collection without its line: many lines of a large file are equal.

    Attributes:
        column: Its place in the text that was parsed, counted from 0.
        keys: Keys of a mapping with their places, None for a list.
        values: Values with their places: scalars and flow collections.
    """

    column: int
    keys: tuple[tuple[str, int], ...] | None
    values: tuple[tuple[Any, int], ...]

    def placed(self, file: Path, line: int, column: int) -> LocatedMap | LocatedList:
        """Return the collection at its place.

        Args:
            file: The file, as findings name it.
            line: The line.
            column: The column of the text that was parsed, counted from 1.
        """
        mark = (line, column + self.column)
        members = [
            value.placed(file, line, column) if isinstance(value, Flow) else value for value, _ in self.values
        ]
        marks = [(line, column + begin) for _, begin in self.values]
        size = 1 + sum(map(value_size, members))
        depth = 1 + max((getattr(member, "depth", 0) for member in members), default=0)
        if self.keys is None:
            items = LocatedList(file, mark)
            items.extend(members)
            items.value_marks, items.size, items.depth = marks, size, depth
            return items
        names = [key for key, _ in self.keys]
        result = LocatedMap(file, mark)
        result.update(zip(names, members, strict=True))
        result.key_marks = {key: (line, column + begin) for key, begin in self.keys}
        result.value_marks = dict(zip(names, marks, strict=True))
        result.size, result.depth = size + sum(map(value_size, names)), depth
        return result


def parse_flow(text: str) -> Flow:
    """Return the flow collection that a text begins with, before a comment.

    Args:
        text: The rest of a line.

    Raises:
        UnusualError: It is not on one line, or holds something else than keys, values and collections.
    """
    flow, end = _collection(text, 0, 1)
    if not _END.fullmatch(text, end):
        raise UnusualError
    return flow


def plain_scalar(written: str) -> Any:
    """Return the value of a scalar of one line, with or without quotes.

    Args:
        written: The scalar.

    Raises:
        UnusualError: It is a number that is too large.
    """
    if written[0] in "\"'":
        return written[1:-1]
    try:
        return plain_value(written)
    except OverflowError:
        raise UnusualError from None


def _collection(text: str, begin: int, depth: int) -> tuple[Flow, int]:
    is_map = text[begin] == "{"
    closing = "}" if is_map else "]"
    keys: list[tuple[str, int]] = []
    values: list[tuple[Any, int]] = []
    position = _skip(text, begin + 1)
    while text[position : position + 1] != closing or values:
        if is_map:
            key = _KEY.match(text, position)
            if key is None:
                raise UnusualError
            keys.append((key[1], position))
            position = key.end()
        value, end = _value(text, position, depth)
        values.append((value, position))
        position = _skip(text, end)
        character = text[position : position + 1]
        if character == closing:
            break
        if character != ",":
            raise UnusualError
        position = _skip(text, position + 1)
    if len({key for key, _ in keys}) < len(keys):
        raise UnusualError
    return Flow(begin, tuple(keys) if is_map else None, tuple(values)), position + 1


def _value(text: str, position: int, depth: int) -> tuple[Any, int]:
    if text[position : position + 1] in ("{", "["):
        if depth == MAX_FLOW_DEPTH:
            raise UnusualError
        return _collection(text, position, depth + 1)
    scalar = _SCALAR.match(text, position)
    if scalar is None:
        raise UnusualError
    return plain_scalar(scalar[0]), scalar.end()


def _skip(text: str, position: int) -> int:
    """Return the position after spaces."""
    space = _SPACE.match(text, position)
    return space.end() if space else position
