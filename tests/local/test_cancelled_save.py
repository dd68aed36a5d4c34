"""What happens while a save writes: a cancellation damages no later save, and a change is not forgotten."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tests.support.coroutines import run_in_thread
from twin_stack.local.generations import Generations
from twin_stack.local.recovery_journal import RecoveryJournal, TouchedResource
from twin_stack.local.state_saver import StateSaver

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_SECONDS = 30.0
PUMP = TouchedResource("000000000000", "us-east-1", "AWS::IoTTwinMaker::Entity", "plant|pump")
TANK = TouchedResource("000000000000", "us-east-1", "AWS::IoTTwinMaker::Entity", "plant|tank")


class SlowState:
    """Writes two files, and waits in between the first time."""

    def __init__(self) -> None:
        self.number = 0
        self.has_begun = threading.Event()
        self.may_end = threading.Event()
        self.has_ended = threading.Event()

    def snapshot(self) -> dict[str, Any]:
        self.number += 1
        return {"number": self.number}

    def write(self, folder: Path, states: dict[str, Any]) -> None:
        number = states["number"]
        (folder / "first.json").write_text(f"{number}")
        if number == 1:
            self.has_begun.set()
            assert self.may_end.wait(_SECONDS)
        (folder / "second.json").write_text("x" * number)
        if number == 1:
            self.has_ended.set()


def make_saver(folder: Path, state: SlowState) -> tuple[StateSaver, Generations, RecoveryJournal]:
    generations = Generations(folder / "generations")
    ministack: Any = SimpleNamespace(
        state=state,
        cloudformation=SimpleNamespace(progress=lambda: (0, 0), has_unsettled_stacks=False),
    )
    journal = RecoveryJournal(folder / "journal.db", generation=0)
    (folder / "objects").mkdir()
    return StateSaver(generations, ministack, journal, folder / "objects"), generations, journal


def test_save_that_was_cancelled_does_not_damage_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = SlowState()

    def sync(_: object) -> None:
        # The checksums of a draft were taken.
        state.may_end.set()
        assert state.has_ended.wait(_SECONDS)

    monkeypatch.setattr("twin_stack.local.generations.sync_files", sync)
    saver, generations, journal = make_saver(tmp_path, state)

    async def cancel_and_save() -> None:
        cancelled = asyncio.create_task(saver.save())
        await asyncio.to_thread(state.has_begun.wait, _SECONDS)
        journal.add(PUMP)
        cancelled.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await cancelled
        following = asyncio.create_task(saver.save())
        # If it waits for the first one, that one has to go on.
        await asyncio.wait([following], timeout=0.5)
        state.may_end.set()
        await following
        await asyncio.get_running_loop().shutdown_default_executor()

    run_in_thread(cancel_and_save())

    assert journal.entries() == []  # The state that was saved has the change.
    journal.close()
    assert generations.current == 1
    assert generations.find_damage(1) is None
    assert (generations.path / "first.json").read_text() == "2"
    assert (generations.path / "second.json").read_text() == "xx"


def test_resource_that_changes_while_a_save_writes_counts_as_changed_after_it(tmp_path: Path) -> None:
    state = SlowState()
    saver, generations, journal = make_saver(tmp_path, state)
    journal.add(TANK)

    async def change_and_save() -> None:
        save = asyncio.create_task(saver.save())
        await asyncio.to_thread(state.has_begun.wait, _SECONDS)
        journal.add(PUMP)
        state.may_end.set()
        await save

    run_in_thread(change_and_save())
    journal.close()

    restarted = RecoveryJournal(tmp_path / "journal.db", generation=generations.current)
    assert restarted.entries() == [PUMP]
    restarted.close()
