"""Generations of a saved state: the current one, and the state after a failed save."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.local.generations import Generations
from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from pathlib import Path


class Writer:
    def write(self, folder: Path, states: dict[str, Any]) -> None:
        for name, text in states.items():
            (folder / name).write_text(text)


class FullDisk:
    def write(self, folder: Path, states: dict[str, Any]) -> None:  # noqa: ARG002
        (folder / "half").write_text("half")
        raise OSError("No space left on device")


def test_there_is_no_generation_at_first(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "states")

    assert generations.current == 0
    assert not generations.path.exists()


def test_a_published_draft_is_current_after_a_restart_and_replaces_the_one_before(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    for text in ("one", "two"):
        generations.publish(generations.write_draft(Writer(), {"s3": text}))
        generations.delete_previous()

    assert [item.name for item in tmp_path.iterdir()] == ["2"]
    assert (Generations(tmp_path).path / "s3").read_text() == "two"


def test_a_draft_that_was_not_published_is_ignored_and_overwritten(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    generations.write_draft(Writer(), {"old": "x"})

    again = Generations(tmp_path)
    assert again.current == 0
    again.publish(again.write_draft(Writer(), {"new": "x"}))
    assert [item.name for item in again.path.iterdir()] == ["new"]


def test_a_failed_save_leaves_the_state_before_and_nothing_else(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    generations.publish(generations.write_draft(Writer(), {"s3": "one"}))

    with pytest.raises(LocalError, match="No space left on device") as caught:
        generations.write_draft(FullDisk(), {})

    assert "the state saved before is kept" in str(caught.value)
    assert [item.name for item in tmp_path.iterdir()] == ["1"]
