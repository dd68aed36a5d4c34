"""The partitions of instants, by calendar period and as formatted in the table."""

import time
from typing import Any

import pytest

from connector_kit.times import LATEST, parse_time
from dynamodb_connector.environment import Environment
from dynamodb_connector.table_key_schema import TableKeySchema, format_number
from tests.support.connector_events import load_event
from tests.support.fake_table import ENVIRONMENT, FakeTable, ask_table, row

FIRST = parse_time("2025-11-30T00:00:00Z")


def key_schema(word: str) -> TableKeySchema:
    return TableKeySchema(Environment("t", partition=f"${{device}}#${{{word}}}", first_bucket=FIRST))


def partitions(word: str, start: str | int, end: str | int, *, ascending: bool = True) -> list[str]:
    keys = key_schema(word)
    first, last = (bound if isinstance(bound, int) else parse_time(bound) for bound in (start, end))
    return [
        keys.format_partition("d", "", bucket)[2:]
        for bucket in keys.buckets(first, last, ascending=ascending)
    ]


@pytest.mark.parametrize(
    ("word", "instant", "partition", "start"),
    [
        ("month", "2025-12-31T23:59:59.999999999Z", "2025-12", "2025-12-01T00:00:00Z"),
        ("month", "2026-01-01T00:00:00Z", "2026-01", "2026-01-01T00:00:00Z"),
        ("day", "2024-02-29T23:59:59.999999999Z", "2024-02-29", "2024-02-29T00:00:00Z"),
        ("day", "1970-01-01T00:00:00Z", "1970-01-01", "1970-01-01T00:00:00Z"),
        ("hour", "2026-03-02T06:59:59.999999999Z", "2026-03-02T06", "2026-03-02T06:00:00Z"),
        ("hour", "2026-03-02T07:00:00Z", "2026-03-02T07", "2026-03-02T07:00:00Z"),
    ],
)
def test_partition_is_named_by_the_calendar(word: str, instant: str, partition: str, start: str) -> None:
    keys = key_schema(word)
    bucket = keys.bucket_of(parse_time(instant))
    assert keys.format_partition("press-7", "", bucket) == f"press-7#{partition}"
    assert keys.start_of(bucket) == parse_time(start)


def test_range_meets_the_partitions_of_its_instants_and_no_other() -> None:
    midnight = parse_time("2026-03-02T00:00:00Z")
    # The start is outside of the range, the end inside.
    assert partitions("day", midnight - 1, midnight) == ["2026-03-02"]
    assert partitions("day", midnight - 2, midnight) == ["2026-03-01", "2026-03-02"]
    assert partitions("day", midnight - 2, midnight - 1) == ["2026-03-01"]
    assert partitions("month", "2025-11-30T12:00:00Z", "2026-02-01T00:00:00Z", ascending=False) == [
        "2026-02",
        "2026-01",
        "2025-12",
        "2025-11",
    ]


def test_partitions_go_from_the_first_until_tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: parse_time("2025-12-01T00:00:00Z") / 1e9)
    assert partitions("day", -1, LATEST) == ["2025-11-30", "2025-12-01", "2025-12-02"]
    monkeypatch.setattr(time, "time", lambda: parse_time("2025-12-01T23:59:59Z") / 1e9)
    assert partitions("day", -1, LATEST) == ["2025-11-30", "2025-12-01", "2025-12-02"]


@pytest.mark.parametrize(
    ("unit", "instant", "time"),
    [
        ("s", "1772431260", "2026-03-02T06:01:00Z"),
        ("s", "1772431260.5", "2026-03-02T06:01:00.500Z"),
        ("ms", "1772431260005", "2026-03-02T06:01:00.005Z"),
        ("ms", "1772431260005.25", "2026-03-02T06:01:00.005250Z"),
        ("us", "1772431260005007", "2026-03-02T06:01:00.005007Z"),
        ("us", "1772431260005007.125", "2026-03-02T06:01:00.005007125Z"),
    ],
)
def test_sort_key_is_read_in_its_unit(unit: str, instant: str, time: str) -> None:
    table = FakeTable([row("press-7", instant, pressure={"N": "1"})])
    environment = ENVIRONMENT._replace(time_unit=unit)
    page = ask_table(load_event("history_by_entity"), table, environment)
    assert [v["time"] for v in page["propertyValues"][0]["values"]] == [time]
    # The instant itself, as exclusive start, leaves the point out; as end it lets it in.
    event = load_event("history_by_entity", startTime=time)
    assert ask_table(event, table, environment)["propertyValues"] == []
    event = load_event("history_by_entity", endTime=time)
    assert len(ask_table(event, table, environment)["propertyValues"]) == 1


def test_sort_text_is_exact() -> None:
    assert format_number(1_772_431_260_000_000_001, 10**6) == "1772431260000.000001"
    assert format_number(1_772_431_260_000_000_000, 10**9) == "1772431260"
    assert format_number(1, 10**3) == "0.001"


def test_text_of_other_precision_and_zone_is_read_exactly() -> None:
    def text_row(time: str, number: str) -> Any:
        return {"device_id": {"S": "press-7"}, "timestamp": {"S": time}, "pressure": {"N": number}}

    rows = [
        text_row("2026-03-02T06:00:00.000000Z", "1"),
        text_row("2026-03-02T06:00:00.000001Z", "2"),
        text_row("2026-03-02T06:00:01.500000+00:00", "3"),
        text_row("2026-03-02T06:00:02 noon", "4"),
        text_row("2026-03-02T06:10:00.000000Z", "5"),
        text_row("2026-03-02T06:10:00.000001Z", "6"),
    ]
    environment = Environment("t", time_unit="iso")
    event = load_event("history_by_entity", selectedProperties=["pressure"])
    (item,) = ask_table(event, FakeTable(rows), environment)["propertyValues"]
    assert [(point["time"], point["value"]["doubleValue"]) for point in item["values"]] == [
        ("2026-03-02T06:00:00.000001Z", 2.0),
        ("2026-03-02T06:00:01.500Z", 3.0),
        ("2026-03-02T06:10:00.000000Z", 5.0),
    ]


@pytest.mark.parametrize(
    ("start", "text"),
    [
        ("2026-03-02T05:59:59.999999999Z", "2026-03-02T06:00:00Z"),
        ("2026-03-02T05:59:59.999999999Z", "2026-03-02T06:00:00.000Z"),
        ("2026-03-02T05:59:59.999999999Z", "2026-03-02T06:00:00+00:00"),
        ("2026-03-02T05:59:59.999999998Z", "2026-03-02T05:59:59.999999999Z"),
        ("2026-03-02T05:59:58Z", "2026-03-02T06:10:00.000000000+00:00"),
    ],
)
def test_text_at_the_edge_of_the_range_is_found_in_any_precision(start: str, text: str) -> None:
    rows = [{"device_id": {"S": "press-7"}, "timestamp": {"S": text}, "pressure": {"N": "1"}}]
    event = load_event(
        "history_by_entity",
        selectedProperties=["pressure"],
        startTime=start,
        endTime="2026-03-02T06:10:00Z",
    )
    (item,) = ask_table(event, FakeTable(rows), Environment("t", time_unit="iso"))["propertyValues"]
    assert len(item["values"]) == 1


def test_unreadable_times_are_counted_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    odd = {
        "device_id": {"S": "press-7"},
        "timestamp": {"S": "2026-03-02T06:00:02 noon"},
        "pressure": {"N": "4"},
    }
    with caplog.at_level("INFO", "connector"):
        ask_table(load_event("history_by_entity"), FakeTable([odd]), Environment("t", time_unit="iso"))
    assert caplog.records[0].__dict__["unreadable"] == 1
