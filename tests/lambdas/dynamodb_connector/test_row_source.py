"""Sources of the rows of one device, and of all devices in the index."""

import pytest

from connector_kit.errors import ConfigurationError
from dynamodb_connector.environment import Environment
from tests.support.connector_events import load_event, milliseconds
from tests.support.fake_table import FakeTable, ask_table, row
from tests.support.table_pages import pages, series

START = milliseconds("2026-03-02T06:00:00")
TYPE = "com.example.press"


def test_row_of_the_index_without_its_device_is_an_error() -> None:
    environment = Environment("t", component_type_index="i", device_attribute="machine")
    rows = [row("press-7", START + 1, component_type_id={"S": TYPE}, pressure={"N": "1"})]
    with pytest.raises(
        ConfigurationError, match='a row of index "i" has no text in machine, which names its device'
    ):
        ask_table(load_event("history_by_component_type"), FakeTable(rows), environment)


def test_rows_of_the_index_belong_to_the_device_that_they_name() -> None:
    environment = Environment("t", component_type_index="i", device_attribute="machine")
    rows = [
        row(
            f"{device}#1",
            START + i,
            machine={"S": device},
            component_type_id={"S": TYPE},
            pressure={"N": "1"},
        )
        for device in ("press-7", "press-8")
        for i in (1, 2)
    ]
    event = load_event("history_by_component_type", selectedProperties=["pressure"], maxResults=1)
    points = [(f"2026-03-02T06:00:00.00{i}Z", 1.0) for i in (1, 2)]
    assert series(pages(event, FakeTable(rows), environment)) == {
        ("press-7", "pressure"): points,
        ("press-8", "pressure"): points,
    }
