"""A folder that is written as a whole or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from twin_stack.errors import TwinError
from twin_stack.formats.output_folder import output_folder, record_name

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, files: dict[str, str], *, force: bool = False, dry_run: bool = False) -> None:
    with output_folder(folder, "export", force=force, dry_run=dry_run) as output:
        for path, text in files.items():
            output.write(path, text)


def content(folder: Path) -> dict[str, str]:
    """The files of a folder, without the record."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file() and path.name != record_name("export")
    }


def test_files_are_written_or_copied_and_recorded_with_their_digests(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"abc")

    def make(path: Path) -> None:
        path.write_bytes(b"made")

    with output_folder(tmp_path / "deep" / "out", "import") as output:
        output.write("b/text.txt", "ü")
        output.add("a.bin", tmp_path / "a.bin")
        output.add("c/made.bin", make)
        assert output.files == ["a.bin", "b/text.txt", "c/made.bin"]
        assert not (tmp_path / "deep" / "out").exists(), "unfinished"
    out = tmp_path / "deep" / "out"
    assert [(out / path).read_bytes() for path in output.files] == [b"abc", "ü".encode(), b"made"]
    record = json.loads((out / ".twin-import.json").read_text())
    assert record["files"].keys() == set(output.files)
    assert record["files"]["a.bin"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_empty_folder_is_one_that_may_be_written(tmp_path: Path) -> None:
    (tmp_path / "out" / "empty").mkdir(parents=True)
    write(tmp_path / "out", {"a": "1"})
    assert content(tmp_path / "out") == {"a": "1"}


def test_error_leaves_the_former_files_and_nothing_beside_them(tmp_path: Path) -> None:
    write(tmp_path / "out", {"a": "1"})
    with pytest.raises(ZeroDivisionError), output_folder(tmp_path / "out", "export", force=True) as output:
        output.write("a", "2")
        raise ZeroDivisionError
    assert content(tmp_path) == {"out/a": "1"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_dry_run_writes_nothing_and_refuses_what_a_run_would_refuse(tmp_path: Path) -> None:
    write(tmp_path / "out", {"a": "1"}, dry_run=True)
    assert list(tmp_path.iterdir()) == []
    write(tmp_path / "out", {"a": "1"})
    (tmp_path / "out" / "a").write_text("edited")
    with pytest.raises(TwinError, match="a: not written by an export, or changed since"):
        write(tmp_path / "out", {"a": "2"}, force=True, dry_run=True)
    write(tmp_path / "out", {"b": "2"}, force=True, dry_run=True)
    assert content(tmp_path / "out") == {"a": "edited"}


def test_file_that_was_edited_stays_where_it_is_not_written_again(tmp_path: Path) -> None:
    write(tmp_path / "out", {"a": "1", "b/c": "1"})
    (tmp_path / "out" / "b" / "c").write_text("edited")
    write(tmp_path / "out", {"d": "2"}, force=True)
    assert content(tmp_path / "out") == {"b/c": "edited", "d": "2"}


def test_link_in_place_of_a_file_is_one_of_others(tmp_path: Path) -> None:
    write(tmp_path / "out", {"a": "1"})
    (tmp_path / "elsewhere").write_text("1")
    (tmp_path / "out" / "a").unlink()
    (tmp_path / "out" / "a").symlink_to("../elsewhere")
    with pytest.raises(TwinError, match="a: not written by an export"):
        write(tmp_path / "out", {"a": "2"}, force=True)
    write(tmp_path / "out", {"b": "2"}, force=True)
    assert (tmp_path / "out" / "a").is_symlink()
    assert (tmp_path / "elsewhere").read_text() == "1"


@pytest.mark.parametrize("record", ["", "[]", '{"files": [1]}', '{"other": {}}'])
def test_folder_with_a_broken_record_is_one_of_others(record: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / record_name("export")).write_text(record)
    with pytest.raises(TwinError, match="is not empty, and no export wrote it"):
        write(out, {"a": "1"}, force=True)


def test_folder_that_other_work_wrote_is_refused(tmp_path: Path) -> None:
    with output_folder(tmp_path / "out", "import") as output:
        output.write("a", "1")
    with pytest.raises(TwinError, match="no export wrote it"):
        write(tmp_path / "out", {"a": "2"}, force=True)


def test_file_or_link_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    for name in ("file", "link"):
        with pytest.raises(TwinError, match="is not a folder; name another one with --output"):
            write(tmp_path / name, {"a": "1"}, force=True)
