"""Process that starts functions as copies of itself, with botocore already imported.

    python fork_server.py FILE_DESCRIPTOR FOLDER

Importing botocore is almost all of the processor time that a new function process takes. The folder is only
a mark in the command line, by which functions are found. The file descriptor is a socket. Each message on
it is one byte with four file descriptors: the standard input, output and error of a function, and a socket
with what to run as JSON. The answers on that socket are lines: the process ID, and when the function has
ended its return code as in ``subprocess``. The process ends with the other end of the socket.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import os
import runpy
import selectors
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import botocore.config
import botocore.handlers
import botocore.session  # noqa: F401

_STREAMS = 3
_SIGNALS_BYTES = 4096


def serve(control: socket.socket) -> dict[str, Any] | None:
    """Start a function for each message.

    Args:
        control: Socket of the messages.

    Returns:
        What to run, in the process of a function; None in this process, when the other end is closed.
    """
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    selector = selectors.DefaultSelector()
    selector.register(control, selectors.EVENT_READ)
    selector.register(reader, selectors.EVENT_READ)
    functions: dict[int, socket.socket] = {}
    while True:
        ready = {key.fileobj for key, _ in selector.select()}
        if reader in ready:
            os.read(reader, _SIGNALS_BYTES)
            _report_ended(functions)
        if control in ready:
            message, descriptors, _, _ = socket.recv_fds(control, 1, _STREAMS + 1)
            if not message:
                return None
            *streams, answers_descriptor = descriptors
            answers = socket.socket(fileno=answers_descriptor)
            with answers.makefile("rb") as request:
                task: dict[str, Any] = json.load(request)
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                selector.close()
                for descriptor in (reader, writer):
                    os.close(descriptor)
                for other in (control, answers, *functions.values()):
                    other.close()
                for number, descriptor in enumerate(streams):
                    os.dup2(descriptor, number)
                    os.close(descriptor)
                return task
            for descriptor in streams:
                os.close(descriptor)
            functions[pid] = answers
            _answer(answers, pid)


def _report_ended(functions: dict[int, socket.socket]) -> None:
    for pid in list(functions):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with functions.pop(pid) as answers:
                _answer(answers, os.waitstatus_to_exitcode(status))


def _answer(answers: socket.socket, number: int) -> None:
    with contextlib.suppress(OSError):  # The reader no longer needs it.
        answers.sendall(b"%d\n" % number)


def run(task: dict[str, Any]) -> None:
    """Run a script as ``python SCRIPT`` does.

    Code or layers that may bring a module which is imported here get a new interpreter: on Lambda their own
    modules come first.

    Args:
        task: Its ``script``, ``cwd`` and ``environment``.
    """
    os.chdir(task["cwd"])
    own_modules = {path.name.partition(".")[0] for path in Path().iterdir()}
    if own_modules & sys.modules.keys() or task["environment"].get("_LAMBDA_LAYERS_DIRS"):
        os.execve(sys.executable, [sys.executable, task["script"]], task["environment"])  # noqa: S606
    os.environ.clear()
    os.environ.update(task["environment"])
    time.tzset()
    logging.getLogger().handlers.clear()
    # Python has run it for this process, before the function's variables were known.
    runpy.run_path(str(Path(__file__).with_name("sitecustomize.py")))
    sys.argv[:] = [task["script"]]
    sys.path[0] = str(Path(task["script"]).parent)
    runpy.run_path(task["script"], run_name="__main__")


if __name__ == "__main__":
    # Objects of before a fork are never collected, so that their memory stays shared.
    gc.disable()
    gc.freeze()
    function = serve(socket.socket(fileno=int(sys.argv[1])))
    if function is not None:
        gc.enable()
        run(function)
