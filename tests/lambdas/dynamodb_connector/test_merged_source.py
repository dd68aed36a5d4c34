"""Rows under former ids are answered as if they had been written under the present ones."""

from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector_kit.errors import TokenError
from dynamodb_connector.environment import Environment
from former_ids import FormerIds, TypeFormerIds
from tests.support.connector_events import definition, load_event, milliseconds
from tests.support.fake_table import FakeTable, ask_table, row
from tests.support.soak import repetitions
from tests.support.table_pages import KEY_SCHEMAS, pages, series, time_text

START = milliseconds("2026-03-02T06:00:00")
TYPES = ("com.example.press", "com.example.machine", "com.example.tool")
DEVICES = {"press-7": ("press-70", "machine-7"), "press-8": ("a-8",), "press-9": ()}
NAMES = {"pressure": ("p", "druck"), "operating_mode": ("zustand",)}
PROPERTIES = {"pressure": "pressure", "operating_mode": "mode"}
RENAMED = FormerIds({TYPES[0]: TypeFormerIds(TYPES[1:], NAMES, DEVICES)})


class Point(NamedTuple):
    """A value as it was written, each rank counting the renames since then."""

    device: str
    device_rank: int
    name: str
    name_rank: int
    time: int
    value: float

    @property
    def place(self) -> tuple[str, int]:
        device = (self.device, *DEVICES[self.device])[self.device_rank]
        return device, self.time

    @property
    def attribute(self) -> str:
        return (self.name, *NAMES[self.name])[self.name_rank]


@st.composite
def points(draw: st.DrawFn) -> Point:
    device, name = draw(st.sampled_from(sorted(DEVICES))), draw(st.sampled_from(sorted(NAMES)))
    return Point(
        device,
        draw(st.integers(0, len(DEVICES[device]))),
        name,
        draw(st.integers(0, len(NAMES[name]))),
        draw(st.integers(0, 6)) * 5_400,
        float(draw(st.integers(-5, 5))),
    )


def _written(environment: Environment, written: list[Point], *, under_present_ids: bool) -> FakeTable:
    """Return a table with points, each under its former ids or all under the present ones."""
    table = FakeTable([], partition_key=environment.partition_key)
    if under_present_ids:
        # Of values of one time, that of the newest device id counts, then that of the newest name.
        written = sorted(written, key=lambda point: (point.device_rank, point.name_rank), reverse=True)
        written = [point._replace(device_rank=0, name_rank=0) for point in written]
    for point in written:
        device, time = point.place
        value = (
            {"doubleValue": point.value} if point.name == "pressure" else {"stringValue": f"{point.value}"}
        )
        event = {
            "workspaceId": "press-shop",
            "properties": {
                device: {
                    "pressId": {**definition("STRING", isExternalId=True), "value": {"stringValue": device}},
                    "x": definition(
                        "DOUBLE" if point.name == "pressure" else "STRING",
                        configuration={"attribute": point.attribute},
                    ),
                }
            },
            "entries": [
                {
                    "entityPropertyReference": {
                        "entityId": device,
                        "componentName": "c",
                        "propertyName": "x",
                    },
                    "propertyValues": [{"time": time_text(time), "value": value}],
                }
            ],
        }
        count = len(table.rows)
        assert ask_table(event, table, environment) == {"errorEntries": []}
        if len(table.rows) > count:
            type_id = TYPES[0] if under_present_ids else TYPES[(time // 5_400) % len(TYPES)]
            table.rows = [*table.rows[:-1], {**table.rows[-1], "component_type_id": {"S": type_id}}]
    return table


def _event(style: str, start: int, length: int, limit: int, *, ascending: bool) -> dict[str, Any]:
    return load_event(
        "history_by_entity" if style == "entity" else "history_by_component_type",
        selectedProperties=["pressure", "mode"],
        startTime=time_text(start),
        endTime=time_text(start + length),
        startDateTime=None,
        endDateTime=None,
        orderByTime="ASCENDING" if ascending else "DESCENDING",
        maxResults=limit,
    )


@pytest.mark.parametrize("key_schema", KEY_SCHEMAS)
@pytest.mark.parametrize("style", ["entity", "type, listed", "type, index"])
@pytest.mark.soak
@settings(max_examples=repetitions(3, 60))
@given(
    written=st.lists(points(), max_size=12, unique_by=lambda point: (point.place, point.attribute)),
    start=st.integers(0, 6 * 5_400),
    length=st.integers(0, 6 * 5_400),
    ascending=st.booleans(),
    limit=st.integers(1, 5),
    page_rows=st.sampled_from([2, 3, 10_000]),
)
def test_answer_is_that_of_rows_under_the_present_ids(
    key_schema: str,
    style: str,
    written: list[Point],
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
        environment = environment._replace(devices={TYPES[0]: tuple(DEVICES)})
    if style == "type, index":
        if environment.sort_prefix:
            return
        environment = environment._replace(component_type_index="by-type", device_attribute="device")
    renamed = _written(environment, written, under_present_ids=False)
    present = _written(environment, written, under_present_ids=True)
    renamed.page_rows = present.page_rows = page_rows
    event = _event(style, start, length, limit, ascending=ascending)

    answers = pages(event, renamed, environment, RENAMED)

    assert series(answers) == series(pages(event, present, environment))
    for answer in answers:
        counts = [len(item["values"]) for item in answer["propertyValues"]]
        assert sum(counts) <= 2 * limit
    if style == "entity" and environment.bucket != "hour":  # a read back from today has thousands of hours
        latest = load_event("attribute_by_entity", selectedProperties=["pressure", "mode"])
        assert ask_table(latest, renamed, environment, RENAMED) == ask_table(latest, present, environment)


def test_value_under_the_newer_id_counts_where_one_time_has_both() -> None:
    rows = [
        row("machine-7", START + 1, pressure={"N": "1"}, operating_mode={"S": "AUTO"}),
        row("press-7", START + 1, p={"N": "2"}),
        row("press-70", START + 1, pressure={"N": "3"}),
    ]
    event = _event("entity", 0, 60, 10, ascending=True)
    answer = series([ask_table(event, FakeTable(rows), Environment("t"), RENAMED)])
    time = "2026-03-02T06:00:00.001Z"
    assert answer == {("press-7", "pressure"): [(time, 2.0)], ("press-7", "mode"): [(time, "AUTO")]}


def test_row_without_former_ids_takes_one_query() -> None:
    former_ids = FormerIds({TYPES[0]: TypeFormerIds(devices={"press-8": ("press-9",)})})
    table = FakeTable([row("press-7", START + 1, pressure={"N": "1"})])
    ask_table(_event("entity", 0, 60, 10, ascending=True), table, Environment("t"), former_ids)
    assert len(table.queries) == 1


def test_position_of_the_index_without_renames_is_refused_after_a_rename() -> None:
    environment = Environment("t", component_type_index="by-type")
    rows = [
        row("press-7", START + i, component_type_id={"S": TYPES[0]}, pressure={"N": "1"}) for i in range(1, 5)
    ]
    event = _event("type", 0, 60, 1, ascending=True)
    token = ask_table(event, FakeTable(rows), environment)["nextToken"]
    with pytest.raises(TokenError, match="start again without nextToken"):
        ask_table({**event, "nextToken": token}, FakeTable(rows), environment, RENAMED)


def test_written_row_has_the_present_type_of_a_row_under_a_former_id() -> None:
    environment = Environment("t", component_type_index="by-type")
    table = FakeTable([row("press-70", START - 1, component_type_id={"S": TYPES[2]}, pressure={"N": "1"})])
    event = load_event("data_writer")
    (entry,) = event["entries"]
    reference = {**entry["entityPropertyReference"], "entityId": "press-7", "propertyName": "pressure"}
    values = [{"time": time_text(1), "value": {"doubleValue": 2.0}}]
    event["properties"] = {"press-7": {"pressure": definition("DOUBLE")}}
    event["entries"] = [{"entityPropertyReference": reference, "propertyValues": values}]
    assert ask_table(event, table, environment, RENAMED) == {"errorEntries": []}
    (update,) = table.updates
    assert update.key["device_id"] == {"S": "press-7"}
    assert update.attributes["component_type_id"] == {"S": TYPES[0]}


def test_schema_has_the_present_names_of_attributes_under_former_ids() -> None:
    rows = [
        row("machine-7", START, druck={"N": "1"}, strokes={"N": "2"}),
        row("press-7", START, p={"N": "3"}),
    ]
    event = load_event("schema_initializer", properties={"pressId": definition("STRING")}, entityId="press-7")
    answer = ask_table(event, FakeTable(rows), Environment("t"), RENAMED)
    assert set(answer["properties"]) == {"pressure", "strokes"}


@pytest.mark.parametrize("order", ["ASCENDING", "DESCENDING"])
@pytest.mark.parametrize("listed", [(), tuple(DEVICES)])
def test_devices_of_one_time_are_each_read_once_over_pages(order: str, listed: tuple[str, ...]) -> None:
    rows = [
        row(device, START + i, component_type_id={"S": TYPES[i % 2]}, p={"N": f"{i}"})
        for device in ("press-9", "machine-7", "a-8")
        for i in (1, 2)
    ]
    environment = Environment("t", component_type_index="by-type")
    if listed:
        environment = environment._replace(devices={TYPES[0]: listed})
    event = _event("type", 0, 60, 1, ascending=order == "ASCENDING")
    table = FakeTable(rows)
    points = [(f"2026-03-02T06:00:00.00{i}Z", float(i)) for i in (1, 2)][:: 1 if order == "ASCENDING" else -1]
    assert series(pages(event, table, environment, RENAMED)) == {
        (device, "pressure"): points for device in DEVICES
    }
    # DynamoDB refuses an empty key.
    starts = [query.after["device_id"]["S"] for query in table.queries if query.after is not None]
    assert starts
    assert listed or "" not in starts
