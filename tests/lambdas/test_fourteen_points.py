"""Fourteen mistakes of the popular tutorial's DynamoDB connector, each tested on ours.

The tutorial's code answers `{"propertyValues": [{"propertyReference": ..., "propertyValue": [...]}]}`
from one query with `Limit=1000`, `entityId` as the partition key, `BETWEEN` start and end, `float()`
around every value and `datetime.fromtimestamp(x)` with a `Z` behind it.
"""

from __future__ import annotations

import os
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from connector_kit import UnsupportedError, serve
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import sources_for
from tests.support.connector_events import definition, load_event, milliseconds
from tests.support.fake_table import FakeTable, row
from twin_stack.contract import check_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

START = milliseconds("2026-03-02T06:00:00")
MINUTE = 60_000
ENVIRONMENT = Environment(table_name="telemetry")
INDEXED = ENVIRONMENT._replace(component_type_index="by-type")
ENTITY = {"entityId": "hall-2:press-7", "componentName": "hydraulics"}


def ask(event: Any, *stored: Any, environment: Environment = ENVIRONMENT, page_rows: int = 10_000) -> Any:
    """Answer an event from rows; the answer always satisfies the contract."""
    table = FakeTable(stored, page_rows=page_rows)
    answer = serve(event, lambda request: sources_for(request, environment, table))
    assert list(map(str, check_answer(event, answer))) == []
    return answer


def reading(milliseconds_after: float, value: str = "1", device: str = "press-7", **attributes: Any) -> Any:
    instant = START + Decimal(str(milliseconds_after))
    return row(device, str(instant), pressure={"N": value}, **attributes)


def history(**changes: Any) -> Any:
    return load_event("history_by_entity", **{"selectedProperties": ["pressure"], **changes})


def times(answer: Any) -> list[str]:
    return [point["time"] for item in answer["propertyValues"] for point in item["values"]]


def values(answer: Any) -> list[Any]:
    return [point["value"] for item in answer["propertyValues"] for point in item["values"]]


def walk(event: Any, *stored: Any, page_rows: int = 10_000) -> list[Any]:
    pages = [ask(event, *stored, page_rows=page_rows)]
    while pages[-1]["nextToken"] is not None:
        pages.append(ask(event | {"nextToken": pages[-1]["nextToken"]}, *stored, page_rows=page_rows))
    return pages


def test_01_history_items_are_entity_property_reference_and_values() -> None:
    (item,) = ask(history(), reading(1))["propertyValues"]
    assert set(item) == {"entityPropertyReference", "values"}
    assert item["entityPropertyReference"] == {**ENTITY, "propertyName": "pressure"}
    assert set(item["values"][0]) == {"time", "value"}


def test_02_attributes_are_a_map_with_one_value_each() -> None:
    event = load_event("attribute_by_entity")
    answer = ask(event, reading(1, maker={"S": "Older"}), reading(2, maker={"S": "Ironside"}))
    assert answer == {
        "propertyValues": {
            "maker": {
                "propertyReference": {**ENTITY, "propertyName": "maker"},
                "propertyValue": {"stringValue": "Ironside"},
            }
        }
    }


def test_03_rows_behind_the_stores_own_page_are_read() -> None:
    # The store ends its page after 7 rows, as DynamoDB after a megabyte, for any limit.
    stored = [reading(n + 1) for n in range(150)]
    assert len(times(ask(history(maxResults=200), *stored, page_rows=7))) == 150


def test_04_every_row_of_more_than_a_thousand_is_reached_by_next_token() -> None:
    stored = [reading(n + 1, str(n)) for n in range(1_234)]
    pages = walk(history(maxResults=200), *stored)
    assert [point["doubleValue"] for page in pages for point in values(page)] == list(range(1_234))
    assert [page["nextToken"] is None for page in pages] == [False] * 6 + [True]


def test_05_latest_value_is_the_newest_and_alone() -> None:
    event = history(maxResults=1, orderByTime="DESCENDING", startTime="1899-12-31T00:00:00.000Z")
    answer = ask(event, *(reading(n * MINUTE, str(n)) for n in range(1, 10)))
    assert values(answer) == [{"doubleValue": 9.0}]


def test_06_point_at_the_seam_of_two_windows_is_in_one_of_them() -> None:
    stored = [reading(0), reading(5 * MINUTE), reading(10 * MINUTE)]
    before = ask(history(endTime="2026-03-02T06:05:00Z"), *stored)
    after = ask(history(startTime="2026-03-02T06:05:00Z"), *stored)
    assert times(before) == ["2026-03-02T06:05:00Z"]
    assert times(after) == ["2026-03-02T06:10:00Z"]


def test_07_device_is_the_external_id_not_the_entity() -> None:
    other = reading(1, "2", device="hall-2:press-7")
    assert values(ask(history(), reading(1, "1"), other)) == [{"doubleValue": 1.0}]


def test_08_component_type_is_answered_by_external_id() -> None:
    event = load_event("history_by_component_type")
    in_index: dict[str, Any] = {"component_type_id": {"S": "com.example.press"}}
    answer = ask(event, reading(1, **in_index), reading(2, device="press-8", **in_index), environment=INDEXED)
    assert [item["entityPropertyReference"] for item in answer["propertyValues"]] == [
        {"externalIdProperty": {"pressId": device}, "propertyName": "pressure"}
        for device in ("press-7", "press-8")
    ]


@pytest.mark.parametrize(
    ("kind", "wire", "value"),
    [
        ("STRING", {"S": "AUTO"}, {"stringValue": "AUTO"}),
        ("LONG", {"N": "9007199254740993"}, {"longValue": 9007199254740993}),
        ("INTEGER", {"N": "12"}, {"integerValue": 12}),
        ("DOUBLE", {"N": "12"}, {"doubleValue": 12.0}),
        ("BOOLEAN", {"BOOL": False}, {"booleanValue": False}),
    ],
)
def test_09_value_is_of_the_declared_type(kind: str, wire: Any, value: Any) -> None:
    event = history()
    event["properties"]["pressure"] = definition(kind)
    (written,) = values(ask(event, row("press-7", START + 1, pressure=wire)))
    assert written == value
    (member,) = value
    assert type(written[member]) is type(value[member])


@pytest.fixture
def far_from_utc() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Pacific/Kiritimati"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.usefixtures("far_from_utc")
def test_10_times_are_utc_wherever_it_runs() -> None:
    assert time.timezone == -14 * 3600
    assert times(ask(history(), reading(90_250))) == ["2026-03-02T06:01:30.250Z"]


@pytest.mark.parametrize(
    ("changes", "expected_points"),
    [
        ({"startTime": "2026-03-02T06:00:00.123456788Z"}, 1),
        ({"startTime": "2026-03-02T06:00:00.123456789Z"}, 0),
        ({"startTime": "2026-03-02T07:00:00.1+01:00"}, 1),
        ({"startTime": None, "endTime": None}, 1),
        ({"startTime": "1899-12-31T00:00:00.000Z", "startDateTime": -2_209_075_200}, 1),
    ],
    ids=["nine digits, before", "nine digits, at", "offset", "deprecated members alone", "before 1970"],
)
def test_11_range_is_read_in_every_form_it_comes_in(changes: Any, expected_points: int) -> None:
    answer = ask(history(**changes), reading(123.456789))
    assert len(times(answer)) == expected_points


def test_12_filters_and_interpolation_are_applied_or_refused_never_ignored() -> None:
    stored = [reading(MINUTE, "1"), reading(2 * MINUTE, "2"), reading(4 * MINUTE, "4")]
    least = {"propertyName": "pressure", "operator": ">", "value": {"doubleValue": 1.0}}
    most = {"propertyName": "pressure", "operator": "<=", "value": {"doubleValue": 2.0}}
    assert values(ask(history(propertyFilters=[least, most]), *stored)) == [{"doubleValue": 2.0}]
    with pytest.raises(UnsupportedError, match="LIKE"):
        ask(history(propertyFilters=[least | {"operator": "LIKE"}]), *stored)
    lines = {"interpolationType": "LINEAR", "intervalInSeconds": 60}
    assert values(ask(history(interpolation=lines), *stored)) == [
        {"doubleValue": float(minute)} for minute in (1, 2, 3, 4)
    ]
    event = history(interpolation=lines, selectedProperties=["mode"])
    with pytest.raises(UnsupportedError, match="mode"):
        ask(event, *stored)


def test_13_row_without_a_property_is_left_out_for_it_alone() -> None:
    stored = [
        reading(1, "1"),
        row("press-7", START + 2, operating_mode={"S": "AUTO"}),
        row("press-7", START + 3, pressure={"NULL": True}, operating_mode={"S": "SETUP"}),
        reading(4, "4"),
    ]
    pressure, mode = ask(history(selectedProperties=["pressure", "mode"]), *stored)["propertyValues"]
    assert [point["value"] for point in pressure["values"]] == [{"doubleValue": 1.0}, {"doubleValue": 4.0}]
    assert [point["value"] for point in mode["values"]] == [{"stringValue": "AUTO"}, {"stringValue": "SETUP"}]


@pytest.mark.parametrize(
    ("unit", "instant"),
    [("s", "1772431290.25"), ("ms", "1772431290250"), ("us", "1772431290250000")],
)
def test_14_unit_of_the_timestamp_is_a_setting(unit: str, instant: str) -> None:
    stored = row("press-7", instant, pressure={"N": "1"})
    answer = ask(history(), stored, environment=ENVIRONMENT._replace(time_unit=unit))
    assert times(answer) == ["2026-03-02T06:01:30.250Z"]
