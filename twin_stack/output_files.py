"""Files that a command writes into a folder of the user, where others may have put links."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def replace_file(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Write a file in place of an older one, as ``replacing_file`` does.

    Args:
        path: The file.
        content: Its content.
        mode: Its permissions; None for those of new files.

    Raises:
        OSError: It cannot be written.
    """
    with replacing_file(path) as file:
        file.write(content)
        if mode is not None:
            os.fchmod(file.fileno(), mode)


@contextmanager
def replacing_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file in place of an older one: an interruption leaves either the old or the new content.

    No link is followed, neither at the path, which is replaced, nor at the name of the unfinished file, which
    cannot be guessed.

    Args:
        path: The file.

    Yields:
        The unfinished file, which takes its place at the end of the block.

    Raises:
        OSError: It cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(unfinished, flags, 0o666), "wb") as file:
            yield file
        os.replace(unfinished, path)  # noqa: PTH105
    finally:
        unfinished.unlink(missing_ok=True)
