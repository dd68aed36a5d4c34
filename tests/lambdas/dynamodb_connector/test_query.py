"""From requests to rows of devices, of listed devices and of the index."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector_kit import ConfigurationError, TokenError, parse_event
from connector_kit.tokens import encode_token
from dynamodb_connector.environment import Environment
from dynamodb_connector.table_key_schema import format_number_times
from tests.support.connector_events import load_event, milliseconds
from tests.support.fake_table import ENVIRONMENT, FakeTable, ask_table, row
from tests.support.soak import repetitions

START = milliseconds("2026-03-02T06:00:00")


INDEXED = ENVIRONMENT._replace(component_type_index="by-type")


def press_rows() -> list[Any]:
    return [
        row("press-7", START, pressure={"N": "1"}, operating_mode={"S": "AT START"}),
        row("press-7", START + 1, pressure={"N": "181.25"}, operating_mode={"S": "AUTO"}),
        row("press-7", START + 2000, pressure={"N": "182"}, mode={"S": "not this attribute"}),
        row("press-7", START + 600_000, operating_mode={"S": "SETUP"}, pressure={"NULL": True}),
        row("press-7", START + 600_001, pressure={"N": "9"}),
        row("press-8", START + 1, pressure={"N": "7"}),
    ]


def test_history_answers_in_the_services_shape() -> None:
    table = FakeTable(press_rows())
    reference: dict[str, Any] = {"entityId": "hall-2:press-7", "componentName": "hydraulics"}
    assert ask_table(load_event("history_by_entity"), table) == {
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


def partition(event: Any, environment: Environment = ENVIRONMENT) -> str:
    table = FakeTable([])
    ask_table(event, table, environment)
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


def by_type(rows: list[Any]) -> list[Any]:
    return [{**item, "component_type_id": {"S": "com.example.press"}} for item in rows]


def test_component_type_is_answered_per_device_from_the_index() -> None:
    table = FakeTable(by_type(press_rows()))
    page = ask_table(load_event("history_by_component_type"), table, INDEXED)
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
    (item,) = ask_table(event, table)["propertyValues"]
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
    (item,) = ask_table(event, FakeTable(press_rows()), environment)["propertyValues"]
    assert item["entityPropertyReference"]["externalIdProperty"] == {"pressId": "Press 8"}


def test_component_type_is_refused_with_a_remedy_when_neither_device_nor_index_is_there() -> None:
    with pytest.raises(ConfigurationError) as error:
        ask_table(load_event("history_by_component_type"), FakeTable([]))
    assert str(error.value).startswith(
        'component type "com.example.press" gives no value for pressId, and no index lists its '
        "devices; set COMPONENT_TYPE_INDEX to an index whose partition key is component_type_id, "
        "list them in DEVICES, or give pressId a default value (request: workspaceId='press-shop', "
    )


def test_component_type_is_refused_when_it_has_no_external_id() -> None:
    event = load_event("history_by_component_type")
    del event["properties"]["pressId"]
    with pytest.raises(ConfigurationError, match="has no property with isExternalId"):
        ask_table(event, FakeTable([]), INDEXED)


def test_attributes_are_the_newest_rows_that_have_them() -> None:
    rows = [
        row("press-7", START, maker={"S": "Oldmaker"}, rated_force={"N": "2500"}),
        row("press-7", START + 1, maker={"S": "Hydra"}),
        *(row("press-7", START + i, pressure={"N": "1"}) for i in range(2, 400)),
    ]
    reference: dict[str, Any] = {"entityId": "hall-2:press-7", "componentName": "hydraulics"}
    assert ask_table(load_event("attribute_by_entity"), FakeTable(rows)) == {
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
    assert ask_table(load_event("attribute_by_entity"), FakeTable([])) == {"propertyValues": {}}


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
@settings(max_examples=repetitions(40, 1500), deadline=None)
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
        page = ask_table(event, table, INDEXED)
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
        ask_table(event | {"nextToken": token}, FakeTable(press_rows()))


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
        ask_table(event | {"nextToken": token}, table)
    assert table.queries == []


def test_key_is_built_from_the_request_never_from_the_token() -> None:
    event = load_event("history_by_entity", maxResults=1)
    table = FakeTable(press_rows())
    token = ask_table(event, table)["nextToken"]
    ask_table(event | {"nextToken": token}, table)
    assert table.queries[-1].after == {
        "device_id": {"S": "press-7"},
        "timestamp": {"N": str(START + 1)},
    }
