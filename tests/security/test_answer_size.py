"""Size of answers: pages of both connectors end before Lambda's limit, and lose no point."""

from __future__ import annotations

from typing import Any

import pytest

from connector_kit import UnsupportedError
from connector_kit.times import NANOSECONDS
from dynamodb_connector.environment import Environment
from tests.support.connector_answers import ask_rows, checked_pages
from tests.support.connector_events import definition, load_event, milliseconds
from tests.support.fake_sitewise import FakeSiteWise, ask_sitewise, sitewise_value
from tests.support.fake_table import FakeTable, ask_table, row

START = milliseconds("2026-03-02T06:00:00")
DEVICE = "press-7"
NAMES = [f"p{number}" for number in range(10)]
WIDE = "\N{GEAR}" * 256
LIST_TYPE = {"type": "LIST", "nestedType": {"type": "STRING"}}


def history_event(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    event = load_event("history_by_entity", selectedProperties=list(properties))
    return event | {
        "properties": event["properties"] | properties,
        "startTime": "2026-03-02T06:00:00Z",
        "endTime": "2026-03-02T08:00:00Z",
        "maxResults": 200,
        **more,
    }


def points_of(pages: list[Any]) -> dict[str, list[tuple[str, Any]]]:
    """All points of all pages by property, in the order of the pages."""
    series: dict[str, list[tuple[str, Any]]] = {}
    for page in pages:
        for item in page["propertyValues"]:
            name = item["entityPropertyReference"]["propertyName"]
            series.setdefault(name, []).extend((v["time"], str(v["value"])) for v in item["values"])
    return series


@pytest.mark.parametrize("order", ["ASCENDING", "DESCENDING"])
def test_ten_lists_of_the_largest_texts_come_in_pages_that_lambda_returns(order: str) -> None:
    """One page of these would be 14 MB."""
    event = history_event(
        {name: {"definition": {"dataType": LIST_TYPE}} for name in NAMES}, orderByTime=order
    )
    content = {"L": [{"S": WIDE}] * 50}
    count = 30
    rows = [row(DEVICE, START + 1 + step, **dict.fromkeys(NAMES, content)) for step in range(count)]

    pages = checked_pages(event, lambda page_event: ask_rows(page_event, rows))

    assert len(pages) > 1
    series = points_of(pages)
    assert series.keys() == set(NAMES)
    for points in series.values():
        times = [time for time, _ in points]
        assert len(set(times)) == len(times) == count
        assert times == sorted(times, reverse=order == "DESCENDING")


def test_sparse_and_dense_properties_keep_their_places_over_short_pages() -> None:
    event = history_event(
        {"dense": {"definition": {"dataType": LIST_TYPE}}, "sparse": definition("LONG")}, maxResults=50
    )
    content = {"L": [{"S": WIDE}] * 50}
    rows = [
        row(
            DEVICE,
            START + 1 + step,
            **({"dense": content} if step % 2 else {}),
            **({"sparse": {"N": str(step)}} if step % 3 == 0 else {}),
        )
        for step in range(200)
    ]

    pages = checked_pages(event, lambda page_event: ask_rows(page_event, rows, page_rows=7))

    series = points_of(pages)
    assert len(series["dense"]) == len(set(series["dense"])) == 100
    assert [value for _, value in series["sparse"]] == [str({"longValue": step}) for step in range(0, 200, 3)]


def test_sitewise_texts_come_in_pages_that_lambda_returns() -> None:
    names = [f"p{number}" for number in range(40)]
    event = history_event(
        {name: definition("STRING", configuration={"sitewisePropertyAlias": f"/a/{name}"}) for name in names}
    )
    values = [
        sitewise_value(START * 1_000_000 + step * NANOSECONDS, stringValue=f"{step:03}" + WIDE[3:])
        for step in range(1, 150)
    ]
    store = FakeSiteWise({f"/a/{name}": values for name in names})

    pages = checked_pages(event, lambda page_event: ask_sitewise(page_event, store))

    assert len(pages) > 1
    series = points_of(pages)
    assert series.keys() == set(names)
    assert all(len(points) == len(set(points)) == len(values) for points in series.values())


def nested(depth: int) -> dict[str, Any]:
    return {"L": [nested(depth - 1)] * 50} if depth else {"S": WIDE}


def test_single_value_that_lambda_cannot_return_is_named() -> None:
    """A list of lists of lists of texts; DynamoDB itself stops at 400 KB, whose JSON can be larger."""
    list_type: dict[str, Any] = {"type": "STRING"}
    for _ in range(3):
        list_type = {"type": "LIST", "nestedType": list_type}
    event = history_event({"huge": {"definition": {"dataType": list_type}}})
    rows = [row(DEVICE, START + 1, huge={"L": [nested(2)] * 2})]

    with pytest.raises(
        UnsupportedError, match=r'the value of property "huge" at 2026-03-02T06:00:00.* takes '
    ):
        ask_rows(event, rows)


def test_attributes_that_lambda_cannot_return_are_refused_with_the_remedy() -> None:
    properties = {name: {"definition": {"dataType": LIST_TYPE}} for name in [f"p{n}" for n in range(100)]}
    event = history_event(properties)
    for member in ("startTime", "startDateTime", "endTime", "endDateTime", "maxResults", "orderByTime"):
        event.pop(member, None)
    rows = [row(DEVICE, START + 1, **{name: {"L": [{"S": WIDE}] * 50} for name in properties})]

    with pytest.raises(UnsupportedError, match="ask for fewer properties"):
        ask_table(event, FakeTable(rows), Environment(table_name="t"))
