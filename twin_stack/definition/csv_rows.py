"""Rows of a CSV file."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from twin_stack.definition.csv_cells import CsvSyntaxError, split_rows
from twin_stack.definition.csv_text import read_csv_text
from twin_stack.definition.findings import DefinitionError, Finding, Location
from twin_stack.definition.rules.registers import CSV_SEPARATOR
from twin_stack.definition.rules.templates import INVALID_CSV
from twin_stack.definition.schema.csv_format import SEPARATORS, CsvFormat
from twin_stack.definition.source import Cell
from twin_stack.definition.wording import list_some, quote_value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from twin_stack.definition.csv_cells import CsvCell

_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?(?:\r\n|\n|\r|$)')
_TITLE_LINES = 30  # lines above the header that a report has at most


class CsvRow(NamedTuple):
    """A row of a CSV file.

    Attributes:
        place: Its beginning.
        cells: Cells by column, of the columns that were asked for.
    """

    place: Location
    cells: dict[str, Cell]


class CsvTable(NamedTuple):
    """The rows of a CSV file.

    Attributes:
        columns: Names of all columns.
        rows: The rows below the header.
    """

    columns: tuple[str, ...]
    rows: tuple[CsvRow, ...]


def read_table(
    file: Path,
    report: Callable[[Finding], None],
    *,
    csv_format: CsvFormat | None = None,
    columns: Collection[str] | None = None,
) -> CsvTable | None:
    """Read the rows of a CSV file: a header, then a row a line; quotes as in RFC 4180.

    White space around a cell, empty lines and empty columns without a name are skipped.

    Args:
        file: The CSV file.
        report: Receives every mistake; a row with too few or too many cells is skipped.
        csv_format: Separator, encoding and decimal mark.
        columns: The columns whose cells are needed; None means all.

    Returns:
        The rows before the first mistake of syntax, None where the file is no table.
    """
    csv_format = csv_format or CsvFormat()
    try:
        text = read_csv_text(file, csv_format.encoding)
    except DefinitionError as error:
        report(error.findings[0])
        return None
    return _TableReader(file, report, csv_format, columns).read(text)


class _TableReader:
    def __init__(
        self,
        file: Path,
        report: Callable[[Finding], None],
        csv_format: CsvFormat,
        columns: Collection[str] | None,
    ) -> None:
        self._file = file
        self._report = report
        self._format = csv_format
        self._needed = columns

    def _refuse(self, line: int, column: int, message: str, remedy: str) -> None:
        self._report(INVALID_CSV.finding(Location(self._file, line, column), message, remedy))

    def read(self, text: str) -> CsvTable | None:
        separator = self._format.separator or ","
        first_line = 1
        if (stated := names_separator(text)) is not None:
            if self._format.separator not in (None, stated[1]):
                message = f"the file says sep={stated[1]}, the definition {SEPARATORS[separator]}"
                self._report(
                    CSV_SEPARATOR.finding(Location(self._file, 1, 1), message, _separator_remedy(stated[1]))
                )
                return None
            separator, text, first_line = stated[1], text[stated.end() :], 2
        if (actual := self._other_separator(text, separator)) is not None:
            message = f"columns are separated by {SEPARATORS[actual]}, not {SEPARATORS[separator]}"
            place = Location(self._file, first_line, 1)
            self._report(CSV_SEPARATOR.finding(place, message, _separator_remedy(actual)))
            return None
        rows = (row for row in split_rows(text, separator, first_line) if any(cell.text for cell in row))
        try:
            header = next(rows, None)
            if header is None:
                self._refuse(1, 1, "CSV file has no header", "name its columns in line 1")
                return None
        except CsvSyntaxError as error:
            self._refuse(error.line, error.column, error.message, error.remedy)
            return None
        if self._is_title(header, text, separator, first_line) or not self._has_unique_names(header):
            return None
        table: list[CsvRow] = []
        try:
            table.extend(self._rows(header, rows))
        except CsvSyntaxError as error:
            self._refuse(error.line, error.column, error.message, error.remedy)
        return CsvTable(tuple(cell.text for cell in header if cell.text), tuple(table))

    def _other_separator(self, text: str, separator: str) -> str | None:
        """Return the separator of the file where it is clearly another one."""
        headers = {candidate: _names(text, candidate) for candidate in (separator, *SEPARATORS)}
        if self._needed:
            needed = set(self._needed)
            best = max(headers, key=lambda candidate: len(needed.intersection(headers[candidate])))
            if len(needed.intersection(headers[best])) > len(needed.intersection(headers[separator])):
                return best
        if len(headers[separator]) > 1:
            return None
        best = max(headers, key=lambda candidate: len(headers[candidate]))
        return best if len(headers[best]) > 1 else None

    def _is_title(self, header: list[CsvCell], text: str, separator: str, first_line: int) -> bool:
        """Report lines above the header, such as the title of a report."""
        needed = set(self._needed or ())
        if not needed or needed & {cell.text for cell in header}:
            return False
        for index, row in enumerate(split_rows(text, separator, first_line)):
            if index == _TITLE_LINES:
                break
            if needed <= {cell.text for cell in row}:
                message = f"the names of the columns are in line {row[0].line}, not in line {header[0].line}"
                self._refuse(header[0].line, 1, message, "remove the lines above them")
                return True
        return False

    def _has_unique_names(self, header: list[CsvCell]) -> bool:
        """Report the columns whose names are repeated, and return whether there are none."""
        first: dict[str, CsvCell] = {}
        is_unique = True
        for cell in header:
            other = first.setdefault(cell.text, cell)
            if other is not cell and cell.text and (self._needed is None or cell.text in self._needed):
                message = f"column {quote_value(cell.text)} is repeated, first in column {other.column}"
                self._refuse(cell.line, cell.column, message, "rename one of them")
                is_unique = False
        return is_unique

    def _rows(self, header: list[CsvCell], rows: Iterator[list[CsvCell]]) -> Iterator[CsvRow]:
        width = max((index for index, cell in enumerate(header, start=1) if cell.text), default=0)
        taken = [
            (index, cell.text)
            for index, cell in enumerate(header)
            if cell.text and (self._needed is None or cell.text in self._needed)
        ]
        wrong: dict[int, list[list[CsvCell]]] = {}
        unnamed: dict[int, CsvCell] = {}
        for row in rows:
            count = max(index for index, cell in enumerate(row, start=1) if cell.text)
            if len(row) < width or count > len(header):
                wrong.setdefault(count if count > len(header) else len(row), []).append(row)
                continue
            for index, cell in enumerate(header):
                if not cell.text and row[index : index + 1] and row[index].text:
                    unnamed.setdefault(index, row[index])
            cells = {name: self._cell(row[index], name) for index, name in taken}
            yield CsvRow(Location(self._file, row[0].line, 1), cells)
        for count, same in wrong.items():
            self._report_wrong_count(header, width, count, same)
        for index, cell in unnamed.items():
            message = f"column {index + 1} has no name, and {quote_value(cell.text)} in line {cell.line}"
            self._refuse(header[index].line, header[index].column, message, "name it, or clear its cells")

    def _cell(self, cell: CsvCell, name: str) -> Cell:
        return Cell(cell.text, Location(self._file, cell.line, cell.column), name, self._format.decimal)

    def _report_wrong_count(
        self, header: list[CsvCell], width: int, count: int, rows: list[list[CsvCell]]
    ) -> None:
        """Report the rows that have the same wrong number of cells."""
        first = rows[0]
        message = f"row has {count} fields, the header has {width}"
        if len(rows) > 1:
            lines = list_some([str(row[0].line) for row in rows[1:]], 3)
            message += f", as have {len(rows) - 1:,} more rows (line {lines})"
        remedy = "check commas and quotes"
        halves = [
            f"{left.text},{right.text}"
            for left, right in pairwise(first)
            if left.text.isdecimal() and right.text.isdecimal()
        ]
        if count == len(header) + 1 and len(halves) == 1:
            remedy = f"if {halves[0]} is a number, write {halves[0].replace(',', '.')}, or quote it"
        self._refuse(first[0].line, 1, message, remedy)


def _separator_remedy(separator: str) -> str:
    return f"add separator: {SEPARATORS[separator]}"


def names_separator(text: str) -> re.Match[str] | None:
    """Return the match of a first line such as ``sep=;``, whose group 1 is the separator.

    Args:
        text: The text of a CSV file.
    """
    match = _SEPARATOR_LINE.match(text)
    return match if match is not None and match[1] in SEPARATORS else None


def _names(text: str, separator: str) -> list[str]:
    """Return the names in the header that a text has with a separator."""
    try:
        header = next((row for row in split_rows(text, separator) if any(cell.text for cell in row)), [])
    except CsvSyntaxError:
        return []
    return [cell.text for cell in header]
