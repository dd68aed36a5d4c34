"""Reading of a range: bounds, limits, growing queries and time buckets."""

from typing import Any

import pytest

from dynamodb_connector.environment import Environment
from dynamodb_connector.range_reader import read_newest_rows
from dynamodb_connector.shapes import RangeQuery
from tests.support.connector_events import load_event, milliseconds
from tests.support.fake_table import FakeTable, ask_table, row
from tests.support.table_pages import fill, pages, series

START = milliseconds("2026-03-02T06:00:00")


def press_rows() -> list[Any]:
    return [
        row("press-7", START, pressure={"N": "1"}, operating_mode={"S": "AT START"}),
        row("press-7", START + 1, pressure={"N": "181.25"}, operating_mode={"S": "AUTO"}),
        row("press-7", START + 2000, pressure={"N": "182"}, mode={"S": "not this attribute"}),
        row("press-7", START + 600_000, operating_mode={"S": "SETUP"}, pressure={"NULL": True}),
        row("press-7", START + 600_001, pressure={"N": "9"}),
        row("press-8", START + 1, pressure={"N": "7"}),
    ]


def test_query_projects_only_the_selected_attributes() -> None:
    table = FakeTable([])
    ask_table(load_event("history_by_entity"), table)
    (query,) = table.queries
    assert query == RangeQuery(
        index_name=None,
        partition=("device_id", "press-7"),
        sort_key="timestamp",
        lower=f"{START}.000001",
        upper=f"{START + 600_000}",
        attributes=("timestamp", "pressure", "operating_mode"),
        ascending=True,
        limit=101,
        after=None,
    )


def test_latest_value_is_on_the_first_page_whatever_lies_between() -> None:
    rows = [row("press-7", START + i, pressure={"N": "1"}) for i in range(1, 3000)]
    rows.append(row("press-7", START, operating_mode={"S": "AUTO"}))
    table = FakeTable(rows, page_rows=500, empty_pages=True)
    page = ask_table(load_event("latest_value_by_entity"), table)
    (item,) = page["propertyValues"]
    assert item["values"] == [{"time": "2026-03-02T06:00:00Z", "value": {"stringValue": "AUTO"}}]
    assert [query.limit for query in table.queries[:4]] == [2, 8, 32, 128]


def test_query_reads_at_most_ten_thousand_rows() -> None:
    rows = [row("press-7", START + i, pressure={"N": "1"}) for i in range(1, 30_000)]
    table = FakeTable(rows, page_rows=100_000)
    assert ask_table(load_event("latest_value_by_entity"), table)["propertyValues"] == []
    assert [query.limit for query in table.queries] == [2, 8, 32, 128, 512, 2048, 8192, 10_000, 10_000]


def test_latest_value_costs_one_small_query_when_every_row_has_it() -> None:
    rows = [row("press-7", START + i, operating_mode={"S": str(i)}) for i in range(100)]
    table = FakeTable(rows)
    page = ask_table(load_event("latest_value_by_entity"), table)
    assert page["propertyValues"][0]["values"][0]["value"] == {"stringValue": "99"}
    assert [query.limit for query in table.queries] == [2]


def test_range_begins_at_the_epoch_when_the_caller_begins_in_1899() -> None:
    table = FakeTable([])
    ask_table(load_event("latest_value_by_entity"), table)
    assert table.queries[0].lower == "0"


@pytest.mark.parametrize(
    ("changes", "times"),
    [
        ({"startTime": "2026-03-02T05:59:59.999999999Z"}, 4),
        ({"startTime": "2026-03-02T06:00:00.000000001Z"}, 3),
        ({"startTime": "2026-03-02T08:00:00.001+02:00"}, 2),
        ({"endTime": "2026-03-02T06:09:59.999999999Z"}, 2),
        ({"endTime": "2026-03-02T06:10:00Z"}, 3),
        ({"startTime": None, "endTime": None}, 3),
        ({"endTime": "2026-03-02T06:00:00Z"}, 0),
    ],
)
def test_start_is_exclusive_and_end_inclusive(changes: dict[str, Any], times: int) -> None:
    page = ask_table(load_event("history_by_entity", **changes), FakeTable(press_rows()))
    assert len({v["time"] for item in page["propertyValues"] for v in item["values"]}) == times


def test_long_page_is_cut_at_two_hundred_points() -> None:
    rows = [row("press-7", START + i, pressure={"N": "1"}) for i in range(1, 500)]
    event = load_event("history_by_entity", maxResults=None)
    page = ask_table(event, FakeTable(rows))
    assert len(page["propertyValues"][0]["values"]) == 200
    assert page["nextToken"] is not None


START = milliseconds("2026-03-02T06:00:00")


DAY_BEFORE = (START - 86_400_000) * 1_000_000


DEVICES = ("press-7", "press-8", "press-9")


@pytest.mark.parametrize("order", ["ASCENDING", "DESCENDING"])
def test_page_continues_in_the_partition_of_its_day(order: str) -> None:
    environment = Environment("t", partition="${device}#${day}", first_bucket=DAY_BEFORE)
    days = ["2026-03-02", "2026-03-03", "2026-03-04"]
    if order == "DESCENDING":
        days.reverse()
    rows = [row(f"press-7#{day}", milliseconds(f"{day}T12:00:00"), pressure={"N": "1"}) for day in days]
    event = load_event(
        "history_by_entity",
        selectedProperties=["pressure"],
        startTime="2026-03-02T00:00:00Z",
        endTime="2026-03-04T23:59:59Z",
        orderByTime=order,
        maxResults=1,
    )
    table = FakeTable(rows)
    answers = pages(event, table, environment)
    assert series(answers) == {("press-7", "pressure"): [(f"{day}T12:00:00Z", 1.0) for day in days]}
    token = answers[1]["nextToken"]
    table.queries.clear()
    ask_table({**event, "nextToken": token}, table, environment)
    assert f"press-7#{days[0]}" not in {query.partition[1] for query in table.queries}


@pytest.mark.parametrize("partition", ["${device}", "${device}#${day}"])
def test_page_with_exactly_the_remaining_rows_is_the_last(partition: str) -> None:
    environment = Environment("t", partition=partition, first_bucket=DAY_BEFORE)
    key = partition.replace("${device}", "press-7").replace("${day}", "2026-03-02")
    rows = [row(key, START + i, pressure={"N": "1"}) for i in (1, 2)]
    event = load_event("history_by_entity", selectedProperties=["pressure"], maxResults=2)
    (answer,) = pages(event, FakeTable(rows), environment)
    assert len(series([answer])["press-7", "pressure"]) == 2


def test_days_with_rows_are_queried_one_by_one() -> None:
    environment = Environment("t", partition="${device}#${day}", first_bucket=DAY_BEFORE)
    rows = [
        row(f"press-7#2026-03-0{day}", milliseconds(f"2026-03-0{day}T12:00:00"), pressure={"N": "1"})
        for day in range(2, 6)
    ]
    table = FakeTable(rows)
    event = load_event(
        "history_by_entity",
        selectedProperties=["pressure"],
        startTime="2026-03-02T00:00:00Z",
        endTime="2026-03-09T00:00:00Z",
        maxResults=2,
    )
    ask_table(event, table, environment)
    assert [query.partition[1] for query in table.queries] == ["press-7#2026-03-02", "press-7#2026-03-03"]


def test_page_continues_after_a_row_at_midnight() -> None:
    environment = Environment("t", partition="${device}#${day}", first_bucket=DAY_BEFORE)
    midnight = milliseconds("2026-03-03T00:00:00")
    instants = [midnight - 1, midnight, midnight + 1]
    days = ["2026-03-02", "2026-03-03", "2026-03-03"]
    rows = [
        row(f"press-7#{day}", instant, pressure={"N": "1"})
        for day, instant in zip(days, instants, strict=True)
    ]
    event = load_event(
        "history_by_entity", selectedProperties=["pressure"], endTime="2026-03-04T00:00:00Z", maxResults=1
    )
    points_of = series(pages(event, FakeTable(rows), environment))
    assert [time for time, _ in points_of["press-7", "pressure"]] == [
        "2026-03-02T23:59:59.999Z",
        "2026-03-03T00:00:00Z",
        "2026-03-03T00:00:00.001Z",
    ]


def test_page_continues_after_a_row_at_the_end_of_the_range() -> None:
    rows = [row("press-7", START + i, pressure={"N": f"{i}"}) for i in (1, 2)]
    event = load_event(
        "history_by_entity",
        selectedProperties=["pressure"],
        endTime="2026-03-02T06:00:00.002Z",
        orderByTime="DESCENDING",
        maxResults=1,
    )
    points_of = series(pages(event, FakeTable(rows), Environment("t")))
    assert [number for _, number in points_of["press-7", "pressure"]] == [2.0, 1.0]


def test_sort_key_may_begin_with_the_device() -> None:
    environment = Environment(
        "t", partition="all", sort_key="sk", time_unit="iso", sort_prefix="${device}#${property}#"
    )
    table = FakeTable([])
    fill(table, environment, {(device, "pressure", 1): float(i) for i, device in enumerate(DEVICES)})
    assert [item["sk"]["S"] for item in table.rows] == [
        f"{device}#pressure#2026-03-02T06:00:01.000Z" for device in DEVICES
    ]
    event = load_event("history_by_entity", selectedProperties=["pressure"])
    assert series(pages(event, table, environment)) == {
        ("press-7", "pressure"): [("2026-03-02T06:00:01.000Z", 0.0)]
    }


def test_newest_value_is_found_over_empty_days_with_queries_at_once() -> None:
    environment = Environment("t", partition="${device}#${day}", first_bucket=DAY_BEFORE)
    old = row("press-7#2026-03-02", START + 1, pressure={"N": "181.5"})
    table = FakeTable([old])
    batches: list[int] = []
    ask_all = table.query_all

    def counted(queries: Any) -> Any:
        batches.append(len(queries))
        return ask_all(queries)

    table.query_all = counted  # type: ignore[method-assign]
    event = load_event(
        "latest_value_by_entity", selectedProperties=["pressure"], endTime="2026-04-02T00:00:00Z"
    )
    (item,) = ask_table(event, table, environment)["propertyValues"]
    assert item["values"] == [{"time": "2026-03-02T06:00:00.001Z", "value": {"doubleValue": 181.5}}]
    assert batches[:4] == [1, 2, 4, 8], "batches of empty days double"
    assert max(batches) == 8
    assert sum(batches) <= 33, "each day is queried once"


def test_device_that_never_wrote_costs_queries_of_a_month_only() -> None:
    environment = Environment("t", partition="${device}#${day}", first_bucket=0)
    table = FakeTable([])
    until = milliseconds("2026-04-02T12:00:00") * 1_000_000
    assert not read_newest_rows("press-7", "", environment, table, attributes=(), count=1, until=until)
    partitions = [query.partition[1] for query in table.queries]
    assert len(partitions) == 32
    assert (partitions[0], partitions[-1]) == ("press-7#2026-04-02", "press-7#2026-03-02")


def test_full_day_is_read_alone() -> None:
    environment = Environment("t", partition="${device}#${day}", first_bucket=DAY_BEFORE)
    rows = [row("press-7#2026-03-02", START + i, pressure={"N": "1"}) for i in range(1, 300)]
    table = FakeTable(rows)
    event = load_event("history_by_entity", selectedProperties=["pressure"], maxResults=100)
    ask_table(event, table, environment)
    assert [query.partition[1] for query in table.queries] == ["press-7#2026-03-02"]
