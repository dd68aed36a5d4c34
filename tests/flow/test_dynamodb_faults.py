"""The DynamoDB connector's handler on the embedded DynamoDB over HTTP, with faults between the two."""

from __future__ import annotations

import itertools
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector_kit import ConnectorError
from dynamodb_connector import handler as dynamodb
from tests.support.connector_events import load_event
from tests.support.fake_table import row
from tests.support.faults import Context, Faults, Proxy
from tests.support.random_series import (
    MILLISECOND,
    NAMES,
    Draw,
    Store,
    attribute,
    check,
    draws,
    make_case,
    rows_of,
)
from tests.support.soak import repetitions
from tests.support.store_readers import BIG, ROWS, START, Answer, row_values

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def ask(dynamodb_ask: Callable[..., Answer]) -> Callable[..., Answer]:
    """The handler."""
    return dynamodb_ask


def pages(ask: Callable[..., Answer], **changes: Any) -> list[Answer]:
    answers = [ask(**changes)]
    while answers[-1]["nextToken"]:
        answers.append(ask(**changes, nextToken=answers[-1]["nextToken"]))
    return answers


@pytest.mark.parametrize("size", [1, 3, 4, BIG, 200])
@pytest.mark.parametrize("order", ["ASCENDING", "DESCENDING"])
def test_pages_are_complete_when_dynamodb_ends_its_own_after_a_megabyte(
    ask: Callable[..., Answer], proxy: Proxy, size: int, order: str
) -> None:
    answers = pages(ask, maxResults=size, orderByTime=order)
    assert row_values(*answers) == (ROWS if order == "ASCENDING" else ROWS[::-1])
    assert all(len(row_values(page)) == size for page in answers[: BIG // size])
    if size == 200:
        assert proxy.faults.calls > 3, "DynamoDB gave it in one page: this test is about many"


def test_pages_are_complete_when_dynamodb_gives_empty_ones_with_a_key(
    ask: Callable[..., Answer], proxy: Proxy
) -> None:
    proxy.faults = Faults({2: "empty", 3: "empty", 5: "empty"})
    answer = ask()
    assert (row_values(answer), answer["nextToken"]) == (ROWS, None)
    first = ask(maxResults=2)
    proxy.faults = Faults({1: "empty"})
    assert row_values(ask(maxResults=2, nextToken=first["nextToken"])) == [2.0, 3.0]


def test_call_is_retried_after_a_timeout(ask: Callable[..., Answer], proxy: Proxy) -> None:
    proxy.faults = Faults({2: 6.0})
    assert row_values(ask()) == ROWS


# --- random series through the real store ------------------------------------------------------

SERIES = st.lists(
    st.tuples(
        st.integers(-2, 620).map(lambda seconds: seconds * 1000),
        st.none() | st.integers(-9, 9),
        st.none() | st.sampled_from(["AUTO", "SETUP", "OFF"]),
    ),
    max_size=25,
    unique_by=lambda point: point[0],
)
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@pytest.mark.soak
@settings(max_examples=repetitions(10, 250), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    series=SERIES,
    start=st.sampled_from([-1, 0, 1, 300]),
    end=st.sampled_from([300, 599, 600]),
    ascending=st.booleans(),
    size=st.integers(1, 8),
    sign=st.sampled_from(["", *OPERATORS]),
    operand=st.integers(-9, 9),
)
def test_pages_of_the_real_store_are_the_series(
    ask: Callable[..., Answer],
    table: Callable[..., None],
    series: list[tuple[int, int | None, str | None]],
    start: int,
    end: int,
    ascending: bool,
    size: int,
    sign: str,
    operand: int,
) -> None:
    device = f"press-{uuid.uuid4().hex}"
    for offset, pressure, mode in series:  # in the order drawn, which is not that of time
        attributes: dict[str, Any] = {}
        if pressure is not None:
            attributes["pressure"] = {"N": str(pressure)}
        if mode is not None:
            attributes["operating_mode"] = {"S": mode}
        table(row(device, START + offset, **attributes))
    second = START // 1000
    changes: dict[str, Any] = {
        "selectedProperties": ["mode", "pressure"],
        "startTime": None,
        "endTime": None,
        "startDateTime": second + start,
        "endDateTime": second + end,
        "orderByTime": "ASCENDING" if ascending else "DESCENDING",
    }
    if sign:
        changes["propertyFilters"] = [
            {"propertyName": "pressure", "operator": sign, "value": {"doubleValue": operand}}
        ]
    inside = sorted(
        (point for point in series if start * 1000 < point[0] <= end * 1000), reverse=not ascending
    )
    keeps = OPERATORS.get(sign, lambda _, __: True)
    model = {
        "pressure": [float(p) for _, p, _ in inside if p is not None and keeps(p, operand)],
        "mode": [m for _, _, m in inside if m is not None],
    }
    whole = ask(device=device, **changes, maxResults=200)
    assert whole["nextToken"] is None
    walk = pages(ask, device=device, **changes, maxResults=size)
    for name, expected in model.items():
        assert row_values(whole, name=name) == expected
        assert row_values(*walk, name=name) == expected
        assert all(len(row_values(page, name=name)) <= size for page in walk)
    # A token is valid later too, with pages of another size.
    for kept, page in itertools.islice(enumerate(walk[:-1], 1), 3):
        rest = ask(device=device, **changes, maxResults=200, nextToken=page["nextToken"])
        for name in model:
            assert row_values(rest, name=name) == row_values(*walk[kept:], name=name)


@pytest.mark.soak
@settings(max_examples=repetitions(6, 120), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw=draws(st.integers(0, 60), st.integers(3, 40)))
def test_pages_of_a_component_type_are_the_points_in_the_real_index(
    ask: Callable[..., Answer], table: Callable[..., None], draw: Draw
) -> None:
    mark = uuid.uuid4().hex
    presses = tuple(f"press-{number}-{mark}" for number in range(3))
    store = Store(presses, NAMES, attribute, MILLISECOND, together=True)
    case = make_case(store, START * MILLISECOND, draw)
    table(*rows_of(case, f"com.example.{mark}"))
    event = load_event("history_by_component_type", componentTypeId=f"com.example.{mark}")
    check(lambda event: dynamodb.handler(event, Context()), event, case, presses)


def test_refusal_of_a_missing_table_names_the_setting(
    ask: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLE_NAME", "nowhere")
    dynamodb._environment_and_client.cache_clear()
    with pytest.raises(ConnectorError, match="check TABLE_NAME"):
        ask()
