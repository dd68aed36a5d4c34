"""Read the lists of a large JSON file item by item, with the places of the requested values."""

from __future__ import annotations

import codecs
import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

from twin_stack.definition.document_builder import MAX_DEPTH, reading_error
from twin_stack.definition.findings import Location
from twin_stack.definition.json_reader import JsonReader
from twin_stack.definition.rules.members import MISSING_KEY, WRONG_TYPE
from twin_stack.definition.rules.reading import SYNTAX_ERROR, UNREADABLE_FILE
from twin_stack.definition.source import LocatedMap, at
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin_stack.definition.source import Mark

_BLOCK: Final = 1 << 20
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_NUMBER_GOES_ON: Final = ("", ".", "e", "E", "+", "-")
_HALF_PAIR: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""An escape that may be half of a surrogate pair: the reader with places decides."""


class _UnusualError(ValueError):
    """A value that JSON does not have, or that only the reader with places judges."""


@dataclass(frozen=True, slots=True)
class JsonItem:
    """An item of a list of the file, or a member of the file that is no list.

    Attributes:
        section: Key of the list, or of the member; None where the file itself is a list.
        index: Position in the list, None for a member that is no list.
        value: The value, without places.
        file: The file, as findings name it.
        mark: Its line and column.
        text: Its text in the file.
    """

    section: str | None
    index: int | None
    value: Any
    file: Path
    mark: Mark
    text: str

    @property
    def place(self) -> Location:
        """The place of the item."""
        return Location(self.file, *self.mark)

    def require_id(self, key: str) -> dict[str, Any]:
        """Return the value, which must be a mapping with a text as id.

        Args:
            key: Key of the id.

        Raises:
            DefinitionError: It is no such mapping.
        """
        if not isinstance(self.value, dict):
            of = f' of "{self.section}"' if self.section else ""
            message = f"an item{of} is {quote_value(self.value)}"
            raise reading_error(self.file, self.mark, WRONG_TYPE, message, "write a mapping of its members")
        if key not in self.value:
            raise reading_error(self.file, self.mark, MISSING_KEY, f'"{key}" is missing', "add it")
        if not isinstance(self.value[key], str):
            message = f'"{key}" is {quote_value(self.value[key])}'
            raise reading_error(self.file, self.mark, WRONG_TYPE, message, "write text")
        return self.value

    def located(self) -> Any:
        """Return the value with places; the item is read again."""
        return _LocatedReader(self.file, self.text, self.mark).read_value()

    def place_of(self, *path: str | int) -> Location:
        """Return the place of a key below the item.

        Args:
            path: Keys and indexes from the item to the key.
        """
        container = self.located()
        for key in path[:-1]:
            container = container[key]
        return at(container, path[-1], of_key=isinstance(container, LocatedMap))


class _LocatedReader(JsonReader):
    """Reads one value of a file that begins at a place."""

    def __init__(self, file: Path, text: str, mark: Mark) -> None:
        super().__init__(file, text, None)
        self.line, column = mark
        self.line_start = 1 - column

    def read_value(self) -> Any:
        """Return the value at the beginning of the text, which is in a list of an object."""
        return self.value(0, 2)[0]


class JsonItems:
    """The items of a JSON file that is a list, or an object of lists. It can be read several times.

    Memory holds a few items at a time. A mistake raises a ``DefinitionError`` with its place, as the reader
    of definition files does.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[JsonItem]:
        """Yield the items in the order of the file."""
        try:
            with self._path.open("rb") as file:
                yield from _Stream(self._path, file).items()
        except OSError as error:
            message = f"cannot be read ({error.strerror})"
            remedy = "check that it is a file you may read"
            raise reading_error(self._path, (1, 1), UNREADABLE_FILE, message, remedy) from None


class _Stream:
    def __init__(self, path: Path, file: Any) -> None:
        self._path = path
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._scan = json.JSONDecoder(
            object_pairs_hook=_pairs, parse_constant=_refuse, parse_float=_finite
        ).raw_decode
        self._text = ""
        self._position = 0
        self._line, self._column = 1, 1
        self._marked = 0
        self._is_complete = False

    def items(self) -> Iterator[JsonItem]:
        opening = self._next()
        if opening == "[":
            yield from self._list(None)
        elif opening == "{":
            yield from self._members()
        else:
            value = self._value()[0]
            message, remedy = f"the file holds {quote_value(value)}", "write an object of lists"
            raise reading_error(self._path, (1, 1), WRONG_TYPE, message, remedy)
        if self._next():
            self._fail("the end of the file")

    def _members(self) -> Iterator[JsonItem]:
        self._position += 1
        if self._next() == "}":
            self._position += 1
            return
        while True:
            if self._next() != '"':
                self._fail("a key in double quotes")
            key = self._value()[0]
            if self._next() != ":":
                self._fail('":"')
            self._position += 1
            if self._next() == "[":
                yield from self._list(key)
            else:
                yield self._item(key, None)
            if self._after_value("}"):
                return

    def _list(self, section: str | None) -> Iterator[JsonItem]:
        self._position += 1
        if self._next() == "]":
            self._position += 1
            return
        index = 0
        while True:
            self._next()
            yield self._item(section, index)
            index += 1
            if self._after_value("]"):
                return

    def _after_value(self, closing: str) -> bool:
        """Step over a comma or the closing bracket; return whether it is the bracket."""
        character = self._next()
        if character not in {",", closing} or not character:
            self._fail(f'"," or "{closing}"')
        self._position += 1
        return character == closing

    def _item(self, section: str | None, index: int | None) -> JsonItem:
        mark = self._mark()
        value, text = self._value()
        return JsonItem(section, index, value, self._path, mark, text)

    def _next(self) -> str:
        """Step over white space and return the next character, "" at the end of the file."""
        while True:
            space = _SPACE.match(self._text, self._position)
            assert space is not None  # noqa: S101 (it matches no space, too)
            self._position = space.end()
            if self._position < len(self._text) or self._is_complete:
                return self._text[self._position : self._position + 1]
            self._read_more()

    def _value(self) -> tuple[Any, str]:
        while True:
            try:
                value, end = self._scan(self._text, self._position)
            except (_UnusualError, RecursionError):
                self._read_all()
                self._fail()
            except json.JSONDecodeError:
                if self._is_complete:
                    self._fail()
                self._read_more()
                continue
            # A number may go on in the next block: "0." is a zero and a beginning.
            if not self._is_complete and self._text[end : end + 1] in _NUMBER_GOES_ON:
                self._read_more()
                continue
            text = self._text[self._position : end]
            may_be_deep = text.count("{") + text.count("[") >= MAX_DEPTH - 2
            if may_be_deep or ("\\u" in text and _HALF_PAIR.search(text)):
                _LocatedReader(self._path, text, self._mark()).read_value()
            self._position = end
            return value, text

    def _mark(self) -> Mark:
        """Return line and column of the position."""
        breaks = self._text.count("\n", self._marked, self._position)
        if breaks:
            self._line += breaks
            self._column = self._position - self._text.rfind("\n", self._marked, self._position)
        else:
            self._column += self._position - self._marked
        self._marked = self._position
        return self._line, self._column

    def _read_more(self) -> None:
        """Read at least as much again as there is, so that a long value is not read over and over."""
        self._mark()
        rest = self._text[self._position :]
        size = max(_BLOCK, len(rest))
        data = self._file.read(size)
        self._is_complete = len(data) < size
        try:
            self._text = rest + self._decode(data, self._is_complete)
        except UnicodeDecodeError as error:
            message = f"is not UTF-8 (byte 0x{error.object[error.start]:02x})"
            # The decoder may hold bytes of the last block: the place is that of what was read before.
            raise reading_error(
                self._path, self._mark(), UNREADABLE_FILE, message, "save the file as UTF-8"
            ) from None
        self._position = self._marked = 0

    def _read_all(self) -> None:
        while not self._is_complete:
            self._read_more()

    def _fail(self, expected: str | None = None) -> NoReturn:
        """Raise the error that the reader with places finds here."""
        mark = self._mark()
        reader = _LocatedReader(self._path, self._text[self._position :], mark)
        if expected is None:
            reader.read_value()
            raise reading_error(self._path, mark, SYNTAX_ERROR, "is not valid JSON", "check it")
        raise reader.fail(0, expected)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _UnusualError
    return members


def _refuse(_constant: str) -> NoReturn:
    raise _UnusualError


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _UnusualError
    return value
