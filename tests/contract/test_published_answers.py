"""Answers as AWS documents them or as they were captured, by the rules of the contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.connector_answers import ask_rows, checked_pages, names_in_store, sample_rows
from tests.support.published_cases import CAPTURED, DOCUMENTED, load_case
from twin_stack.contract import Code, check_answer
from twin_stack.contract.times import parse_time

Load = Callable[[str, str], Any]


def codes(event: Any, answer: Any) -> list[str]:
    return [f"{violation.path} {violation.code}" for violation in check_answer(event, answer)]


@pytest.fixture(name="load")
def _load() -> Load:
    return load_case


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        (CAPTURED, "synthetic_v2_lambda_event"),
        (CAPTURED, "synthetic_v3_lambda_event"),
        (CAPTURED, "timestream_2_lambda_event"),
        (CAPTURED, "windfarm_lambda_event"),
        (DOCUMENTED, "datareaderbyentity_and_datareader.request"),
        (DOCUMENTED, "attributepropertyvaluereaderbyentity.request"),
    ],
)
def test_captured_and_documented_events_are_answered_by_the_contract(
    load: Load, folder: str, name: str
) -> None:
    event = load(folder, name)
    ids = [prop.get("value", {}).get("stringValue") for prop in event["properties"].values()]
    # The first rows are outside of the range.
    start = parse_time(event.get("startTime", "2026-01-01T00:00:00Z")) // 1_000_000 - 3_000
    stored = [
        item
        for device in {event["entityId"], *filter(None, ids)}
        for item in sample_rows(device, names_in_store(event), start)
    ]
    checked_pages(event, lambda page_event: ask_rows(page_event, stored))


def test_captured_answer_has_the_deprecated_timestamp_alone(load: Load) -> None:
    event = load(CAPTURED, "timestream_2_lambda_event")
    answer = load(CAPTURED, "timestream_5_lambda_response")
    # AWS's helper for Timestream writes no time; App Kit does not read its timestamp.
    assert codes(event, answer) == ["$.propertyValues[0].values[0].timestamp UDQ033"]


def test_documented_history_has_a_point_at_its_exclusive_start(load: Load) -> None:
    event = load(DOCUMENTED, "datareaderbyentity_and_datareader.request")
    answer = load(DOCUMENTED, "datareaderbyentity_and_datareader.response")
    # The page has a value at the exact startTime, which AWS's own reader excludes.
    assert codes(event, answer) == [f"$.propertyValues[0].values[0].time {Code.OUTSIDE_RANGE}"]


@pytest.mark.parametrize("name", ["attributepropertyvaluereaderbyentity", "datawriter"])
def test_documented_answer_breaks_no_rule(load: Load, name: str) -> None:
    event, answer = (load(DOCUMENTED, f"{name}.{kind}") for kind in ("request", "response"))
    if name == "datawriter":
        # The page's error has another point than the event; id and reference identify the entry.
        assert event["entries"][0] != answer["errorEntries"][0]["errors"][0]["entry"]
    assert codes(event, answer) == []


@pytest.mark.parametrize("name", ["schemainitializer", "schema_initializer_in_entity_lifecycle"])
def test_documented_initializer_omits_the_storage_of_its_time_series(load: Load, name: str) -> None:
    event, answer = (load(DOCUMENTED, f"{name}.{kind}") for kind in ("request", "response"))
    series = next(iter(answer["properties"]))
    # A warning, since the page itself sets the one flag without the other.
    assert codes(event, answer) == [
        f"$.properties.{series}.definition.isStoredExternally {Code.NOT_STORED_EXTERNALLY}"
    ]
