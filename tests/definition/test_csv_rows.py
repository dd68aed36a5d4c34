"""Rows of a CSV file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack.definition.csv_rows import CsvTable, read_table
from twin_stack.definition.schema import CsvFormat

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from twin_stack.definition import Finding


def table_of(
    folder: Path,
    content: str | bytes,
    csv_format: CsvFormat | None = None,
    columns: Collection[str] | None = None,
) -> tuple[CsvTable | None, list[str]]:
    file = folder / "rows.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    findings: list[Finding] = []
    table = read_table(file, findings.append, csv_format=csv_format, columns=columns)
    return table, [str(finding).replace(f"{file}:", "") for finding in findings]


def rows(
    folder: Path,
    content: str | bytes,
    csv_format: CsvFormat | None = None,
    columns: Collection[str] | None = None,
) -> tuple[list[dict[str, str]], list[str]]:
    table, findings = table_of(folder, content, csv_format, columns)
    cells = [{name: str(cell) for name, cell in row.cells.items()} for row in table.rows] if table else []
    return cells, findings


def test_cells_are_trimmed_and_empty_lines_skipped(tmp_path: Path) -> None:
    assert rows(tmp_path, 'id, name\n\n 1 ,"Hall, north"\n') == ([{"id": "1", "name": "Hall, north"}], [])


def test_cell_has_its_place_also_behind_quotes_and_line_breaks(tmp_path: Path) -> None:
    text = 'id,name,note,size\n1,"Hall, ""A""",x,2\n2,"two\nlines, here", y ,3\n'
    table, findings = table_of(tmp_path, text)
    assert findings == []
    assert table is not None
    places = [
        [(cell.location.line, cell.location.column) for cell in row.cells.values()] for row in table.rows
    ]
    assert places == [[(2, 1), (2, 3), (2, 17), (2, 19)], [(3, 1), (3, 3), (4, 15), (4, 18)]]
    assert table.rows[1].cells["name"] == "two\nlines, here"


@pytest.mark.parametrize(
    ("content", "csv_format"),
    [
        ("id;name\n1;Büro, links\n", CsvFormat(separator=";")),
        ("id\tname\n1\tBüro, links\n", CsvFormat(separator="\t")),
        ("id|name\n1|Büro, links\n", CsvFormat(separator="|")),
        ("sep=;\r\nid;name\r\n1;Büro, links\r\n", None),
        ("sep=;\nid;name\n1;Büro, links\n", CsvFormat(separator=";")),
        ("\ufeffsep=\t\rid\tname\r1\tBüro, links", None),
        ('\ufeffid,name\n1,"Büro, links"\n', None),
        ("id;name\n1;Büro, links\n".encode("utf-16"), CsvFormat(separator=";", encoding="utf-16")),
        ("id;name\n1;Büro, links\n".encode("utf-16-le"), CsvFormat(separator=";", encoding="utf-16")),
        ("id;name\n1;Büro, links\n".encode("cp1252"), CsvFormat(separator=";", encoding="windows-1252")),
        ("id;name\n1;Büro, links\n".encode("cp850"), CsvFormat(separator=";", encoding="cp850")),
    ],
)
def test_dialects_and_encodings_are_read(
    content: str | bytes, csv_format: CsvFormat | None, tmp_path: Path
) -> None:
    assert rows(tmp_path, content, csv_format) == ([{"id": "1", "name": "Büro, links"}], [])


@pytest.mark.parametrize(
    ("content", "finding"),
    [
        ("a,b\n1\n", "2:1 TWIN030 row has 1 fields, the header has 2; check commas and quotes"),
        ("a,a\n1,2\n", '1:3 TWIN030 column "a" is repeated, first in column 1; rename one of them'),
        ("\n", "1:1 TWIN030 CSV file has no header; name its columns in line 1"),
        (
            'a,b\n"1,\n2,3\n',
            '2:1 TWIN030 the quote is not closed; close it, or write a quote of the text twice ("")',
        ),
        (
            'a,b\n1,"5" pipe"\n',
            '2:7 TWIN030 text follows the closing quote of a cell; write a quote of the text twice ("")',
        ),
        (
            "a,b\n1,2,5\n1,2\n",
            "2:1 TWIN030 row has 3 fields, the header has 2; check commas and quotes",
        ),
        (
            "a,b\nx,2,5\n",
            "2:1 TWIN030 row has 3 fields, the header has 2; if 2,5 is a number, write 2.5, or quote it",
        ),
        (
            "a,b\n1\n2\n3\n4\n5\n6\n",
            "2:1 TWIN030 row has 1 fields, the header has 2, as have 5 more rows (line 3, 4, 5 and 2 more); "
            "check commas and quotes",
        ),
        (
            "a,,c\n1,,3\n1,x,3\n",
            '1:3 TWIN030 column 2 has no name, and "x" in line 3; name it, or clear its cells',
        ),
        ("a;b\n1;2\n", '1:1 TWIN190 columns are separated by ";", not ","; add separator: ";"'),
        ("a\tb\n1\t2\n", '1:1 TWIN190 columns are separated by "\\t", not ","; add separator: "\\t"'),
        ("a|b\n1|2\n", '1:1 TWIN190 columns are separated by "|", not ","; add separator: "|"'),
        (
            "a\tb\n1\t2\n".encode("utf-16"),
            '1:1 TWIN001 is UTF-16, not UTF-8; save it as "CSV UTF-8", or add encoding: utf-16',
        ),
        (
            "a,b\nx,Büro\n".encode("latin-1"),
            '2:4 TWIN001 is not UTF-8 (byte 0xfc), as windows-1252 it reads "x,Büro"; save it as "CSV UTF-8", or add '
            "encoding: windows-1252",
        ),
        (
            "a,b\nx,Büro\n".encode("cp850"),
            '2:4 TWIN001 is not UTF-8 (byte 0x81), as cp850 it reads "x,Büro"; save it as "CSV UTF-8", or add '
            "encoding: cp850",
        ),
        (
            "a,b\nx,ポンプ\n".encode("shift_jis"),
            '2:3 TWIN001 is not UTF-8 (byte 0x83), as shift_jis it reads "x,ポンプ"; save it as "CSV UTF-8", or add '
            "encoding: shift_jis",
        ),
    ],
)  # fmt: skip
def test_mistake_is_one_finding_at_its_place(content: str | bytes, finding: str, tmp_path: Path) -> None:
    assert rows(tmp_path, content)[1] == [finding]


@pytest.mark.parametrize(
    ("content", "csv_format", "finding"),
    [
        (
            "a,b\n1,2\n",
            CsvFormat(separator=";"),
            '1:1 TWIN190 columns are separated by ",", not ";"; add separator: ","',
        ),
        (
            "sep=;\na;b\n1;2\n",
            CsvFormat(separator=","),
            '1:1 TWIN190 the file says sep=;, the definition ","; add separator: ";"',
        ),
        (
            "a,b\n1,é\n".encode("cp1252"),
            CsvFormat(encoding="utf-16"),
            '1:1 TWIN001 is not UTF-16; save it as "CSV UTF-8" and remove encoding: utf-16',
        ),
    ],
)  # fmt: skip
def test_format_that_the_file_does_not_have_is_reported(
    content: str | bytes, csv_format: CsvFormat, finding: str, tmp_path: Path
) -> None:
    assert rows(tmp_path, content, csv_format)[1] == [finding]


def test_separator_is_found_by_the_columns_that_are_needed(tmp_path: Path) -> None:
    text = "id;name;size, mm\n1;A;5\n"
    assert rows(tmp_path, text, columns={"id", "name"})[1] == [
        '1:1 TWIN190 columns are separated by ";", not ","; add separator: ";"'
    ]


def test_empty_columns_at_the_end_are_skipped(tmp_path: Path) -> None:
    assert rows(tmp_path, "a,b,,\n1,2,,\n3,4\n5,6,,,,\n") == (
        [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}, {"a": "5", "b": "6"}],
        [],
    )


def test_columns_that_are_not_needed_may_have_no_or_the_same_names(tmp_path: Path) -> None:
    assert rows(tmp_path, "id,note,note\n1,a,b\n", columns={"id"}) == ([{"id": "1"}], [])


def test_lines_above_the_header_are_one_finding(tmp_path: Path) -> None:
    text = "Asset register 2024,,\nexported,today,\nid,name,size\n1,A,2\n"
    assert rows(tmp_path, text, columns={"id", "name"})[1] == [
        "1:1 TWIN030 the names of the columns are in line 3, not in line 1; remove the lines above them"
    ]


def test_row_of_too_many_cells_is_refused(tmp_path: Path) -> None:
    assert rows(tmp_path, "a,b\n" + "," * 20_000)[1] == [
        "2:1 TWIN030 row has more than 16,384 cells; check what kind of file it is"
    ]
