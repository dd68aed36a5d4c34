"""Rows and values of a past time range, read by the real connector."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connector_kit import serve
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import sources_for
from tests.support.fake_table import FakeTable
from tests.support.simulated_plant import DAY, NOW, column
from twin_stack.client import TwinClientError, history
from twin_stack.simulate.writing import write_telemetry

if TYPE_CHECKING:
    from twin_stack.simulate.clients import Clients


def test_rows_and_values_are_plausible_when_a_day_is_simulated(clients: Clients) -> None:
    written = write_telemetry(clients, "Factory", **DAY)
    assert written.rows == 3 * 288 == len(clients.dynamodb.rows)
    assert written.values == 288 == len(clients.sitewise.values)
    assert written.problems == (
        "lamp lamp: no connector that can be simulated answers for lamp",
        "SiteWise asset asset-2 property p1 (pressure): ResourceNotFoundException: no such asset",
    )
    assert sorted(clients.lambda_.requested) == ["historian", "other", "telemetry"]

    celsius = [float(value) for value in column(clients, "machine", "temperature").values()]
    assert len(celsius) == 288
    assert all(20 <= value <= 90 for value in celsius)
    humidity = [float(value) for value in column(clients, "machine", "humidity").values()]
    assert len(humidity) == 288
    assert all(30 <= value <= 60 for value in humidity)
    parts = [int(value) for value in column(clients, "robot", "parts").values()]
    assert parts == sorted(parts)
    assert parts[0] < parts[-1]
    pressures = [value["doubleValue"] for value in clients.sitewise.values.values()]
    assert len(pressures) > 100
    assert all(80 <= value <= 160 for value in pressures)


@pytest.mark.slow
def test_two_runs_write_equal_rows_when_only_their_start_differs(clients: Clients) -> None:
    write_telemetry(clients, "Factory", **DAY)
    whole = dict(clients.dynamodb.rows)
    clients.dynamodb.rows.clear()
    write_telemetry(clients, "Factory", **{**DAY, "start": NOW - timedelta(hours=2, seconds=7)})
    assert 0 < len(clients.dynamodb.rows) < len(whole)
    assert clients.dynamodb.rows.items() <= whole.items()
    write_telemetry(clients, "Factory", **DAY, seed=1)
    assert clients.dynamodb.rows.keys() == whole.keys()
    assert clients.dynamodb.rows != whole


@pytest.mark.slow
@pytest.mark.parametrize("settings", [{}, {"TIME_UNIT": "iso"}, {"TIME_UNIT": "s"}], ids=str)
def test_connector_reads_the_written_history(
    clients: Clients,
    functions: Any,
    settings: dict[str, str],
) -> None:
    clients.lambda_.settings = settings
    write_telemetry(clients, "Factory", **DAY)
    table = FakeTable(list(clients.dynamodb.rows.values()))
    environment = Environment.from_environ({"TABLE_NAME": "rows", **settings})
    functions.handlers["telemetry"] = lambda event: serve(
        event, lambda request: sources_for(request, environment, table)
    )
    text = history(
        "machine", "sensor", ["temperature"], last="1d", form="csv", client=clients.twinmaker, now=NOW
    )
    expected = [float(value) for value in column(clients, "machine", "temperature").values()]
    assert [float(line.rpartition(",")[2]) for line in text.splitlines()[1:]] == expected[-288:]
    text = history("machine", "alarm", ["state"], last="1d", client=clients.twinmaker, now=NOW)
    assert "NORMAL (" in text


@pytest.mark.slow
def test_sitewise_gets_the_last_seven_days_when_more_are_simulated(clients: Clients) -> None:
    month = {**DAY, "start": NOW - timedelta(days=30), "interval": timedelta(hours=1)}
    written = write_telemetry(clients, "Factory", **month)
    assert written.rows == 3 * 720
    assert min(instant for _, instant in clients.sitewise.values) > time.time() - 7 * 86_400
    assert 167 <= written.values <= 168


def test_interval_of_zero_is_refused(clients: Clients) -> None:
    with pytest.raises(TwinClientError, match=r"^interval is 0:00:00; it must be at least a millisecond$"):
        write_telemetry(clients, "Factory", **{**DAY, "interval": timedelta()})


def test_interval_grows_when_values_exceed_the_limit(clients: Clients) -> None:
    written = write_telemetry(clients, "Factory", **DAY, max_values=400)

    # 3 devices and 2 assets: 1,440 every 5 minutes, so every 20 it is.
    assert written.rows == 3 * 72
    assert {int(instant) % 1_200_000 for _, instant in clients.dynamodb.rows} == {0}


def test_components_share_a_row_when_they_share_a_key(clients: Clients) -> None:
    write_telemetry(clients, "Factory", **DAY)
    row = next(row for (device, _), row in clients.dynamodb.rows.items() if device == "robot")
    assert set(row) == {
        "device_id", "timestamp", "component_type_id", "temperature", "humidity", "parts", "isOn",
    }  # fmt: skip
