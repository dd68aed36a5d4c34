"""Every way in which rows may be keyed: what was written is what is read, page by page."""

import time
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from connector_kit import StoreError, UnsupportedError, serve
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import sources_for
from dynamodb_connector.range_reader import read_newest_rows
from dynamodb_connector.schema import schema_of
from dynamodb_connector.writing import write_rows
from tests.lambdas.fakes import FakeTable, definition, load_event, milliseconds, row
from tests.support.soak import repetitions

START = milliseconds("2026-03-02T06:00:00")
DAY_BEFORE = (START - 86_400_000) * 1_000_000
TYPE = "com.example.press"
DEVICES = ("press-7", "press-8", "press-9")

LAYOUTS = {
    "wide, seconds": Environment("t", time_unit="s"),
    "wide, milliseconds": Environment("t"),
    "wide, microseconds": Environment("t", time_unit="us"),
    "wide, text": Environment("t", time_unit="iso"),
    "wide, other names": Environment("t", partition_key="pk", sort_key="sk"),
    "a partition a day": Environment("t", partition="${device}#${day}", first_bucket=0),
    "a partition an hour": Environment("t", partition="${hour}#${device}", first_bucket=0, time_unit="iso"),
    "a partition a month": Environment("t", partition="${device}#${month}", first_bucket=0, time_unit="s"),
    "narrow, by partition": Environment("t", partition="${device}#${property}"),
    "narrow, by sort key": Environment(
        "t", sort_key="sk", time_unit="iso", sort_prefix="${property}#", value_attribute="v"
    ),
    "narrow, an hour": Environment(
        "t", partition="${device}/${property}/${hour}", first_bucket=0, time_unit="iso"
    ),
}


def ask(event: Any, table: FakeTable, environment: Environment) -> dict[str, Any]:
    return serve(
        event,
        lambda request: sources_for(request, environment, table),
        schema=lambda component: schema_of(component, environment, table),
        writer=lambda writes: write_rows(writes, environment, table),
    )


def pages(event: dict[str, Any], table: FakeTable, environment: Environment) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = []
    token = None
    while not read or token is not None:
        read.append(ask({**event, "nextToken": token}, table, environment))
        token = read[-1]["nextToken"]
        assert len(read) < 2000
    return read


def series(answers: list[dict[str, Any]]) -> dict[tuple[str, str], list[Any]]:
    """The points of each property of each owner, over all pages."""
    found: dict[tuple[str, str], list[Any]] = {}
    for answer in answers:
        for item in answer["propertyValues"]:
            reference = item["entityPropertyReference"]
            owner = reference.get("externalIdProperty", {}).get("pressId", "press-7")
            points = [(point["time"], *point["value"].values()) for point in item["values"]]
            found.setdefault((owner, reference["propertyName"]), []).extend(points)
    return found


def time_text(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"2026-03-{2 + (6 + hours) // 24:02d}T{(6 + hours) % 24:02d}:{minutes:02d}:{seconds:02d}Z"


def fill(table: FakeTable, environment: Environment, points: dict[tuple[str, str, int], Any]) -> None:
    """Put points where a device would: through the connector's own writer, ten at a time."""
    known = {
        "pressId": {**definition("STRING", isExternalId=True)},
        "pressure": definition("DOUBLE"),
        "mode": definition("STRING", configuration={"attribute": "operating_mode"}),
    }
    members = {"pressure": "doubleValue", "mode": "stringValue"}
    for (device, name, seconds), content in points.items():
        event = {
            "workspaceId": "press-shop",
            "properties": {
                device: {**known, "pressId": {**known["pressId"], "value": {"stringValue": device}}}
            },
            "entries": [
                {
                    "entityPropertyReference": {
                        "entityId": device,
                        "componentName": "c",
                        "propertyName": name,
                    },
                    "propertyValues": [{"time": time_text(seconds), "value": {members[name]: content}}],
                }
            ],
        }
        assert ask(event, table, environment) == {"errorEntries": []}


times = st.integers(0, 30 * 3600)
points = st.dictionaries(
    st.tuples(st.sampled_from(DEVICES), st.just("pressure"), times),
    st.integers(-5, 5).map(float),
    max_size=10,
)
texts = st.dictionaries(
    st.tuples(st.sampled_from(DEVICES), st.just("mode"), times),
    st.sampled_from(["AUTO", "SETUP"]),
    max_size=6,
)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("style", ["entity", "type, listed", "type, index"])
@pytest.mark.soak
@settings(max_examples=repetitions(8, 80))
@given(
    pressure=points,
    mode=texts,
    start=times,
    length=st.integers(0, 30 * 3600),
    ascending=st.booleans(),
    limit=st.integers(1, 7),
    page_rows=st.sampled_from([2, 3, 10_000]),
)
def test_pages_are_what_was_written(
    layout: str,
    style: str,
    pressure: dict[tuple[str, str, int], Any],
    mode: dict[tuple[str, str, int], Any],
    start: int,
    length: int,
    ascending: bool,
    limit: int,
    page_rows: int,
) -> None:
    environment = LAYOUTS[layout]
    if environment.bucket:
        environment = environment._replace(first_bucket=(START - 3_600_000) * 1_000_000)
    if style == "type, listed":
        environment = environment._replace(devices={TYPE: DEVICES})
    if style == "type, index":
        if environment.sort_prefix:
            return
        environment = environment._replace(component_type_index="by-type", device_attribute="device")
    written = pressure | mode
    table = FakeTable([], partition_key=environment.partition_key)
    fill(table, environment, written)
    if style == "type, index":
        # The devices write their type; only a value written later takes it from the row before.
        table.rows = [{**item, "component_type_id": {"S": TYPE}} for item in table.rows]
    table.page_rows = page_rows
    event = load_event(
        "history_by_entity" if style == "entity" else "history_by_component_type",
        selectedProperties=["pressure", "mode"],
        startTime=time_text(start),
        endTime=time_text(start + length),
        startDateTime=None,
        endDateTime=None,
        orderByTime="ASCENDING" if ascending else "DESCENDING",
        maxResults=limit,
    )
    expected: dict[tuple[str, str], list[Any]] = {}
    for (device, name, seconds), content in sorted(
        written.items(), key=lambda one: one[0][2], reverse=not ascending
    ):
        if start < seconds <= start + length and (style != "entity" or device == "press-7"):
            digits = ".000Z" if environment.time_unit == "iso" else "Z"
            point = (time_text(seconds).replace("Z", digits), content)
            expected.setdefault((device, name), []).append(point)

    answers = pages(event, table, environment)

    assert series(answers) == expected
    for answer in answers:
        for name in ("pressure", "mode"):
            size = sum(
                len(item["values"])
                for item in answer["propertyValues"]
                if item["entityPropertyReference"]["propertyName"] == name
            )
            assert size <= limit


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


@pytest.mark.parametrize("order", ["ASCENDING", "DESCENDING"])
def test_page_goes_on_in_the_partition_of_its_day_and_not_before(order: str) -> None:
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
    ask({**event, "nextToken": token}, table, environment)
    assert f"press-7#{days[0]}" not in {query.partition[1] for query in table.queries}


@pytest.mark.parametrize("partition", ["${device}", "${device}#${day}"])
def test_page_that_holds_just_what_is_left_is_the_last(partition: str) -> None:
    environment = Environment("t", partition=partition, first_bucket=DAY_BEFORE)
    key = partition.replace("${device}", "press-7").replace("${day}", "2026-03-02")
    rows = [row(key, START + i, pressure={"N": "1"}) for i in (1, 2)]
    event = load_event("history_by_entity", selectedProperties=["pressure"], maxResults=2)
    (answer,) = pages(event, FakeTable(rows), environment)
    assert len(series([answer])["press-7", "pressure"]) == 2


def test_days_with_rows_are_asked_one_by_one() -> None:
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
    ask(event, table, environment)
    assert [query.partition[1] for query in table.queries] == ["press-7#2026-03-02", "press-7#2026-03-03"]


def test_page_goes_on_after_a_row_of_midnight_itself() -> None:
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
    found = series(pages(event, FakeTable(rows), environment))
    assert [time for time, _ in found["press-7", "pressure"]] == [
        "2026-03-02T23:59:59.999Z",
        "2026-03-03T00:00:00Z",
        "2026-03-03T00:00:00.001Z",
    ]


def test_full_page_of_several_devices_is_not_read_on() -> None:
    rows = [row(device, START + i, pressure={"N": "1"}) for device in DEVICES for i in range(1, 50)]
    table = FakeTable(rows)
    event = load_event("history_by_component_type", selectedProperties=["pressure"], maxResults=1)
    ask(event, table, Environment("t", devices={TYPE: DEVICES}))
    assert len(table.queries) == len(DEVICES)


def test_page_goes_on_after_a_row_of_the_ranges_last_instant() -> None:
    rows = [row("press-7", START + i, pressure={"N": f"{i}"}) for i in (1, 2)]
    event = load_event(
        "history_by_entity",
        selectedProperties=["pressure"],
        endTime="2026-03-02T06:00:00.002Z",
        orderByTime="DESCENDING",
        maxResults=1,
    )
    found = series(pages(event, FakeTable(rows), Environment("t")))
    assert [number for _, number in found["press-7", "pressure"]] == [2.0, 1.0]


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
    (item,) = ask(event, table, environment)["propertyValues"]
    assert item["values"] == [{"time": "2026-03-02T06:00:00.001Z", "value": {"doubleValue": 181.5}}]
    assert batches[:4] == [1, 2, 4, 8], "empty days are asked more and more at once"
    assert max(batches) == 8
    assert sum(batches) <= 33, "a day is asked once"


def test_device_that_never_wrote_costs_queries_of_a_month_only() -> None:
    environment = Environment("t", partition="${device}#${day}", first_bucket=0)
    table = FakeTable([])
    until = milliseconds("2026-04-02T12:00:00") * 1_000_000
    assert not read_newest_rows("press-7", "", environment, table, attributes=(), count=1, until=until)
    asked = [query.partition[1] for query in table.queries]
    assert len(asked) == 32
    assert (asked[0], asked[-1]) == ("press-7#2026-04-02", "press-7#2026-03-02")


def test_full_day_is_read_alone() -> None:
    environment = Environment("t", partition="${device}#${day}", first_bucket=DAY_BEFORE)
    rows = [row("press-7#2026-03-02", START + i, pressure={"N": "1"}) for i in range(1, 300)]
    table = FakeTable(rows)
    event = load_event("history_by_entity", selectedProperties=["pressure"], maxResults=100)
    ask(event, table, environment)
    assert [query.partition[1] for query in table.queries] == ["press-7#2026-03-02"]


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
    (item,) = ask(event, FakeTable(rows), environment)["propertyValues"]
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
    (item,) = ask(event, FakeTable(rows), Environment("t", time_unit="iso"))["propertyValues"]
    assert len(item["values"]) == 1


def test_unreadable_times_are_counted_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    odd = {
        "device_id": {"S": "press-7"},
        "timestamp": {"S": "2026-03-02T06:00:02 noon"},
        "pressure": {"N": "4"},
    }
    with caplog.at_level("INFO", "connector"):
        ask(load_event("history_by_entity"), FakeTable([odd]), Environment("t", time_unit="iso"))
    assert caplog.records[0].__dict__["unreadable"] == 1


def test_row_of_the_index_without_its_device_is_an_error_in_words() -> None:
    environment = Environment("t", component_type_index="i", device_attribute="device")
    rows = [row("press-7", START + 1, component_type_id={"S": TYPE}, pressure={"N": "1"})]
    with pytest.raises(Exception, match='a row of index "i" has no text in device, which names its device'):
        ask(load_event("history_by_component_type"), FakeTable(rows), environment)


# --- dataWriter --------------------------------------------------------------------------------


def test_values_of_one_instant_go_into_one_row_and_others_stay() -> None:
    event = load_event("data_writer")
    (entry,) = event["entries"]
    other = {**entry, "entityPropertyReference": {**entry["entityPropertyReference"], "propertyName": "mode"}}
    other["propertyValues"] = [{"timestamp": 1_772_431_200, "value": {"stringValue": "AUTO"}}]
    kept = row("hall-2:press-7", START, component_type_id={"S": TYPE}, oil={"N": "3"})
    table = FakeTable([kept])
    environment = Environment("t", component_type_index="i")
    assert ask({**event, "entries": [entry, other]}, table, environment) == {"errorEntries": []}
    assert table.rows == [{**kept, "pressure": {"N": "1.5"}, "mode": {"S": "AUTO"}}]


def test_last_value_wins_when_a_narrow_row_gets_two_at_once() -> None:
    event = load_event("data_writer")
    (entry,) = event["entries"]
    (value,) = entry["propertyValues"]
    both = [value, {**value, "value": {"doubleValue": 9.5}}]
    table = FakeTable([], partition_key="device_id")
    environment = LAYOUTS["narrow, by partition"]
    assert ask({**event, "entries": [{**entry, "propertyValues": both}]}, table, environment) == {
        "errorEntries": []
    }
    (written,) = table.rows
    assert written["value"] == {"N": "9.5"}


def test_component_type_of_the_newest_row_goes_with_what_is_written() -> None:
    table = FakeTable(
        [
            row("hall-2:press-7", START - 1, component_type_id={"S": "old"}),
            row("hall-2:press-7", START - 2, component_type_id={"S": "older"}),
        ]
    )
    ask(load_event("data_writer"), table, Environment("t", component_type_index="i"))
    (update,) = table.updates
    assert update.attributes == {"pressure": {"N": "1.5"}, "component_type_id": {"S": "old"}}
    ask(load_event("data_writer"), table, Environment("t"))
    assert "component_type_id" not in table.updates[-1].attributes


def test_each_value_fails_alone_and_comes_back_in_its_entry() -> None:
    event = load_event("data_writer")
    (entry,) = event["entries"]
    values = [
        {"time": "2026-03-02T06:00:00Z", "value": {"doubleValue": 1}},
        {"time": "yesterday", "value": {"doubleValue": 2}},
        {"time": "2026-03-02T06:00:01Z", "value": {"stringValue": "three"}},
        {"time": "1969-12-31T23:59:59Z", "value": {"doubleValue": 4}},
        {"value": {"doubleValue": 5}},
        {"time": "2026-03-02T06:00:02Z"},
    ]
    table = FakeTable([])
    answer = ask({**event, "entries": [{**entry, "propertyValues": values}]}, table, Environment("t"))
    errors = [one["errors"][0] for one in answer["errorEntries"]]
    assert [error["entry"]["propertyValues"] for error in errors] == [[value] for value in values[1:]]
    assert {error["errorCode"] for error in errors} == {"ValidationException"}
    messages = [error["errorMessage"] for error in errors]
    for message, words in zip(
        messages,
        [
            "a time must look like",
            'property "pressure" takes one DOUBLE',
            "must be of the years 1970 to 9999",
            "lacks time",
            'property "pressure" takes one DOUBLE',
        ],
        strict=True,
    ):
        assert words in message
    assert [update.attributes for update in table.updates] == [{"pressure": {"N": "1.0"}}]


def test_refused_row_gives_an_error_for_each_of_its_values() -> None:
    refused = StoreError("dynamodb:UpdateItem failed: because" + "!" * 1000)
    table = FakeTable([], refusals={"hall-2:press-7": refused})
    (failed,) = ask(load_event("data_writer"), table, Environment("t"))["errorEntries"]
    assert failed["errors"] == [
        {
            "errorCode": "ConnectorFailureException",
            "errorMessage": "dynamodb:UpdateItem failed: because".ljust(256, "!"),
            "entry": load_event("data_writer")["entries"][0],
        }
    ]


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_number_is_read_as_it_was_written(number: float) -> None:
    assume(abs(number) < 1e125)
    table, environment = FakeTable([]), Environment("t")
    fill(table, environment, {("press-7", "pressure", 1): number})
    (item,) = ask(load_event("history_by_entity", selectedProperties=["pressure"]), table, environment)[
        "propertyValues"
    ]
    assert item["values"][0]["value"] == {"doubleValue": number}


LIST_OF_DOUBLE = {"type": "LIST", "nestedType": {"type": "DOUBLE"}}
MAP_OF_LISTS = {"type": "MAP", "nestedType": LIST_OF_DOUBLE}


@pytest.mark.parametrize(
    ("data_type", "value", "wire", "other"),
    [
        (
            LIST_OF_DOUBLE,
            {"listValue": [{"doubleValue": 1.5}, {"doubleValue": 2.0}]},
            {"L": [{"N": "1.5"}, {"N": "2.0"}]},
            {"listValue": []},
        ),
        (
            MAP_OF_LISTS,
            {"mapValue": {"left": {"listValue": [{"doubleValue": 1.5}]}}},
            {"M": {"left": {"L": [{"N": "1.5"}]}}},
            {"mapValue": {}},
        ),
        (
            {"type": "RELATIONSHIP"},
            {"relationshipValue": {"targetEntityId": "line-1"}},
            {"M": {"targetEntityId": {"S": "line-1"}}},
            {"relationshipValue": {"targetEntityId": "line-2"}},
        ),
    ],
)
def test_value_with_members_is_written_read_and_filtered(
    data_type: Any, value: Any, wire: Any, other: Any
) -> None:
    table, environment = FakeTable([]), Environment("t")
    event = load_event("data_writer")
    (entry,) = event["entries"]
    reference = entry["entityPropertyReference"]
    known = {"x": {"definition": {"dataType": data_type}}}
    for declared in (known, {}):  # an event without the definition writes the value as it says itself
        write = {
            **event,
            "properties": {reference["entityId"]: declared},
            "entries": [
                {
                    "entityPropertyReference": {**reference, "propertyName": "x"},
                    "propertyValues": [{"time": time_text(1), "value": value}],
                }
            ],
        }
        assert ask(write, table, environment) == {"errorEntries": []}
        assert [item["x"] for item in table.rows] == [wire]
    for operand, sign, kept in ((value, "=", [value]), (other, "=", []), (other, "!=", [value])):
        read = load_event(
            "history_by_entity",
            entityId=reference["entityId"],
            properties=known,
            selectedProperties=["x"],
            propertyFilters=[{"propertyName": "x", "operator": sign, "value": operand}],
        )
        found = [
            point for item in ask(read, table, environment)["propertyValues"] for point in item["values"]
        ]
        assert [point["value"] for point in found] == kept


# --- schemaInitializer -------------------------------------------------------------------------


def test_schema_is_what_the_newest_rows_have_and_the_component_lacks() -> None:
    table = FakeTable(
        [
            row(
                "press-7",
                START + i,
                pressure={"N": "1"},
                oilLevel={"N": f"{i}"},
                running={"BOOL": True},
                state={"S": "AUTO"} if i else {"N": "0"},
                mixed=({"S": "on"}, {"N": "1"}, {"BOOL": True})[i],
                empty={"NULL": True},
                recipe={"M": {}},
                expires_at={"N": "1"},
                component_type_id={"S": TYPE},
                **{"not a name": {"N": "1"}},
            )
            for i in range(3)
        ]
    )
    event = load_event("schema_initializer")
    event["properties"]["pressId"]["value"] = {"stringValue": "press-7"}
    known = dict(event["properties"], pressure=definition("DOUBLE"))
    answer = ask({**event, "properties": known}, table, Environment("t"))
    assert {name: one["definition"]["dataType"]["type"] for name, one in answer["properties"].items()} == {
        "mixed": "STRING",
        "oilLevel": "DOUBLE",
        "running": "BOOLEAN",
        "state": "STRING",
    }
    assert answer["properties"]["oilLevel"] == {
        "definition": {"dataType": {"type": "DOUBLE"}, "isTimeSeries": True, "isStoredExternally": True}
    }
    assert [query.attributes for query in table.queries] == [()]


def test_schema_looks_at_the_last_month_of_days_and_a_hundred_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: START / 1000)
    environment = Environment("t", partition="${device}#${day}", first_bucket=0)
    event = load_event("schema_initializer", properties={"pressure": definition("DOUBLE")})
    table = FakeTable([])
    assert ask({**event, "entityId": "press-7"}, table, environment) == {"properties": {}}
    days = [query.partition[1] for query in table.queries]
    assert (days[0], days[-1], len(days)) == ("press-7#2026-03-03", "press-7#2026-01-31", 32)
    for count, listed in ((99, ["flow"]), (100, [])):
        rows = [row("press-7", START - i, pressure={"N": "1"}) for i in range(count)]
        table = FakeTable([*rows, row("press-7", START - 1000, flow={"N": "1"})])
        assert list(ask({**event, "entityId": "press-7"}, table, Environment("t"))["properties"]) == listed


def test_schema_knows_a_row_of_the_epoch_itself() -> None:
    event = load_event("schema_initializer", properties={"pressure": definition("DOUBLE")})
    table = FakeTable([row("press-7", 0, flow={"N": "1"})])
    assert list(ask({**event, "entityId": "press-7"}, table, Environment("t"))["properties"]) == ["flow"]


def test_schema_of_a_type_without_a_device_is_empty() -> None:
    event = {"workspaceId": "w", "properties": {"pressId": definition("STRING", isExternalId=True)}}
    table = FakeTable([row("press-7", START, pressure={"N": "1"})])
    assert ask(event, table, Environment("t")) == {"properties": {}}
    assert table.queries == []


def test_schema_of_narrow_rows_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedError, match="schemaInitializer is not served for narrow rows"):
        ask({"workspaceId": "w", "properties": {}}, FakeTable([]), LAYOUTS["narrow, by partition"])
