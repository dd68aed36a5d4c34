"""Starts of the embedded AWS as copies of a process that has its libraries imported.

Importing them takes most of the processor time of a start. The copies run what ``python -m
twin_stack.local.server`` runs, with the same arguments, environment and descriptors.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, Any
from unittest import mock

from twin_stack.local import launcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SUPPORTED = Path("/proc/self/stat").exists()
"""Whether processes of this system can change what is shown as their command line."""

# Bytes of a command line.
_LONGEST = 8_192

# The launcher finds a server by its command line, so that a copy writes its own over that of the first
# process, which has an argument to make room.
_PROGRAM = f"""
import ctypes, fcntl, gc, json, os, resource, signal, socket, sys, time
import hypercorn.asyncio, jsonata, xml.etree.ElementTree, yaml
import twin_stack.local.body_limit, twin_stack.local.embedded_aws
from twin_stack.local.server import main
from twin_stack.local.service.models import service_model

def collect_exit_statuses(*_):
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass

for name in ("iottwinmaker", "iotsitewise"):
    service_model(name)
signal.signal(signal.SIGCHLD, collect_exit_statuses)
gc.collect()
gc.freeze()
control = socket.socket(fileno=int(sys.argv[1]))
while True:
    message, descriptors, _, _ = socket.recv_fds(control, {_LONGEST} * 4, 8)
    if not message:
        sys.exit()
    if child := os.fork():
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(b"%d" % child)
        continue
    break
control.close()
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
case = json.loads(message)
os.setsid()
os.umask(case["umask"])
resource.setrlimit(resource.RLIMIT_FSIZE, case["file_limit"])
os.chdir(case["cwd"])
highest = max(case["descriptors"])
above = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, highest + 1) for descriptor in descriptors]
for descriptor in descriptors:
    os.close(descriptor)
for descriptor, number in zip(above, case["descriptors"], strict=True):
    os.dup2(descriptor, number)
    os.close(descriptor)
os.environ.clear()
os.environ.update(case["env"])
time.tzset()
fields = open("/proc/self/stat").read().rpartition(")")[2].split()
start, end = int(fields[45]), int(fields[46])
line = b"\\0".join(os.fsencode(word) for word in case["command"]) + b"\\0"
assert len(line) <= end - start, "the folder of the state has too long a name"
ctypes.memmove(start, line.ljust(end - start, b"\\0"), end - start)
sys.argv = case["command"][2:]
main()
"""


class ServerForks:
    """A process that copies itself for each start of an embedded AWS."""

    def __init__(self, control: socket.socket) -> None:
        """Use a running program.

        Args:
            control: Socket to it.
        """
        self._control = control

    @contextlib.contextmanager
    def in_launcher(self) -> Iterator[None]:
        """Let the launcher start copies meanwhile, where the system allows it."""
        if not SUPPORTED:
            yield
            return
        with mock.patch.object(launcher, "subprocess", mock.Mock(wraps=subprocess, Popen=self._start)):
            yield

    def _start(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        stdout: IO[bytes],
        pass_fds: Sequence[int],
        **_options: Any,
    ) -> Any:
        """Start a server as ``subprocess.Popen`` does, with what a process inherits that tests change."""
        umask = os.umask(0)
        os.umask(umask)
        case = {
            "command": command,
            "env": env,
            "cwd": str(Path.cwd()),
            "umask": umask,
            "file_limit": resource.getrlimit(resource.RLIMIT_FSIZE),
            "descriptors": [1, 2, *pass_fds],
        }
        socket.send_fds(
            self._control, [json.dumps(case).encode()], [stdout.fileno(), stdout.fileno(), *pass_fds]
        )
        return SimpleNamespace(pid=int(self._control.recv(32)))


@contextlib.contextmanager
def server_forks() -> Iterator[ServerForks]:
    """Run the process that copies itself."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with (
        theirs,
        subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(theirs.fileno()), "x" * _LONGEST],
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        ),
        ours,
    ):
        theirs.close()
        yield ServerForks(ours)
