"""Generations of a saved state: the current one, and the state after a failed save."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.local.generations import Generations
from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from collections.abc import Callable
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


def test_a_published_draft_is_current_after_a_restart_and_the_one_before_is_kept(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    for text in ("one", "two", "three"):
        generations.publish(generations.write_draft(Writer(), {"s3": text}))
        generations.delete_older()

    assert sorted(item.name for item in tmp_path.iterdir()) == ["2", "3"]
    again = Generations(tmp_path)
    assert (again.path / "s3").read_text() == "three"
    assert (again.current, again.previous) == (3, 2)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda file: file.unlink(), "is missing"),
        (lambda file: file.write_text("o"), "has 1 bytes instead of 3"),
        (lambda file: file.write_text("ona"), "its checksum is not the one that was saved"),
        (lambda file: (file.parent / "checksums.json").unlink(), "checksums.json is missing"),
        (lambda file: (file.parent / "checksums.json").write_text("{"), "checksums.json is damaged"),
    ],
)
def test_damage_of_a_generation_is_named_by_its_file(
    tmp_path: Path, damage: Callable[[Path], Any], words: str
) -> None:
    generations = Generations(tmp_path)
    generations.publish(generations.write_draft(Writer(), {"s3": "one"}))
    assert generations.find_damage(1) is None

    damage(tmp_path / "1" / "s3")

    message = generations.find_damage(1)
    assert message is not None
    assert message.startswith(str(tmp_path / "1"))
    assert words in message


def test_the_one_before_is_current_when_a_damaged_generation_is_set_aside(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    for text in ("one", "two"):
        generations.publish(generations.write_draft(Writer(), {"s3": text}))

    generations.set_aside(2)

    assert (generations.current, (generations.path / "s3").read_text()) == (1, "one")
    assert (tmp_path / "2.damaged" / "s3").read_text() == "two"


def test_a_draft_that_was_not_published_is_ignored_and_overwritten(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    generations.write_draft(Writer(), {"old": "x"})

    again = Generations(tmp_path)
    assert again.current == 0
    again.publish(again.write_draft(Writer(), {"new": "x"}))
    assert sorted(item.name for item in again.path.iterdir()) == ["checksums.json", "new"]


def test_a_failed_save_leaves_the_state_before_and_nothing_else(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    generations.publish(generations.write_draft(Writer(), {"s3": "one"}))

    with pytest.raises(LocalError, match="No space left on device") as caught:
        generations.write_draft(FullDisk(), {})

    assert "the state saved before is kept" in str(caught.value)
    assert [item.name for item in tmp_path.iterdir()] == ["1"]
