"""Parsing of readers' answers, without their events."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.contract_answers import attributes, history, item, point, reference
from twin_stack.contract import Code
from twin_stack.contract.reading import read_attributes, read_history, read_point
from twin_stack.contract.times import parse_time
from twin_stack.contract.violations import Report

VALUE = {"doubleValue": 1.5}
MINUTE_1 = "2026-03-02T06:01:00Z"


def places(report: Report) -> list[tuple[str, Code]]:
    return [(violation.path, violation.code) for violation in report]


def test_point_has_its_time_in_nanoseconds_and_as_text() -> None:
    report = Report()
    read, cleaned = read_point(report, {"time": MINUTE_1, "value": VALUE}, "$.p")
    assert read == ("$.p", parse_time(MINUTE_1), MINUTE_1, VALUE)
    assert cleaned == {"time": MINUTE_1, "value": VALUE}
    assert report == []


def test_timestamp_alone_is_read_with_a_warning() -> None:
    report = Report()
    read, cleaned = read_point(report, {"timestamp": 1.5, "value": VALUE}, "$.p")
    assert read is not None
    assert (read.time, read.text) == (1_500_000_000, "1.5 s since 1970")
    assert cleaned == {"timestamp": 1.5, "value": VALUE}
    assert places(report) == [("$.p.timestamp", Code.DEPRECATED_TIMESTAMP)]


def test_time_wins_over_the_timestamp_beside_it() -> None:
    read, _ = read_point(Report(), {"time": MINUTE_1, "timestamp": 1, "value": VALUE}, "$.p")
    assert read is not None
    assert read.time == parse_time(MINUTE_1)


@pytest.mark.parametrize(
    ("members", "path", "code"),
    [
        ({}, "$.p.time", Code.MISSING_MEMBER),
        ({"time": "noon"}, "$.p.time", Code.BAD_TIME),
        ({"time": 5}, "$.p.time", Code.BAD_TIME),
        ({"time": "2026-03-02T06:01:00." + "0" * 16 + "Z"}, "$.p.time", Code.BAD_TIME),
        ({"timestamp": True}, "$.p.timestamp", Code.BAD_TIME),
        ({"timestamp": "5"}, "$.p.timestamp", Code.BAD_TIME),
    ],
    ids=str,
)
def test_point_without_a_readable_time_keeps_its_value(members: Any, path: str, code: Code) -> None:
    report = Report()
    read, _ = read_point(report, {**members, "value": VALUE}, "$.p")
    assert read is not None
    assert (read.time, read.value) == (None, VALUE)
    assert places(report) == [(path, code)]


def test_infinite_timestamp_is_no_time() -> None:
    read, _ = read_point(Report(), {"timestamp": float("inf"), "value": VALUE}, "$.p")
    assert read is not None
    assert read.time is None


def test_point_that_is_no_object_is_none() -> None:
    report = Report()
    assert read_point(report, 5, "$.p") == (None, None)
    assert places(report) == [("$.p", Code.WRONG_SHAPE)]


def test_history_has_the_series_and_the_token() -> None:
    report = Report()
    read = read_history(report, history(item(point(1), point(2)), nextToken="abc"))
    assert report == []
    (series,) = read.series
    assert (series.path, series.reference) == ("$.propertyValues[0]", reference())
    assert [item.path for item in series.points] == [
        "$.propertyValues[0].values[0]",
        "$.propertyValues[0].values[1]",
    ]
    assert read.token == "abc"
    assert read.document == history(item(point(1), point(2)), nextToken="abc")


def test_unreadable_value_is_null_in_the_document() -> None:
    read = read_history(Report(), history(item(point(1), {"time": MINUTE_1, "value": {}})))
    assert read.document is not None
    assert read.document["propertyValues"][0]["values"] == [point(1), {"time": MINUTE_1, "value": None}]
    assert [item.value for item in read.series[0].points] == [VALUE, None]


@pytest.mark.parametrize("token", [None, ""])
def test_empty_token_is_none(token: Any) -> None:
    report = Report()
    read = read_history(report, history(nextToken=token))
    assert read.token is None
    assert read.document == {"propertyValues": []}
    assert report == []


@pytest.mark.parametrize("token", [5, "x" * 17_881], ids=["number", "too long"])
def test_unreadable_token_is_reported_and_left_out(token: Any) -> None:
    report = Report()
    read = read_history(report, history(nextToken=token))
    assert read.document == {"propertyValues": []}
    assert places(report) == [("$.nextToken", Code.BAD_TOKEN)]


@pytest.mark.parametrize("answer", [None, [], "x", {}, {"propertyValues": {}}], ids=str)
def test_answer_of_another_shape_has_no_document(answer: object) -> None:
    report = Report()
    read = read_history(report, answer)
    assert (read.document, read.series) == (None, [])
    assert len(report) == 1


def test_wrong_reference_is_reported_at_each_member() -> None:
    report = Report()
    members = {"propertyName": 5, "entityId": 5, "externalIdProperty": {"id": 5}, "more": 1}
    read_history(report, history({"entityPropertyReference": members, "values": []}))
    where = "$.propertyValues[0].entityPropertyReference"
    assert places(report) == [
        (f"{where}.more", Code.UNKNOWN_MEMBER),
        (f"{where}.propertyName", Code.WRONG_SHAPE),
        (f"{where}.entityId", Code.WRONG_SHAPE),
        (f"{where}.externalIdProperty.id", Code.WRONG_SHAPE),
    ]


def test_attributes_are_read_by_key() -> None:
    report = Report()
    read = read_attributes(report, attributes("maker"))
    assert report == []
    assert read.items == [
        ("$.propertyValues.maker", "maker", reference("maker"), {"stringValue": "Ironside"}),
    ]
    assert read.document == attributes("maker")


def test_attribute_needs_no_value() -> None:
    report = Report()
    answer = {"propertyValues": {"maker": {"propertyReference": reference("maker")}}}
    read = read_attributes(report, answer)
    assert report == []
    assert [item.value for item in read.items] == [None]
    assert read.document == answer


def test_history_item_among_attributes_is_reported_and_left_out() -> None:
    report = Report()
    answer = {"propertyValues": {**attributes("maker")["propertyValues"], "pressure": item(point(1))}}
    read = read_attributes(report, answer)
    assert [entry.key for entry in read.items] == ["maker"]
    assert places(report) == [("$.propertyValues.pressure", Code.OTHER_FUNCTIONS_SHAPE)]
