"""Events as AWS documents them or as they were captured, answered from stores that hold their values."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from connector_kit import ConfigurationError, DataType, Definition, StoreError, serve
from connector_kit.times import NANOSECONDS, format_nanoseconds, parse_time
from sitewise_connector.environment import Environment
from tests.support.fake_sitewise import FakeSiteWise, ask_sitewise, sitewise_value
from tests.support.fake_table import FakeTable, ask_table, row
from tests.support.published_cases import CAPTURED, DOCUMENTED, external_id, load_case

ALIAS = Environment("/${entityId}/${propertyName}")

Load = Callable[[str, str], Any]


@pytest.fixture(name="load")
def _load() -> Load:
    return load_case


def from_rows(event: Any, rows: Sequence[Any]) -> Any:
    return ask_table(event, FakeTable(rows))


def from_sitewise(event: Any, store: FakeSiteWise) -> Any:
    return ask_sitewise(event, store, ALIAS)


def sitewise(event: Any, *points: tuple[str, Any]) -> FakeSiteWise:
    """Make SiteWise with points of the first selected property."""
    members = {str: "stringValue", float: "doubleValue"}
    values = [sitewise_value(parse_time(time), **{members[type(value)]: value}) for time, value in points]
    return FakeSiteWise({f"/{event['entityId']}/{event['selectedProperties'][0]}": values})


def at(text: str) -> int:
    return parse_time(text) // 1_000_000


def later(text: str, milliseconds: int) -> str:
    return format_nanoseconds(parse_time(text) + milliseconds * 1_000_000)


def stored_alarm(load: Load) -> tuple[str, str, str]:
    """Return device, time and state of the captured store's row."""
    data = load(CAPTURED, "timestream_4_query_rows")["Rows"][0]["Data"]
    return data[0]["ScalarValue"], data[2]["ScalarValue"].replace(" ", "T") + "Z", data[4]["ScalarValue"]


def test_captured_alarm_is_answered_as_captured(load: Load) -> None:
    event = load(CAPTURED, "timestream_2_lambda_event")
    captured = load(CAPTURED, "timestream_5_lambda_response")
    device, time, state = stored_alarm(load)
    answer = from_rows(event, [row(device, at(time), alarm_status={"S": state})])

    # The captured answer has the deprecated member, cut to seconds; ours has the whole instant.
    (item,) = answer["propertyValues"]
    (point,) = item["values"]
    (captured_item,) = captured["propertyValues"]
    (captured_point,) = captured_item["values"]
    assert item["entityPropertyReference"] == captured_item["entityPropertyReference"]
    assert point == {"time": format_nanoseconds(parse_time(time)), "value": captured_point["value"]}
    assert parse_time(time) % NANOSECONDS > 0
    assert parse_time(point["time"]) // NANOSECONDS == captured_point["timestamp"]
    assert answer["nextToken"] == captured["nextToken"]


def test_captured_alarm_has_the_members_that_the_service_returns(load: Load) -> None:
    event = load(CAPTURED, "timestream_2_lambda_event")
    result = load(CAPTURED, "timestream_6_service_result")["propertyValues"][0]
    device = result["entityPropertyReference"]["externalIdProperty"]["alarm_key"]
    status = {"S": result["values"][0]["value"]["stringValue"]}
    answer = from_rows(event, [row(device, at(stored_alarm(load)[1]), alarm_status=status)])
    (item,) = answer["propertyValues"]
    reference = dict(result["entityPropertyReference"])
    del reference["externalIdProperty"]  # the service adds it
    assert item["entityPropertyReference"] == reference
    assert item["values"][0]["value"] == result["values"][0]["value"]


def test_captured_map_is_answered_by_its_nested_type(load: Load) -> None:
    event = load(CAPTURED, "synthetic_v2_lambda_event")
    (name,) = event["selectedProperties"]
    device, start, end = external_id(event), event["startTime"], event["endTime"]
    contents = {"M": {"Flour": {"N": "12.5"}, "Sugar": {"N": "3"}}}
    rows = [
        row(device, at(start), **{name: contents}),
        row(device, at(start) + 1000, **{name: contents}, other={"N": "1"}),
        row(device, at(end), other={"N": "1"}),
    ]
    assert from_rows(event, rows) == {
        "propertyValues": [
            {
                "entityPropertyReference": {
                    "entityId": event["entityId"],
                    "componentName": event["componentName"],
                    "propertyName": name,
                },
                "values": [
                    {
                        "time": later(start, 1000),
                        "value": {
                            "mapValue": {
                                "Flour": {"doubleValue": 12.5},
                                "Sugar": {"doubleValue": 3.0},
                            }
                        },
                    }
                ],
            }
        ],
        "nextToken": None,
    }


def test_captured_latest_value_is_the_newest_in_the_range(load: Load) -> None:
    event = load(CAPTURED, "synthetic_v3_lambda_event")
    (name,) = event["selectedProperties"]
    # The component has no external id, so its device is the entity.
    rows = [row(event["entityId"], at(event["startTime"]) + i, **{name: {"N": str(i)}}) for i in range(9)]
    answer = from_rows(event, rows)
    (item,) = answer["propertyValues"]
    assert item["values"] == [{"time": later(event["startTime"], 8), "value": {"doubleValue": 8.0}}]
    assert answer["nextToken"] is not None


def test_captured_empty_range_is_answered_empty(load: Load) -> None:
    event = load(CAPTURED, "windfarm_lambda_event")
    (name,) = event["selectedProperties"]
    time = event["startTime"]
    assert time == event["endTime"]
    rows = [row(event["entityId"], at(time), **{name: {"N": "9"}})]
    assert from_rows(event, rows) == {"propertyValues": [], "nextToken": None}
    event["startTime"] = later(time, -1000)
    (item,) = from_rows(event, rows)["propertyValues"]
    assert item["entityPropertyReference"]["entityId"] == event["entityId"]
    assert item["values"] == [{"time": time, "value": {"doubleValue": 9.0}}]


def test_documented_history_is_answered_as_documented_after_its_exclusive_start(load: Load) -> None:
    event = load(DOCUMENTED, "datareaderbyentity_and_datareader.request")
    documented = load(DOCUMENTED, "datareaderbyentity_and_datareader.response")["propertyValues"]
    device, name = external_id(event), event["selectedProperties"][0]
    rows = [
        row(device, at(point["time"]), **{name: {"N": str(point["value"]["doubleValue"])}})
        for point in documented[0]["values"]
    ]
    # The page has a point at the exact start of the range, which the range excludes.
    assert documented[0]["values"][0]["time"] == event["startTime"]
    documented[0]["values"].pop(0)
    assert from_rows(event, rows) == {"propertyValues": documented, "nextToken": None}
    # A page of one point, with more to come, has a token, as documented.
    rows.append(row(device, at(later(event["startTime"], 2000)), **{name: {"N": "590"}}))
    page = from_rows(event | {"maxResults": 1}, rows)
    assert page["propertyValues"] == documented
    assert isinstance(page["nextToken"], str)


def documented_attribute(load: Load) -> tuple[Any, Any, str, str]:
    """Return event, answer, property and value."""
    event = load(DOCUMENTED, "attributepropertyvaluereaderbyentity.request")
    documented = load(DOCUMENTED, "attributepropertyvaluereaderbyentity.response")
    (name,) = event["selectedProperties"]
    return event, documented, name, documented["propertyValues"][name]["propertyValue"]["stringValue"]


def test_documented_attribute_is_answered_as_documented(load: Load) -> None:
    event, documented, name, value = documented_attribute(load)
    assert from_rows(event, [row(external_id(event), 5, **{name: {"S": value}})]) == documented


# --- the same reads, from SiteWise -------------------------------------------------------------


def test_captured_alarm_is_answered_from_sitewise(load: Load) -> None:
    event = load(CAPTURED, "timestream_2_lambda_event")
    captured = load(CAPTURED, "timestream_5_lambda_response")
    _, time, state = stored_alarm(load)
    (captured_item,) = captured["propertyValues"]
    (captured_point,) = captured_item["values"]
    expected = {
        "entityPropertyReference": captured_item["entityPropertyReference"],
        "values": [{"time": format_nanoseconds(parse_time(time)), "value": captured_point["value"]}],
    }
    answer = from_sitewise(event, sitewise(event, (time, state)))
    assert answer == {"propertyValues": [expected], "nextToken": captured["nextToken"]}


def test_captured_map_has_no_value_in_sitewise(load: Load) -> None:
    # SiteWise has numbers, text and booleans, so the value is no map, and there is no point.
    event = load(CAPTURED, "synthetic_v2_lambda_event")
    store = sitewise(event, (later(event["startTime"], 1000), "Flour"))
    assert from_sitewise(event, store) == {"propertyValues": [], "nextToken": None}
    assert len(store.queries) == 1


def test_captured_latest_value_is_the_newest_of_sitewise(load: Load) -> None:
    event = load(CAPTURED, "synthetic_v3_lambda_event")
    start = event["startTime"]
    store = sitewise(event, *((later(start, 500 + i * 1000), float(i)) for i in range(9)))
    answer = from_sitewise(event, store)
    (item,) = answer["propertyValues"]
    assert item == {
        "entityPropertyReference": {
            "entityId": event["entityId"],
            "componentName": event["componentName"],
            "propertyName": event["selectedProperties"][0],
        },
        "values": [{"time": later(start, 8500), "value": {"doubleValue": 8.0}}],
    }
    assert answer["nextToken"] is not None


def test_captured_empty_range_is_answered_empty_from_sitewise(load: Load) -> None:
    event = load(CAPTURED, "windfarm_lambda_event")
    time = event["startTime"]
    store = sitewise(event, (time, 9.0))
    assert from_sitewise(event, store) == {"propertyValues": [], "nextToken": None}
    event["startTime"] = later(time, -1000)
    (item,) = from_sitewise(event, store)["propertyValues"]
    assert item["values"] == [{"time": time, "value": {"doubleValue": 9.0}}]


def test_documented_history_is_answered_as_documented_from_sitewise(load: Load) -> None:
    event = load(DOCUMENTED, "datareaderbyentity_and_datareader.request")
    documented = load(DOCUMENTED, "datareaderbyentity_and_datareader.response")["propertyValues"]
    points = [(point["time"], point["value"]["doubleValue"]) for point in documented[0]["values"]]
    store = sitewise(event, *points)
    documented[0]["values"].pop(0)  # as above: at the exact start, which the range excludes
    assert from_sitewise(event, store) == {"propertyValues": documented, "nextToken": None}


def test_documented_attribute_is_answered_as_documented_from_sitewise(load: Load) -> None:
    event, documented, _, value = documented_attribute(load)
    assert from_sitewise(event, sitewise(event, ("2020-01-01T00:00:00Z", value))) == documented


# --- schemaInitializer -------------------------------------------------------------------------

LIFECYCLES = ["schemainitializer", "schema_initializer_in_entity_lifecycle"]


def documented_schema(load: Load, name: str) -> tuple[Any, Any, str, str]:
    """Return event, answer, the time series and the property with a value."""
    event = load(DOCUMENTED, f"{name}.request")
    documented = load(DOCUMENTED, f"{name}.response")
    # The page leaves this flag out, which the service reads as false: then it would never read the
    # time series from the connector. Ours sets it for every property.
    for prop in documented["properties"].values():
        prop["definition"]["isStoredExternally"] = prop["definition"]["isTimeSeries"]
    series, static = documented["properties"]
    return event, documented, series, static


@pytest.mark.parametrize("name", LIFECYCLES)
def test_documented_schema_is_returned_by_the_kit(load: Load, name: str) -> None:
    event, documented, series, static = documented_schema(load, name)
    first, second = (documented["properties"][key] for key in (series, static))
    definitions = {
        series: Definition(
            DataType("DOUBLE"), unit_of_measure="%", configuration=first["definition"]["configuration"]
        ),
        static: Definition(
            DataType("STRING"),
            is_time_series=False,
            is_stored_externally=False,
            value=second.get("value") or second["definition"]["defaultValue"],
        ),
    }
    assert serve(event, lambda _: [], schema=lambda _: definitions) == documented


@pytest.mark.parametrize("name", LIFECYCLES)
def test_documented_schema_is_that_of_a_table_as_far_as_tables_have_one(load: Load, name: str) -> None:
    event, documented, series, static = documented_schema(load, name)
    device = external_id(event)
    table = FakeTable(
        [
            row(device, 5, **{series: {"N": "1.5"}, static: {"S": "text"}}),
            row("another", 6, theirs={"N": "1"}),
        ]
    )
    # Rows have no units, no attributes apart from time series, and need no configuration.
    first, second = (documented["properties"][key]["definition"] for key in (series, static))
    del first["configuration"], first["dataType"]["unitOfMeasure"]
    second = {"dataType": second["dataType"], "isTimeSeries": True, "isStoredExternally": True}
    assert ask_table(event, table) == {
        "properties": {series: {"definition": first}, static: {"definition": second}}
    }
    (query,) = table.queries
    assert query.partition == ("device_id", device), "the external id's value is the device"


@pytest.mark.parametrize("name", LIFECYCLES)
def test_documented_schema_is_that_of_an_asset_model(load: Load, name: str) -> None:
    event, documented, series, static = documented_schema(load, name)
    with pytest.raises(ConfigurationError, match="sitewiseAssetModelId has no value"):
        from_sitewise(event, FakeSiteWise({}))  # the page's own connector calls it modelId
    model, property_id, other_id = (f"a1b2c3d4-0000-4000-8000-00000000000{n}" for n in range(3))
    event["properties"]["sitewiseAssetModelId"] = {"value": {"stringValue": model}}
    listed = [
        {"id": property_id, "name": series, "dataType": "DOUBLE", "unit": "%", "type": {"metric": {}}},
        {"id": other_id, "name": static, "dataType": "STRING", "type": {"attribute": {}}},
    ]
    # Our configuration names the SiteWise property, and an attribute stays in SiteWise.
    first, second = (documented["properties"][key]["definition"] for key in (series, static))
    first["configuration"] = {"sitewisePropertyId": property_id}
    second = {
        "dataType": second["dataType"],
        "isTimeSeries": second["isTimeSeries"],
        "isStoredExternally": True,
        "configuration": {"sitewisePropertyId": other_id},
    }
    assert from_sitewise(event, FakeSiteWise({}, models={model: listed})) == {
        "properties": {series: {"definition": first}, static: {"definition": second}}
    }


# --- dataWriter --------------------------------------------------------------------------------


def documented_writes(load: Load) -> tuple[Any, str, str, list[tuple[int, float]]]:
    """Return event, entity, property, and the values with their seconds."""
    event = load(DOCUMENTED, "datawriter.request")
    (entry,) = event["entries"]
    reference = entry["entityPropertyReference"]
    values = [(value["timestamp"], value["value"]["doubleValue"]) for value in entry["propertyValues"]]
    assert len(values) == 2
    return event, reference["entityId"], reference["propertyName"], values


def test_documented_values_are_written_to_the_table(load: Load) -> None:
    event, entity, name, values = documented_writes(load)
    table = FakeTable([])
    assert ask_table(event, table) == {"errorEntries": []}
    assert table.rows == [
        row(entity, seconds * 1000, **{name: {"N": repr(value)}}) for seconds, value in values
    ]


def test_documented_values_are_written_to_sitewise(load: Load) -> None:
    event, entity, name, values = documented_writes(load)
    store = FakeSiteWise({f"/{entity}/{name}": []})
    assert from_sitewise(event, store) == {"errorEntries": []}
    (((address, written),),) = store.written
    assert address.alias == f"/{entity}/{name}"
    assert written == [sitewise_value(seconds * NANOSECONDS, doubleValue=value) for seconds, value in values]


def test_documented_failure_is_answered_as_documented_but_for_its_code(load: Load) -> None:
    event, entity, _, _ = documented_writes(load)
    documented = load(DOCUMENTED, "datawriter.response")
    (error,) = documented["errorEntries"][0]["errors"]
    # The page's answer has another instant than its event, so the event gets the answer's entry.
    (entry,) = event["entries"]
    answered = parse_time(error["entry"]["propertyValues"][0]["time"]) // NANOSECONDS
    assert entry["propertyValues"][0]["timestamp"] < answered
    event["entries"] = [error["entry"]]
    assert {**entry, "propertyValues": []} == {**error["entry"], "propertyValues": []}
    table = FakeTable([], refusals={entity: StoreError(error["errorMessage"])})
    # The documented error code is that of its store; ours is that of the connector.
    error["errorCode"] = "ConnectorFailureException"
    assert ask_table(event, table) == documented


def test_documented_values_fail_each_separately(load: Load) -> None:
    event, entity, name, values = documented_writes(load)
    (entry,) = event["entries"]
    refusing = FakeTable([], refusals={entity: StoreError("no")})
    store = FakeSiteWise({f"/{entity}/{name}": []}, refused=[values[1][0] * NANOSECONDS])
    for answer, codes, failed in (
        (ask_table(event, refusing), ["ConnectorFailureException"] * 2, entry["propertyValues"]),
        (from_sitewise(event, store), ["TimestampOutOfRangeException"], entry["propertyValues"][1:]),
    ):
        errors = [error for item in answer["errorEntries"] for error in item["errors"]]
        assert [error["errorCode"] for error in errors] == codes
        assert [error["entry"] for error in errors] == [{**entry, "propertyValues": [v]} for v in failed]
