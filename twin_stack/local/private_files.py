"""Files that only their owner can read, from their first byte on."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MODE = 0o600


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 in place of an older one.

    The mode is set when the file is created: between a creation and a ``chmod``, others could open it.

    Args:
        path: The file.
        text: Its content.

    Raises:
        OSError: The file could not be written.
    """
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def read_private(path: Path) -> str:
    """Return the content of a file that no other user can read or has written.

    Args:
        path: The file.

    Raises:
        FileNotFoundError: There is no such file.
        PermissionError: Another user owns the file or can read it, or it is not a regular file.
        OSError: The file could not be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, encoding="utf-8", errors="replace") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise PermissionError(f"{path} is not a regular file")
        if status.st_uid != os.geteuid():
            raise PermissionError(f"{path} belongs to another user (id {status.st_uid})")
        if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise PermissionError(f"other users can open {path} (mode {stat.S_IMODE(status.st_mode):04o})")
        return file.read()
