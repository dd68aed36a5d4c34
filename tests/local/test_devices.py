"""The background process of simulated devices of `twin up`."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from twin_stack.local import devices, launcher
from twin_stack.local.state import Server, StateFolder

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.local_factory import LocalFactory

pytestmark = [pytest.mark.deploy, pytest.mark.slow]


def runs(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
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
    state_folder = StateFolder(tmp_path / "state")
    state_folder.make()
    return state_folder


def test_devices_run_once_and_end_with_the_twin(local_factory: LocalFactory, folder: StateFolder) -> None:
    server = replace(local_factory.twin.server, pid=os.getpid())
    first = devices.start(folder, server, local_factory.workspace_id)
    second = devices.start(folder, server, local_factory.workspace_id)
    try:
        assert soon(lambda: not runs(first))
        assert runs(second)
        # As `twin down` does, which has the folder only.
        assert launcher.stop(folder)
        assert soon(lambda: not runs(second))
    finally:
        launcher.kill(str(folder.temporary))


def test_publication_of_a_press_is_a_value_of_the_twin(local_factory: LocalFactory) -> None:
    """By way of AWS IoT Core, SiteWise and the function that reads it, each by its public calls."""
    twin = local_factory.twin
    now = int(time.time())
    message = {"timestamp": now * 1000 + 7, "pressure": 141.5, "strokes": 9}
    twin.client("iot-data").publish(topic="factory/press-001/press", qos=1, payload=json.dumps(message))

    answer = twin.client("iottwinmaker").get_property_value_history(
        workspaceId=local_factory.workspace_id,
        entityId="press-001",
        componentName="press",
        selectedProperties=["pressure", "strokes"],
        startTime=datetime.fromtimestamp(now, UTC).isoformat(),
        endTime=datetime.fromtimestamp(now + 1, UTC).isoformat(),
    )
    values = {
        series["entityPropertyReference"]["propertyName"]: [point["value"] for point in series["values"]]
        for series in answer["propertyValues"]
    }
    assert values == {"pressure": [{"doubleValue": 141.5}], "strokes": [{"integerValue": 9}]}


def test_devices_end_when_the_embedded_aws_is_gone(folder: StateFolder) -> None:
    pid = devices.start(folder, Server(0, 1, 2, 0.0, "secret"), "factory")
    try:
        assert soon(lambda: not runs(pid))
        assert "EndpointConnectionError" in (folder.path / "devices.log").read_text(encoding="utf-8")
    finally:
        launcher.kill(str(folder.temporary))
