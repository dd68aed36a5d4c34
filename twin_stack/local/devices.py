"""The devices of a local twin: a process of ``twin up`` that publishes until ``twin down``.

``twin down`` finds it by the twin's temporary folder in its command line. It ends when the embedded AWS ends.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from twin_stack.client.errors import TwinClientError
from twin_stack.local import launcher
from twin_stack.local.profile import client_environment

if TYPE_CHECKING:
    from twin_stack.local.state import Server, StateFolder

EVERY = timedelta(seconds=10)


def start(folder: StateFolder, server: Server, workspace_id: str) -> int:
    """Start the devices of a workspace in place of running ones, and return the process id.

    Args:
        folder: State folder of the twin.
        server: The embedded AWS.
        workspace_id: The workspace.
    """
    stop(folder, workspace_id)
    command = [sys.executable, "-m", "twin_stack.local.devices", str(folder.temporary), workspace_id]
    folder.temporary.mkdir(exist_ok=True)
    with (folder.path / "devices.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 (our own interpreter)
            command,
            env=client_environment(server.access, os.environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    while process.poll() is None and process.pid not in launcher.processes(_name(folder, workspace_id)):
        time.sleep(0.01)  # before it has a command line, ``stop`` would not find it
    # The process outlives this object, and is later found by its folder. Without a return code, Popen would
    # warn.
    process.returncode = 0
    return process.pid


def stop(folder: StateFolder, workspace_id: str) -> None:
    """Stop the devices of a workspace.

    Args:
        folder: State folder of the twin.
        workspace_id: The workspace.
    """
    launcher.kill(_name(folder, workspace_id))


def _name(folder: StateFolder, workspace_id: str) -> str:
    """Return the text in the command line of the process by which it is found."""
    return f"twin_stack.local.devices {folder.temporary} {workspace_id}"


def main() -> int:
    """Publish until the embedded AWS ends."""
    # boto3 takes half a second.
    from twin_stack.simulate.clients import Clients  # noqa: PLC0415
    from twin_stack.simulate.publishing import publish_live  # noqa: PLC0415

    parser = argparse.ArgumentParser(description="Publish as the devices of a workspace do.")
    parser.add_argument("folder", help="Temporary folder of the twin, by which `twin down` finds this.")
    parser.add_argument("workspace")
    options = parser.parse_args()
    try:
        for _ in publish_live(Clients.configured(), options.workspace, interval=EVERY):
            pass
    except TwinClientError as error:
        print(error)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
