"""A program ``twin`` for scripts, whose processes are copies of one that has imported the package."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SERVER = """
import json, os, socket, sys
from twin_stack.cli import main
from twin_stack.cli.root import make_app
from twin_stack.cli.start import FAMILIES
from twin_stack.definition import loader
from twin_stack.formats import check_path
from twin_stack.plan import document, findings, markdown, planning, registry, text

make_app(FAMILIES)
registry.risk_rules()
listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
listener.bind(sys.argv[1])
listener.listen()
print(flush=True)
while True:
    connection, _ = listener.accept()
    message, descriptors, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    child = os.fork()
    if child == 0:
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
        words, folder, variables = json.loads(message)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(variables)
        sys.argv = ["twin", *words]
        main()
    for descriptor in descriptors:
        os.close(descriptor)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    connection.send(bytes([code % 256]))
    connection.close()
"""

_PROGRAM = """#!{python} -SE
import json, os, socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
    server.connect({address!r})
    call = json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)])
    socket.send_fds(server, [call.encode()], [0, 1, 2])
    sys.exit(server.recv(1)[0])
"""


@contextlib.contextmanager
def twin_program(folder: Path) -> Iterator[str]:
    """Start the process that copies itself, and yield the text of the program.

    A command takes a third of the time: Python starts without the package's imports. One command runs at a
    time, each in a process of its own with the arguments, folder, environment and files of its caller.

    Args:
        folder: Where the socket is; it has a short path.
    """
    address = folder / "twin"
    with subprocess.Popen(
        [sys.executable, "-c", _SERVER, str(address)], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "\n"
        yield _PROGRAM.format(python=sys.executable, address=str(address))
        server.terminate()
