"""The process of the embedded AWS: its options, its end, and a start that fails."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from twin_stack.local.private_files import write_private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "s" * 43

# An application that answers with the arguments it was created with, in place of the embedded AWS.
STAND_IN = """
import gc, json, sys
from twin_stack.local import embedded_aws, server

class Echo:
    def __init__(self, folder, **options):
        options["allowed_origins"] = list(options["allowed_origins"])
        self.arguments = {"folder": str(folder), **options}

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            while (message := await receive())["type"] != "lifespan.shutdown":
                await send({"type": message["type"] + ".complete"})
            await send({"type": "lifespan.shutdown.complete"})
            return
        answer = {**self.arguments, "collects_garbage": gc.isenabled()}
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

embedded_aws.EmbeddedAws = Echo
server.main()
"""


@contextmanager
def server(
    *command: str, folder: Path, options: tuple[str, ...] = ()
) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process that serves on sockets of this one, and the port for programs."""
    write_private(folder / "secret", SECRET)
    with socket.socket() as listener, socket.socket() as page_listener:
        place = ["--state", str(folder), "--secret", str(folder / "secret")]
        for prefix, each in (("", listener), ("page-", page_listener)):
            each.bind(("127.0.0.1", 0))
            each.listen()
            place += [f"--{prefix}socket", str(each.fileno()), f"--{prefix}port", str(each.getsockname()[1])]
        with subprocess.Popen(
            [sys.executable, *command, *place, *options],
            pass_fds=[listener.fileno(), page_listener.fileno()],
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process, listener.getsockname()[1]
            finally:
                process.kill()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_with_its_options_until_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    limits = ("--slow", "1.5", "--throttle", "7", "--transfer-speed", "20", "--max-entities", "60000")
    options = (*limits, "--allow-origin", "http://localhost:3000", "--save-on-request")
    with server("-c", STAND_IN, folder=tmp_path, options=options) as (process, port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", "/")
        answer = json.loads(connection.getresponse().read())
        connection.close()
        os.kill(process.pid, number)

        assert process.wait(60) == 0
    assert answer.pop("page_port") not in (0, port)
    assert answer == {
        "collects_garbage": True,
        "folder": str(tmp_path),
        "port": port,
        "secret": SECRET,
        "slow": 1.5,
        "throttle": 7,
        "allowed_origins": ["http://localhost:3000"],
        "like_aws": False,
        "max_workspaces": 15,
        "max_entities": 60_000,
        "transfer_speed": 20.0,
        "saves": False,
    }


@pytest.mark.slow
def test_start_that_fails_is_logged_and_ends_with_code_1(tmp_path: Path) -> None:
    # The environment is not that of the embedded AWS.
    with server("-m", "twin_stack.local.server", folder=tmp_path) as (process, _):
        _, log = process.communicate(timeout=60)

        assert process.returncode == 1
    assert "the embedded AWS stopped" in log
    assert "needs other settings in its environment" in log
