"""Rows of a CSV file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack.definition.csv_rows import csv_rows

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition import Finding


def rows(folder: Path, text: str) -> tuple[list[dict[str, str]], list[str]]:
    file = folder / "rows.csv"
    file.write_text(text, encoding="utf-8")
    findings: list[Finding] = []
    cells = [{name: str(cell) for name, cell in row.items()} for row in csv_rows(file, findings.append)]
    return cells, [f"{finding.location.line} {finding.message}" for finding in findings]


def test_cells_are_trimmed_and_empty_lines_skipped(tmp_path: Path) -> None:
    assert rows(tmp_path, 'id, name\n\n 1 ,"Hall, north"\n') == ([{"id": "1", "name": "Hall, north"}], [])


def test_cell_has_its_place(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("id,name\n1,Hall\n", encoding="utf-8")
    findings: list[Finding] = []
    (row,) = csv_rows(file, findings.append)
    assert findings == []
    assert str(row["name"].location).endswith("rows.csv:2:3")


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("a,b\n1\n", "2 row has 1 fields, the header has 2"),
        ("a,a\n1,2\n", "1 header has an empty or a repeated name"),
        ("\n", "1 CSV file has no header"),
        ('a\n"1\n', "2 is not a valid CSV file: unexpected end of data"),
    ],
)
def test_mistake_is_reported_in_its_line(text: str, finding: str, tmp_path: Path) -> None:
    assert rows(tmp_path, text) == ([], [finding])
