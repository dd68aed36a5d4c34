"""Names of files that are named after ids, which may hold anything."""

from __future__ import annotations

import re
from typing import Final

_MAX_LENGTH: Final = 100
_NOT_ALLOWED: Final = re.compile(r"[^A-Za-z0-9_.-]")


class FileNames:
    """Gives each id of a folder a name of its own, also where the file system ignores the case of letters."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def path(self, folder: str, item_id: str, suffix: str) -> str:
        """Return the path of a file.

        Args:
            folder: Its folder.
            item_id: The id that it is named after.
            suffix: Its ending.
        """
        stem = _NOT_ALLOWED.sub("_", item_id)[:_MAX_LENGTH]
        stem = f"_{stem}" if stem.startswith((".", "__")) or not stem else stem
        path, number = f"{folder}/{stem}{suffix}", 1
        while path.casefold() in self._taken:
            number += 1
            path = f"{folder}/{stem}-{number}{suffix}"
        self._taken.add(path.casefold())
        return path
