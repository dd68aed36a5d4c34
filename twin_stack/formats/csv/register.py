"""The table of a register: its encoding and separator found, its header freed from what it cannot have."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from twin_stack.definition.csv_cells import CsvSyntaxError, split_rows
from twin_stack.definition.csv_rows import names_separator
from twin_stack.definition.csv_text import decode, detect_encoding
from twin_stack.definition.files import read_bytes
from twin_stack.definition.findings import DefinitionError, Location
from twin_stack.definition.rules.imports import CHANGED_ON_IMPORT
from twin_stack.definition.rules.templates import INVALID_CSV
from twin_stack.definition.schema.csv_format import SEPARATORS
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from twin_stack.definition.csv_cells import CsvCell
    from twin_stack.definition.findings import Finding

_HEADER_ROWS: Final = 30
"""Rows among which the header is: reports have lines above it."""
_SAMPLE_ROWS: Final = 200
_LINE_END: Final = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
"""Behind the end of a line of CSV; ``str.splitlines`` has more of them."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a register.

    Attributes:
        name: Its name in the header, unique.
        place: Place of the name.
        cells: Its cells, a row each.
    """

    name: str
    place: Location
    cells: tuple[CsvCell, ...]

    @property
    def texts(self) -> list[str]:
        """The texts of its cells."""
        return [cell.text for cell in self.cells]

    def place_of(self, index: int) -> Location:
        """Return the place of a cell.

        Args:
            index: Number of the row, from 0.
        """
        return Location(self.place.file, self.cells[index].line, self.cells[index].column)


@dataclass(frozen=True, slots=True)
class Register:
    """A register that was read.

    Attributes:
        file: The file.
        columns: Its columns that have cells.
        separator: Character between cells.
        encoding: One of ``ENCODINGS``, None for UTF-8.
        content: The file as a definition can read it: without lines above the header, all columns named.
    """

    file: Path
    columns: tuple[Column, ...]
    separator: str
    encoding: str | None
    content: bytes


def read_register(file: Path, losses: list[Finding]) -> Register:
    """Read a register, however it was exported.

    Args:
        file: The file.
        losses: Receives what is changed.

    Raises:
        DefinitionError: The file cannot be read, or is no table.
    """
    data = read_bytes(file)
    encoding = detect_encoding(data)
    try:
        text = decode(data, encoding or "utf-8")
    except UnicodeDecodeError:
        text = decode(data, "iso-8859-1")
        encoding = "iso-8859-1"
    stated = names_separator(text)
    body = text[stated.end() :] if stated is not None else text
    first_line = 2 if stated is not None else 1
    separator = stated[1] if stated is not None else _find_separator(body)
    try:
        rows = list(split_rows(body, separator, first_line))
    except CsvSyntaxError as error:
        place = Location(file, error.line, error.column)
        raise DefinitionError([INVALID_CSV.finding(place, error.message, error.remedy)]) from None
    filled = [row for row in rows if any(cell.text for cell in row)]
    index = _find_header(filled)
    if len(filled) < index + 2:
        place = Location(file, first_line, 1)
        message = "the file has no rows below a header"
        raise DefinitionError([INVALID_CSV.finding(place, message, "name the columns in line 1")])
    header, below = filled[index], filled[index + 1 :]
    width = _width(header, below)
    if index:
        message = f"lines {filled[0][0].line} to {header[0].line - 1} are no part of the table, and left out"
        remedy = "leave them out of each later export"
        losses.append(CHANGED_ON_IMPORT.finding(Location(file, filled[0][0].line, 1), message, remedy))
    names = _unique_names(header, width, below, file, losses)
    columns = tuple(
        Column(
            name,
            Location(file, header[0].line, header[number].column if number < len(header) else 1),
            tuple(row[number] if number < len(row) else row[-1]._replace(text="") for row in below),
        )
        for number, name in enumerate(names)
        if name
    )
    content = data
    if index or names != [cell.text for cell in header[:width]]:
        lines = _LINE_END.split(body)
        rest = "".join(lines[below[0][0].line - first_line :])
        line = io.StringIO()
        csv.writer(line, delimiter=separator, lineterminator="\n").writerow(names)
        separator_line = stated[0] if stated is not None else ""
        content = f"{separator_line}{line.getvalue()}{rest}".encode(encoding or "utf-8")
    return Register(file, columns, separator, encoding, content)


def _find_separator(text: str) -> str:
    """Return the separator with which most rows have the same number of cells, of more than one."""

    def score(separator: str) -> int:
        try:
            sample = text[: text.find("\n", 200_000) + 1] if len(text) > 200_000 else text
            rows = [row for row in split_rows(sample, separator) if any(cell.text for cell in row)]
        except CsvSyntaxError:
            return 0
        counts = Counter(len(row) for row in rows[:_SAMPLE_ROWS] if len(row) > 1)
        return max((count * min(width, 50) for width, count in counts.items()), default=0)

    return max(SEPARATORS, key=score)


def _find_header(rows: Sequence[list[CsvCell]]) -> int:
    """Return the index of the header: the first row with about as many cells as the table has columns."""
    counts = Counter(sum(1 for cell in row if cell.text) for row in rows[:_SAMPLE_ROWS])
    usual = max(counts, key=lambda count: (counts[count] > 1, counts[count], count), default=0)
    for index, row in enumerate(rows[:_HEADER_ROWS]):
        if sum(1 for cell in row if cell.text) * 2 > usual:
            return index
    return 0


def _width(header: Sequence[CsvCell], below: Sequence[Sequence[CsvCell]]) -> int:
    """Return the number of columns: those with a name, and behind them those that most rows have."""
    named = max(number for number, cell in enumerate(header, 1) if cell.text)
    filled = Counter(number for row in below for number, cell in enumerate(row, 1) if cell.text)
    usual = (number for number, count in filled.items() if count * 2 > len(below))
    return max(named, *usual, 1)


def _unique_names(
    header: Sequence[CsvCell],
    width: int,
    below: Sequence[Sequence[CsvCell]],
    file: Path,
    losses: list[Finding],
) -> list[str]:
    """Return the names of columns, each once; empty for a column without name and cells."""
    names: list[str] = []
    for number in range(width):
        cell = header[number] if number < len(header) else header[-1]._replace(text="")
        name = cell.text
        if not name and any(number < len(row) and row[number].text for row in below):
            name = f"column {number + 1}"
        base, count = name, 2
        while name and name in names:
            name, count = f"{base} {count}", count + 1
        if name != cell.text:
            had = f"repeats the name {quote_value(cell.text)}" if cell.text else "has no name"
            message = f"column {number + 1} {had}, and is called {quote_value(name)}"
            place = Location(file, cell.line, cell.column)
            remedy = "name it so in each later export"
            losses.append(CHANGED_ON_IMPORT.finding(place, message, remedy))
        names.append(name)
    return names
