"""Files of a definition are read whole, or refused in one finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.readers import reads, refusal
from twin_stack.definition import DefinitionError, files
from twin_stack.definition.files import read, read_text
from twin_stack.definition.findings import Findings

if TYPE_CHECKING:
    from pathlib import Path


def test_ending_chooses_the_reader(tmp_path: Path) -> None:
    text = '{"a": .5}'
    assert reads(tmp_path, text, "a.yaml") == {"a": 0.5}
    assert reads(tmp_path, text, "a.yml") == {"a": 0.5}
    assert " TWIN002 is not valid JSON" in refusal(tmp_path, text, "a.json")


@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_place_of_a_byte_that_is_no_text_counts_characters(name: str, tmp_path: Path) -> None:
    content = '{"a":\n "é'.encode() + b'\xff"}'
    assert refusal(tmp_path, content, name) == (
        f"{name}:2:4 TWIN001 is not UTF-8 (byte 0xff); save the file as UTF-8"
    )


def test_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"\xef\xbb\xbfid\r\n")
    assert read_text(path) == "id\r\n"


def test_file_may_have_the_largest_size_and_no_byte_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    assert reads(tmp_path, "a: 1234567") == {"a": 1234567}
    assert refusal(tmp_path, "a: 12345678") == (
        "a.yaml:1:1 TWIN001 is larger than 10 bytes; split it into several files of the same folder"
    )


@pytest.mark.parametrize(
    ("name", "reason"),
    [("folder", "not a file"), ("nothing", "No such file or directory"), ("a\0", "not a name of a file")],
)
def test_what_is_no_file_says_why(name: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(DefinitionError) as caught:
        read_text(tmp_path / name)
    assert [finding.message for finding in caught.value.findings] == [f"cannot be read ({reason})"]


def test_findings_name_the_file_as_it_is_displayed(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: [\n")
    shown = tmp_path.parent / "shown.yaml"
    with pytest.raises(DefinitionError) as caught:
        read(path, display_path=shown)
    assert caught.value.findings[0].location.file == shown


def test_duplicate_key_stops_the_reading_only_without_a_list_of_findings(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\na: 2\nb: 3\n")
    with pytest.raises(DefinitionError):
        read(path)
    findings = Findings()
    assert read(path, findings=findings) == {"a": 1, "b": 3}, "the first of them counts"
    assert [(finding.code, finding.location.line) for finding in findings] == [("TWIN008", 2)]


def test_empty_file_has_no_content(tmp_path: Path) -> None:
    assert reads(tmp_path, "") is None
