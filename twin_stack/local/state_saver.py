"""Saves ministack's state in numbered generations: each as a whole, whenever a stack has settled."""

from __future__ import annotations

import asyncio
import logging
import shutil
from typing import TYPE_CHECKING, Any

from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.local.ministack.adapter import Ministack
    from twin_stack.local.recovery_journal import RecoveryJournal

    Json = dict[str, Any]

_POLL_SECONDS = 0.5
_SETTLE_SECONDS = 20.0
_SETTLE_POLL_SECONDS = 0.1

_log = logging.getLogger(__name__)


class Generations:
    """Folders of saved states, named by rising numbers; the highest is the current one.

    Args:
        folder: Folder of all generations, which is created when missing.

    Attributes:
        current: Number of the last complete state; 0 when there is none.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.current = max(self._numbers(), default=0)

    @property
    def path(self) -> Path:
        """Folder of the current generation; it does not exist when there is none."""
        return self._folder / str(self.current)

    def write_draft(self, saved_state: Any, states: Json) -> Path:
        """Write the next generation under a name that a start ignores.

        Args:
            saved_state: Writes the states into a folder.
            states: What to write.

        Returns:
            Its folder, for ``publish``.

        Raises:
            LocalError: A file could not be written; nothing of the draft is left.
        """
        draft = self._folder / f"{self.current + 1}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        try:
            draft.mkdir()
            saved_state.write(draft, states)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            raise LocalError(
                f"the state could not be saved in {self._folder} ({error}); make room and deploy again, "
                "the state saved before is kept"
            ) from error
        return draft

    def publish(self, draft: Path) -> None:
        """Make a draft the current generation.

        Args:
            draft: From ``write_draft``.
        """
        draft.replace(self._folder / str(self.current + 1))
        self.current += 1

    def delete_previous(self) -> None:
        """Delete the generations before the current one."""
        for number in self._numbers():
            if number < self.current:
                shutil.rmtree(self._folder / str(number), ignore_errors=True)

    def _numbers(self) -> list[int]:
        return [int(item.name) for item in self._folder.iterdir() if item.name.isdigit()]


class StateSaver:
    """Saves the state on request and whenever stacks have settled.

    Args:
        generations: The saved states.
        ministack: The state to save.
        journal: Starts again with each saved state.
    """

    def __init__(self, generations: Generations, ministack: Ministack, journal: RecoveryJournal) -> None:
        self._generations = generations
        self._ministack = ministack
        self._journal = journal
        self._lock = asyncio.Lock()
        self._saved_progress = (0, 0)

    async def save(self) -> int:
        """Save the state as a whole; the previous one stays until this one is complete.

        Returns:
            Number of the generation.

        Raises:
            LocalError: The disk is full or not writable, or a stack does not settle.
        """
        async with self._lock:
            await self._await_settled_stacks()
            progress = self._ministack.cloudformation.progress()
            states = self._ministack.state.snapshot()
            draft = await asyncio.to_thread(self._generations.write_draft, self._ministack.state, states)
            self._generations.publish(draft)
            self._saved_progress = progress
            self._journal.start_generation(self._generations.current)
            self._generations.delete_previous()
            return self._generations.current

    def mark_saved(self) -> None:
        """Treat the present state as saved, as it is after a start."""
        self._saved_progress = self._ministack.cloudformation.progress()

    async def save_settled_stacks(self) -> None:
        """Save, until cancelled, whenever stacks have changed since the last save and have settled."""
        cloudformation = self._ministack.cloudformation
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            has_changed = cloudformation.progress() != self._saved_progress
            if has_changed and not cloudformation.has_unsettled_stacks:
                try:
                    await self.save()
                except LocalError as error:
                    _log.error("%s", error)

    async def _await_settled_stacks(self) -> None:
        """Wait until no stack is in progress: a start from half a deployment could not go on."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _SETTLE_SECONDS
        while self._ministack.cloudformation.has_unsettled_stacks:
            if loop.time() > deadline:
                raise LocalError(
                    "a stack is still being deployed, so the state was not saved; "
                    "the next start goes on from the state before it"
                )
            await asyncio.sleep(_SETTLE_POLL_SECONDS)
