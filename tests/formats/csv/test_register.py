"""The table of a register."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack.definition import DefinitionError
from twin_stack.definition.findings import Location
from twin_stack.formats.csv.register import Register, read_register

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.findings import Finding


def register(folder: Path, content: str | bytes) -> tuple[Register, list[str]]:
    file = folder / "a.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    losses: list[Finding] = []
    return read_register(file, losses), [f"{loss.location.line}: {loss.message}" for loss in losses]


def table(result: Register) -> dict[str, list[str]]:
    return {column.name: column.texts for column in result.columns}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_is_the_one_with_which_rows_are_equally_long(separator: str, tmp_path: Path) -> None:
    rows = [["id", "size, mm"], ["a", "1,5"], ["b", "2"]]
    quote = '"' if separator == "," else ""
    text = "\n".join(separator.join(f"{quote}{cell}{quote}" for cell in row) for row in rows)
    result, losses = register(tmp_path, text)
    assert (result.separator, result.encoding, losses) == (separator, None, [])
    assert table(result) == {"id": ["a", "b"], "size, mm": ["1,5", "2"]}
    assert result.content == text.encode()


def test_separator_and_encoding_that_the_file_names_are_taken(tmp_path: Path) -> None:
    text = "sep=|\nid|größe;x\na|1;2\n"
    result, losses = register(tmp_path, text.encode("cp1252"))
    assert (result.separator, result.encoding, losses) == ("|", "windows-1252", [])
    assert table(result) == {"id": ["a"], "größe;x": ["1;2"]}
    assert result.columns[0].place_of(0) == Location(tmp_path / "a.csv", 3, 1)


def test_bytes_that_are_not_what_their_mark_says_are_read_one_by_one(tmp_path: Path) -> None:
    result, _ = register(tmp_path, b"\xff\xfeid,a\nx,1\n")
    assert result.encoding == "iso-8859-1"
    assert table(result) == {"\u00ff\u00feid": ["x"], "a": ["1"]}


def test_lines_above_the_header_are_left_out_of_the_content(tmp_path: Path) -> None:
    text = "Report\nof today,,\n\nid,size,note\na,1,x\nb,2,y\n"
    result, losses = register(tmp_path, text)
    assert losses == ["1: lines 1 to 3 are no part of the table, and left out"]
    assert result.content == b"id,size,note\na,1,x\nb,2,y\n"
    assert result.columns[1].place == Location(tmp_path / "a.csv", 4, 4)
    assert result.columns[1].place_of(1) == Location(tmp_path / "a.csv", 6, 3)


@pytest.mark.parametrize("character", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_character_that_ends_no_line_of_a_csv_file_is_kept(character: str, tmp_path: Path) -> None:
    text = f"Report{character}of today\r\nid,size,size\r\na,1,{character}x\r\nb,2,y\r\n"
    result, _ = register(tmp_path, text)
    assert result.content.decode() == f"id,size,size 2\na,1,{character}x\r\nb,2,y\r\n"


def test_columns_without_a_name_of_their_own_get_one(tmp_path: Path) -> None:
    result, losses = register(tmp_path, "id,size,size,size 2,,\na,1,2,3,x,\nb,1,2,3,y,\n")
    assert table(result) == {
        "id": ["a", "b"],
        "size": ["1", "1"],
        "size 2": ["2", "2"],
        "size 2 2": ["3", "3"],
        "column 5": ["x", "y"],
    }
    assert losses == [
        '1: column 3 repeats the name "size", and is called "size 2"',
        '1: column 4 repeats the name "size 2", and is called "size 2 2"',
        '1: column 5 has no name, and is called "column 5"',
    ]
    assert result.content.splitlines()[0] == b"id,size,size 2,size 2 2,column 5"


def test_name_that_another_column_has_already_is_not_given(tmp_path: Path) -> None:
    result, _ = register(tmp_path, "id,size,size 2,size\na,1,2,3\nb,1,2,3\n")
    assert [*table(result)] == ["id", "size", "size 2", "size 3"]


def test_cells_behind_the_end_of_a_short_row_are_empty(tmp_path: Path) -> None:
    result, _ = register(tmp_path, "id,size,note\na,1,x\nb,2\nc,3,z\n")
    assert table(result)["note"] == ["x", "", "z"]


def test_line_that_names_the_separator_stays_before_a_new_header(tmp_path: Path) -> None:
    result, _ = register(tmp_path, "sep=;\r\nid;a;a\r\na;1;x\r\nb;2;y\r\n")
    assert result.content == b"sep=;\r\nid;a;a 2\na;1;x\r\nb;2;y\r\n"


def test_new_header_is_in_the_encoding_of_the_file(tmp_path: Path) -> None:
    result, _ = register(tmp_path, "größe;größe\n1;2\n3;4\n".encode("cp1252"))
    assert result.content == "größe;größe 2\n1;2\n3;4\n".encode("cp1252")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file has no rows below a header"),
        ("id,size\n", "the file has no rows below a header"),
        ("sep=;\nid;size\n", "the file has no rows below a header"),
        ('id,size\n"a,1\n', "the quote is not closed"),
    ],
)
def test_file_that_is_no_table_is_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=message):
        register(tmp_path, text)
