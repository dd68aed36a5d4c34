"""Events that AWS printed or captured, answered from a table that holds the printed values."""

import json
from pathlib import Path
from typing import Any

import pytest

from connector_kit import UnsupportedError, serve
from connector_kit.times import NANOSECONDS, parse_time
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import sources_for
from tests.lambdas.fakes import FakeTable, row

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
CAPTURED = CASES / "udq_captured_events"
PRINTED = CASES / "aws_docs_udq"


def load(folder: Path, name: str) -> Any:
    if not folder.is_dir():
        pytest.skip(f"{folder.name} is not beside the repository")
    return json.loads((folder / f"{name}.json").read_text())


def ask(event: Any, rows: list[Any]) -> Any:
    return serve(event, lambda request: sources_for(request, Environment(table_name="t"), FakeTable(rows)))


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


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("schemainitializer", "schemaInitializer"),
        ("schema_initializer_in_entity_lifecycle", "schemaInitializer"),
        ("datawriter", "dataWriter"),
    ],
)
def test_printed_event_of_another_function_is_refused_by_its_name(name: str, function: str) -> None:
    event = load(PRINTED, f"{name}.request")
    with pytest.raises(UnsupportedError, match=f"as {function} does; this connector serves"):
        ask(event, [])
