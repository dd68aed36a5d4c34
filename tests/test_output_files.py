"""Files that a command writes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from twin_stack.output_files import replace_file

if TYPE_CHECKING:
    from pathlib import Path


def test_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("kept")
    link.symlink_to(target)
    replace_file(link, b"new")
    assert (target.read_text(), link.read_text(), link.is_symlink()) == ("kept", "new", False)


def test_file_has_the_mode_of_an_ordinary_file(tmp_path: Path) -> None:
    replace_file(tmp_path / "new", b"")
    (tmp_path / "ordinary").touch()
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page").write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        replace_file(tmp_path / "page", b"new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("page", "old")]
