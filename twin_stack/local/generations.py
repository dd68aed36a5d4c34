"""Numbered generations of a saved state: each is written as a whole, and the one before is kept."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING, Any, Protocol

from twin_stack.local.durable_files import sync_file, sync_files
from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from pathlib import Path

    Json = dict[str, Any]

MANIFEST = "checksums.json"
"""Name of the file of a generation that lists its other files."""


class Writer(Protocol):
    """Writes a state."""

    def write(self, folder: Path, states: Json) -> None:
        """Write the states into a folder, or raise ``OSError``."""


class Generations:
    """Folders of saved states, named by rising numbers; the highest is the current one.

    Args:
        folder: Folder of all generations, which the first ``write_draft`` creates.

    Attributes:
        current: Number of the last complete state; 0 when there is none.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.current = max(self._numbers(), default=0)

    @property
    def path(self) -> Path:
        """Folder of the current generation; it does not exist when there is none."""
        return self._folder / str(self.current)

    @property
    def previous(self) -> int:
        """Number of the state before the current one; 0 when there is none."""
        return max((number for number in self._numbers() if number < self.current), default=0)

    def write_draft(self, saved_state: Writer, states: Json) -> Path:
        """Write the next generation, with checksums and to the disk, under a name that a start ignores.

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
            draft.mkdir(parents=True)
            saved_state.write(draft, states)
            files = {file.name: _fingerprint(file) for file in sorted(draft.iterdir())}
            (draft / MANIFEST).write_text(json.dumps(files), encoding="utf-8")
            sync_files([*draft.iterdir(), draft])
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
        sync_file(self._folder)
        self.current += 1

    def delete_older(self) -> None:
        """Delete the generations before the previous one."""
        previous = self.previous
        for number in self._numbers():
            if number < previous:
                shutil.rmtree(self._folder / str(number), ignore_errors=True)

    def find_damage(self, number: int) -> str | None:
        """Return what is wrong with a generation, with the name of the file; None for a complete one.

        Args:
            number: Of the generation.
        """
        folder = self._folder / str(number)
        if not folder.is_dir():
            return f"{folder} is missing"
        manifest = folder / MANIFEST
        try:
            files = {name: tuple(expected) for name, expected in json.loads(manifest.read_bytes()).items()}
        except FileNotFoundError:
            return f"{manifest} is missing"
        except (ValueError, AttributeError, TypeError):
            return f"{manifest} is damaged"
        damages = (_find_damage(folder / name, *expected) for name, expected in files.items())
        return next((damage for damage in damages if damage is not None), None)

    def set_aside(self, number: int) -> None:
        """Rename a damaged generation, so that the one before it becomes the current one.

        Args:
            number: Of the generation, which may be missing.
        """
        damaged = self._folder / f"{number}.damaged"
        shutil.rmtree(damaged, ignore_errors=True)
        if (self._folder / str(number)).exists():
            (self._folder / str(number)).replace(damaged)
            sync_file(self._folder)
        self.current = max(self._numbers(), default=0)

    def _numbers(self) -> list[int]:
        if not self._folder.is_dir():
            return []
        return [int(item.name) for item in self._folder.iterdir() if item.name.isdecimal()]


def _find_damage(file: Path, size: int, checksum: str) -> str | None:
    if not file.is_file():
        return f"{file} is missing"
    actual_size, actual_checksum = _fingerprint(file)
    if actual_size != size:
        return f"{file} is damaged: it has {actual_size:,} bytes instead of {size:,}"
    if actual_checksum != checksum:
        return f"{file} is damaged: its checksum is not the one that was saved"
    return None


def _fingerprint(file: Path) -> tuple[int, str]:
    """Return the length in bytes and the SHA-256 checksum of a file."""
    with file.open("rb") as content:
        checksum = hashlib.file_digest(content, "sha256").hexdigest()
        return content.tell(), checksum
