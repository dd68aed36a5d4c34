"""Checks of a parsed answer against its event."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.contract_answers import (
    ATTRIBUTE,
    BY_TYPE,
    EVERY_MINUTE,
    HISTORY,
    LATEST,
    attributes,
    by_type,
    filtered,
    history,
    item,
    of_value,
    point,
)
from twin_stack.contract import Code
from twin_stack.contract.connector_request import ConnectorRequest
from twin_stack.contract.history import check_attributes, check_history
from twin_stack.contract.reading import read_attributes, read_history
from twin_stack.contract.violations import Report

ITEM = "$.propertyValues[0]"


def check(event: Any, answer: Any) -> list[tuple[str, Code]]:
    parsed = read_history(Report(), answer)
    report = Report()
    check_history(report, ConnectorRequest(event), parsed)
    return [(violation.path, violation.code) for violation in report]


def test_start_is_exclusive_and_end_inclusive() -> None:
    assert check(HISTORY, history(item(point(0), point(1), point(10), point(11)))) == [
        (f"{ITEM}.values[0].time", Code.OUTSIDE_RANGE),
        (f"{ITEM}.values[3].time", Code.OUTSIDE_RANGE),
    ]


def test_order_is_ascending_unless_the_event_says_otherwise() -> None:
    rising, falling = history(item(point(1), point(2))), history(item(point(2), point(1)))
    wrong = [(f"{ITEM}.values[1].time", Code.WRONG_ORDER)]
    assert (check(HISTORY, rising), check(HISTORY, falling)) == ([], wrong)
    newest_first = HISTORY | {"orderByTime": "DESCENDING"}
    assert (check(newest_first, rising), check(newest_first, falling)) == (wrong, [])


def test_unreadable_time_is_skipped_between_its_neighbours() -> None:
    assert check(HISTORY, history(item(point(2), point(1, time="noon"), point(1)))) == [
        (f"{ITEM}.values[2].time", Code.WRONG_ORDER)
    ]


def test_interpolated_points_are_whole_intervals_apart() -> None:
    assert check(EVERY_MINUTE, history(item(point(1), point(3), point(3.5)))) == [
        (f"{ITEM}.values[2].time", Code.INTERPOLATION_IGNORED)
    ]


def test_points_beyond_the_limit_are_reported_once_a_property() -> None:
    one_point = BY_TYPE | {"maxResults": 1}
    items = [by_type({"pressId": name})["propertyValues"][0] for name in ("a", "b", "c")]
    assert check(one_point, history(*items)) == [("$.propertyValues[1].values", Code.TOO_MANY_POINTS)]


def test_series_of_a_component_type_are_told_apart_by_external_id() -> None:
    items = [by_type({"pressId": name})["propertyValues"][0] for name in ("a", "b", "a")]
    assert check(BY_TYPE, history(*items)) == [
        ("$.propertyValues[2].entityPropertyReference", Code.SERIES_TWICE)
    ]


def test_series_of_an_entity_are_told_apart_by_property_alone() -> None:
    with_id = item(point(2), externalIdProperty={"pressId": "b"})
    assert check(HISTORY, history(item(point(1)), with_id)) == [
        ("$.propertyValues[1].entityPropertyReference", Code.SERIES_TWICE)
    ]


@pytest.mark.parametrize(
    ("operator", "operand", "is_kept"),
    [
        ("=", 1.5, True),
        ("!=", 1.5, False),
        ("<", 1.5, False),
        ("<=", 1.5, True),
        (">", 1.5, False),
        (">=", 1.5, True),
        ("=", "1.5", True),
        (">", "2", False),
        ("LIKE", 2, True),
        (">", "hot", True),
    ],
)
def test_value_is_compared_with_the_filter(operator: str, operand: Any, is_kept: bool) -> None:
    expected = [] if is_kept else [(f"{ITEM}.values[0].value.doubleValue", Code.FILTER_IGNORED)]
    assert check(filtered(operator, operand), history(item(point(1, value=1.5)))) == expected


def test_type_of_a_series_is_that_of_its_first_point() -> None:
    undeclared = HISTORY | {"properties": {}}
    values = [point(1), point(2) | {"value": {"longValue": 1}}, point(3)]
    assert check(undeclared, history(item(*values))) == [
        (f"{ITEM}.values[1].value.longValue", Code.MIXED_TYPES)
    ]


@pytest.mark.parametrize(
    ("event", "answer", "codes"),
    [
        (HISTORY, history(), []),
        (HISTORY, history(item(point(1)), nextToken="a"), []),
        (HISTORY, history(nextToken="a"), [Code.TOKEN_ON_EMPTY_PAGE]),
        (HISTORY, history(item(), nextToken="a"), [Code.TOKEN_ON_EMPTY_PAGE]),
        (LATEST, history(nextToken="a"), [Code.LATEST_VALUE_MISSED]),
        (HISTORY | {"nextToken": "a"}, history(item(point(1)), nextToken="a"), [Code.TOKEN_REPEATED]),
        (
            HISTORY | {"nextToken": "a"},
            history(nextToken="a"),
            [Code.TOKEN_REPEATED, Code.TOKEN_ON_EMPTY_PAGE],
        ),
    ],
)
def test_token_leads_to_further_points(event: Any, answer: Any, codes: list[Code]) -> None:
    assert check(event, answer) == [("$.nextToken", code) for code in codes]


@pytest.mark.parametrize("external_id", [None, {}])
def test_points_of_a_component_type_need_an_external_id(external_id: Any) -> None:
    path = f"{ITEM}.entityPropertyReference.externalIdProperty"
    assert check(BY_TYPE, by_type(external_id)) == [(path, Code.NO_EXTERNAL_ID)]


def test_property_of_another_name_is_not_selected() -> None:
    path = f"{ITEM}.entityPropertyReference.propertyName"
    assert check(HISTORY, history(item(name="strokes"))) == [(path, Code.NOT_SELECTED)]


def test_value_of_another_type_is_not_compared_with_filters() -> None:
    assert check(filtered("=", 7), of_value({"longValue": 1})) == [
        (f"{ITEM}.values[0].value.longValue", Code.OTHER_TYPE)
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (attributes(), []),
        (
            attributes(named="ratedForce"),
            [("$.propertyValues.maker.propertyReference.propertyName", Code.KEY_DIFFERS)],
        ),
        (
            attributes(entityId="press-8"),
            [("$.propertyValues.maker.propertyReference.entityId", Code.WRONG_COMPONENT)],
        ),
        (
            attributes(value={"doubleValue": 1.5}),
            [("$.propertyValues.maker.propertyValue.doubleValue", Code.OTHER_TYPE)],
        ),
    ],
    ids=["right", "another name", "another entity", "another type"],
)
def test_attributes_are_checked_by_key_owner_and_type(answer: Any, expected: list[tuple[str, Code]]) -> None:
    report = Report()
    check_attributes(report, ConnectorRequest(ATTRIBUTE), read_attributes(Report(), answer))
    assert [(violation.path, violation.code) for violation in report] == expected
