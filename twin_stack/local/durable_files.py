"""Files that a power failure does not lose."""

from __future__ import annotations

import os
from pathlib import Path


def sync_file(path: Path) -> None:
    """Write what the system holds of a file, or of a folder's list of files, to the disk.

    Args:
        path: A file or a folder.

    Raises:
        OSError: It cannot be opened or written.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_newer(folder: Path, since: float) -> None:
    """Write the files below a folder that changed since a time to the disk, with the folders that list them.

    Args:
        folder: The folder, which may be missing.
        since: Epoch seconds.

    Raises:
        OSError: One cannot be written.
    """
    for root, _, names in os.walk(folder):
        changed = False
        for name in names:
            path = Path(root, name)
            try:
                if path.stat().st_mtime >= since:
                    sync_file(path)
                    changed = True
            except FileNotFoundError:
                # Deleted, or replaced by a finished one, while the folder is read.
                continue
        if changed:
            sync_file(Path(root))
