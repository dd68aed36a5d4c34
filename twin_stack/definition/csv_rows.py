"""Rows of a CSV file."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from twin_stack.definition.files import read_text
from twin_stack.definition.findings import DefinitionError, Finding, Location
from twin_stack.definition.rules.templates import INVALID_CSV
from twin_stack.definition.source import Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def csv_rows(file: Path, report: Callable[[Finding], None]) -> Iterator[dict[str, Cell]]:
    """Yield the rows of a CSV file: commas, quotes as in RFC 4180, a header, UTF-8.

    White space around a cell and empty lines are skipped.

    Args:
        file: The CSV file.
        report: Receives every mistake; a row with too few or too many fields is skipped.

    Yields:
        Cells by column.
    """
    try:
        text = read_text(file)
    except DefinitionError as error:
        report(error.findings[0])
        return
    lines = _Lines(text)
    reader = csv.reader(lines, strict=True, skipinitialspace=True)
    header: list[str] = []
    begin = 1

    def report_line(message: str, remedy: str) -> None:
        report(INVALID_CSV.finding(Location(file, begin, 1), message, remedy))

    try:
        for fields in reader:
            if not any(field.strip() for field in fields):
                pass
            elif not header:
                header = [field.strip() for field in fields]
                if "" in header or len(set(header)) != len(header):
                    report_line("header has an empty or a repeated name", "name each column once")
                    return
            elif len(fields) != len(header):
                message = f"row has {len(fields)} fields, the header has {len(header)}"
                report_line(message, "check commas and quotes")
            else:
                columns = _columns(lines.last, len(header)) if reader.line_num == begin else [1] * len(header)
                yield {
                    name: Cell(field.strip(), Location(file, begin, column))
                    for name, field, column in zip(header, fields, columns, strict=True)
                }
            begin = reader.line_num + 1
    except csv.Error as error:
        report_line(f"is not a valid CSV file: {error}", "check the quotes here")
        return
    if not header:
        begin = 1
        report_line("CSV file has no header", "name its columns in line 1")


class _Lines:
    """An iterator over the lines of a text that keeps the last one."""

    def __init__(self, text: str) -> None:
        self.source = io.StringIO(text, newline="")
        self.last = ""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self.last = next(self.source)
        return self.last


def _columns(line: str, count: int) -> list[int]:
    """Return the columns where the fields of a line begin; 1 for each where quotes may contain commas."""
    if '"' in line:
        return [1] * count
    return [1, *(match.end() + 1 for match in re.finditer(",", line))]
