"""A folder that is written as a whole or not at all, with a list of its files for the next run."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, Literal

from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BLOCK: Final = 1 << 20

Work = Literal["import", "export"]
"""What writes the folder."""


class OutputFolder:
    """The unfinished folder.

    Attributes:
        path: Where it is until it is finished.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._digests: dict[str, str] = {}

    @property
    def files(self) -> list[str]:
        """The files that were written, by their path in the folder."""
        return sorted(self._digests)

    def write(self, path: str, text: str | bytes) -> None:
        """Write a file.

        Args:
            path: Its path in the folder.
            text: Its content; text is written as UTF-8.
        """
        content = text if isinstance(text, bytes) else text.encode()
        self._target(path).write_bytes(content)
        self._digests[path] = hashlib.sha256(content).hexdigest()

    def add(self, path: str, source: Path | Callable[[Path], None]) -> None:
        """Add a file.

        Args:
            path: Its path in the folder.
            source: A file to copy, or a function that writes to the path that it is given.
        """
        target = self._target(path)
        if callable(source):
            source(target)
        else:
            shutil.copyfile(source, target)
        self._digests[path] = _digest(target)

    def record(self) -> str:
        """Return the list of files, from which a later run reads what it may overwrite."""
        return json.dumps({"files": dict(sorted(self._digests.items()))}, indent=2) + "\n"

    def _target(self, path: str) -> Path:
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


def record_name(work: Work) -> str:
    """Return the name of the file that lists what was written into a folder.

    Args:
        work: What wrote the folder.
    """
    return f".twin-{work}.json"


@contextmanager
def output_folder(
    folder: Path, work: Work, *, dry_run: bool = False, force: bool = False
) -> Iterator[OutputFolder]:
    """Write a folder; an error or interruption inside of the block leaves it as it was.

    Args:
        folder: The folder: missing, empty, or with ``force`` one that the same work wrote.
        work: What writes it.
        dry_run: Whether to keep nothing.
        force: Whether to write again what was written before. Files of others stay.

    Yields:
        The unfinished folder.

    Raises:
        TwinError: The folder holds files that must not be overwritten; names them.
        OSError: The folder cannot be written.
    """
    foreign = _foreign_files(folder, work, force=force)
    if not dry_run:
        folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(
        prefix=f".{folder.name}.", dir=None if dry_run else folder.parent, ignore_cleanup_errors=True
    ) as temporary:
        unfinished = OutputFolder(Path(temporary, "unfinished"))
        unfinished.path.mkdir()
        yield unfinished
        clashing = [path for path in foreign if os.path.lexists(unfinished.path / path)]
        if clashing:
            raise TwinError(
                f"{folder}: {', '.join(clashing)}: not written by an {work}, or changed since; "
                f"nothing was written; move them, or {work} into another folder"
            )
        if not dry_run:
            for path in foreign:
                target = unfinished.path / path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(folder / path, target, follow_symlinks=False)
            (unfinished.path / record_name(work)).write_bytes(unfinished.record().encode())
            _replace_folder(folder, unfinished.path, Path(temporary, "former"))


def _foreign_files(folder: Path, work: Work, *, force: bool) -> list[str]:
    """Return the files of a folder that were written by others, or changed since.

    Raises:
        TwinError: The folder is not empty, and ``force`` is not given or other work wrote it.
    """
    if not os.path.lexists(folder):
        return []
    if not folder.is_dir() or folder.is_symlink():
        raise TwinError(f"{folder} is not a folder; name another one with --output")
    files = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or not path.is_dir()
    ]
    if not files:
        return []
    digests = _recorded_digests(folder / record_name(work))
    if digests is None:
        raise TwinError(f"{folder} is not empty, and no {work} wrote it; name another folder with --output")
    if not force:
        raise TwinError(f"{folder} is not empty; name another folder, or write it again with --force")
    return [
        path
        for path in files
        if path != record_name(work)
        and (path not in digests or (folder / path).is_symlink() or _digest(folder / path) != digests[path])
    ]


def _recorded_digests(record: Path) -> dict[str, str] | None:
    """Return the digests of the files that were written into a folder, None where there is no record."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        files = json.loads(record.read_bytes())["files"]
        return {str(path): str(digest) for path, digest in files.items()}
    return None


def _replace_folder(folder: Path, finished: Path, former: Path) -> None:
    """Put a finished folder in the place of another; an interruption leaves one of them."""
    if not folder.exists():
        finished.rename(folder)
        return
    folder.rename(former)
    try:
        finished.rename(folder)
    except BaseException:
        former.rename(folder)
        raise


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
