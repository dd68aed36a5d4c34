"""The base of all errors that a user can correct."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_OTHERS = (
    BlockingIOError,
    ChildProcessError,
    ConnectionError,
    InterruptedError,
    ProcessLookupError,
    TimeoutError,
)
"""Errors of the operating system about connections and processes."""


class TwinError(Exception):
    """A mistake in what the user wrote, typed or configured; the message says what to do.

    The command line prints ``report()`` alone. Any other exception is a bug and keeps its traceback.
    """

    def report(self) -> str:
        """Return the text that the command line prints."""
        return f"error: {self}"


@contextmanager
def translate_os_errors(remedy: str, kind: type[TwinError] = TwinError) -> Iterator[None]:
    """Turn each ``OSError`` inside the block into an error without a traceback.

    For blocks that read or write files which the user named, or a folder that the user owns: a full disk
    or a missing permission is no bug there. Errors of connections and processes are no errors of files.

    Args:
        remedy: What to do about it; the last part of the message.
        kind: Class of the error to raise.

    Raises:
        TwinError: Of the class ``kind``, with the file and the reason that the operating system gave.
    """
    try:
        yield
    except _OF_OTHERS:
        raise
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        file = f"{error.filename}: " if error.filename is not None else ""
        raise kind(f"{file}{reason}; {remedy}") from error
