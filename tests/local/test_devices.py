"""The devices that `twin up` leaves running: nobody is left behind."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from twin_stack.local import devices, launcher
from twin_stack.local.state import Server, StateFolder

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.local_factory import LocalFactory


def runs(pid: int) -> bool:
    """Whether a process is at work; one that has ended and was not waited for is not."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return False
    return Path(f"/proc/{pid}").exists()


def soon(look: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 60
    while not look() and time.monotonic() < deadline:
        time.sleep(0.05)
    return look()


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    found = StateFolder(tmp_path / "state")
    found.make()
    return found


def test_devices_run_once_and_end_with_the_twin(local_factory: LocalFactory, folder: StateFolder) -> None:
    server = Server(os.getpid(), urlsplit(local_factory.twin.endpoint).port or 0, 0.0)
    first = devices.start(folder, server, local_factory.workspace_id)
    second = devices.start(folder, server, local_factory.workspace_id)
    try:
        assert soon(lambda: not runs(first))
        assert runs(second)
        # As `twin down` does, which knows nothing but the folder.
        assert launcher.stop(folder)
        assert soon(lambda: not runs(second))
    finally:
        launcher.kill(str(folder.temporary))


def test_devices_end_when_the_embedded_aws_is_gone(folder: StateFolder) -> None:
    pid = devices.start(folder, Server(0, 1, 0.0), "factory")
    try:
        assert soon(lambda: not runs(pid))
        assert "EndpointConnectionError" in (folder.path / "devices.log").read_text(encoding="utf-8")
    finally:
        launcher.kill(str(folder.temporary))
