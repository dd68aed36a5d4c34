"""Exclude patterns keep nothing but the named folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import FileSystem, IgnoreMode

from twin_stack.constructs.assets import exclude_all_but

if TYPE_CHECKING:
    from pathlib import Path


def fingerprint(folder: Path, *names: str) -> str:
    return FileSystem.fingerprint(str(folder), exclude=exclude_all_but(*names), ignore_mode=IgnoreMode.GIT)


def write(folder: Path, *files: str) -> None:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def test_hash_depends_on_the_named_folders_only(tmp_path: Path) -> None:
    write(tmp_path, "kit/core.py", "connector/handler.py")
    before = fingerprint(tmp_path, "kit", "connector")

    write(
        tmp_path, "other/handler.py", "README.md", "kit/.cache/x", "kit/__pycache__/core.pyc", "kit/old.pyc"
    )

    assert fingerprint(tmp_path, "kit", "connector") == before


def test_hash_changes_with_a_file_of_a_named_folder(tmp_path: Path) -> None:
    write(tmp_path, "kit/core.py")
    before = fingerprint(tmp_path, "kit")

    write(tmp_path, "kit/more/extra.py")

    assert fingerprint(tmp_path, "kit") != before
