import importlib.util
import itertools
import json
import logging
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError
from botocore.stub import Stubber
from hypothesis import given, settings
from hypothesis import strategies as st

from connector_kit import ConfigurationError, Deadline, StoreError, TokenError, parse_event, serve
from connector_kit.tokens import encode_token
from dynamodb_connector import handler as handler_module
from dynamodb_connector.environment import ENVIRONMENT_NAMES, Environment
from dynamodb_connector.query import sources_for
from dynamodb_connector.repository import (
    TableRepository,
    create_client,
    query_input,
    skip_item_parsing,
)
from dynamodb_connector.shapes import ItemUpdate, RangeQuery
from dynamodb_connector.table_key_schema import format_number, format_number_times
from dynamodb_connector.wire import from_wire
from tests.lambdas.fakes import FakeTable, load_event, milliseconds, row
from tests.support.soak import repetitions

START = milliseconds("2026-03-02T06:00:00")
ENVIRONMENT = Environment(table_name="telemetry")
INDEXED = ENVIRONMENT._replace(component_type_index="by-type")

QUERY = RangeQuery(
    index_name=None,
    partition=("device_id", "press-7"),
    sort_key="timestamp",
    lower="1",
    upper="2",
    attributes=("timestamp", "pressure"),
    ascending=True,
    limit=3,
    after=None,
)


def ask(event: Any, table: FakeTable, environment: Environment = ENVIRONMENT) -> dict[str, Any]:
    return serve(event, lambda request: sources_for(request, environment, table))


def press_rows() -> list[Any]:
    return [
        row("press-7", START, pressure={"N": "1"}, operating_mode={"S": "AT START"}),
        row("press-7", START + 1, pressure={"N": "181.25"}, operating_mode={"S": "AUTO"}),
        row("press-7", START + 2000, pressure={"N": "182"}, mode={"S": "not this attribute"}),
        row("press-7", START + 600_000, operating_mode={"S": "SETUP"}, pressure={"NULL": True}),
        row("press-7", START + 600_001, pressure={"N": "9"}),
        row("press-8", START + 1, pressure={"N": "7"}),
    ]


# --- history by entity -------------------------------------------------------------------------


def test_history_answers_in_the_services_shape() -> None:
    table = FakeTable(press_rows())
    reference: dict[str, Any] = {"entityId": "hall-2:press-7", "componentName": "hydraulics"}
    assert ask(load_event("history_by_entity"), table) == {
        "propertyValues": [
            {
                "entityPropertyReference": dict(reference, propertyName="pressure"),
                "values": [
                    {"time": "2026-03-02T06:00:00.001Z", "value": {"doubleValue": 181.25}},
                    {"time": "2026-03-02T06:00:02Z", "value": {"doubleValue": 182.0}},
                ],
            },
            {
                "entityPropertyReference": dict(reference, propertyName="mode"),
                "values": [
                    {"time": "2026-03-02T06:00:00.001Z", "value": {"stringValue": "AUTO"}},
                    {"time": "2026-03-02T06:10:00Z", "value": {"stringValue": "SETUP"}},
                ],
            },
        ],
        "nextToken": None,
    }
    assert len(table.queries) == 1


def test_query_asks_for_the_wanted_attributes_and_nothing_else() -> None:
    table = FakeTable([])
    ask(load_event("history_by_entity"), table)
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


def test_every_wire_type_becomes_its_declared_type() -> None:
    readings: dict[str, Any] = {
        "strokes": {"N": "9007199254740993"},
        "guardClosed": {"BOOL": True},
        "dieTemperatures": {"L": [{"N": "71.5"}, {"N": "70"}]},
    }
    event = load_event("history_by_entity", selectedProperties=list(readings))
    page = ask(event, FakeTable([row("press-7", START + 1, **readings)]))
    assert [item["values"][0]["value"] for item in page["propertyValues"]] == [
        {"longValue": 9007199254740993},
        {"booleanValue": True},
        {"listValue": [{"doubleValue": 71.5}, {"doubleValue": 70.0}]},
    ]
    assert json.loads(json.dumps(page, allow_nan=False)) == page


@pytest.mark.parametrize(
    ("wire", "content"),
    [
        ({"M": {"a": {"L": [{"NULL": True}, {"S": ""}]}}}, {"a": [None, ""]}),
        ({"SS": ["a"]}, ["a"]),
        ({"NS": ["1"]}, ["1"]),
        ({"BOOL": False}, False),
    ],
)
def test_wire_form_is_unwrapped(wire: dict[str, Any], content: Any) -> None:
    assert from_wire(wire) == content


def test_latest_value_is_on_the_first_page_whatever_lies_between() -> None:
    rows = [row("press-7", START + i, pressure={"N": "1"}) for i in range(1, 3000)]
    rows.append(row("press-7", START, operating_mode={"S": "AUTO"}))
    table = FakeTable(rows, page_rows=500, empty_pages=True)
    page = ask(load_event("latest_value_by_entity"), table)
    (item,) = page["propertyValues"]
    assert item["values"] == [{"time": "2026-03-02T06:00:00Z", "value": {"stringValue": "AUTO"}}]
    assert [query.limit for query in table.queries[:4]] == [2, 8, 32, 128]


def test_no_query_looks_at_more_than_ten_thousand_rows() -> None:
    rows = [row("press-7", START + i, pressure={"N": "1"}) for i in range(1, 30_000)]
    table = FakeTable(rows, page_rows=100_000)
    assert ask(load_event("latest_value_by_entity"), table)["propertyValues"] == []
    assert [query.limit for query in table.queries] == [2, 8, 32, 128, 512, 2048, 8192, 10_000, 10_000]


def test_latest_value_costs_one_small_query_when_every_row_has_it() -> None:
    rows = [row("press-7", START + i, operating_mode={"S": str(i)}) for i in range(100)]
    table = FakeTable(rows)
    page = ask(load_event("latest_value_by_entity"), table)
    assert page["propertyValues"][0]["values"][0]["value"] == {"stringValue": "99"}
    assert [query.limit for query in table.queries] == [2]


def test_range_begins_at_the_epoch_when_the_caller_begins_in_1899() -> None:
    table = FakeTable([])
    ask(load_event("latest_value_by_entity"), table)
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
    page = ask(load_event("history_by_entity", **changes), FakeTable(press_rows()))
    assert len({v["time"] for item in page["propertyValues"] for v in item["values"]}) == times


def test_long_page_is_cut_at_two_hundred_points() -> None:
    rows = [row("press-7", START + i, pressure={"N": "1"}) for i in range(1, 500)]
    event = load_event("history_by_entity", maxResults=None)
    page = ask(event, FakeTable(rows))
    assert len(page["propertyValues"][0]["values"]) == 200
    assert page["nextToken"] is not None


# --- whose rows --------------------------------------------------------------------------------


def partition(event: Any, environment: Environment = ENVIRONMENT) -> str:
    table = FakeTable([])
    ask(event, table, environment)
    return table.queries[0].partition[1]


def test_device_is_the_entity_when_no_external_id_has_a_value() -> None:
    event = load_event("history_by_entity")
    del event["properties"]["pressId"]["value"]
    assert partition(event) == "hall-2:press-7"


def test_device_is_the_external_ids_default_when_it_has_no_value() -> None:
    event = load_event("history_by_entity")
    definition = event["properties"]["pressId"].pop("definition")
    event["properties"]["pressId"] = {
        "definition": definition | {"defaultValue": {"stringValue": "any-press"}}
    }
    assert partition(event) == "any-press"


def test_device_is_the_first_external_id_by_name_unless_a_key_property_is_set() -> None:
    event = load_event("history_by_entity")
    flags = {"dataType": {"type": "STRING"}, "isExternalId": True}
    event["properties"] |= {
        "alarm_key": {"definition": flags, "value": {"stringValue": "alarm-1"}},
        "plc": {"definition": {"dataType": {"type": "LONG"}}, "value": {"longValue": 12}},
    }
    assert partition(event) == "alarm-1"
    assert partition(event, ENVIRONMENT._replace(key_property="pressId")) == "press-7"
    assert partition(event, ENVIRONMENT._replace(key_property="plc")) == "12"
    assert partition(event, ENVIRONMENT._replace(key_property="absent")) == "alarm-1"


# --- history by component type -----------------------------------------------------------------


def by_type(rows: list[Any]) -> list[Any]:
    return [{**item, "component_type_id": {"S": "com.example.press"}} for item in rows]


def test_component_type_is_answered_per_device_from_the_index() -> None:
    table = FakeTable(by_type(press_rows()))
    page = ask(load_event("history_by_component_type"), table, INDEXED)
    assert [
        (item["entityPropertyReference"], [v["value"]["doubleValue"] for v in item["values"]])
        for item in page["propertyValues"]
    ] == [
        ({"externalIdProperty": {"pressId": "press-7"}, "propertyName": "pressure"}, [181.25, 182]),
        ({"externalIdProperty": {"pressId": "press-8"}, "propertyName": "pressure"}, [7.0]),
    ]
    (query,) = table.queries
    assert (query.index_name, query.partition) == ("by-type", ("component_type_id", "com.example.press"))
    assert query.attributes == ("timestamp", "device_id", "pressure")


def test_component_type_reads_one_device_when_the_event_carries_it() -> None:
    event = load_event("history_by_component_type")
    event["properties"]["pressId"]["value"] = {"stringValue": "press-8"}
    table = FakeTable(press_rows())
    (item,) = ask(event, table)["propertyValues"]
    assert item["entityPropertyReference"]["externalIdProperty"] == {"pressId": "press-8"}
    assert table.queries[0].index_name is None


def test_component_type_answer_names_the_external_id_when_the_key_is_another_property() -> None:
    event = load_event("history_by_component_type")
    event["properties"]["pressId"]["value"] = {"stringValue": "Press 8"}
    event["properties"]["plc"] = {
        "definition": {"dataType": {"type": "STRING"}},
        "value": {"stringValue": "press-8"},
    }
    environment = ENVIRONMENT._replace(key_property="plc")
    (item,) = ask(event, FakeTable(press_rows()), environment)["propertyValues"]
    assert item["entityPropertyReference"]["externalIdProperty"] == {"pressId": "Press 8"}


def test_component_type_is_refused_with_a_remedy_when_neither_device_nor_index_is_there() -> None:
    with pytest.raises(ConfigurationError) as error:
        ask(load_event("history_by_component_type"), FakeTable([]))
    assert str(error.value).startswith(
        'component type "com.example.press" gives no value for pressId, and no index lists its '
        "devices; set COMPONENT_TYPE_INDEX to an index whose partition key is component_type_id, "
        "list them in DEVICES, or give pressId a default value (request: workspaceId='press-shop', "
    )


def test_component_type_is_refused_when_it_has_no_external_id() -> None:
    event = load_event("history_by_component_type")
    del event["properties"]["pressId"]
    with pytest.raises(ConfigurationError, match="has no property with isExternalId"):
        ask(event, FakeTable([]), INDEXED)


# --- attributes --------------------------------------------------------------------------------


def test_attributes_are_the_newest_rows_that_have_them() -> None:
    rows = [
        row("press-7", START, maker={"S": "Oldmaker"}, rated_force={"N": "2500"}),
        row("press-7", START + 1, maker={"S": "Hydra"}),
        *(row("press-7", START + i, pressure={"N": "1"}) for i in range(2, 400)),
    ]
    reference: dict[str, Any] = {"entityId": "hall-2:press-7", "componentName": "hydraulics"}
    assert ask(load_event("attribute_by_entity"), FakeTable(rows)) == {
        "propertyValues": {
            "maker": {
                "propertyReference": {**reference, "propertyName": "maker"},
                "propertyValue": {"stringValue": "Hydra"},
            },
            "ratedForce": {
                "propertyReference": {**reference, "propertyName": "ratedForce"},
                "propertyValue": {"doubleValue": 2500.0},
            },
        }
    }


def test_attribute_without_a_value_is_not_in_the_answer() -> None:
    assert ask(load_event("attribute_by_entity"), FakeTable([])) == {"propertyValues": {}}


# --- pages -------------------------------------------------------------------------------------

numbers = st.integers(-(10**6), 10**6).map(lambda n: {"N": str(Decimal(n) / 8)})
rows_of_devices = st.dictionaries(
    st.tuples(st.integers(0, 60), st.sampled_from(["press-7", "press-8", "press-9"])),
    st.fixed_dictionaries(
        {},
        optional={
            "pressure": numbers,
            "operating_mode": st.sampled_from([{"S": "AUTO"}, {"S": ""}, {"NULL": True}]),
        },
    ),
    max_size=80,
)


@pytest.mark.soak
@settings(max_examples=repetitions(80, 1500), deadline=None)
@given(
    cells=rows_of_devices,
    start=st.integers(0, 30),
    length=st.integers(0, 60),
    order=st.sampled_from(["ASCENDING", "DESCENDING"]),
    max_results=st.integers(1, 9),
    page_rows=st.integers(1, 30),
    empty_pages=st.booleans(),
    entity=st.booleans(),
)
def test_pages_of_the_table_together_are_the_rows_in_it(
    cells: dict[tuple[int, str], dict[str, Any]],
    start: int,
    length: int,
    order: str,
    max_results: int,
    page_rows: int,
    empty_pages: bool,
    entity: bool,
) -> None:
    rows = by_type([row(device, START + i, **values) for (i, device), values in cells.items()])
    table = FakeTable(rows, page_rows=page_rows, empty_pages=empty_pages)
    event = load_event("history_by_entity" if entity else "history_by_component_type")
    event |= {
        "selectedProperties": ["pressure", "mode"],
        "startTime": format_number_times([str(START + start)], 10**6)[0],
        "endTime": format_number_times([str(START + start + length)], 10**6)[0],
        "orderByTime": order,
        "maxResults": max_results,
    }
    got: dict[tuple[str, str], list[Any]] = {}
    for _ in range(2 * len(rows) + 2):
        page = ask(event, table, INDEXED)
        for item in page["propertyValues"]:
            reference = item["entityPropertyReference"]
            device = reference.get("externalIdProperty", {}).get("pressId", "press-7")
            got.setdefault((device, reference["propertyName"]), []).extend(item["values"])
        event["nextToken"] = page["nextToken"]
        if event["nextToken"] is None:
            break
    assert event["nextToken"] is None

    expected: dict[tuple[str, str], list[Any]] = {}
    for (i, device), values in sorted(cells.items(), reverse=order == "DESCENDING"):
        if start < i <= start + length and (device == "press-7" or not entity):
            time = format_number_times([str(START + i)], 10**6)[0]
            if "pressure" in values:
                value = {"doubleValue": float(values["pressure"]["N"])}
                expected.setdefault((device, "pressure"), []).append({"time": time, "value": value})
            if values.get("operating_mode") == {"S": "AUTO"}:
                value = {"stringValue": "AUTO"}  # type: ignore[dict-item]
                expected.setdefault((device, "mode"), []).append({"time": time, "value": value})
    assert got == expected


@pytest.mark.parametrize("position", [("x",), (), ("1", "press-7")])
def test_forged_resume_point_is_refused_when_the_range_is_all_of_time(position: tuple[str, ...]) -> None:
    event = load_event("history_by_entity", startTime="1899-12-31T00:00:00Z")
    token = encode_token(parse_event(event), [position, ("1",)])
    with pytest.raises(TokenError, match="nextToken points outside the request"):
        ask(event | {"nextToken": token}, FakeTable(press_rows()))


@pytest.mark.parametrize(
    "position",
    [
        ("x",),
        (str(START),),
        (str(START + 600_001),),
        ("NaN",),
        ("1e999999",),
        (str(START + 5), "press-7"),
        (),
    ],
)
def test_forged_resume_point_is_refused_when_it_lies_outside(position: tuple[str, ...]) -> None:
    event = load_event("history_by_entity")
    token = encode_token(parse_event(event), [position, ("x",)])
    table = FakeTable(press_rows())
    with pytest.raises(TokenError, match="nextToken points outside the request"):
        ask(event | {"nextToken": token}, table)
    assert table.queries == []


def test_key_is_built_from_the_request_never_from_the_token() -> None:
    event = load_event("history_by_entity", maxResults=1)
    table = FakeTable(press_rows())
    token = ask(event, table)["nextToken"]
    ask(event | {"nextToken": token}, table)
    assert table.queries[-1].after == {
        "device_id": {"S": "press-7"},
        "timestamp": {"N": str(START + 1)},
    }


# --- time units --------------------------------------------------------------------------------


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
    page = ask(load_event("history_by_entity"), table, environment)
    assert [v["time"] for v in page["propertyValues"][0]["values"]] == [time]
    # The instant itself, as exclusive start, leaves the point out; as end it lets it in.
    event = load_event("history_by_entity", startTime=time)
    assert ask(event, table, environment)["propertyValues"] == []
    event = load_event("history_by_entity", endTime=time)
    assert len(ask(event, table, environment)["propertyValues"]) == 1


def test_sort_text_is_exact() -> None:
    assert format_number(1_772_431_260_000_000_001, 10**6) == "1772431260000.000001"
    assert format_number(1_772_431_260_000_000_000, 10**9) == "1772431260"
    assert format_number(1, 10**3) == "0.001"


# --- settings ----------------------------------------------------------------------------------


def test_settings_have_defaults_when_only_the_table_is_named() -> None:
    environment = Environment.from_environ({"TABLE_NAME": "t", "COMPONENT_TYPE_INDEX": ""})
    assert environment == Environment("t", "device_id", "timestamp", "ms", None, None)


def test_settings_are_read_from_the_names_they_declare() -> None:
    given = {
        "TABLE_NAME": "t",
        "PARTITION_KEY": "p",
        "SORT_KEY": "s",
        "TIME_UNIT": "iso",
        "COMPONENT_TYPE_INDEX": "i",
        "KEY_PROPERTY": "k",
        "PARTITION": "${device}#${day}",
        "SORT_PREFIX": "",
        "VALUE_ATTRIBUTE": "v",
        "DEVICE_ATTRIBUTE": "d",
        "PROPERTY_ATTRIBUTE": "q",
        "FIRST_BUCKET": "1970-01-01T00:00:01Z",
        "DEVICES": '{"a": ["b", "c"]}',
    }
    assert set(given) == set(ENVIRONMENT_NAMES)
    assert Environment.from_environ(given) == Environment(
        table_name="t",
        partition_key="p",
        sort_key="s",
        time_unit="iso",
        component_type_index="i",
        key_property="k",
        partition="${device}#${day}",
        value_attribute="v",
        device_attribute="d",
        property_attribute="q",
        first_bucket=10**9,
        devices={"a": ("b", "c")},
    )


@pytest.mark.parametrize(
    ("name", "text", "more"),
    [
        (
            "PARTITION",
            "${device}#${property}#${hour}#${day}#${month}",
            {"FIRST_BUCKET": "2025-01-01T00:00:00Z"},
        ),
        ("SORT_PREFIX", "${device}#${property}#", {"TIME_UNIT": "iso"}),
    ],
)
def test_every_placeholder_may_be_named(name: str, text: str, more: dict[str, str]) -> None:
    environment = Environment.from_environ({"TABLE_NAME": "t", name: text, **more})
    assert getattr(environment, name.lower()) == text


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"TABLE_NAME": ""}, "environment variable TABLE_NAME is not set"),
        ({"TIME_UNIT": "ns"}, 'TIME_UNIT is "ns"; set it to one of s, ms, us, iso'),
        ({"PARTITION": "${device}#${week}"}, r"it may contain \$\{device\}, \$\{property\}, \$\{hour\}"),
        ({"PARTITION": "${property}"}, r"PARTITION is .*; it must contain \$\{device\}"),
        ({"PARTITION": "${device}#${day}"}, "set FIRST_BUCKET to the instant of the first row"),
        ({"SORT_PREFIX": "x#"}, "a sort key of numbers has no prefix; set TIME_UNIT to iso"),
        (
            {"SORT_PREFIX": "${day}#", "TIME_UNIT": "iso"},
            r"it may contain \$\{device\}, \$\{property\}$",
        ),
        (
            {"SORT_PREFIX": "x#", "TIME_UNIT": "iso", "COMPONENT_TYPE_INDEX": "i"},
            "its rows would not be sorted by time, because of SORT_PREFIX; list the devices in DEVICES",
        ),
        (
            {"PARTITION": "${device}#x", "COMPONENT_TYPE_INDEX": "i"},
            "does not name its device by it; set DEVICE_ATTRIBUTE",
        ),
        ({"FIRST_BUCKET": "2025"}, "FIRST_BUCKET is .*; set it to an instant such as"),
        ({"DEVICES": '["a"]'}, "DEVICES is .*; set it to JSON such as"),
        ({"DEVICES": "{"}, "DEVICES is .*; set it to JSON such as"),
    ],
)
def test_settings_are_refused_in_words(environ: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        Environment.from_environ({"TABLE_NAME": "t"} | environ)


# --- the real client ---------------------------------------------------------------------------


@pytest.fixture
def _aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@pytest.fixture
def client(_aws: None) -> Any:
    return create_client()


def repository_of(client: Any, seconds_left: float = 0) -> TableRepository:
    """A repository for one invocation; with no time left it tries once."""
    return TableRepository(client, "telemetry", Deadline(lambda: seconds_left))


def test_query_has_dynamodbs_shape(client: Any) -> None:
    query = QUERY._replace(
        index_name="by-type",
        ascending=False,
        after={"device_id": {"S": "press-7"}, "timestamp": {"N": "2"}},
    )
    expected = {
        "TableName": "telemetry",
        "IndexName": "by-type",
        "KeyConditionExpression": "#n0 = :p AND #n1 BETWEEN :a AND :b",
        "ProjectionExpression": "#n1, #n2",
        "ExpressionAttributeNames": {
            "#n0": "device_id",
            "#n1": "timestamp",
            "#n2": "pressure",
        },
        "ExpressionAttributeValues": {":p": {"S": "press-7"}, ":a": {"N": "1"}, ":b": {"N": "2"}},
        "ScanIndexForward": False,
        "Limit": 3,
        "ExclusiveStartKey": {"device_id": {"S": "press-7"}, "timestamp": {"N": "2"}},
    }
    with Stubber(client) as stubber:
        stubber.add_response("query", {"Items": [], "LastEvaluatedKey": query.after}, expected)
        assert repository_of(client).query(query) == ([], query.after)
    assert "IndexName" not in query_input(QUERY, "telemetry")


def test_update_has_dynamodbs_shape_and_fails_alone(client: Any) -> None:
    key = {"device_id": {"S": "press-7"}, "timestamp": {"N": "1"}}
    update = ItemUpdate(key, {"pressure": {"N": "2"}, "mode": {"S": "AUTO"}})
    expected = {
        "TableName": "telemetry",
        "Key": key,
        "UpdateExpression": "SET #n0 = :v0, #n1 = :v1",
        "ExpressionAttributeNames": {"#n0": "pressure", "#n1": "mode"},
        "ExpressionAttributeValues": {":v0": {"N": "2"}, ":v1": {"S": "AUTO"}},
    }
    with Stubber(client) as stubber:
        stubber.add_response("update_item", {}, expected)
        assert repository_of(client).update_all([update]) == [None]
        stubber.add_client_error("update_item", "AccessDeniedException", "because", 400)
        (error,) = repository_of(client).update_all([update])
    assert str(error).startswith('dynamodb:UpdateItem on table "telemetry" failed: An error occurred')


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        ("AccessDeniedException", "allow the function's role dynamodb:Query on the table"),
        ("ResourceNotFoundException", "check TABLE_NAME and the function's region"),
        ("ValidationException", "check that PARTITION_KEY, SORT_KEY and COMPONENT_TYPE_INDEX"),
        ("InternalServerError", "try again, and look at the status of dynamodb"),
    ],
)
def test_failure_of_the_table_says_what_to_check(client: Any, code: str, remedy: str) -> None:
    repository = repository_of(client)
    event = load_event("history_by_entity")
    with Stubber(client) as stubber:
        stubber.add_client_error("query", code, "because", 400)
        with pytest.raises(StoreError) as error:
            serve(event, lambda request: sources_for(request, ENVIRONMENT, repository))
    message = str(error.value)
    assert message.startswith('dynamodb:Query on table "telemetry" failed: An error occurred')
    assert remedy in message
    assert "(request: workspaceId='press-shop', entityId='hall-2:press-7'" in message


def test_failure_to_connect_is_an_error_too(client: Any) -> None:
    def refuse(**_: Any) -> None:
        raise ConnectTimeoutError(endpoint_url="https://dynamodb")

    client.meta.events.register("before-call.dynamodb.Query", refuse)
    with pytest.raises(StoreError, match="Connect timeout on endpoint URL"):
        repository_of(client).query(QUERY)


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._content


def reply(client: Any, status: int, body: Any, *, encode: Callable[[Any], str] = json.dumps) -> None:
    """Answer the client's HTTP requests in process; what it sends and parses is real."""

    def send(request: Any, **_: Any) -> AWSResponse:
        headers: Any = {"content-type": "application/x-amz-json-1.0"}
        return AWSResponse(request.url, status, headers, _Body(encode(body).encode()))

    client.meta.events.register("before-send.dynamodb.Query", send)


EVERY_TYPE = {
    "s": {"S": 'é\u2028"'},
    "n": {"N": "123456789012345678901234567890.12345678"},
    "bool": {"BOOL": False},
    "null": {"NULL": True},
    "l": {"L": [{"S": ""}, {"N": "1"}]},
    "m": {"M": {"L": {"M": {"N": {"N": "0"}}}}},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2"]},
}


@pytest.mark.parametrize("last_key", [{}, {"LastEvaluatedKey": {"device_id": {"S": "x"}}}])
def test_items_are_the_same_as_by_botocores_parser(_aws: None, last_key: dict[str, Any]) -> None:
    body = {"Items": [EVERY_TYPE, {}], "Count": 2, "ScannedCount": 2, **last_key}
    plain: Any = botocore.session.get_session().create_client("dynamodb")
    quick: Any = botocore.session.get_session().create_client("dynamodb")
    skip_item_parsing(quick)
    answers = []
    for each in (plain, quick):
        reply(each, 200, body)
        answers.append(each.query(**query_input(QUERY, "telemetry")))
    assert answers[0] == answers[1]
    assert answers[0]["Items"] == body["Items"]


def test_bytes_come_as_they_are_sent_for_no_property_takes_them(_aws: None) -> None:
    """By this one sees that the items were not walked through a second time."""
    quick: Any = botocore.session.get_session().create_client("dynamodb")
    skip_item_parsing(quick)
    reply(quick, 200, {"Items": [{"b": {"B": "AAE="}}], "Count": 1, "ScannedCount": 1})
    assert quick.query(**query_input(QUERY, "telemetry"))["Items"] == [{"b": {"B": "AAE="}}]


def test_answer_of_something_before_dynamodb_is_an_error_of_the_store(client: Any) -> None:
    reply(client, 503, "<html>busy</html>", encode=str)
    with pytest.raises(StoreError, match="503"):
        repository_of(client).query(QUERY)


def test_one_query_runs_where_it_is_asked_and_several_run_at_once(client: Any) -> None:
    threads: list[int] = []
    together = threading.Barrier(1)

    def note(**_: Any) -> None:
        together.wait(10)
        threads.append(threading.get_ident())

    reply(client, 200, {"Items": [], "Count": 0, "ScannedCount": 0})
    client.meta.events.register("before-call.dynamodb.Query", note)
    repository_of(client).query_all([QUERY])
    assert threads == [threading.get_ident()], "a thread for it would only cost time"
    for count in (2, 8):
        together = threading.Barrier(count)
        assert repository_of(client, 30).query_all([QUERY] * count) == [([], None)] * count
    assert repository_of(client).query_all([]) == []


def test_error_of_dynamodb_is_still_read_by_the_client(client: Any) -> None:
    reply(client, 400, {"__type": "x#ResourceNotFoundException", "message": "no such table"})
    with pytest.raises(StoreError, match="no such table; check TABLE_NAME"):
        repository_of(client).query(QUERY)


@pytest.fixture
def deployed(_aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The handler as Lambda calls it, on a table that answers over the client's own wire."""
    monkeypatch.setenv("TABLE_NAME", "telemetry")
    handler_module._environment_and_client.cache_clear()
    _, client = handler_module._environment_and_client()
    items = [row("press-7", START + i, pressure={"N": f"{i}.5"}) for i in (1, 2)]
    reply(client, 200, {"Items": items, "Count": 2, "ScannedCount": 2})
    yield handler_module.handler
    handler_module._environment_and_client.cache_clear()


def test_handler_answers_an_event(deployed: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "connector"):
        pages = [deployed(load_event("history_by_entity"), None) for _ in range(2)]
    assert pages[0] == pages[1]
    assert [v["value"] for v in pages[0]["propertyValues"][0]["values"]] == [
        {"doubleValue": 1.5},
        {"doubleValue": 2.5},
    ]
    assert [record.message for record in caplog.records] == ["answered"] * 2


def test_log_line_has_ids_and_counts_but_no_values(deployed: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "connector"):
        deployed(load_event("history_by_entity"), None)
    (record,) = caplog.records
    line = record.__dict__
    expected = {
        "workspaceId": "press-shop",
        "entityId": "hall-2:press-7",
        "componentName": "hydraulics",
        "selectedProperties": ["pressure", "mode"],
        "function": "history",
        "batches": 1,
        "rows": 2,
        "points": 2,
        "skipped": {},
        "hasNextPage": False,
    }
    assert {name: line[name] for name in expected} == expected
    assert line["durationMs"] > 0
    assert line["coldStart"] in (True, False)
    usual = logging.makeLogRecord({}).__dict__.keys() | {"durationMs"}
    assert "1.5" not in json.dumps({name: line[name] for name in line.keys() - usual}, default=str)


def test_failed_read_is_logged_once_and_raised(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "connector"), pytest.raises(ConfigurationError):
        ask(load_event("history_by_component_type"), FakeTable([]))
    (record,) = caplog.records
    assert (record.levelname, record.message) == ("ERROR", "failed")
    assert record.__dict__["error"] == "ConfigurationError"
    assert (record.__dict__["rows"], record.__dict__["points"]) == (0, 0)


def test_a_fresh_process_is_cold_and_then_warm(caplog: pytest.LogCaptureFixture) -> None:
    spec = importlib.util.find_spec("connector_kit.serving")
    assert spec is not None
    assert spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    with caplog.at_level(logging.INFO, "connector"):
        for _ in range(2):
            fresh.serve(
                load_event("history_by_entity"),
                lambda request: sources_for(request, ENVIRONMENT, FakeTable([])),
            )
    assert [record.__dict__["coldStart"] for record in caplog.records] == [True, False]


def test_only_the_first_request_of_a_process_is_cold(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "connector"):
        for _ in range(3):
            ask(load_event("history_by_entity"), FakeTable([]))
    cold = [record.__dict__["coldStart"] for record in caplog.records]
    assert all(not later for later in cold[1:])
    assert all(first or not second for first, second in itertools.pairwise(cold))
