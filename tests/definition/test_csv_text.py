"""The encoding of CSV files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack.definition import DefinitionError
from twin_stack.definition.csv_text import ENCODINGS, decode, detect_encoding, read_csv_text

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "id,name\n1,Büro\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"", None),
        (TEXT.encode(), None),
        (TEXT.encode("utf-8-sig"), None),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16"),
        (TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("cp1252"), "windows-1252"),
        (TEXT.encode("cp850"), "cp850"),
        (TEXT.encode("mac-roman"), "mac-roman"),
        ("id,name\n1,ポンプ\n".encode("shift_jis"), "shift_jis"),
        (b"a\0", None),
        (b"\0\0\0\0", None),
    ],
)
def test_encoding_is_found_by_its_mark_or_its_letters(data: bytes, encoding: str | None) -> None:
    assert detect_encoding(data) == encoding


def test_detected_encoding_reads_the_text() -> None:
    for name in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp850", "mac-roman"):
        data = TEXT.encode(name)
        assert decode(data, detect_encoding(data) or "utf-8").removeprefix("\ufeff") == TEXT, name


def test_byte_order_mark_is_no_part_of_the_text() -> None:
    assert decode(TEXT.encode("utf-8-sig"), "utf-8") == TEXT
    assert decode(TEXT.encode("utf-16"), "utf-16") == TEXT


def test_each_encoding_is_one_of_python() -> None:
    for encoding in ENCODINGS:
        assert decode("id\n1\n".encode(encoding), encoding) == "id\n1\n", encoding


def test_text_in_another_encoding_is_refused_by_decode() -> None:
    with pytest.raises(UnicodeDecodeError):
        decode(TEXT.encode("cp1252"), "utf-8")


def refusal(folder: Path, data: bytes, encoding: str | None) -> str:
    file = folder / "rows.csv"
    file.write_bytes(data)
    with pytest.raises(DefinitionError) as caught:
        read_csv_text(file, encoding)
    return str(caught.value.findings[0]).removeprefix(f"{file}:")


def test_wrong_byte_is_shown_with_the_text_around_it_in_the_likely_encoding(tmp_path: Path) -> None:
    data = "id,name\n1,A\n2,Pumpe für Öl\n3,Süd\n".encode("cp1252")
    assert refusal(tmp_path, data, None) == (
        '3:10 TWIN001 is not UTF-8 (byte 0xfc), as windows-1252 it reads "2,Pumpe für Öl"; '
        'save it as "CSV UTF-8", or add encoding: windows-1252'
    )


def test_encoding_that_was_asked_for_is_not_proposed(tmp_path: Path) -> None:
    assert refusal(tmp_path, TEXT.encode("utf-16")[:-1], "utf-16") == (
        '2:7 TWIN001 is not UTF-16 (byte 0x0a); save it as "CSV UTF-8"'
    )
    assert refusal(tmp_path, TEXT.encode("cp1252"), "shift_jis").endswith(", or add encoding: windows-1252")


def test_file_that_is_missing_is_a_finding(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="TWIN001"):
        read_csv_text(tmp_path / "missing.csv", None)
