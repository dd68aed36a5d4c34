"""Which files a definition may name: regular files inside of its folder."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from twin_stack.definition.rules.reading import OUTSIDE_MODEL, UNREADABLE_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.findings import Finding, Location


def is_inside(path: Path, folder: Path) -> bool:
    """Return whether a path is inside of a folder after all links are followed.

    Args:
        path: A file or folder, which may be missing.
        folder: The folder.
    """
    root = os.path.realpath(folder)
    return os.path.realpath(path).startswith(root.rstrip(os.sep) + os.sep)


def file_refusal(
    path: Path, folder: Path, label: str, place: Location, *, folder_label: str = "the model"
) -> Finding | None:
    """Return the finding for a file that a definition must not read, whatever it is named for.

    Links are followed first: a pull request may add a link to a file of the machine that checks it.

    Args:
        path: The file.
        folder: The folder that it must be inside of.
        label: The file in the message, such as ``CSV file "rows.csv"``.
        place: Where the file is named.
        folder_label: The folder in the message.

    Returns:
        None for a regular file inside of the folder, and for a path at which nothing is.
    """
    try:
        if not is_inside(path, folder):
            message, remedy = f"{label} is outside of {folder_label}", f"copy it into {folder_label}"
            return OUTSIDE_MODEL.finding(place, message, remedy)
        reason = "" if stat.S_ISREG(path.stat().st_mode) else "not a file"
    except OSError as error:
        # Nothing is there: the caller says what is missing. A link to nothing is a mistake of its own.
        reason = str(error.strerror) if os.path.lexists(path) else ""
    except ValueError:  # a NUL character
        return None
    if not reason:
        return None
    message = f"{label} cannot be read ({reason})"
    return UNREADABLE_FILE.finding(place, message, "check that it is a file you may read")
