"""Test AWS IoT App Kit's data source on the deployed factory, in plain Node.

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
    from twin_stack.pytest_plugin import LocalTwin

HERE = Path(__file__).parent
SCENE = ("my-factory-twin", "factory-overview")


class DataSource:
    """A process in which App Kit polls a time series.

    Args:
        twin: The embedded AWS.
        entity: Entity of the series.
        component: Component of the series.
        name: Property of the series.
    """

    def __init__(self, twin: LocalTwin, entity: str, component: str, name: str) -> None:
        command = ["node", "app_kit.cjs", twin.endpoint, *SCENE, entity, component, name]
        self._process = subprocess.Popen(
            command, cwd=HERE, env=twin.environment(), stdout=subprocess.PIPE, text=True
        )
        self._lines: Queue[str] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(line)

    def next_result(self, kind: str, matches: Callable[[Any], bool] = bool) -> Any:
        """Return the next result of a kind that matches a condition."""
        deadline = time.monotonic() + 60
        while True:
            results = json.loads(self._lines.get(timeout=deadline - time.monotonic()))
            assert "failed" not in results, results["failed"]
            if kind in results and matches(results[kind]):
                return results[kind]

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def poll(local_factory: LocalFactory) -> Iterator[Callable[..., DataSource]]:
    """Return a function that starts to poll a series."""
    started: list[DataSource] = []

    def start(*series: str) -> DataSource:
        started.append(DataSource(local_factory.twin, *series))
        return started[-1]

    yield start
    for source in started:
        source.close()


def test_app_kit_reads_the_scene_and_gets_a_new_value(
    local_factory: LocalFactory, poll: Callable[..., DataSource]
) -> None:
    sensor = poll("machine-001", "temperatureSensor", "temperature")

    scene = sensor.next_result("scene")
    location = f"s3://{local_factory.bucket}/my-factory-twin/factory-overview.json"
    assert scene["uri"] == location
    assert scene["nodes"] > 5
    assert scene["model"] == "glTF"
    assert sensor.next_result("info") == {"sceneId": "factory-overview", "contentLocation": location}

    # The seeded values, one in five minutes.
    series = sensor.next_result("series", lambda series: len(series["data"]) >= 11)
    assert series.get("error") is None
    assert (series["name"], series["dataType"]) == ("temperature", "NUMBER")
    # Other tests of this run write later values.
    until = local_factory.until.timestamp() * 1000
    seeded = [point["y"] for point in series["data"] if point["x"] <= until]
    assert seeded
    assert all(20 <= value <= 90 for value in seeded)

    now = int(time.time() * 1000)
    row = {"device_id": {"S": "machine-001"}, "timestamp": {"N": str(now)}, "temperature": {"N": "77.25"}}
    local_factory.twin.client("dynamodb").put_item(TableName=local_factory.table, Item=row)

    live = sensor.next_result("series", lambda series: series["data"][-1]["y"] == 77.25)
    assert live["data"][-1]["x"] == now


def test_app_kit_reads_alarm_states_and_sitewise_values(
    local_factory: LocalFactory, poll: Callable[..., DataSource]
) -> None:
    alarm, press = poll("machine-001", "alarm", "alarm_status"), poll("press-001", "press", "strokes")

    states = alarm.next_result("series", lambda series: len(series["data"]) >= 11)
    assert states["dataType"] == "STRING"
    # Other tests write states of their own after those of the simulated day.
    end = local_factory.until.timestamp() * 1000
    simulated = {point["y"] for point in states["data"] if point["x"] <= end}
    assert simulated
    assert simulated <= {"NORMAL", "WARNING", "CRITICAL"}
    strokes = [
        point["y"] for point in press.next_result("series", lambda series: len(series["data"]) >= 11)["data"]
    ]
    assert strokes == sorted(strokes)
    assert strokes[-1] > strokes[0] > 1_000_000
