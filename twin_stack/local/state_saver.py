"""Saves ministack's state whenever a stack has settled, each time as a whole."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from twin_stack.local.durable_files import sync_newer
from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.local.generations import Generations
    from twin_stack.local.ministack.adapter import Ministack
    from twin_stack.local.recovery_journal import RecoveryJournal

_POLL_SECONDS = 0.5
_SETTLE_SECONDS = 20.0
_SETTLE_POLL_SECONDS = 0.1
_MTIME_MARGIN_SECONDS = 2.0

_log = logging.getLogger(__name__)


class StateSaver:
    """Saves the state on request and whenever stacks have settled.

    Args:
        generations: The saved states.
        ministack: The state to save.
        journal: Starts again with each saved state.
        objects: Folder of the objects of S3, which ministack writes at once but not to the disk.
    """

    def __init__(
        self, generations: Generations, ministack: Ministack, journal: RecoveryJournal, objects: Path
    ) -> None:
        self._generations = generations
        self._objects = objects
        self._synced = 0.0
        self._ministack = ministack
        self._journal = journal
        self._lock = asyncio.Lock()
        # A save that is cancelled goes on in its thread, and would write into the draft of the next one.
        self._writing = threading.Lock()
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
            # A deployment can begin while the state is written.
            self._journal.prepare_generation(self._generations.current + 1)
            try:
                draft = await asyncio.to_thread(self._write, states)
                self._generations.publish(draft)
            except BaseException:
                self._journal.cancel_generation(self._generations.current)
                raise
            self._saved_progress = progress
            self._journal.start_generation(self._generations.current)
            self._generations.delete_older()
            return self._generations.current

    def _write(self, states: dict[str, Any]) -> Path:
        with self._writing:
            return self._write_draft(states)

    def _write_draft(self, states: dict[str, Any]) -> Path:
        begun = time.time()
        try:
            # A margin for file systems that count whole seconds.
            sync_newer(self._objects, self._synced - _MTIME_MARGIN_SECONDS)
        except OSError as error:
            raise LocalError(
                f"the objects of S3 in {self._objects} could not be written to the disk ({error}); make room "
                "and deploy again, the state saved before is kept"
            ) from error
        self._synced = begun
        return self._generations.write_draft(self._ministack.state, states)

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
