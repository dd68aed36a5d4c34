"""Cells of a table in text, each with its place."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twin_stack.definition.csv_cells import CsvCell, CsvSyntaxError, split_rows
from twin_stack.definition.csv_rows import read_table
from twin_stack.definition.schema import CsvFormat

if TYPE_CHECKING:
    from pathlib import Path

_LETTERS = "ab1 ,;\t|\"'=é漢\n"
_CELL = st.text(alphabet=_LETTERS, max_size=6)
_TABLE = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(_CELL, min_size=width, max_size=width), min_size=1, max_size=5)
)
_SEPARATOR = st.sampled_from(",;\t|")


def written(table: list[list[str]], separator: str, line_end: str, quoting: int) -> str:
    file = io.StringIO()
    csv.writer(file, delimiter=separator, lineterminator=line_end, quoting=quoting).writerows(table)  # type: ignore[arg-type]
    return file.getvalue()


def text_at(text: str, cell: CsvCell, separator: str) -> str:
    """The cell that begins at a place, read by itself."""
    begins = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]
    rest = text[begins[cell.line - 1] + cell.column - 1 :]
    first = next(csv.reader(io.StringIO(rest, newline=""), delimiter=separator), [""])
    return first[0].strip() if first else ""


@given(
    _TABLE,
    _SEPARATOR,
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
)
def test_table_is_read_back_in_each_dialect_with_the_place_of_each_cell(
    table: list[list[str]], separator: str, line_end: str, quoting: int
) -> None:
    text = written(table, separator, line_end, quoting)
    rows = list(split_rows(text, separator))
    assert [[cell.text for cell in row] for row in rows[:-1]] == [
        [cell.strip() for cell in row] for row in table
    ]
    assert [cell.text for cell in rows[-1]] == [""], "the text after the last line end"
    for row in rows[:-1]:
        for cell in row:
            assert text_at(text, cell, separator) == cell.text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=_TABLE,
    separator=_SEPARATOR,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_file_is_read_back_in_each_encoding(
    table: list[list[str]], separator: str, encoding: str, tmp_path: Path
) -> None:
    header = [f"column {index}" for index in range(len(table[0]))]
    file = tmp_path / "rows.csv"
    text = written([header, *table], separator, "\r\n", csv.QUOTE_ALL)
    file.write_bytes(text.encode(encoding))
    findings: list[object] = []
    csv_format = CsvFormat(separator=separator, encoding=encoding.removesuffix("-sig"))
    result = read_table(file, findings.append, csv_format=csv_format)
    assert findings == []
    assert result is not None
    rows = [[str(cell) for cell in row.cells.values()] for row in result.rows]
    stripped = [[cell.strip() for cell in row] for row in table]
    assert rows == [row for row in stripped if any(row)]


@pytest.mark.parametrize(
    ("text", "place"),
    [('a,b\n"x', (2, 1)), ('a,b\n1, "x', (2, 4)), ('"a\nb"c', (2, 3)), ('a\n"b""', (2, 4))],
)
def test_wrong_quote_is_named_by_its_place(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(CsvSyntaxError) as caught:
        list(split_rows(text, ","))
    assert (caught.value.line, caught.value.column) == place


def test_blank_cell_behind_a_quoted_one_is_a_cell_of_its_own() -> None:
    (row,) = split_rows('"a"\t "b"\t ', "\t")
    assert row == [CsvCell("a", 1, 1), CsvCell("b", 1, 6), CsvCell("", 1, 10)]


def test_cell_begins_at_its_first_character() -> None:
    (row,) = split_rows(' a,  "b" ,,c', ",")
    assert row == [CsvCell("a", 1, 2), CsvCell("b", 1, 6), CsvCell("", 1, 11), CsvCell("c", 1, 12)]
