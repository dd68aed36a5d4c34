"""AWS IoT App Kit's data source reads the deployed factory, in plain Node.

`make conformance` installs the App Kit, 500 packages, and runs this; `make test` does not.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from pathlib import Path
from queue import Queue
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.support.local_factory import LocalFactory

HERE = Path(__file__).parent
SCENE = ("my-factory-twin", "factory-overview")


class Viewer:
    """The App Kit following a time series."""

    def __init__(self, endpoint: str, entity: str, component: str, name: str) -> None:
        command = ["node", "app_kit.cjs", endpoint, *SCENE, entity, component, name]
        self._process = subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True)
        self._lines: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(line)

    def learns(self, what: str, enough: Callable[[Any], bool] = bool) -> Any:
        """What it learns next of something, once it is enough."""
        deadline = time.monotonic() + 60
        while True:
            learnt = json.loads(self._lines.get(timeout=deadline - time.monotonic()))
            assert "failed" not in learnt, learnt["failed"]
            if what in learnt and enough(learnt[what]):
                return learnt[what]

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def viewer(local_factory: LocalFactory) -> Iterator[Callable[..., Viewer]]:
    """Starts a viewer of a series."""
    started: list[Viewer] = []

    def start(*series: str) -> Viewer:
        started.append(Viewer(local_factory.twin.endpoint, *series))
        return started[-1]

    yield start
    for one in started:
        one.close()


def test_scene_is_found_and_live_values_arrive_when_a_device_reports(
    local_factory: LocalFactory, viewer: Callable[..., Viewer]
) -> None:
    sensor = viewer("machine-001", "temperatureSensor", "temperature")

    scene = sensor.learns("scene")
    location = f"s3://{local_factory.bucket}/my-factory-twin/factory-overview.json"
    assert scene["uri"] == location
    assert scene["nodes"] > 5
    assert scene["model"] == "glTF"
    assert sensor.learns("info") == {"sceneId": "factory-overview", "contentLocation": location}

    # What was there: a value each five minutes.
    series = sensor.learns("series", lambda found: len(found["data"]) >= 11)
    assert series.get("error") is None
    assert (series["name"], series["dataType"]) == ("temperature", "NUMBER")
    # Other tests of this run put values of their own after those.
    until = local_factory.until.timestamp() * 1000
    assert all(20 <= point["y"] <= 90 for point in series["data"] if point["x"] <= until)

    # What a device reports now.
    now = int(time.time() * 1000)
    row = {"device_id": {"S": "machine-001"}, "timestamp": {"N": str(now)}, "temperature": {"N": "77.25"}}
    local_factory.twin.client("dynamodb").put_item(TableName=local_factory.table, Item=row)

    live = sensor.learns("series", lambda found: found["data"][-1]["y"] == 77.25)
    assert live["data"][-1]["x"] == now


def test_states_of_alarms_and_sitewise_values_arrive_when_followed(viewer: Callable[..., Viewer]) -> None:
    alarm, press = viewer("machine-001", "alarm", "alarm_status"), viewer("press-001", "press", "strokes")

    states = alarm.learns("series", lambda found: len(found["data"]) >= 11)
    assert states["dataType"] == "STRING"
    assert {point["y"] for point in states["data"]} <= {"NORMAL", "WARNING", "CRITICAL"}
    strokes = [point["y"] for point in press.learns("series", lambda found: len(found["data"]) >= 11)["data"]]
    assert strokes == sorted(strokes)
    assert strokes[-1] > strokes[0] > 1_000_000
