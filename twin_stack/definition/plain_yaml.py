"""Read YAML that consists of block mappings, scalars and flow collections of one line.

``read_plain`` takes a fraction of the time and of the memory that libyaml's events take: places are
found in the text when they are asked for. It returns what ``YamlReader`` returns, or None
where a file holds anything else:
mistakes, block lists, anchors, tags, scalars and flow collections of several lines.
"""

from __future__ import annotations

import re
import sys
from array import array
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from twin_stack.definition.document_builder import (
    LONG_TEXT,
    MAX_DEPTH,
    MAX_VALUES,
    value_size,
)
from twin_stack.definition.plain_flow import (
    MAX_FLOW_DEPTH,
    Flow,
    UnusualError,
    parse_flow,
    plain_scalar,
)
from twin_stack.definition.source import LocatedList, LocatedMap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin_stack.definition.source import Mark

_KEY: Final = rf"[\w$][\w$./+-]{{0,{LONG_TEXT - 2}}}"
_PLAIN: Final = r"(?:[\w$./+(]|-(?=[\w.]))[^\s:#]*(?:(?:[ ]+|:+)[^\s:#]+)*"
_LINE: Final = re.compile(
    rf"""^([ ]*)(?:
        ({_KEY}):(?:[ ]+("[^"\\\r\n]*"|'[^'\r\n]*'|{_PLAIN}|[{{\[].*))?(?:[ ]+\#.*)?[ ]*\r?$
        |(.*)$
    )\n?""",
    re.MULTILINE | re.VERBOSE,
)
"""Indentation, key and value of a line; or what else it holds."""

_REFUSED: Final = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]")
"""A character that YAML refuses, or that ends a line in YAML alone; and any beyond the first 65,536."""

_STRETCH: Final = 100_000
"""Characters of which the lines are held in memory together."""

_MAX_KNOWN: Final = 4_000
"""Most lines that are cached."""


class _PlainText:
    """The text of a file.

    Attributes:
        file: The file, as findings name it.
        text: The text.
        size: How many values it holds.
        top_lines: The line of each key that is not indented.
        top_marks: The places of these keys, None as long as they are not asked for.
        marks: Places of keys and values of the mappings that were asked for, by the line of the mapping.
    """

    __slots__ = ("_starts", "file", "marks", "size", "text", "top_lines", "top_marks")

    def __init__(self, file: Path, text: str) -> None:
        self.file = file
        self.text = text
        self.size = 1
        self.top_lines = array("I")
        self.top_marks: dict[str, Mark] | None = None
        self.marks: dict[int, tuple[dict[str, Mark], dict[str, Mark]]] = {}
        self._starts: array[int] | None = None

    def start(self, line: int) -> int:
        """Return the position of the first character of a line.

        Args:
            line: The line, counted from 1.
        """
        if self._starts is None:
            self._starts = array("I", [0])
            self._starts.extend(match.end() for match in re.finditer("\n", self.text))
        return self._starts[line - 1]

    def mark(self, line: int) -> Mark:
        """Return the place of the first key of a mapping.

        Args:
            line: The line of the mapping.
        """
        match = _LINE.match(self.text, self.start(line))
        return line, len(match[1]) + 1 if match else 1

    def find_marks(self, line: int, members: dict[str, Any]) -> tuple[dict[str, Mark], dict[str, Mark]]:
        """Return the places of keys and of values of a mapping.

        Args:
            line: The line of the mapping.
            members: The mapping.
        """
        keys: dict[str, Mark] = {}
        values: dict[str, Mark] = {}
        _, column = self.mark(line)
        for number, match in enumerate(_LINE.finditer(self.text, self.start(line)), start=line):
            indent, key, written, _ = match.groups()
            if not key or len(indent) >= column:
                continue
            if len(indent) < column - 1:
                break
            keys[key] = (number, column)
            value = members.get(key)
            if written is not None:
                values[key] = (number, match.start(3) - match.start() + 1)
            elif isinstance(value, _PlainMap):
                values[key] = value.mark
            else:
                values[key] = (number, match.end(2) - match.start() + 2)
        return keys, values


class _PlainMap(LocatedMap):
    """A block mapping whose places are found in the text when they are asked for."""

    __slots__ = ("line", "source")

    line: int
    source: _PlainText

    __init__ = dict.__init__  # one is made for each mapping of a large file

    @property
    def file(self) -> Path:  # type: ignore[override]
        """The file, as findings name it."""
        return self.source.file

    @property
    def mark(self) -> Mark:  # type: ignore[override]
        """The place of the mapping."""
        return self.source.mark(self.line)

    @property
    def size(self) -> int:  # type: ignore[override]
        """How many values it holds, as ``value_size`` counts them."""
        if self.line == self.source.top_lines[0]:
            return self.source.size
        return 1 + sum(value_size(key) + value_size(value) for key, value in self.items())

    @property
    def depth(self) -> int:  # type: ignore[override]
        """How deep its values are nested."""
        return 1 + max((getattr(value, "depth", 0) for value in self.values()), default=0)

    @property
    def key_marks(self) -> dict[str, Mark]:  # type: ignore[override]
        """The places of the keys."""
        top = self.source
        if self.line != top.top_lines[0]:
            return self._marks()[0]
        if top.top_marks is None:  # most keys are ids of items, whose places are asked for
            top.top_marks = dict(zip(self, zip(top.top_lines, repeat(1)), strict=False))
        return top.top_marks

    @property
    def value_marks(self) -> dict[str, Mark]:  # type: ignore[override]
        """The places of the values."""
        return self._marks()[1]

    def _marks(self) -> tuple[dict[str, Mark], dict[str, Mark]]:
        marks_by_line = self.source.marks
        if self.line not in marks_by_line:
            marks_by_line[self.line] = self.source.find_marks(self.line, self)
        return marks_by_line[self.line]


_Line: TypeAlias = tuple[int, str, Any, str, int]
"""How far a key is indented (-1 where there is none), the key, its value, the key again where a mapping may
follow, and how many values these are."""

_WITHOUT_KEY: Final[_Line] = (-1, "", None, "", 0)


def _line(text: str) -> _Line:
    match = _LINE.match(text)
    indent, key, written, other = match.groups() if match else ("", None, None, text)
    if key is None:
        if other and other[0] not in "#\r":
            raise UnusualError
        return _WITHOUT_KEY
    key = sys.intern(key)
    if written is None:
        return len(indent), key, None, key, 2
    if written[0] in "{[":
        return len(indent), key, parse_flow(written), "", 1
    value = plain_scalar(written)
    return len(indent), key, value, "", 2 + (len(value) // LONG_TEXT if isinstance(value, str) else 0)


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text, of which a stretch is held at a time."""
    start = 0
    while (end := text.find("\n", start + _STRETCH)) >= 0:
        yield from text[start:end].split("\n")
        start = end + 1
    yield from text[start:].split("\n")


class _PlainReader:
    """Puts the members of each line into the mapping that their indentation names."""

    def __init__(self, file: Path, text: str) -> None:
        self._source = _PlainText(file, text)
        self._enclosing: list[tuple[_PlainMap, int]] = []

    def read(self) -> LocatedMap:
        source, add_top_line = self._source, self._source.top_lines.append
        root: _PlainMap = _PlainMap()
        container = root
        root.line, root.source = 1, source
        level, last_pending, values = 0, "", 1
        parts_by_text: dict[str, _Line] = {}
        for number, text in enumerate(_lines(source.text), start=1):
            parts = parts_by_text.get(text)
            if parts is None:
                if len(parts_by_text) == _MAX_KNOWN:
                    parts_by_text.clear()
                parts = parts_by_text[text] = _line(text)
            column, key, value, pending, size = parts
            if column < 0:
                continue
            if column > level and last_pending:
                container = self._open(container, last_pending, level, number)
                level = column
            elif column != level:
                container, level = self._close(column)
            if column == 0:
                add_top_line(number)
            if key in container:
                raise UnusualError
            if type(value) is Flow:
                value = self._placed(value, text, number)
                values += value.size
            container[key] = value
            last_pending = pending
            values += size
        if not root or values > MAX_VALUES:
            raise UnusualError
        root.line = source.top_lines[0]
        source.size = values
        return root

    def _placed(self, flow: Flow, text: str, number: int) -> LocatedMap | LocatedList:
        """Return a flow collection as the value of the key of a line."""
        if len(self._enclosing) + MAX_FLOW_DEPTH >= MAX_DEPTH:
            raise UnusualError
        match = _LINE.match(text)
        return flow.placed(self._source.file, number, match.start(3) + 1 if match else 1)

    def _open(self, container: _PlainMap, key: str, level: int, line: int) -> _PlainMap:
        """Return a new mapping as the value of a key."""
        self._enclosing.append((container, level))
        if len(self._enclosing) >= MAX_DEPTH:
            raise UnusualError
        child: _PlainMap = _PlainMap()
        container[key] = child
        child.line, child.source = line, self._source
        return child

    def _close(self, column: int) -> tuple[_PlainMap, int]:
        """Return the enclosing mapping whose keys are in a column, and the column."""
        while self._enclosing:
            container, level = self._enclosing.pop()
            if level == column:
                return container, level
        raise UnusualError


def read_plain(file: Path, text: str) -> LocatedMap | None:
    """Return the content of a YAML file; None where it holds what only ``YamlReader`` reads.

    Args:
        file: The file, as findings name it.
        text: Its text.
    """
    if _REFUSED.search(text) or text.count("\r") != text.count("\r\n"):
        return None
    try:
        return _PlainReader(file, text).read()
    except UnusualError:
        return None
