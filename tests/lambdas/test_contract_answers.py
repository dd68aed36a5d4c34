"""Answers that exist, held against the contract: our connectors', AWS's documented and captured ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connector_kit import StoreError, serve
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import sources_for as table_sources
from dynamodb_connector.schema import schema_of
from dynamodb_connector.writing import write_rows
from sitewise_connector.environment import Environment as SiteWise
from sitewise_connector.query import sources_for as sitewise_sources
from tests.lambdas.fakes import FakeSiteWise, FakeTable, load_event, milliseconds, row, sitewise_value
from twin_stack.contract import Code, check_answer
from twin_stack.contract.times import parse_time

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
EVENTS = sorted(path.stem for path in (Path(__file__).parent / "events").glob("*.json"))
READS = [name for name in EVENTS if name not in {"data_writer", "schema_initializer"}]
INDEX = "by_component_type"
ORDERS = [{}, {"orderByTime": "ASCENDING"}, {"orderByTime": "DESCENDING"}]
LIMITS = [{}, {"maxResults": 1}, {"maxResults": 3}]


def case(name: str) -> Any:
    path = CASES / f"{name}.json"
    if not path.is_file():
        pytest.skip(f"{name} is not beside the repository")
    return json.loads(path.read_text())


def codes(event: Any, answer: Any) -> list[str]:
    return [f"{violation.path} {violation.code}" for violation in check_answer(event, answer)]


def rows(device: str, names: dict[str, str], start: int) -> list[Any]:
    """Rows on both edges of the range and between them, with odd values among them."""
    values: dict[str, list[Any]] = {
        "DOUBLE": [{"N": "1.25"}, {"N": "-7"}, {"S": "warm"}, {"NULL": True}],
        "INTEGER": [{"N": "12"}, {"N": "2147483648"}],
        "LONG": [{"N": "12"}, {"N": "1.5"}, {"N": "9" * 30}],
        "STRING": [{"S": "NORMAL"}, {"S": ""}, {"S": "x" * 300}],
        "BOOLEAN": [{"BOOL": True}, {"S": "maybe"}],
        "LIST": [{"L": [{"N": "1"}, {"N": "2"}]}, {"L": [{"N": "0"}] * 51}],
        "MAP": [{"M": {"Flour": {"N": "1.5"}}}, {"M": {"Flour": {"S": "some"}}}],
    }
    return [
        row(
            device,
            start + step * 1000,
            component_type_id={"S": "com.example.press"},
            **{name: values[kind][step % len(values[kind])] for name, kind in names.items() if step % 5},
        )
        for step in range(60)
    ]


def ask_table(event: Any, stored: list[Any], **more: Any) -> Any:
    environment = Environment(table_name="t", component_type_index=INDEX)
    table = FakeTable(stored, **more)
    return serve(
        event,
        lambda request: table_sources(request, environment, table),
        schema=lambda component: schema_of(component, environment, table),
        writer=lambda writes: write_rows(writes, environment, table),
    )


def walk(event: Any, ask: Any) -> list[Any]:
    """Every page, each checked."""
    pages = []
    token: dict[str, str] = {}
    while True:
        asked = event | token
        page = ask(asked)
        assert list(map(str, check_answer(asked, page))) == []
        pages.append(page)
        if not page.get("nextToken"):
            return pages
        token = {"nextToken": page["nextToken"]}


def names_in_store(event: Any) -> dict[str, str]:
    found = {}
    for name, one in event["properties"].items():
        described = one["definition"]
        configured = described.get("configuration", {}).get("attribute", name)
        found[configured] = described["dataType"]["type"]
    return found


@pytest.mark.parametrize("limit", LIMITS, ids=str)
@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("name", [name for name in READS if not name.startswith("sitewise")])
def test_dynamodb_connector_answers_by_the_contract(name: str, order: Any, limit: Any) -> None:
    event = load_event(name)
    stored = rows("press-7", names_in_store(event), milliseconds("2026-03-02T06:00:00"))
    if "startTime" in event:
        event |= order | limit
    pages = walk(event, lambda asked: ask_table(asked, stored))
    assert any(page["propertyValues"] for page in pages)


@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("limit", LIMITS, ids=str)
@pytest.mark.parametrize("name", [name for name in READS if name.startswith("sitewise")])
def test_sitewise_connector_answers_by_the_contract(name: str, order: Any, limit: Any) -> None:
    event = load_event(name)
    start = parse_time("2026-03-02T06:00:00Z")
    kinds: dict[str, dict[str, Any]] = {
        "DOUBLE": {"doubleValue": 1.5},
        "BOOLEAN": {"booleanValue": True},
        "STRING": {"stringValue": "a"},
    }
    series = {
        one["definition"]["configuration"]["sitewisePropertyId"]: [
            sitewise_value(start + step * 10**9, **kinds[one["definition"]["dataType"]["type"]])
            for step in range(20)
        ]
        for one in event["properties"].values()
        if one["definition"].get("configuration")
    }
    if "startTime" in event:
        event |= order | limit
    stored = FakeSiteWise(series)
    pages = walk(
        event, lambda asked: serve(asked, lambda request: sitewise_sources(request, SiteWise(), stored))
    )
    assert any(page["propertyValues"] for page in pages)


@pytest.mark.parametrize("with_known", [True, False])
def test_dynamodb_connector_initializes_by_the_contract(*, with_known: bool) -> None:
    event = load_event("schema_initializer")
    stored = rows("press-7", names_in_store(event), milliseconds("2026-03-02T06:00:00"))
    if not with_known:
        event["properties"] = {"pressId": event["properties"]["pressId"]}
    answer = ask_table(event, stored)
    assert list(map(str, check_answer(event, answer))) == []
    # What the component declares is left alone.
    assert ("pressure" in answer["properties"]) != with_known


@pytest.mark.parametrize(
    ("value", "refusals", "refused"),
    [
        ({"doubleValue": 1.5}, {}, 0),
        ({"doubleValue": 1.5}, {"hall-2:press-7": StoreError("no capacity")}, 1),
        ({"stringValue": "warm"}, {}, 1),
        ({}, {}, 1),
    ],
    ids=["written", "the store refuses", "another type", "no value"],
)
def test_dynamodb_connector_writes_by_the_contract(value: Any, refusals: Any, refused: int) -> None:
    event = load_event("data_writer")
    event["entries"][0]["propertyValues"][0]["value"] = value
    answer = ask_table(event, [], refusals=refusals)
    assert list(map(str, check_answer(event, answer))) == []
    assert len(answer["errorEntries"]) == refused


@pytest.mark.parametrize(
    "name",
    [
        "udq_captured_events/synthetic_v2_lambda_event",
        "udq_captured_events/synthetic_v3_lambda_event",
        "udq_captured_events/timestream_2_lambda_event",
        "udq_captured_events/windfarm_lambda_event",
        "aws_docs_udq/datareaderbyentity_and_datareader.request",
        "aws_docs_udq/attributepropertyvaluereaderbyentity.request",
    ],
)
def test_captured_and_documented_events_are_answered_by_the_contract(name: str) -> None:
    event = case(name)
    ids = [one.get("value", {}).get("stringValue") for one in event["properties"].values()]
    # The first rows are outside of the range.
    start = parse_time(event.get("startTime", "2026-01-01T00:00:00Z")) // 1_000_000 - 3_000
    stored = [
        one
        for device in {event["entityId"], *filter(None, ids)}
        for one in rows(device, names_in_store(event), start)
    ]
    walk(event, lambda asked: ask_table(asked, stored))


def test_captured_answer_has_the_deprecated_timestamp_alone() -> None:
    event = case("udq_captured_events/timestream_2_lambda_event")
    answer = case("udq_captured_events/timestream_5_lambda_response")
    # AWS's helper for Timestream writes no time; App Kit does not read its timestamp.
    assert codes(event, answer) == ["$.propertyValues[0].values[0].timestamp UDQ033"]


def test_documented_history_has_a_point_at_its_exclusive_start() -> None:
    event = case("aws_docs_udq/datareaderbyentity_and_datareader.request")
    answer = case("aws_docs_udq/datareaderbyentity_and_datareader.response")
    # The page prints a value at the very startTime, which AWS's own reader excludes.
    assert codes(event, answer) == [f"$.propertyValues[0].values[0].time {Code.OUTSIDE_RANGE}"]


@pytest.mark.parametrize("name", ["attributepropertyvaluereaderbyentity", "datawriter"])
def test_documented_answer_breaks_no_rule(name: str) -> None:
    event, answer = (case(f"aws_docs_udq/{name}.{kind}") for kind in ("request", "response"))
    if name == "datawriter":
        # The page's error repeats another point than the event has; id and reference tell entries apart.
        assert event["entries"][0] != answer["errorEntries"][0]["errors"][0]["entry"]
    assert codes(event, answer) == []


@pytest.mark.parametrize("name", ["schemainitializer", "schema_initializer_in_entity_lifecycle"])
def test_documented_initializer_leaves_storing_to_be_guessed(name: str) -> None:
    event, answer = (case(f"aws_docs_udq/{name}.{kind}") for kind in ("request", "response"))
    # A warning, since the page itself sets the one flag without the other.
    assert codes(event, answer) == [
        f"$.properties.myProperty1.definition.isStoredExternally {Code.NOT_STORED_EXTERNALLY}"
    ]
