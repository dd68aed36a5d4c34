"""Which partitions hold which instants: by the calendar, in words that stand in the table."""

import time

import pytest

from connector_kit.times import LATEST, parse_time
from dynamodb_connector.environment import Environment
from dynamodb_connector.table_key_schema import TableKeySchema

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
