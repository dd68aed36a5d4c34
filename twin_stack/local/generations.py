"""Numbered generations of a saved state: each is written as a whole, and replaces the one before."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, Protocol

from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from pathlib import Path

    Json = dict[str, Any]


class Writer(Protocol):
    """Writes a state."""

    def write(self, folder: Path, states: Json) -> None:
        """Write the states into a folder, or raise ``OSError``."""


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

    def write_draft(self, saved_state: Writer, states: Json) -> Path:
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
