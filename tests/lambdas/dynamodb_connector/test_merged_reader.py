"""K-way merge of listed devices."""

import pytest
from hypothesis import strategies as st

from dynamodb_connector.environment import Environment
from tests.support.connector_events import load_event, milliseconds
from tests.support.fake_table import FakeTable, ask_table, row
from tests.support.table_pages import pages, series

START = milliseconds("2026-03-02T06:00:00")


TYPE = "com.example.press"


DEVICES = ("press-7", "press-8", "press-9")


times = st.integers(0, 30 * 3600)


points = st.dictionaries(
    st.tuples(st.sampled_from(DEVICES), st.just("pressure"), times),
    st.integers(-5, 5).map(float),
    max_size=10,
)


@pytest.mark.parametrize("order", ["ASCENDING", "DESCENDING"])
def test_devices_that_measure_at_one_instant_are_each_read_once_over_pages(order: str) -> None:
    rows = [row(device, START + i, pressure={"N": f"{i}"}) for device in DEVICES for i in (1, 2)]
    environment = Environment("t", devices={TYPE: DEVICES})
    event = load_event(
        "history_by_component_type", selectedProperties=["pressure"], orderByTime=order, maxResults=1
    )
    answers = pages(event, FakeTable(rows), environment)
    times = [f"2026-03-02T06:00:00.00{i}Z" for i in (1, 2)]
    expected = list(zip(times, (1.0, 2.0), strict=True))[:: 1 if order == "ASCENDING" else -1]
    assert series(answers) == {(device, "pressure"): expected for device in DEVICES}


def test_full_page_of_several_devices_is_not_read_on() -> None:
    rows = [row(device, START + i, pressure={"N": "1"}) for device in DEVICES for i in range(1, 50)]
    table = FakeTable(rows)
    event = load_event("history_by_component_type", selectedProperties=["pressure"], maxResults=1)
    ask_table(event, table, Environment("t", devices={TYPE: DEVICES}))
    assert len(table.queries) == len(DEVICES)


def test_rows_of_several_devices_are_in_the_order_of_numbers_not_of_their_text() -> None:
    rows = [
        row("press-7", 1_000_000_000, pressure={"N": "2"}),
        row("press-8", 999_999_999, pressure={"N": "1"}),
    ]
    event = load_event(
        "history_by_component_type",
        selectedProperties=["pressure"],
        startTime="2001-01-01T00:00:00Z",
        maxResults=1,
    )
    answers = pages(event, FakeTable(rows), Environment("t", time_unit="s", devices={TYPE: DEVICES}))
    points = [point for answer in answers for item in answer["propertyValues"] for point in item["values"]]
    assert [point["value"]["doubleValue"] for point in points] == [1.0, 2.0]
