"""Files that reach the disk, and files that disappear meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from twin_stack.local.durable_files import sync_file, sync_files, sync_newer


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what was written to the disk."""
    names: list[str] = []

    def note(descriptor: int) -> None:
        names.append(Path(f"/dev/fd/{descriptor}").resolve().name)

    monkeypatch.setattr(os, "fsync", note)
    return names


def test_files_and_folders_are_synced(tmp_path: Path, synced: list[str]) -> None:
    (tmp_path / "file").write_text("x")

    sync_file(tmp_path / "file")
    sync_file(tmp_path)

    assert synced == ["file", tmp_path.name]


def test_newer_files_are_synced_with_their_folder(tmp_path: Path, synced: list[str]) -> None:
    for name in ("old/a", "new/a", "new/b"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    for name in ("old/a", "new/b"):
        os.utime(tmp_path / name, (100, 100))
    os.utime(tmp_path / "new" / "a", (200, 200))

    sync_newer(tmp_path, since=150)

    assert sorted(synced) == ["a", "new"]


def test_file_that_disappears_is_passed_over(tmp_path: Path, synced: list[str]) -> None:
    (tmp_path / "kept").write_text("x")

    sync_files([tmp_path / "gone", tmp_path / "kept"])

    assert synced == ["kept"]


def test_folder_that_is_missing_has_nothing_to_sync(tmp_path: Path, synced: list[str]) -> None:
    sync_newer(tmp_path / "s3", since=0)

    assert synced == []
