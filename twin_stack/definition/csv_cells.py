"""The cells of a table in text: RFC 4180 with any separator, each cell with its place."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_COLUMNS: Final = 16_384
"""Most cells of a row, as in Excel."""

_LINE_END = re.compile(r"\r\n|\n|\r")
_QUOTED = re.compile(r'"([^"]*(?:""[^"]*)*)"')


class CsvCell(NamedTuple):
    """A cell as it was written.

    Attributes:
        text: Its text, without quotes and without white space around it.
        line: Line of its first character, counted from 1.
        column: Column of its first character or opening quote, counted from 1.
    """

    text: str
    line: int
    column: int


class CsvSyntaxError(Exception):
    """A text is no table from a place on.

    Attributes:
        line: Line, counted from 1.
        column: Column in characters, counted from 1.
        message: What is wrong.
        remedy: What to do about it.
    """

    def __init__(self, line: int, column: int, message: str, remedy: str) -> None:
        super().__init__(message)
        self.line, self.column, self.message, self.remedy = line, column, message, remedy


def split_rows(text: str, separator: str, first_line: int = 1) -> Iterator[list[CsvCell]]:
    """Yield the rows of a table, empty ones too.

    Args:
        text: The text; lines end as on any system.
        separator: The character between cells.
        first_line: Line of the text's beginning.

    Raises:
        CsvSyntaxError: A quote is not closed, text follows a closing quote, or a row has too many cells.
    """
    if '"' in text:
        yield from _split_quoted_rows(text, separator, first_line)
        return
    for line, written in enumerate(_LINE_END.split(text), start=first_line):
        cells = written.split(separator, MAX_COLUMNS)
        if len(cells) > MAX_COLUMNS:
            raise _too_many_cells(line)
        begins = accumulate((len(cell) + 1 for cell in cells), initial=1)
        yield [_trimmed(cell, line, column) for cell, column in zip(cells, begins, strict=False)]


def _trimmed(written: str, line: int, column: int) -> CsvCell:
    text = written.strip()
    if text and not written.startswith(text):
        column += len(written) - len(written.lstrip())
    return CsvCell(text, line, column)


def _too_many_cells(line: int) -> CsvSyntaxError:
    message = f"row has more than {MAX_COLUMNS:,} cells"
    return CsvSyntaxError(line, 1, message, "check what kind of file it is")


def _split_quoted_rows(text: str, separator: str, line: int) -> Iterator[list[CsvCell]]:
    plain = re.compile(rf"[^{re.escape(separator)}\r\n]*")
    blanks = re.compile(" *" if separator == "\t" else r"[ \t]*")
    position = line_begin = 0
    row: list[CsvCell] = []
    while True:
        column = position - line_begin + 1
        indent = len(blanks.match(text, position)[0])  # type: ignore[index]
        if text.startswith('"', position + indent):
            opening = (line, column + indent)
            quoted = _QUOTED.match(text, position + indent)
            if quoted is None:
                message = "the quote is not closed"
                raise CsvSyntaxError(*opening, message, 'close it, or write a quote of the text twice ("")')
            position = blanks.match(text, quoted.end()).end()  # type: ignore[union-attr]
            for line_end in _LINE_END.finditer(quoted[1]):
                line, line_begin = line + 1, quoted.start(1) + line_end.end()
            row.append(CsvCell(quoted[1].replace('""', '"').strip(), *opening))
        else:
            written = plain.match(text, position)[0]  # type: ignore[index]
            row.append(_trimmed(written, line, column))
            position += len(written)
        if len(row) > MAX_COLUMNS:
            raise _too_many_cells(line)
        if text.startswith(separator, position):
            position += len(separator)
            continue
        line_end_here = _LINE_END.match(text, position)
        if line_end_here is None and position < len(text):
            message = "text follows the closing quote of a cell"
            remedy = 'write a quote of the text twice ("")'
            raise CsvSyntaxError(line, position - line_begin + 1, message, remedy)
        yield row
        if line_end_here is None:
            return
        row, line = [], line + 1
        position = line_begin = line_end_here.end()
