"""The check before a start; tests/security/test_damaged_state.py damages the state of an embedded AWS."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.local.generations import Generations
from twin_stack.local.recovery_journal import RecoveryJournal
from twin_stack.local.state import LocalError
from twin_stack.local.state_check import check_saved_state, saved_generation, use_previous_state

if TYPE_CHECKING:
    from pathlib import Path


class Writer:
    def write(self, folder: Path, states: dict[str, Any]) -> None:
        for name, text in states.items():
            (folder / name).write_text(text)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state of two saves."""
    folder = tmp_path / "my state"
    folder.mkdir()
    generations = Generations(folder / "ministack")
    journal = RecoveryJournal(folder / "journal.db", generation=0)
    for text in ("one", "two"):
        generations.publish(generations.write_draft(Writer(), {"iot.json": text}))
        journal.start_generation(generations.current)
    journal.close()
    with sqlite3.connect(folder / "twin.db") as database:
        database.execute("PRAGMA user_version = 1")
    database.close()
    return folder


def test_folder_without_a_save_is_sound(tmp_path: Path) -> None:
    check_saved_state(tmp_path)

    assert saved_generation(tmp_path) == 0
    assert list(tmp_path.iterdir()) == []


def test_complete_state_is_sound(state: Path) -> None:
    check_saved_state(state)

    assert saved_generation(state) == 2


def test_crash_between_save_and_journal_is_no_damage(state: Path) -> None:
    with sqlite3.connect(state / "journal.db") as journal:
        journal.execute("PRAGMA user_version = 1")
    journal.close()

    check_saved_state(state)


def test_nothing_is_offered_when_the_state_before_is_damaged_too(state: Path) -> None:
    for number in ("1", "2"):
        (state / "ministack" / number / "iot.json").write_text("on")

    with pytest.raises(LocalError) as caught:
        check_saved_state(state)

    assert str(caught.value) == (
        f"the saved state cannot be used: {state}/ministack/2/iot.json is damaged: it has 2 bytes instead of "
        f"3; no complete state was saved before it; to begin with an empty one, remove '{state}'"
    )
    with pytest.raises(LocalError, match="no complete state was saved before the damaged one"):
        use_previous_state(state)


def test_state_before_the_damaged_one_is_sound_once_that_is_set_aside(state: Path) -> None:
    (state / "ministack" / "2" / "iot.json").write_text("on")

    use_previous_state(state)

    check_saved_state(state)
    assert saved_generation(state) == 1
    assert (state / "ministack" / "2.damaged" / "iot.json").read_text() == "on"


def test_deleted_object_needs_no_file(state: Path) -> None:
    (state / "s3" / "b").mkdir(parents=True)
    (state / "s3" / "b" / "k.meta.json").write_text(json.dumps({"is_delete_marker": True, "key": "k"}))

    check_saved_state(state)
