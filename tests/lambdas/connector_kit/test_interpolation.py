"""LINEAR interpolation against a walk over all points in memory, page by page."""

import bisect
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector_kit import RequestError, TokenError, UnsupportedError, parse_event, serve
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import sources_for
from tests.support.connector_events import definition, load_event, milliseconds
from tests.support.fake_table import FakeTable, row
from tests.support.table_pages import time_text

START = milliseconds("2026-03-02T06:00:00")


def ask(event: Any, rows: list[Any], page_rows: int = 10_000) -> dict[str, Any]:
    table = FakeTable(rows, page_rows=page_rows)
    return serve(event, lambda request: sources_for(request, Environment("t"), table))


def interpolated(**changes: Any) -> dict[str, Any]:
    usual = {
        "selectedProperties": ["pressure"],
        "interpolation": {"interpolationType": "LINEAR", "intervalInSeconds": 10},
        "startDateTime": None,
        "endDateTime": None,
    }
    return load_event("history_by_entity", **usual | changes)


def model(stored: dict[int, float], start: int, end: int, interval: int) -> list[tuple[int, float]]:
    """Each grid point on the line between its neighbours in the range, in milliseconds."""
    instants = sorted(time for time in stored if start < time <= end)
    collected = []
    for time in range(start + interval, end + 1, interval):
        right = bisect.bisect_left(instants, time)
        if right < len(instants) and instants[right] == time:
            collected.append((time, stored[time]))
        elif 0 < right < len(instants):
            before, after = instants[right - 1], instants[right]
            part = (time - before) / (after - before)
            collected.append((time, stored[before] + (stored[after] - stored[before]) * part))
    return collected


@given(
    stored=st.dictionaries(
        st.integers(0, 400).map(lambda n: n * 250), st.integers(-9, 9).map(float), max_size=40
    ),
    start=st.integers(0, 60),
    length=st.integers(0, 60),
    interval=st.integers(1, 9),
    ascending=st.booleans(),
    limit=st.integers(1, 9),
    page_rows=st.sampled_from([2, 3, 10_000]),
)
def test_pages_are_the_points_on_the_lines(
    stored: dict[int, float],
    start: int,
    length: int,
    interval: int,
    ascending: bool,
    limit: int,
    page_rows: int,
) -> None:
    rows = [row("press-7", START + time, pressure={"N": str(value)}) for time, value in stored.items()]
    rows += [row("press-7", START + time, operating_mode={"S": "AUTO"}) for time in range(1, 90_000, 20_000)]
    event = interpolated(
        startTime=time_text(start),
        endTime=time_text(start + length),
        orderByTime="ASCENDING" if ascending else "DESCENDING",
        maxResults=limit,
        interpolation={"interpolationType": "LINEAR", "intervalInSeconds": interval},
    )
    expected = model(stored, start * 1000, (start + length) * 1000, interval * 1000)
    collected: list[tuple[str, float]] = []
    token = None
    while True:
        answer = ask({**event, "nextToken": token}, rows, page_rows)
        points = [p for item in answer["propertyValues"] for p in item["values"]]
        assert len(points) <= limit
        collected += [(point["time"], point["value"]["doubleValue"]) for point in points]
        token = answer["nextToken"]
        if token is None:
            break
        assert points, "a page with a token has points"
    texts = [(time_text(time // 1000), value) for time, value in expected]
    forth = collected if ascending else collected[::-1]
    assert [time for time, _ in forth] == [time for time, _ in texts]
    assert [value for _, value in forth] == pytest.approx([value for _, value in texts], abs=1e-9)


def test_stored_point_on_the_grid_is_itself() -> None:
    rows = [row("press-7", START + i * 10_000, pressure={"N": f"{i}.1"}) for i in range(1, 4)]
    (item,) = ask(interpolated(), rows)["propertyValues"]
    assert [point["value"]["doubleValue"] for point in item["values"]] == [1.1, 2.1, 3.1]


def test_filters_limit_the_interpolated_points() -> None:
    rows = [
        row("press-7", START + 5_000, pressure={"N": "0"}),
        row("press-7", START + 55_000, pressure={"N": "50"}),
    ]
    filters = [{"propertyName": "pressure", "operator": ">", "value": {"doubleValue": 20}}]
    (item,) = ask(interpolated(propertyFilters=filters), rows)["propertyValues"]
    assert [point["value"]["doubleValue"] for point in item["values"]] == [25.0, 35.0, 45.0]


def test_values_that_are_no_numbers_are_passed_over_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    rows = [
        row("press-7", START + 10_000, pressure={"N": "1"}),
        row("press-7", START + 20_000, pressure={"S": "off"}),
        row("press-7", START + 30_000, pressure={"N": "3"}),
    ]
    with caplog.at_level("INFO", "connector"):
        (item,) = ask(interpolated(), rows)["propertyValues"]
    assert [point["value"]["doubleValue"] for point in item["values"]] == [1.0, 2.0, 3.0]
    assert caplog.records[0].__dict__["unreadable"] == 1


def test_token_of_stored_points_does_not_fit() -> None:
    rows = [row("press-7", START + i * 1000, pressure={"N": "1"}) for i in range(1, 9)]
    token = ask(interpolated(interpolation=None, maxResults=2), rows)["nextToken"]
    assert token
    with pytest.raises(TokenError, match="issued for another request"):
        ask(interpolated(nextToken=token), rows)


@pytest.mark.parametrize("seconds", [0, -1, 1.5, "60", True, None])
def test_interval_must_be_a_whole_number(seconds: Any) -> None:
    event = interpolated(interpolation={"interpolationType": "LINEAR", "intervalInSeconds": seconds})
    with pytest.raises(RequestError, match="intervalInSeconds must be a whole number from 1 on"):
        parse_event(event)


def test_whole_numbers_are_refused_by_name() -> None:
    event = interpolated(properties={"pressure": definition("LONG")})
    with pytest.raises(UnsupportedError, match='property "pressure" is a LONG'):
        parse_event(event)


def test_filtering_is_refused_when_it_is_endless_and_not_before() -> None:
    event = interpolated(
        startTime="2026-03-02T00:00:00Z",
        endTime="2026-03-13T13:46:40Z",
        propertyFilters=[{"propertyName": "pressure", "operator": ">", "value": {"doubleValue": 0}}],
        interpolation={"interpolationType": "LINEAR", "intervalInSeconds": 1},
    )
    assert parse_event(event).interval == 10**9
    with pytest.raises(UnsupportedError, match="more than 1,000,000 interpolated points cannot be filtered"):
        parse_event(event | {"endTime": "2026-03-13T13:46:40.000000001Z"})
