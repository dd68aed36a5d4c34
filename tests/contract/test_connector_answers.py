"""Answers of our connectors, by the rules of the contract."""

from __future__ import annotations

from typing import Any

import pytest

from connector_kit import StoreError, serve
from sitewise_connector.environment import Environment as SiteWise
from sitewise_connector.query import sources_for as sitewise_sources
from tests.support.connector_answers import ask_rows, checked_pages, names_in_store, sample_rows
from tests.support.connector_events import EVENTS as EVENTS_FOLDER
from tests.support.connector_events import load_event, milliseconds
from tests.support.fake_sitewise import FakeSiteWise, sitewise_value
from twin_stack.contract import check_answer
from twin_stack.contract.times import parse_time

EVENTS = sorted(path.stem for path in EVENTS_FOLDER.glob("*.json"))
READS = [name for name in EVENTS if name not in {"data_writer", "schema_initializer"}]
ORDERS = [{}, {"orderByTime": "ASCENDING"}, {"orderByTime": "DESCENDING"}]
LIMITS = [{}, {"maxResults": 1}, {"maxResults": 3}]


@pytest.mark.parametrize("limit", LIMITS, ids=str)
@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("name", [name for name in READS if not name.startswith("sitewise")])
def test_dynamodb_connector_answers_by_the_contract(name: str, order: Any, limit: Any) -> None:
    event = load_event(name)
    stored = sample_rows("press-7", names_in_store(event), milliseconds("2026-03-02T06:00:00"))
    if "startTime" in event:
        event |= order | limit
    pages = checked_pages(event, lambda page_event: ask_rows(page_event, stored))
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
        prop["definition"]["configuration"]["sitewisePropertyId"]: [
            sitewise_value(start + step * 10**9, **kinds[prop["definition"]["dataType"]["type"]])
            for step in range(20)
        ]
        for prop in event["properties"].values()
        if prop["definition"].get("configuration")
    }
    if "startTime" in event:
        event |= order | limit
    stored = FakeSiteWise(series)
    pages = checked_pages(
        event,
        lambda page_event: serve(page_event, lambda request: sitewise_sources(request, SiteWise(), stored)),
    )
    assert any(page["propertyValues"] for page in pages)


@pytest.mark.parametrize("with_known", [True, False])
def test_dynamodb_connector_initializes_by_the_contract(*, with_known: bool) -> None:
    event = load_event("schema_initializer")
    stored = sample_rows("press-7", names_in_store(event), milliseconds("2026-03-02T06:00:00"))
    if not with_known:
        event["properties"] = {"pressId": event["properties"]["pressId"]}
    answer = ask_rows(event, stored)
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
    answer = ask_rows(event, [], refusals=refusals)
    assert list(map(str, check_answer(event, answer))) == []
    assert len(answer["errorEntries"]) == refused
