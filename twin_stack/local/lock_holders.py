"""The holders of the lock of a state folder, by its file: the command, and the CDK CLI that it runs.

The CLI inherits the lock, so that the folder stays locked while it deploys for a command that was killed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MAX_BYTES = 4096


def record_command(descriptor: int) -> None:
    """Write this process into the file of a lock that it holds, in place of an older one.

    Args:
        descriptor: Of the file.
    """
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def record_child(descriptor: int, pid: int, title: str) -> None:
    """Add a process that inherits the lock.

    Args:
        descriptor: Of the file.
        pid: Id of the process, which leads its own process group.
        title: What it is, such as ``cdk deploy``.
    """
    os.pwrite(descriptor, f"{pid} {title}\n".encode(), os.fstat(descriptor).st_size)


def describe_holders(descriptor: int, folder: Path) -> str:
    """Return who holds a lock and what to do, for a message.

    Args:
        descriptor: Of the file.
        folder: The state folder.
    """
    command, *children = os.pread(descriptor, _MAX_BYTES, 0).decode(errors="replace").splitlines() or [""]
    if not _is_alive(command):
        for line in children:
            pid, _, title = line.partition(" ")
            if _is_alive(pid):
                return (
                    f"`{title}` (process {pid}) of a command that was killed is still at work on {folder}; "
                    f"wait for it to end, or end it with `kill -- -{pid}` and run `twin up` again"
                )
    return (
        f"another command is at work on {folder} (process {command.strip() or 'unknown'}); wait for it to end"
    )


def _is_alive(pid: str) -> bool:
    if not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # Of another user.
        return True
    return True
