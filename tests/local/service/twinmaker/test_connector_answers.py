"""Answers of connectors before they are passed on."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.local.service import FunctionFailedError
from twin_stack.local.service.twinmaker.connector_answers import read_attributes, read_history

REFERENCE = {"entityId": "e", "componentName": "c", "propertyName": "p"}


def history(**members: Any) -> Any:
    values = [{"time": "2026-01-01T00:00:00Z", "value": {"doubleValue": 1.5}}]
    return {"propertyValues": [{"entityPropertyReference": REFERENCE, "values": values}], **members}


def test_series_and_token_are_read() -> None:
    series, token = read_history(history(nextToken="page 2"))

    assert series == history()["propertyValues"]
    assert token == "page 2"


def test_an_answer_without_token_is_the_last_page() -> None:
    assert read_history(history(nextToken=None))[1] is None


def test_a_token_that_does_not_fit_into_ours_is_refused() -> None:
    with pytest.raises(FunctionFailedError, match="nextToken must have at most 12000 characters here"):
        read_history(history(nextToken="x" * 12_001))


def test_an_answer_of_another_form_is_refused_with_its_place() -> None:
    with pytest.raises(FunctionFailedError, match="propertyValues"):
        read_history({"values": []})


def test_attributes_are_read_by_property() -> None:
    value = {"propertyReference": REFERENCE, "propertyValue": {"stringValue": "ACME"}}

    assert read_attributes({"propertyValues": {"p": value}}) == {"p": value}
