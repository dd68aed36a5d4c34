"""Read YAML and JSON into plain values that remember their line and column.

Hostile input ends in one finding within bounded time and memory: files are limited in size, values in
number and depth (aliases counted as often as they are used), and tags are refused.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, ClassVar

import yaml

from twin_stack.definition.findings import Code, DefinitionError, Finding, Location

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from pathlib import Path

MAX_BYTES = 10_000_000
"""Largest definition file. A scene of 10,000 nodes is 6 MB."""
MAX_VALUES = 1_000_000
"""Most values in one file, aliases counted each time they are used."""
MAX_DEPTH = 100
"""Deepest nesting of mappings and lists."""

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

    __slots__ = ("file", "key_marks", "mark", "size", "value_marks")

    def __init__(self, file: Path, mark: Mark) -> None:
        super().__init__()
        self.file = file
        self.mark = mark
        self.size = 1
        self.key_marks: dict[Hashable, Mark] = {}
        self.value_marks: dict[Hashable, Mark] = {}


class LocatedList(list[Any]):
    """A list that knows its file and where each of its items stands."""

    __slots__ = ("file", "mark", "size", "value_marks")

    def __init__(self, file: Path, mark: Mark) -> None:
        super().__init__()
        self.file = file
        self.mark = mark
        self.size = 1
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
    if isinstance(container, LocatedMap):
        if not of_key and isinstance(value := container.get(str(key)), Cell):
            return value.location
        mark = (container.key_marks if of_key else container.value_marks).get(key)
    elif isinstance(key, int) and key < len(container.value_marks):
        mark = container.value_marks[key]
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
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "unknown reason"
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
        before = data[: error.start]
        mark = (before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        raise _stop(
            name,
            mark,
            Code.UNREADABLE_FILE,
            f"is not UTF-8 (byte 0x{data[error.start]:02x})",
            "save the file as UTF-8",
        ) from None


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

    def put(self, target: LocatedMap, key: Any, key_mark: Mark, value: Any, mark: Mark) -> None:
        if not isinstance(key, str):
            raise self.refuse(key_mark, Code.WRONG_TYPE, "a key is a list or a mapping, not text", "quote it")
        if key in target:
            line, column = target.key_marks[key]
            twice = self.refuse(
                key_mark,
                Code.DUPLICATE_KEY,
                f'key "{key}" stands twice, first in line {line}, column {column}',
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
        try:
            for event in yaml.parse(self.text, Loader=_LOADER):
                if (handle := self._HANDLERS.get(type(event))) is not None:
                    start = event.start_mark
                    handle(self, event, (start.line + 1, start.column + 1))  # type: ignore[union-attr]
        except yaml.YAMLError as error:
            raise self._syntax(error) from None
        return self.root

    def _syntax(self, error: yaml.YAMLError) -> DefinitionError:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
        line = self.text.splitlines()[place[0] - 1] if mark and mark.line < self.text.count("\n") + 1 else ""
        remedy = "check indentation, quotes and brackets here"
        if line[: place[1]].lstrip(" ").startswith("\t"):
            remedy = "indent with spaces, not tabs"
        message = f"is not valid YAML: {problem.splitlines()[0]}"
        return self.refuse(place, Code.SYNTAX, message, remedy)

    def _document(self, _event: Any, mark: Mark) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self.refuse(
                mark, Code.REFUSED_YAML, "holds a second document", "put it in a file of its own"
            )

    def _start(self, event: Any, mark: Mark) -> None:
        self._no_tag(event.tag, mark)
        self.check_depth(mark, len(self.open) + 1)
        container = LocatedMap if isinstance(event, yaml.MappingStartEvent) else LocatedList
        self.open.append(_Open(container(self.file, mark), event.anchor))

    def _end(self, _event: Any, _mark: Mark) -> None:
        done = self.open.pop()
        self._finish(done.value, done.value.mark, done.value.size, done.anchor)

    def _alias(self, event: Any, mark: Mark) -> None:
        name = event.anchor
        if name not in self.anchors:
            message = f'alias "*{name}" has no finished anchor before it'
            raise self.refuse(mark, Code.SYNTAX, message, f'define "&{name}" first, outside of itself')
        value = self.anchors[name]
        size = getattr(value, "size", 1)
        self.count(mark, size)
        self._finish(value, mark, size, None)

    def _scalar(self, event: Any, mark: Mark) -> None:
        self._no_tag(event.tag, mark)
        self.count(mark)
        value: Any = event.value
        is_key = bool(self.open) and self.open[-1].waits_for_key
        if not is_key and event.implicit[0]:  # keys are text, and so is what is quoted or a block
            value = _plain(value)
        self._finish(value, mark, 1, event.anchor)

    def _no_tag(self, tag: str | None, mark: Mark) -> None:
        if tag is not None:
            message = f'holds the tag "{tag}"'
            raise self.refuse(mark, Code.REFUSED_YAML, message, "remove it; quote a value to make it text")

    def _finish(self, value: Any, mark: Mark, size: int, anchor: str | None) -> None:
        if anchor is not None:
            self.anchors[anchor] = value
        if not self.open:
            self.root = value
            return
        parent = self.open[-1]
        parent.value.size += size
        if isinstance(parent.value, LocatedList):
            parent.value.append(value)
            parent.value.value_marks.append(mark)
        elif parent.key is None:
            parent.key = (value, mark)
        else:
            key, key_mark = parent.key
            parent.key = None
            self.put(parent.value, key, key_mark, value, mark)

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

    @property
    def waits_for_key(self) -> bool:
        return self.key is None and isinstance(self.value, LocatedMap)


def _plain(text: str) -> Any:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return _integer(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _integer(text: str) -> int | float:
    # Python refuses to convert more than 4,300 digits; no integer of the service is longer than 19.
    return int(text) if len(text) <= 40 else float(text)


class _JsonReader(_Builder):
    """A JSON reader with places: the standard library's decoder reports none for what it accepts."""

    _SPACE = re.compile(r"[ \t\r\n]*")
    _NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
    _WORD = re.compile(r"true|false|null")

    def __init__(self, file: Path, text: str, findings: list[Finding] | None) -> None:
        super().__init__(file, text, findings)
        self.line_starts = [0] + [match.end() for match in re.finditer("\n", text)]
        self.line = 0

    def mark(self, position: int) -> Mark:
        # Reading goes forward only, so the line is found by walking on from the last one.
        while self.line + 1 < len(self.line_starts) and self.line_starts[self.line + 1] <= position:
            self.line += 1
        while self.line_starts[self.line] > position:
            self.line -= 1
        return self.line + 1, position - self.line_starts[self.line] + 1

    def fail(self, position: int, expected: str) -> DefinitionError:
        found = self.text[position : position + 12].split("\n")[0] or "the end of the file"
        return self.refuse(
            self.mark(position),
            Code.SYNTAX,
            f'is not valid JSON: expected {expected}, got "{found}"',
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
            return json.decoder.scanstring(self.text, position + 1, True)  # type: ignore[attr-defined,no-any-return]  # noqa: FBT003
        except json.JSONDecodeError as error:
            raise self.refuse(
                self.mark(error.pos),
                Code.SYNTAX,
                f"is not valid JSON: {error.msg[0].lower()}{error.msg[1:]}",
                "check the quotes and backslashes here",
            ) from None

    def value(self, position: int, depth: int) -> tuple[Any, int]:
        character = self.text[position : position + 1]
        if character == "{":
            return self.object(position, depth + 1)
        if character == "[":
            return self.array(position, depth + 1)
        self.count(self.mark(position))
        if character == '"':
            return self.string(position)
        if word := self._WORD.match(self.text, position):
            return _CONSTANTS[word.group()], word.end()
        if number := self._NUMBER.match(self.text, position):
            text = number.group()
            is_float = number.group(1) or number.group(2)
            return (float(text) if is_float else _integer(text)), number.end()
        raise self.fail(position, "a value")

    def object(self, position: int, depth: int) -> tuple[LocatedMap, int]:
        result = LocatedMap(self.file, self.mark(position))
        self.check_depth(result.mark, depth)
        position = self.skip(position + 1)
        if self.text[position : position + 1] == "}":
            return result, position + 1
        while True:
            if self.text[position : position + 1] != '"':
                raise self.fail(position, "a key in double quotes")
            key_mark = self.mark(position)
            key, position = self.string(position)
            position = self.skip(position)
            if self.text[position : position + 1] != ":":
                raise self.fail(position, '":"')
            position = self.skip(position + 1)
            mark = self.mark(position)
            value, position = self.value(position, depth)
            self.put(result, key, key_mark, value, mark)
            position = self.skip(position)
            character = self.text[position : position + 1]
            if character == "}":
                return result, position + 1
            if character != ",":
                raise self.fail(position, '"," or "}"')
            position = self.skip(position + 1)

    def array(self, position: int, depth: int) -> tuple[LocatedList, int]:
        result = LocatedList(self.file, self.mark(position))
        self.check_depth(result.mark, depth)
        position = self.skip(position + 1)
        if self.text[position : position + 1] == "]":
            return result, position + 1
        while True:
            result.value_marks.append(self.mark(position))
            value, position = self.value(position, depth)
            result.append(value)
            position = self.skip(position)
            character = self.text[position : position + 1]
            if character == "]":
                return result, position + 1
            if character != ",":
                raise self.fail(position, '"," or "]"')
            position = self.skip(position + 1)
