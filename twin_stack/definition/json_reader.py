"""Read JSON into plain values with places."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from twin_stack.definition.document_builder import (
    CONSTANTS,
    DocumentBuilder,
    integer_or_float,
    value_size,
)
from twin_stack.definition.rules.reading import SYNTAX_ERROR
from twin_stack.definition.source import LocatedList, LocatedMap, Mark
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.findings import DefinitionError, Finding


class JsonReader(DocumentBuilder):
    """Reads JSON with places: the standard library's decoder reports none for valid documents."""

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
        """Return line and column of a position, which must not be before the last one."""
        if breaks := self.text.count("\n", self.marked, position):
            self.line += breaks
            self.line_start = self.text.rfind("\n", self.marked, position) + 1
        self.marked = position
        return self.line, position - self.line_start + 1

    def fail(self, position: int, expected: str) -> DefinitionError:
        """Return the error for a syntax that is not JSON."""
        rest = self.text[position : position + 12].split("\n")[0]
        actual = quote_value(rest) if rest else "the end of the line"
        return self.refuse(
            self.mark(position),
            SYNTAX_ERROR,
            f"is not valid JSON: expected {expected}, got {actual}",
            "check commas, quotes and brackets here",
        )

    def skip(self, position: int) -> int:
        """Return the position after white space."""
        if self.text[position : position + 1] not in " \t\r\n":  # most often
            return position
        match = self._SPACE.match(self.text, position)
        return match.end() if match else position

    def read(self) -> Any:
        """Return the content of the file."""
        value, position = self.value(self.skip(0), 0)
        position = self.skip(position)
        if position != len(self.text):
            raise self.fail(position, "the end of the file")
        return value

    def string(self, position: int) -> tuple[str, int]:
        """Return the text at a position, and the position after it."""
        try:
            text, end = json.decoder.scanstring(self.text, position + 1, True)  # type: ignore[attr-defined]  # noqa: FBT003
        except json.JSONDecodeError as error:
            raise self.refuse(
                self.mark(error.pos),
                SYNTAX_ERROR,
                f"is not valid JSON: {error.msg[0].lower()}{error.msg[1:]}",
                "check the quotes and backslashes here",
            ) from None
        if self._SURROGATE.search(text):
            message = "is not valid JSON: half of a surrogate pair"
            raise self.refuse(self.mark(position), SYNTAX_ERROR, message, "write both halves, or none")
        return text, end

    def value(self, position: int, depth: int) -> tuple[Any, int]:
        """Return the value at a position, and the position after it."""
        character = self.text[position : position + 1]
        if character == "{":
            return self.object(position, depth + 1)
        if character == "[":
            return self.array(position, depth + 1)
        mark = self.mark(position)
        if character == '"':
            text, end = self.string(position)
            self.count(mark, value_size(text))
            return text, end
        self.count(mark)
        if word := self._WORD.match(self.text, position):
            return CONSTANTS[word.group()], word.end()
        if number := self._NUMBER.match(self.text, position):
            is_integer = not (number.group(1) or number.group(2))
            try:
                return integer_or_float(number.group(), is_integer=is_integer), number.end()
            except OverflowError:
                raise self.refuse_number(number.group(), mark) from None
        raise self.fail(position, "a value")

    def object(self, position: int, depth: int) -> tuple[LocatedMap, int]:
        """Return the mapping at a position, and the position after it."""
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
            self.count(key_mark, value_size(key))
            position = self.skip(position)
            if self.text[position : position + 1] != ":":
                raise self.fail(position, '":"')
            position = self.skip(position + 1)
            mark = self.mark(position)
            value, position = self.value(position, depth)
            self.put(result, key, key_mark, value, mark)
            result.size += 1 + value_size(value)
            position = self.skip(position)
            character = self.text[position : position + 1]
            if character == "}":
                return result, position + 1
            if character != ",":
                raise self.fail(position, '"," or "}"')
            position = self.skip(position + 1)

    def array(self, position: int, depth: int) -> tuple[LocatedList, int]:
        """Return the list at a position, and the position after it."""
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
            result.size += value_size(value)
            position = self.skip(position)
            character = self.text[position : position + 1]
            if character == "]":
                return result, position + 1
            if character != ",":
                raise self.fail(position, '"," or "]"')
            position = self.skip(position + 1)
