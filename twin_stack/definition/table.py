"""Rows of a CSV file: an asset register as it comes out of a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from twin_stack.definition.findings import Code, DefinitionError, Finding, Location
from twin_stack.definition.source import Cell, read_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def rows(file: Path, report: Callable[[Finding], None]) -> Iterator[dict[str, Cell]]:
    """Yield the rows of a CSV file: commas, quotes as in RFC 4180, a header, UTF-8.

    White space around a cell and empty lines are passed over.

    Args:
        file: The CSV file.
        report: Takes what cannot be read; a row with too few or too many fields is passed over.

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

    def bad(message: str, remedy: str) -> None:
        report(Finding(Location(file, begin, 1), Code.BAD_CSV, message, remedy))

    try:
        for fields in reader:
            if not any(field.strip() for field in fields):
                pass
            elif not header:
                header = [field.strip() for field in fields]
                if "" in header or len(set(header)) != len(header):
                    bad("header has an empty or a repeated name", "name each column once")
                    return
            elif len(fields) != len(header):
                message = f"row has {len(fields)} fields, the header has {len(header)}"
                bad(message, "check commas and quotes")
            else:
                columns = _columns(lines.last, len(header)) if reader.line_num == begin else [1] * len(header)
                yield {
                    name: Cell(field.strip(), Location(file, begin, column))
                    for name, field, column in zip(header, fields, columns, strict=True)
                }
            begin = reader.line_num + 1
    except csv.Error as error:
        bad(f"is not a valid CSV file: {error}", "check the quotes here")
        return
    if not header:
        begin = 1
        bad("CSV file has no header", "name its columns in line 1")


class _Lines:
    """The lines of a text, one at a time; the last one is remembered."""

    def __init__(self, text: str) -> None:
        self.source = io.StringIO(text, newline="")
        self.last = ""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self.last = next(self.source)
        return self.last


def _columns(line: str, count: int) -> list[int]:
    """Return where the fields of a line begin; 1 for each where quotes hide the commas."""
    if '"' in line:
        return [1] * count
    return [1, *(match.end() + 1 for match in re.finditer(",", line))]
