"""Read YAML and JSON into plain values that remember their line and column.

Hostile input ends in one finding within bounded time and memory: files are limited in size, values in
number and depth (aliases counted as often as they are used), and tags are refused.
"""

from __future__ import annotations

import json
import math
import re
import stat
from typing import TYPE_CHECKING, Any, ClassVar

import yaml

from twin_stack.definition.findings import Code, DefinitionError, Finding, Location, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from pathlib import Path

MAX_BYTES = 10_000_000
"""Largest definition file. A scene of 10,000 nodes is 6 MB."""
MAX_VALUES = 400_000
"""Most values in one file: keys, values and containers, aliases counted each time they are used."""
MAX_DEPTH = 100
"""Deepest nesting of mappings and lists."""

_LONG = 100  # characters that count as one more value

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Plain scalars follow the YAML 1.2 core schema, which is also what JSON means: `no`, `on` and `2025-06-15`
# stay text, so that a country code or an install date is not turned into something else.
_INTEGER = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

Mark = tuple[int, int]
"""Line and column, counted from 1."""


class LocatedMap(dict[str, Any]):
    """A mapping that knows its file and where each of its keys and values stands."""

    __slots__ = ("depth", "file", "key_marks", "mark", "size", "value_marks")

    def __init__(self, file: Path, mark: Mark) -> None:
        super().__init__()
        self.file = file
        self.mark = mark
        self.size = self.depth = 1
        self.key_marks: dict[Hashable, Mark] = {}
        self.value_marks: dict[Hashable, Mark] = {}


class LocatedList(list[Any]):
    """A list that knows its file and where each of its items stands."""

    __slots__ = ("depth", "file", "mark", "size", "value_marks")

    def __init__(self, file: Path, mark: Mark) -> None:
        super().__init__()
        self.file = file
        self.mark = mark
        self.size = self.depth = 1
        self.value_marks: list[Mark] = []


Located = LocatedMap | LocatedList


class Cell(str):
    """Text that came out of a spreadsheet, and where from.

    Attributes:
        location: The first cell that the text was made of.
    """

    __slots__ = ("location",)

    def __new__(cls, text: str, location: Location) -> Cell:
        """Return the text with its place."""
        cell = super().__new__(cls, text)
        cell.location = location
        return cell

    location: Location


def at(container: Located, key: Hashable = None, *, of_key: bool = False) -> Location:
    """Return the place of a container, or of one of its values or keys.

    Args:
        container: What the reader returned.
        key: A key or index; absent means the container itself.
        of_key: True for the place of the key instead of the value's.

    Returns:
        The place; that of the container where the key is not in it.
    """
    mark: Mark | None = None
    value: object = None
    if isinstance(container, LocatedMap):
        mark = (container.key_marks if of_key else container.value_marks).get(key)
        value = None if of_key else container.get(str(key))
    elif isinstance(key, int) and key < len(container.value_marks):
        mark = container.value_marks[key]
        value = container[key]
    if isinstance(value, Cell):
        return value.location
    return Location(container.file, *(mark or container.mark))


def locate(container: Located, path: Sequence[str | int]) -> Location:
    """Return the place of a value deep inside of a container.

    Args:
        container: What the reader returned.
        path: Keys and indexes from there on.

    Returns:
        The place of the last container or value of the path that was written.
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


def read(path: Path, *, shown: Path | None = None, findings: list[Finding] | None = None) -> Any:
    """Read one YAML or JSON file.

    Args:
        path: The file; ``.json`` is read as JSON, anything else as YAML.
        shown: How findings name the file; default as ``path``.
        findings: Takes keys that stand twice (TWIN008) while the reading goes on with the first of them.
            Without it the first such key stops the reading.

    Returns:
        ``LocatedMap``, ``LocatedList``, a scalar, or None for an empty YAML file.

    Raises:
        DefinitionError: With the one finding that stopped the reading (TWIN001, 002, 007 or 008).
    """
    name = shown or path
    text = read_text(path, shown=name)
    reader = _JsonReader if path.suffix == ".json" else _YamlReader
    return reader(name, text, findings).read()


def read_text(path: Path, *, shown: Path | None = None) -> str:
    """Read a UTF-8 file (a byte order mark is skipped).

    Args:
        path: The file.
        shown: How findings name the file; default as ``path``.

    Returns:
        Its text.

    Raises:
        DefinitionError: TWIN001 when it is too large, not UTF-8, or cannot be read.
    """
    name = shown or path
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for its other end
            raise OSError(0, "not a file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a name of a file"
        raise _stop(
            name,
            (1, 1),
            Code.UNREADABLE_FILE,
            f"cannot be read ({reason})",
            "check that it is a file you may read",
        ) from None
    if len(data) > MAX_BYTES:
        raise _stop(
            name,
            (1, 1),
            Code.UNREADABLE_FILE,
            f"is larger than {MAX_BYTES:,} bytes",
            "split it into several files of the same folder",
        ) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _stop(
            name,
            _mark_behind(data[: error.start].decode()),
            Code.UNREADABLE_FILE,
            f"is not UTF-8 (byte 0x{data[error.start]:02x})",
            "save the file as UTF-8",
        ) from None


def _mark_behind(text: str) -> Mark:
    """Return the place of the character after a text."""
    return text.count("\n") + 1, len(text) - text.rfind("\n")


def _stop(file: Path, mark: Mark, code: Code, message: str, remedy: str) -> DefinitionError:
    return DefinitionError([Finding(Location(file, *mark), code, message, remedy)])


class _Builder:
    """Puts values into containers; the limits are kept here for both readers."""

    def __init__(self, file: Path, text: str, findings: list[Finding] | None) -> None:
        self.file = file
        self.text = text
        self.findings = findings
        self.values = 0

    def refuse(self, mark: Mark, code: Code, message: str, remedy: str) -> DefinitionError:
        return _stop(self.file, mark, code, message, remedy)

    def count(self, mark: Mark, size: int = 1) -> None:
        self.values += size
        if self.values > MAX_VALUES:
            raise self.refuse(
                mark,
                Code.REFUSED_YAML,
                f"holds more than {MAX_VALUES:,} values, aliases counted each time they are used",
                "split the file, or write the repeated part once",
            )

    def check_depth(self, mark: Mark, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise self.refuse(
                mark,
                Code.REFUSED_YAML,
                f"is nested deeper than {MAX_DEPTH} levels",
                "flatten it, or close what is left open",
            )

    def integer_or_float(self, text: str, mark: Mark, *, is_integer: bool) -> int | float:
        # Python refuses to convert more than 4,300 digits; no integer of the service is longer than 19.
        if is_integer and len(text) <= 40:
            return int(text)
        if math.isinf(value := float(text)):
            message = f"number {shown(text)} is too large"
            raise self.refuse(mark, Code.VALUE_NOT_ALLOWED, message, "leave it out, or quote it as text")
        return value

    def put(self, target: LocatedMap, key: Any, key_mark: Mark, value: Any, mark: Mark) -> None:
        if not isinstance(key, str):
            raise self.refuse(key_mark, Code.WRONG_TYPE, f"a key is {shown(key)}, not text", "quote it")
        if key in target:
            line, column = target.key_marks[key]
            twice = self.refuse(
                key_mark,
                Code.DUPLICATE_KEY,
                f"key {shown(key)} stands twice, first in line {line}, column {column}",
                "keep one of them",
            )
            if self.findings is None:
                raise twice
            self.findings.extend(twice.findings)
            return
        target[key] = value
        target.key_marks[key] = key_mark
        target.value_marks[key] = mark


class _YamlReader(_Builder):
    """Builds values from libyaml's events: no recursion, no Python objects, no conversions but our own."""

    def __init__(self, file: Path, text: str, findings: list[Finding] | None) -> None:
        super().__init__(file, text, findings)
        self.root: Any = None
        self.documents = 0
        self.anchors: dict[str, Any] = {}
        self.open: list[_Open] = []

    def read(self) -> Any:
        parser = _LOADER(self.text)
        try:
            while (event := parser.get_event()) is not None:
                if (handle := self._HANDLERS.get(type(event))) is not None:
                    start = event.start_mark
                    handle(self, event, (start.line + 1, start.column + 1))
        except yaml.YAMLError as error:
            raise self._syntax(error) from None
        finally:
            parser.dispose()
        return self.root

    def _syntax(self, error: yaml.YAMLError) -> DefinitionError:
        remedy = "check indentation, quotes and brackets here"
        if isinstance(error, yaml.reader.ReaderError):
            before = self.text.encode()[: error.position].decode(errors="ignore")
            place = _mark_behind(before)
            remedy = "remove it, or escape it in double quotes"
        else:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            lines = self.text.split("\n", place[0])
            if len(lines) >= place[0] and lines[place[0] - 1][: place[1]].lstrip(" ").startswith("\t"):
                remedy = "indent with spaces, not tabs"
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
        return self.refuse(place, Code.SYNTAX, f"is not valid YAML: {problem}", remedy)

    def _document(self, _event: Any, mark: Mark) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self.refuse(
                mark, Code.REFUSED_YAML, "holds a second document", "put it in a file of its own"
            )

    def _start(self, event: Any, mark: Mark) -> None:
        self._no_tag(event.tag, mark)
        self.count(mark)
        self.check_depth(mark, len(self.open) + 1)
        container = LocatedMap if isinstance(event, yaml.MappingStartEvent) else LocatedList
        self.open.append(_Open(container(self.file, mark), event.anchor))

    def _end(self, _event: Any, _mark: Mark) -> None:
        done = self.open.pop()
        value = done.value
        self._finish(value, value.mark, done.anchor, value.size, value.depth)

    def _alias(self, event: Any, mark: Mark) -> None:
        name = event.anchor
        if name not in self.anchors:
            message = f"alias {shown(f'*{name}')} has no finished anchor before it"
            remedy = f"define {shown(f'&{name}')} first, outside of itself"
            raise self.refuse(mark, Code.SYNTAX, message, remedy)
        value = self.anchors[name]
        size, depth = _size(value), getattr(value, "depth", 0)
        self.count(mark, size)
        self.check_depth(mark, len(self.open) + depth)
        self._finish(value, mark, None, size, depth)

    def _scalar(self, event: Any, mark: Mark) -> None:
        self._no_tag(event.tag, mark)
        value: Any = event.value
        size = 1 + len(value) // _LONG
        self.count(mark, size)
        if event.implicit[0]:  # what is quoted or a block is text, and so are keys
            parent = self.open[-1] if self.open else None
            if parent is None or parent.key is not None or isinstance(parent.value, LocatedList):
                value = self._plain(value, mark)
            elif value == "<<":
                message = 'holds the merge key "<<", which YAML 1.2 does not have'
                raise self.refuse(mark, Code.REFUSED_YAML, message, "write the members out")
        self._finish(value, mark, event.anchor, size, 0)

    def _plain(self, text: str, mark: Mark) -> Any:
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if not text[-1:].isdigit() and text[-1:] != ".":  # most text: no need to look closer
            return text
        if _INTEGER.fullmatch(text):
            return self.integer_or_float(text, mark, is_integer=True)
        if _FLOAT.fullmatch(text):
            return self.integer_or_float(text, mark, is_integer=False)
        return text

    def _no_tag(self, tag: str | None, mark: Mark) -> None:
        if tag is not None:
            message = f"holds the tag {shown(tag)}"
            raise self.refuse(mark, Code.REFUSED_YAML, message, "remove it; quote a value to make it text")

    def _finish(self, value: Any, mark: Mark, anchor: str | None, size: int, depth: int) -> None:
        if anchor is not None:
            self.anchors[anchor] = value
        if not self.open:
            self.root = value
            return
        parent = self.open[-1]
        container = parent.value
        container.size += size
        if depth >= container.depth:
            container.depth = depth + 1
        if isinstance(container, LocatedList):
            container.append(value)
            container.value_marks.append(mark)
        elif parent.key is None:
            parent.key = (value, mark)
        else:
            key, key_mark = parent.key
            parent.key = None
            self.put(container, key, key_mark, value, mark)

    _HANDLERS: ClassVar[dict[type, Callable[[_YamlReader, Any, Mark], None]]] = {
        yaml.DocumentStartEvent: _document,
        yaml.MappingStartEvent: _start,
        yaml.SequenceStartEvent: _start,
        yaml.MappingEndEvent: _end,
        yaml.SequenceEndEvent: _end,
        yaml.AliasEvent: _alias,
        yaml.ScalarEvent: _scalar,
    }


class _Open:
    """A container that is not closed yet, its anchor, and for a mapping the key in waiting."""

    __slots__ = ("anchor", "key", "value")

    def __init__(self, value: Located, anchor: str | None) -> None:
        self.value = value
        self.anchor = anchor
        self.key: tuple[Any, Mark] | None = None


def _size(value: Any) -> int:
    """Return how many values a value counts for: long text as several, an alias as what it stands for."""
    if isinstance(value, LocatedMap | LocatedList):
        return value.size
    return 1 + len(value) // _LONG if isinstance(value, str) else 1


class _JsonReader(_Builder):
    """A JSON reader with places: the standard library's decoder reports none for what it accepts."""

    _SPACE = re.compile(r"[ \t\r\n]*")
    _NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
    _WORD = re.compile(r"true|false|null")
    _SURROGATE = re.compile("[\ud800-\udfff]")

    def __init__(self, file: Path, text: str, findings: list[Finding] | None) -> None:
        super().__init__(file, text, findings)
        self.line = 1
        self.line_start = 0
        self.marked = 0

    def mark(self, position: int) -> Mark:
        # Reading goes forward only, so the line is found by counting on from the last place.
        if breaks := self.text.count("\n", self.marked, position):
            self.line += breaks
            self.line_start = self.text.rfind("\n", self.marked, position) + 1
        self.marked = position
        return self.line, position - self.line_start + 1

    def fail(self, position: int, expected: str) -> DefinitionError:
        found = self.text[position : position + 12].split("\n")[0]
        return self.refuse(
            self.mark(position),
            Code.SYNTAX,
            f"is not valid JSON: expected {expected}, got {shown(found) if found else 'the end of the line'}",
            "check commas, quotes and brackets here",
        )

    def skip(self, position: int) -> int:
        match = self._SPACE.match(self.text, position)
        return match.end() if match else position

    def read(self) -> Any:
        value, position = self.value(self.skip(0), 0)
        position = self.skip(position)
        if position != len(self.text):
            raise self.fail(position, "the end of the file")
        return value

    def string(self, position: int) -> tuple[str, int]:
        try:
            text, end = json.decoder.scanstring(self.text, position + 1, True)  # type: ignore[attr-defined]  # noqa: FBT003
        except json.JSONDecodeError as error:
            raise self.refuse(
                self.mark(error.pos),
                Code.SYNTAX,
                f"is not valid JSON: {error.msg[0].lower()}{error.msg[1:]}",
                "check the quotes and backslashes here",
            ) from None
        if self._SURROGATE.search(text):
            message = "is not valid JSON: half of a surrogate pair"
            raise self.refuse(self.mark(position), Code.SYNTAX, message, "write both halves, or none")
        return text, end

    def value(self, position: int, depth: int) -> tuple[Any, int]:
        character = self.text[position : position + 1]
        if character == "{":
            return self.object(position, depth + 1)
        if character == "[":
            return self.array(position, depth + 1)
        mark = self.mark(position)
        if character == '"':
            text, end = self.string(position)
            self.count(mark, _size(text))
            return text, end
        self.count(mark)
        if word := self._WORD.match(self.text, position):
            return _CONSTANTS[word.group()], word.end()
        if number := self._NUMBER.match(self.text, position):
            is_integer = not (number.group(1) or number.group(2))
            return self.integer_or_float(number.group(), mark, is_integer=is_integer), number.end()
        raise self.fail(position, "a value")

    def object(self, position: int, depth: int) -> tuple[LocatedMap, int]:
        result = LocatedMap(self.file, self.mark(position))
        self.count(result.mark)
        self.check_depth(result.mark, depth)
        position = self.skip(position + 1)
        if self.text[position : position + 1] == "}":
            return result, position + 1
        while True:
            if self.text[position : position + 1] != '"':
                raise self.fail(position, "a key in double quotes")
            key_mark = self.mark(position)
            key, position = self.string(position)
            self.count(key_mark, _size(key))
            position = self.skip(position)
            if self.text[position : position + 1] != ":":
                raise self.fail(position, '":"')
            position = self.skip(position + 1)
            mark = self.mark(position)
            value, position = self.value(position, depth)
            self.put(result, key, key_mark, value, mark)
            result.size += 1 + _size(value)
            position = self.skip(position)
            character = self.text[position : position + 1]
            if character == "}":
                return result, position + 1
            if character != ",":
                raise self.fail(position, '"," or "}"')
            position = self.skip(position + 1)

    def array(self, position: int, depth: int) -> tuple[LocatedList, int]:
        result = LocatedList(self.file, self.mark(position))
        self.count(result.mark)
        self.check_depth(result.mark, depth)
        position = self.skip(position + 1)
        if self.text[position : position + 1] == "]":
            return result, position + 1
        while True:
            result.value_marks.append(self.mark(position))
            value, position = self.value(position, depth)
            result.append(value)
            result.size += _size(value)
            position = self.skip(position)
            character = self.text[position : position + 1]
            if character == "]":
                return result, position + 1
            if character != ",":
                raise self.fail(position, '"," or "]"')
            position = self.skip(position + 1)
