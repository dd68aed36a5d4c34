"""Values of asset properties: writing, history in pages, batches."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.support.sitewise import NOW, history, put, seconds, tqv


def test_history_begins_after_the_start_and_ends_with_the_end_when_read(sitewise: Any, mixer: Any) -> None:
    put(sitewise, mixer["target"], *(tqv(n) for n in range(-20, 1)))
    points = history(sitewise, mixer["target"], -5, -2)["assetPropertyValueHistory"]
    assert seconds(points) == [-4, -3, -2]
    assert points[0]["value"] == {"doubleValue": -4.0}
    descending = history(sitewise, mixer["target"], -5, -2, timeOrdering="DESCENDING")
    assert seconds(descending["assetPropertyValueHistory"]) == [-2, -3, -4]
    points = sitewise.get_asset_property_value_history(**mixer["target"])["assetPropertyValueHistory"]
    assert len(points) == 21


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 4])
@pytest.mark.parametrize("order", ["ASCENDING", "DESCENDING"])
def test_pages_of_a_history_have_each_point_once(sitewise: Any, mixer: Any, order: str, size: int) -> None:
    put(sitewise, mixer["target"], *(tqv(n) for n in range(-25, 0)), tqv(-7, quality="BAD"))
    pages = sitewise.get_paginator("get_asset_property_value_history").paginate(
        **mixer["target"],
        startDate=NOW - 100,
        endDate=NOW,
        timeOrdering=order,
        PaginationConfig={"PageSize": size},
    )
    points = [point for page in pages for point in page["assetPropertyValueHistory"]]
    assert len(points) == 26
    assert seconds(points) == sorted(seconds(points), reverse=order == "DESCENDING")
    bad_values = history(sitewise, mixer["target"], -100, 0, qualities=["BAD"])
    assert seconds(bad_values["assetPropertyValueHistory"]) == [-7]
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="at most 20000, got 20001"):
        history(sitewise, mixer["target"], -100, 0, maxResults=20001)


def test_a_point_replaces_only_one_of_its_time_and_quality_when_put(sitewise: Any, mixer: Any) -> None:
    put(sitewise, mixer["target"], tqv(-1, 1), tqv(-1, 2), tqv(-1, 3, quality="BAD"), tqv(-1, 4, nanos=5))
    points = history(sitewise, mixer["target"], -10, 0)["assetPropertyValueHistory"]
    assert [(p["value"]["doubleValue"], p["quality"]) for p in points] == [
        (3, "BAD"),
        (2, "GOOD"),
        (4, "GOOD"),
    ]
    latest = sitewise.get_asset_property_value(**mixer["target"])["propertyValue"]
    assert latest["timestamp"]["offsetInNanos"] == 5


def test_wrong_values_are_returned_with_errors(sitewise: Any, mixer: Any) -> None:
    week = 7 * 86_400
    bad = [tqv(-week - 1), tqv(601), tqv(0, {"stringValue": "hot"}), tqv(0, {})]
    good = [tqv(-week), tqv(600)]
    errors = put(sitewise, mixer["target"], *bad, *good)[0]["errors"]
    assert [error["errorCode"] for error in errors] == [
        "TimestampOutOfRangeException",
        "TimestampOutOfRangeException",
        "InvalidRequestException",
        "InvalidRequestException",
    ]
    message = "the property is of type DOUBLE and takes doubleValue, got stringValue"
    assert errors[2]["errorMessage"] == message
    points = sitewise.get_asset_property_value_history(**mixer["target"])["assetPropertyValueHistory"]
    assert points == []
    entry = {"entryId": "a", **mixer["target"], "propertyValues": bad + good}
    sitewise.batch_put_asset_property_value(entries=[entry], enablePartialEntryProcessing=True)
    points = history(sitewise, mixer["target"], -week - 2, 700)["assetPropertyValueHistory"]
    assert seconds(points) == [-week, 600]
    missing = {"assetId": str(uuid.uuid4()), "propertyId": str(uuid.uuid4())}
    assert put(sitewise, missing, tqv(0))[0]["errors"][0]["errorCode"] == "ResourceNotFoundException"
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="1 to 10 entries"):
        sitewise.batch_put_asset_property_value(entries=[entry] * 11)


def test_batches_answer_each_entry_when_some_fail(sitewise: Any, mixer: Any) -> None:
    put(sitewise, mixer["target"], *(tqv(n) for n in range(-5, 0)))
    put(sitewise, mixer["state"], tqv(-1, {"stringValue": "on"}))
    missing = {"assetId": str(uuid.uuid4()), "propertyId": mixer["target"]["propertyId"]}
    addresses = {"t": mixer["target"], "n": missing, "s": mixer["state"]}
    entries = [{"entryId": key, **address} for key, address in addresses.items()]
    answer = sitewise.batch_get_asset_property_value(entries=entries)
    values = {e["entryId"]: e["assetPropertyValue"]["value"] for e in answer["successEntries"]}
    assert values == {"t": {"doubleValue": -1.0}, "s": {"stringValue": "on"}}
    assert answer["errorEntries"][0]["errorCode"] == "ResourceNotFoundException"
    seen: dict[str, list[int]] = {}
    pages = 0
    token: dict[str, str] = {}
    while pages == 0 or token:
        answer = sitewise.batch_get_asset_property_value_history(entries=entries, maxResults=2, **token)
        for entry in answer["successEntries"]:
            seen.setdefault(entry["entryId"], []).extend(seconds(entry["assetPropertyValueHistory"]))
        token = {"nextToken": answer["nextToken"]} if "nextToken" in answer else {}
        pages += 1
    assert seen == {"t": [-5, -4, -3, -2, -1], "s": [-1]}
    assert pages == 3
    assert answer["skippedEntries"] == []
    answer = sitewise.batch_get_asset_property_value_history(entries=entries, maxResults=5)
    answer = sitewise.batch_get_asset_property_value_history(
        entries=entries, maxResults=5, nextToken=answer["nextToken"]
    )
    assert answer["skippedEntries"] == [{"entryId": "t", "completionStatus": "SUCCESS"}]
    with pytest.raises(sitewise.exceptions.InvalidRequestException, match="1 to 16 entries"):
        sitewise.batch_get_asset_property_value_history(entries=entries * 6)
