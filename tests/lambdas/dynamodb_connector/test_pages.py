"""Pages through every kind of key schema: the answer is what was written."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dynamodb_connector.environment import Environment
from tests.support.connector_events import load_event, milliseconds
from tests.support.fake_table import FakeTable, ask_table
from tests.support.soak import repetitions
from tests.support.table_pages import KEY_SCHEMAS, fill, pages, series, time_text

START = milliseconds("2026-03-02T06:00:00")


TYPE = "com.example.press"


DEVICES = ("press-7", "press-8", "press-9")


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


@pytest.mark.parametrize("key_schema", KEY_SCHEMAS)
@pytest.mark.parametrize("style", ["entity", "type, listed", "type, index"])
@pytest.mark.soak
@settings(max_examples=repetitions(3, 80))
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
    key_schema: str,
    style: str,
    pressure: dict[tuple[str, str, int], Any],
    mode: dict[tuple[str, str, int], Any],
    start: int,
    length: int,
    ascending: bool,
    limit: int,
    page_rows: int,
) -> None:
    environment = KEY_SCHEMAS[key_schema]
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
        written.items(), key=lambda entry: entry[0][2], reverse=not ascending
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


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_number_is_read_as_it_was_written(number: float) -> None:
    assume(abs(number) < 1e125)
    table, environment = FakeTable([]), Environment("t")
    fill(table, environment, {("press-7", "pressure", 1): number})
    (item,) = ask_table(load_event("history_by_entity", selectedProperties=["pressure"]), table, environment)[
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
    declared_properties = {"x": {"definition": {"dataType": data_type}}}
    for declared in (
        declared_properties,
        {},
    ):  # without a definition in the event, the value is written as it is
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
        assert ask_table(write, table, environment) == {"errorEntries": []}
        assert [item["x"] for item in table.rows] == [wire]
    for operand, sign, kept in ((value, "=", [value]), (other, "=", []), (other, "!=", [value])):
        read = load_event(
            "history_by_entity",
            entityId=reference["entityId"],
            properties=declared_properties,
            selectedProperties=["x"],
            propertyFilters=[{"propertyName": "x", "operator": sign, "value": operand}],
        )
        points_read = [
            point
            for item in ask_table(read, table, environment)["propertyValues"]
            for point in item["values"]
        ]
        assert [point["value"] for point in points_read] == kept
