"""The Node process of jsii, started without the one that passes its messages on.

jsii starts a process whose only work is to start the one with the kernel, and to copy each message between
that and Python: a tenth of the processor time of a synthesis, and the half of a start.
"""

from __future__ import annotations

import base64
import json
import socket
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_KERNEL = Path("lib", "program.js")
"""The kernel beside the program that jsii starts."""

_CHANNEL_IS_3 = 'exec "$@" 3<&0 </dev/null'
"""Shell command that runs its arguments with standard input as the file descriptor of the messages."""


def start_kernel_alone(module: Any) -> None:
    """Make jsii start the process with the kernel itself.

    Args:
        module: jsii's module ``_kernel.providers.process``.
    """
    module.subprocess = SimpleNamespace(**{**vars(subprocess), "Popen": _start})


def _start(command: Sequence[str], *, env: dict[str, str], **_: Any) -> subprocess.Popen[bytes]:
    """Start the kernel in place of the program of a command, with the same streams as that."""
    *node, program = command
    kernel = Path(program).parents[1] / _KERNEL
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.Popen(
            ["sh", "-c", _CHANNEL_IS_3, "jsii", *node, "--preserve-symlinks", str(kernel)],
            stdin=theirs.fileno(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=env,
        )
        assert process.stdout is not None
        process.stderr = _Console(process.stdout)  # type: ignore[assignment]
        process.stdin, process.stdout = ours.makefile("wb"), ours.makefile("rb")
    return process


class _Console:
    """What the kernel prints, in the form in which jsii expects it from the program that it starts.

    Args:
        output: The lines.
    """

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output

    def readline(self) -> bytes:
        """Return the next line as JSON; nothing after the last one."""
        line = self._output.readline()
        return json.dumps({"stderr": base64.b64encode(line).decode()}).encode() if line else b""

    def close(self) -> None:
        """Close it."""
        self._output.close()
