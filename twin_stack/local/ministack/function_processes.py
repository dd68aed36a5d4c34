"""Processes of functions in Python, copies of one process that has botocore imported, and of all others.

Importing botocore takes nine tenths of the processor time until a function of this project is ready.
"""

from __future__ import annotations

import io
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from twin_stack.local.ministack.function_logs import LogPipe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INHERITED = frozenset({"PATH", "LANG", "TZ"})
"""Variables of this process's environment that functions get, because AWS Lambda sets them too."""

RUNTIME = Path(__file__).parent / "lambda_runtime"
"""Folder that is on the functions' ``PYTHONPATH``."""

_FORK_SERVER = RUNTIME / "fork_server.py"


class FunctionProcesses:
    """Starts processes of functions, with the interface of ``subprocess.Popen`` that ministack uses."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket

    def start(
        self, command: Sequence[str], *, cwd: str, env: Mapping[str, str], **options: Any
    ) -> subprocess.Popen[Any] | ForkedProcess:
        """Start a process.

        Args:
            command: The program and its arguments.
            cwd: Its folder, that of the function's code.
            env: Its environment.
            **options: Further options of ``subprocess.Popen``.
        """
        program, *arguments = command
        if program != sys.executable or len(arguments) != 1:
            process = subprocess.Popen(command, cwd=cwd, env=env, **options)  # noqa: S603 (the user's own function)
            if process.stderr is not None:
                process.stderr = LogPipe(process.stderr)  # type: ignore[assignment]
            return process
        return self._fork({"script": arguments[0], "cwd": cwd, "environment": dict(env)})

    def close(self) -> None:
        """End the process that starts the others; those that run go on."""
        if self._server is not None:
            self._control.close()
            self._server.wait()
            self._server = None

    def _fork(self, task: Mapping[str, Any]) -> ForkedProcess:
        input_end, standard_input = os.pipe()
        standard_output, output_end = os.pipe()
        standard_error, error_end = os.pipe()
        answers, answers_end = socket.socketpair()
        function_ends = [input_end, output_end, error_end]
        with self._lock, answers_end:
            descriptors = [*function_ends, answers_end.fileno()]
            try:
                socket.send_fds(self._connected(), [b"+"], descriptors)
            except BrokenPipeError:  # It has been killed, as when the machine has no memory left.
                self.close()
                socket.send_fds(self._connected(), [b"+"], descriptors)
        for descriptor in function_ends:
            os.close(descriptor)
        answers.sendall(json.dumps(task).encode())
        answers.shutdown(socket.SHUT_WR)
        return ForkedProcess(standard_input, standard_output, standard_error, answers)

    def _connected(self) -> socket.socket:
        if self._server is None:
            self._control, control_end = socket.socketpair()
            environment = {name: value for name, value in os.environ.items() if name in INHERITED}
            with control_end:
                # It ends with this process, which then no longer holds the other end of the socket. Functions
                # have its command line, by whose folder the launcher finds those of a killed server.
                self._server = subprocess.Popen(  # noqa: S603 (our own interpreter)
                    [sys.executable, str(_FORK_SERVER), str(control_end.fileno()), tempfile.gettempdir()],
                    env={**environment, "PYTHONPATH": str(RUNTIME)},
                    pass_fds=[control_end.fileno()],
                    stdin=subprocess.DEVNULL,
                )
        return self._control


class ForkedProcess:
    """A process that the fork server has started.

    Args:
        standard_input: File descriptor to write to it.
        standard_output: File descriptor to read from it.
        standard_error: File descriptor to read its log lines from.
        answers: Socket that carries its ID, and its return code when it has ended.

    Attributes:
        stdin: Its standard input, as text.
        stdout: Its standard output, as text.
        stderr: Its log lines.
        pid: Its ID.
        returncode: Its return code; None until ``poll`` or ``wait`` finds it ended.
    """

    def __init__(
        self, standard_input: int, standard_output: int, standard_error: int, answers: socket.socket
    ) -> None:
        self.stdin: IO[str] = os.fdopen(standard_input, "w", buffering=1, encoding="utf-8")
        self.stdout: IO[str] = os.fdopen(standard_output, encoding="utf-8")
        self.stderr = LogPipe(io.FileIO(standard_error))
        self.returncode: int | None = None
        self._lock = threading.Lock()
        self._answers = answers.makefile("rb")
        answers.close()
        self.pid = int(self._answers.readline())

    def poll(self) -> int | None:
        """Return the return code, or None while the process runs."""
        # As in ``subprocess``: a thread that waits reads it, so that this one need not.
        if self._lock.acquire(blocking=False):
            try:
                self._read_return_code(0)
            finally:
                self._lock.release()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end of the process and return its return code.

        Args:
            timeout: Seconds to wait at most; None for as long as it takes.

        Raises:
            subprocess.TimeoutExpired: It still runs.
        """
        with self._lock:
            self._read_return_code(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        return self.returncode

    def terminate(self) -> None:
        """Ask the process to end."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process at once."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _read_return_code(self, timeout: float | None) -> None:
        if self.returncode is None and select.select([self._answers], [], [], timeout)[0]:
            # Without an answer the fork server has been killed.
            self.returncode = int(self._answers.readline() or -signal.SIGKILL)
            self._answers.close()
