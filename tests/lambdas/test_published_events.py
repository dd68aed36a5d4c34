"""Events that AWS printed or captured, answered from stores that hold the printed values."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from connector_kit import ConfigurationError, DataType, Definition, StoreError, serve
from connector_kit.times import NANOSECONDS, parse_time
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import sources_for
from dynamodb_connector.schema import schema_of
from dynamodb_connector.writing import write_rows
from sitewise_connector.environment import Environment as SiteWiseEnvironment
from sitewise_connector.query import sources_for as sitewise_sources_for
from sitewise_connector.schema import schema_of as sitewise_schema_of
from sitewise_connector.writing import write_values
from tests.lambdas.fakes import FakeSiteWise, FakeTable, row, sitewise_value

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
CAPTURED = CASES / "udq_captured_events"
PRINTED = CASES / "aws_docs_udq"


def load(folder: Path, name: str) -> Any:
    if not folder.is_dir():
        pytest.skip(f"{folder.name} is not beside the repository")
    return json.loads((folder / f"{name}.json").read_text())


def ask(event: Any, rows: Sequence[Any] | FakeTable) -> Any:
    table = rows if isinstance(rows, FakeTable) else FakeTable(rows)
    bound: dict[str, Any] = {"environment": Environment("t"), "repository": table}
    return serve(
        event,
        partial(sources_for, **bound),
        schema=partial(schema_of, **bound),
        writer=partial(write_rows, **bound),
    )


def ask_sitewise(event: Any, store: FakeSiteWise) -> Any:
    """Ask the connector that finds each property by an alias of entity and name."""
    bound: dict[str, Any] = {
        "environment": SiteWiseEnvironment("/${entityId}/${propertyName}"),
        "repository": store,
    }
    return serve(
        event,
        partial(sitewise_sources_for, **bound),
        schema=partial(sitewise_schema_of, repository=store),
        writer=partial(write_values, **bound),
    )


def sitewise(event: Any, *points: tuple[str, Any], name: str = "") -> FakeSiteWise:
    """Make SiteWise with points of the first property asked for, or of the named one."""
    members = {str: "stringValue", float: "doubleValue"}
    values = [sitewise_value(parse_time(time), **{members[type(one)]: one}) for time, one in points]
    return FakeSiteWise({f"/{event['entityId']}/{name or event['selectedProperties'][0]}": values})


def at(text: str) -> int:
    return parse_time(text) // 1_000_000


def test_captured_alarm_is_answered_as_captured() -> None:
    event = load(CAPTURED, "timestream_2_lambda_event")
    stored = load(CAPTURED, "timestream_4_query_rows")["Rows"][0]["Data"]
    captured = load(CAPTURED, "timestream_5_lambda_response")
    instant = at(stored[2]["ScalarValue"].replace(" ", "T") + "Z")
    device = stored[0]["ScalarValue"]
    answer = ask(event, [row(device, instant, alarm_status={"S": stored[4]["ScalarValue"]})])

    # The captured answer has the deprecated member, cut to seconds; ours has the whole instant.
    (item,) = answer["propertyValues"]
    (point,) = item["values"]
    (captured_item,) = captured["propertyValues"]
    (captured_point,) = captured_item["values"]
    assert item["entityPropertyReference"] == captured_item["entityPropertyReference"]
    assert point == {"time": "2022-03-04T20:43:26.827Z", "value": captured_point["value"]}
    assert parse_time(point["time"]) // NANOSECONDS == captured_point["timestamp"]
    assert answer["nextToken"] == captured["nextToken"]


def test_captured_alarm_has_what_the_service_passes_on() -> None:
    event = load(CAPTURED, "timestream_2_lambda_event")
    result = load(CAPTURED, "timestream_6_service_result")["propertyValues"][0]
    device = result["entityPropertyReference"]["externalIdProperty"]["alarm_key"]
    status = {"S": result["values"][0]["value"]["stringValue"]}
    answer = ask(event, [row(device, at("2022-03-04T20:43:26Z"), alarm_status=status)])
    (item,) = answer["propertyValues"]
    reference = dict(result["entityPropertyReference"])
    del reference["externalIdProperty"]  # the service adds it
    assert item["entityPropertyReference"] == reference
    assert item["values"][0]["value"] == result["values"][0]["value"]


def test_captured_map_is_answered_by_its_nested_type() -> None:
    event = load(CAPTURED, "synthetic_v2_lambda_event")
    device = event["properties"]["telemetryAssetId"]["value"]["stringValue"]
    resources = {"M": {"Flour": {"N": "12.5"}, "Sugar": {"N": "3"}}}
    rows = [
        row(device, at("2023-03-22T06:04:24Z"), Resources=resources),
        row(device, at("2023-03-22T06:04:25Z"), Resources=resources, Speed={"N": "1"}),
        row(device, at("2023-03-23T06:04:24Z"), Speed={"N": "1"}),
    ]
    assert ask(event, rows) == {
        "propertyValues": [
            {
                "entityPropertyReference": {
                    "entityId": "PLASTIC_LINER_a77e76bc-53f3-420d-8b2f-76103c810fac",
                    "componentName": "CookieLineComponent",
                    "propertyName": "Resources",
                },
                "values": [
                    {
                        "time": "2023-03-22T06:04:25Z",
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


def test_captured_latest_value_is_the_newest_in_the_range() -> None:
    event = load(CAPTURED, "synthetic_v3_lambda_event")
    device = event["entityId"]  # its component has no external id
    rows = [row(device, at("2023-11-18T00:52:30Z") + i, Bad_Parts_1Min={"N": str(i)}) for i in range(9)]
    answer = ask(event, rows)
    (item,) = answer["propertyValues"]
    assert item["values"] == [{"time": "2023-11-18T00:52:30.008Z", "value": {"doubleValue": 8.0}}]
    assert answer["nextToken"] is not None


def test_captured_empty_range_is_answered_empty() -> None:
    event = load(CAPTURED, "windfarm_lambda_event")
    rows = [row(event["entityId"], at(event["startTime"]), speed={"N": "9"})]
    assert ask(event, rows) == {"propertyValues": [], "nextToken": None}
    event["startTime"] = "2022-11-15T14:33:01Z"
    (item,) = ask(event, rows)["propertyValues"]
    assert item["entityPropertyReference"]["entityId"] == "urn:ngsi-ld:Turbine:turbine_rect_1"
    assert item["values"] == [{"time": "2022-11-15T14:33:02Z", "value": {"doubleValue": 9.0}}]


def test_printed_history_is_answered_as_printed_after_its_exclusive_start() -> None:
    event = load(PRINTED, "datareaderbyentity_and_datareader.request")
    printed = load(PRINTED, "datareaderbyentity_and_datareader.response")["propertyValues"]
    rows = [
        row("myAssetId", at(v["time"]), Temperature={"N": str(v["value"]["doubleValue"])})
        for v in printed[0]["values"]
    ]
    # The page prints a point at the very start of the range, which the range excludes.
    assert printed[0]["values"][0]["time"] == event["startTime"]
    printed[0]["values"].pop(0)
    assert ask(event, rows) == {"propertyValues": printed, "nextToken": None}
    # A page of one, with more to come, has a token, as printed.
    rows.append(row("myAssetId", at("2022-04-07T04:04:44Z"), Temperature={"N": "590"}))
    page = ask(event | {"maxResults": 1}, rows)
    assert page["propertyValues"] == printed
    assert isinstance(page["nextToken"], str)


def test_printed_attribute_is_answered_as_printed() -> None:
    event = load(PRINTED, "attributepropertyvaluereaderbyentity.request")
    printed = load(PRINTED, "attributepropertyvaluereaderbyentity.response")
    assert ask(event, [row("myAssetId", 5, manufacturer={"S": "Amazon"})]) == printed


# --- the same reads, from SiteWise -------------------------------------------------------------


def test_captured_alarm_is_answered_from_sitewise() -> None:
    event = load(CAPTURED, "timestream_2_lambda_event")
    stored = load(CAPTURED, "timestream_4_query_rows")["Rows"][0]["Data"]
    captured = load(CAPTURED, "timestream_5_lambda_response")
    time = stored[2]["ScalarValue"].replace(" ", "T") + "Z"
    (captured_item,) = captured["propertyValues"]
    (captured_point,) = captured_item["values"]
    expected = {
        "entityPropertyReference": captured_item["entityPropertyReference"],
        "values": [{"time": "2022-03-04T20:43:26.827Z", "value": captured_point["value"]}],
    }
    answer = ask_sitewise(event, sitewise(event, (time, stored[4]["ScalarValue"])))
    assert answer == {"propertyValues": [expected], "nextToken": captured["nextToken"]}


def test_captured_map_has_no_value_in_sitewise() -> None:
    # SiteWise holds numbers, text and booleans: what stands there is no map, and so no point.
    event = load(CAPTURED, "synthetic_v2_lambda_event")
    store = sitewise(event, ("2023-03-22T06:04:25Z", "Flour"))
    assert ask_sitewise(event, store) == {"propertyValues": [], "nextToken": None}
    assert len(store.queries) == 1


def test_captured_latest_value_is_the_newest_of_sitewise() -> None:
    event = load(CAPTURED, "synthetic_v3_lambda_event")
    store = sitewise(event, *((f"2023-11-18T00:52:3{i}.5Z", float(i)) for i in range(9)))
    answer = ask_sitewise(event, store)
    (item,) = answer["propertyValues"]
    assert item == {
        "entityPropertyReference": {
            "entityId": event["entityId"],
            "componentName": "rateEquipment",
            "propertyName": "Bad_Parts_1Min",
        },
        "values": [{"time": "2023-11-18T00:52:38.500Z", "value": {"doubleValue": 8.0}}],
    }
    assert answer["nextToken"] is not None


def test_captured_empty_range_is_answered_empty_from_sitewise() -> None:
    event = load(CAPTURED, "windfarm_lambda_event")
    store = sitewise(event, (event["startTime"], 9.0))
    assert ask_sitewise(event, store) == {"propertyValues": [], "nextToken": None}
    event["startTime"] = "2022-11-15T14:33:01Z"
    (item,) = ask_sitewise(event, store)["propertyValues"]
    assert item["values"] == [{"time": "2022-11-15T14:33:02Z", "value": {"doubleValue": 9.0}}]


def test_printed_history_is_answered_as_printed_from_sitewise() -> None:
    event = load(PRINTED, "datareaderbyentity_and_datareader.request")
    printed = load(PRINTED, "datareaderbyentity_and_datareader.response")["propertyValues"]
    store = sitewise(event, *((v["time"], v["value"]["doubleValue"]) for v in printed[0]["values"]))
    printed[0]["values"].pop(0)  # as above: at the very start, which the range excludes
    assert ask_sitewise(event, store) == {"propertyValues": printed, "nextToken": None}


def test_printed_attribute_is_answered_as_printed_from_sitewise() -> None:
    event = load(PRINTED, "attributepropertyvaluereaderbyentity.request")
    printed = load(PRINTED, "attributepropertyvaluereaderbyentity.response")
    assert ask_sitewise(event, sitewise(event, ("2020-01-01T00:00:00Z", "Amazon"))) == printed


# --- schemaInitializer -------------------------------------------------------------------------

LIFECYCLES = ["schemainitializer", "schema_initializer_in_entity_lifecycle"]


def as_printed(name: str) -> tuple[Any, Any]:
    event = load(PRINTED, f"{name}.request")
    printed = load(PRINTED, f"{name}.response")
    # The page leaves this flag out, which the service reads as false: then it would never ask the
    # connector for the time series it was just told of. Ours says it of every property.
    for one in printed["properties"].values():
        one["definition"]["isStoredExternally"] = one["definition"]["isTimeSeries"]
    return event, printed


@pytest.mark.parametrize("name", LIFECYCLES)
def test_printed_schema_is_what_the_kit_writes_of_such_a_store(name: str) -> None:
    event, printed = as_printed(name)
    found = {
        "myProperty1": Definition(
            DataType("DOUBLE"), unit_of_measure="%", configuration={"myProperty1Id": "idValue"}
        ),
        "myProperty2": Definition(
            DataType("STRING"),
            is_time_series=False,
            is_stored_externally=False,
            value={"stringValue": "property2Value"},
        ),
    }
    assert serve(event, lambda _: [], schema=lambda _: found) == printed


@pytest.mark.parametrize(("name", "device"), [*zip(LIFECYCLES, ["myModelId", "myAssetId"], strict=True)])
def test_printed_schema_is_that_of_a_table_as_far_as_tables_have_one(name: str, device: str) -> None:
    event, printed = as_printed(name)
    table = FakeTable(
        [
            row(device, 5, myProperty1={"N": "1.5"}, myProperty2={"S": "property2Value"}),
            row("another", 6, theirs={"N": "1"}),
        ]
    )
    # Rows know no units, and no attributes apart from time series; nor need they say where they are.
    first, second = (printed["properties"][name]["definition"] for name in ("myProperty1", "myProperty2"))
    del first["configuration"], first["dataType"]["unitOfMeasure"]
    second = {"dataType": second["dataType"], "isTimeSeries": True, "isStoredExternally": True}
    assert ask(event, table) == {
        "properties": {"myProperty1": {"definition": first}, "myProperty2": {"definition": second}}
    }
    (query,) = table.queries
    assert query.partition == ("device_id", device), "the external id's value is the device"


@pytest.mark.parametrize("name", LIFECYCLES)
def test_printed_schema_is_that_of_an_asset_model(name: str) -> None:
    event, printed = as_printed(name)
    with pytest.raises(ConfigurationError, match="sitewiseAssetModelId has no value"):
        ask_sitewise(event, FakeSiteWise({}))  # the page's own connector calls it modelId
    model, property_id, other_id = (f"a1b2c3d4-0000-4000-8000-00000000000{n}" for n in range(3))
    event["properties"]["sitewiseAssetModelId"] = {"value": {"stringValue": model}}
    listed = [
        {"id": property_id, "name": "myProperty1", "dataType": "DOUBLE", "unit": "%", "type": {"metric": {}}},
        {"id": other_id, "name": "myProperty2", "dataType": "STRING", "type": {"attribute": {}}},
    ]
    # Our configuration names the SiteWise property, and an attribute stays in SiteWise.
    first, second = (printed["properties"][name]["definition"] for name in ("myProperty1", "myProperty2"))
    first["configuration"] = {"sitewisePropertyId": property_id}
    second = {
        "dataType": second["dataType"],
        "isTimeSeries": second["isTimeSeries"],
        "isStoredExternally": True,
        "configuration": {"sitewisePropertyId": other_id},
    }
    assert ask_sitewise(event, FakeSiteWise({}, models={model: listed})) == {
        "properties": {"myProperty1": {"definition": first}, "myProperty2": {"definition": second}}
    }


# --- dataWriter --------------------------------------------------------------------------------


def test_printed_values_are_written_to_the_table() -> None:
    event = load(PRINTED, "datawriter.request")
    table = FakeTable([])
    assert ask(event, table) == {"errorEntries": []}
    assert table.rows == [
        row("myEntity", 1626201120000, Temperature={"N": "95.6958"}),
        row("myEntity", 1626201132000, Temperature={"N": "80.6959"}),
    ]


def test_printed_values_are_written_to_sitewise() -> None:
    event = load(PRINTED, "datawriter.request")
    store = FakeSiteWise({"/myEntity/Temperature": []})
    assert ask_sitewise(event, store) == {"errorEntries": []}
    (((address, values),),) = store.written
    assert address.alias == "/myEntity/Temperature"
    assert values == [
        sitewise_value(1626201120 * NANOSECONDS, doubleValue=95.6958),
        sitewise_value(1626201132 * NANOSECONDS, doubleValue=80.6959),
    ]


def test_printed_failure_is_answered_as_printed_but_for_its_code() -> None:
    event = load(PRINTED, "datawriter.request")
    printed = load(PRINTED, "datawriter.response")
    (error,) = printed["errorEntries"][0]["errors"]
    # The page answers for another instant than the one it was asked with, so it is asked again.
    (entry,) = event["entries"]
    assert entry["propertyValues"][0]["timestamp"] < parse_time(
        error["entry"]["propertyValues"][0]["time"]
    ) // (NANOSECONDS)
    event["entries"] = [error["entry"]]
    assert {**entry, "propertyValues": []} == {**error["entry"], "propertyValues": []}
    table = FakeTable([], refusals={"myEntity": StoreError(error["errorMessage"])})
    # "409" is the page's store speaking; a code of ours says who failed.
    error["errorCode"] = "ConnectorFailureException"
    assert ask(event, table) == printed


def test_printed_values_fail_each_alone() -> None:
    event = load(PRINTED, "datawriter.request")
    (entry,) = event["entries"]
    refusing = FakeTable([], refusals={"myEntity": StoreError("no")})
    store = FakeSiteWise({"/myEntity/Temperature": []}, refused=[1626201132 * NANOSECONDS])
    for answer, codes, failed in (
        (ask(event, refusing), ["ConnectorFailureException"] * 2, entry["propertyValues"]),
        (ask_sitewise(event, store), ["TimestampOutOfRangeException"], entry["propertyValues"][1:]),
    ):
        errors = [one for item in answer["errorEntries"] for one in item["errors"]]
        assert [error["errorCode"] for error in errors] == codes
        assert [error["entry"] for error in errors] == [{**entry, "propertyValues": [v]} for v in failed]
