"""Files that only their owner can read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from twin_stack.local.private_files import read_private, write_private

if TYPE_CHECKING:
    from pathlib import Path


def test_file_is_private_from_its_creation_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes: list[int] = []
    fsync = os.fsync

    def record(descriptor: int) -> None:
        modes.append(os.fstat(descriptor).st_mode & 0o777)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    umask = os.umask(0)
    try:
        write_private(tmp_path / "key", "one")
    finally:
        os.umask(umask)

    assert modes == [0o600]
    assert read_private(tmp_path / "key") == "one"


def test_file_that_others_could_read_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("old")
    file.chmod(0o644)
    with file.open() as opened_before:
        write_private(file, "new")

        assert opened_before.read() == "old"
    assert read_private(file) == "new"
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601])
def test_file_that_others_can_open_is_refused(tmp_path: Path, mode: int) -> None:
    write_private(tmp_path / "key", "one")
    (tmp_path / "key").chmod(mode)

    with pytest.raises(PermissionError, match=f"other users can open .*key .mode {mode:04o}"):
        read_private(tmp_path / "key")


def test_link_and_pipe_are_refused(tmp_path: Path) -> None:
    write_private(tmp_path / "key", "one")
    (tmp_path / "link").symlink_to(tmp_path / "key")
    os.mkfifo(tmp_path / "pipe", 0o600)

    with pytest.raises(OSError, match="symbolic link"):
        read_private(tmp_path / "link")
    with pytest.raises(PermissionError, match="not a regular file"):
        read_private(tmp_path / "pipe")
