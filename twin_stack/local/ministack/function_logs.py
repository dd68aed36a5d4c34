"""Log lines of functions: all lines of an invocation, without waiting for more.

ministack waits up to 50 milliseconds after each invocation for lines that may still be on their way, which is
most of the time that a short invocation takes. A function has written all its lines to a pipe before it
answers, so it is enough to know that the pipe is empty and that its reader has handed over what it read.
"""

from __future__ import annotations

import os
import select
import time
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_SECONDS: Final = 0.25
_POLL_SECONDS: Final = 0.0005
_CHUNK_BYTES: Final = 65_536


class LogPipe:
    """The lines that a process writes to a pipe; one thread iterates over them.

    Args:
        stream: The end of the pipe from which nothing has been read yet.
    """

    def __init__(self, stream: IO[Any]) -> None:
        self._stream = stream
        self._descriptor = stream.fileno()
        self._is_reading = False
        self._has_ended = False

    def __iter__(self) -> Iterator[str]:
        """Yield each line with its newline, until all writers have closed the pipe."""
        rest = b""
        while True:
            self._has_data(None)
            # Before the pipe may become empty, so that no moment looks as if all lines were handed over.
            self._is_reading = True
            chunk = os.read(self._descriptor, _CHUNK_BYTES)
            if not chunk:
                break
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield f"{line.decode(errors='replace')}\n"
            self._is_reading = False
        if rest:
            yield rest.decode(errors="replace")
        self._has_ended = True

    def read(self, size: int) -> str:
        """Return what is in the pipe, which may be a part of a line.

        Args:
            size: The maximum number of bytes.
        """
        return os.read(self._descriptor, size).decode(errors="replace")

    def close(self) -> None:
        """Close this end of the pipe."""
        self._stream.close()

    def is_drained(self) -> bool:
        """Return whether the iterating thread has handed over all complete lines written so far."""
        return self._has_ended or (not self._has_data(0) and not self._is_reading)

    def _has_data(self, timeout_ms: int | None) -> bool:
        """Wait for data or the end of the pipe, and return whether there is either."""
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        return bool(poll.poll(timeout_ms))


def take_logs_at_once(worker_class: Any) -> None:
    """Make ministack take the log lines of an invocation as soon as all of them are read.

    Args:
        worker_class: ministack's ``Worker``, whose processes have a ``LogPipe`` as their ``stderr``.
    """
    wait_for_lines = worker_class._drain_stderr_bounded

    def take_lines(self: Any, *arguments: float, **options: float) -> str:
        pipe = self._proc.stderr if self._proc is not None else None
        if not isinstance(pipe, LogPipe):
            # After an error ministack has ended the process.
            lines: str = wait_for_lines(self, *arguments, **options)
            return lines
        deadline = time.monotonic() + _MAX_SECONDS
        while not pipe.is_drained() and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        lines = self._drain_stderr()
        return lines

    worker_class._drain_stderr_bounded = take_lines
