"""The DynamoDB connector's handler on the embedded DynamoDB over HTTP, with faults between the two."""

from __future__ import annotations

import itertools
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector_kit import ConnectorError, StoreError
from dynamodb_connector import handler as handler_module
from tests.lambdas.fakes import load_event, milliseconds, row
from tests.lambdas.model import MILLISECOND, NAMES, Draw, Store, attribute, check, draws, make_case, rows_of
from tests.local.faults import Context, Faults, Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twin_stack.pytest_plugin import LocalTwin

START = milliseconds("2026-03-02T06:00:00")
BIG = 12
Answer = dict[str, Any]
Ask = "Callable[..., Answer]"


@pytest.fixture(scope="module")
def table(local_twin: LocalTwin) -> Callable[..., None]:
    """A telemetry table; gives the function that puts rows into it."""
    client = local_twin.client("dynamodb")
    name = "telemetry-faults"
    client.create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": "device_id", "AttributeType": "S"},
            {"AttributeName": "timestamp", "AttributeType": "N"},
            {"AttributeName": "component_type_id", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "device_id", "KeyType": "HASH"},
            {"AttributeName": "timestamp", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-type",
                "KeySchema": [
                    {"AttributeName": "component_type_id", "KeyType": "HASH"},
                    {"AttributeName": "timestamp", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )

    def put(*rows: Any) -> None:
        for item in rows:
            client.put_item(TableName=name, Item=item)

    # Rows of 300 KB: a page of DynamoDB holds three of them, though nothing of their bulk is asked for.
    put(
        *(
            row("press-big", START + 1 + i, pressure={"N": str(i)}, bulk={"B": b"x" * 300_000})
            for i in range(BIG)
        )
    )
    return put


@pytest.fixture(scope="module")
def proxy(local_twin: LocalTwin) -> Iterator[Proxy]:
    with Proxy(local_twin.endpoint).running() as running:
        yield running


@pytest.fixture
def ask(
    proxy: Proxy, table: Any, local_twin: LocalTwin, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Answer]]:
    """Ask the handler as Lambda does, for the big rows; keyword arguments change the event."""
    for name, value in local_twin.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.endpoint)
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", proxy.endpoint)
    monkeypatch.setenv("TABLE_NAME", "telemetry-faults")
    monkeypatch.setenv("COMPONENT_TYPE_INDEX", "by-type")
    handler_module._table.cache_clear()
    proxy.faults = Faults()

    def act(device: str = "press-big", seconds: float = 60, **changes: Any) -> Answer:
        event = load_event("history_by_entity", **{"selectedProperties": ["pressure"], **changes})
        event["properties"]["pressId"]["value"] = {"stringValue": device}
        return handler_module.handler(event, Context(seconds))

    yield act
    handler_module._table.cache_clear()


def values(*answers: Answer, name: str = "pressure") -> list[Any]:
    return [
        next(iter(point["value"].values()))
        for answer in answers
        for item in answer["propertyValues"]
        if item["entityPropertyReference"]["propertyName"] == name
        for point in item["values"]
    ]


def pages(ask: Callable[..., Answer], **changes: Any) -> list[Answer]:
    found = [ask(**changes)]
    while found[-1]["nextToken"]:
        found.append(ask(**changes, nextToken=found[-1]["nextToken"]))
    return found


EVERYTHING = [float(i) for i in range(BIG)]


@pytest.mark.parametrize("size", [1, 3, 4, BIG, 200])
@pytest.mark.parametrize("order", ["ASCENDING", "DESCENDING"])
def test_pages_are_complete_when_dynamodb_ends_its_own_after_a_megabyte(
    ask: Callable[..., Answer], proxy: Proxy, size: int, order: str
) -> None:
    found = pages(ask, maxResults=size, orderByTime=order)
    assert values(*found) == (EVERYTHING if order == "ASCENDING" else EVERYTHING[::-1])
    assert all(len(values(page)) == size for page in found[: BIG // size])
    if size == 200:
        assert proxy.faults.calls > 3, "DynamoDB gave it in one page: this test is about many"


@pytest.mark.parametrize("fault", ["throttle", "overload", "error", "reset"])
def test_answer_is_whole_when_any_one_call_fails_in_passing(
    ask: Callable[..., Answer], proxy: Proxy, fault: str
) -> None:
    ask()
    calls = proxy.faults.calls
    assert calls >= 4
    for number in range(1, calls + 1):
        proxy.faults = Faults({number: fault})
        answer = ask()
        assert (values(answer), answer["nextToken"]) == (EVERYTHING, None), number
        assert proxy.faults.calls == calls + 1, "the failed call is made once more, no other"


def test_failure_is_raised_whichever_call_fails_for_good(ask: Callable[..., Answer], proxy: Proxy) -> None:
    ask()
    for number in range(1, proxy.faults.calls + 1):
        proxy.faults = Faults({number: "refuse"})
        with pytest.raises(
            StoreError, match=r"AccessDenied.*allow the function's role.*asked for: workspaceId"
        ):
            ask()
        assert proxy.faults.calls == number, "what is forbidden is not tried again"


def test_pages_are_complete_when_dynamodb_gives_empty_ones_with_a_key(
    ask: Callable[..., Answer], proxy: Proxy
) -> None:
    proxy.faults = Faults({2: "empty", 3: "empty", 5: "empty"})
    answer = ask()
    assert (values(answer), answer["nextToken"]) == (EVERYTHING, None)
    first = ask(maxResults=2)
    proxy.faults = Faults({1: "empty"})
    assert values(ask(maxResults=2, nextToken=first["nextToken"])) == [2.0, 3.0]


@pytest.mark.parametrize("fault", ["throttle", "error", "reset"])
def test_error_says_so_before_lambdas_own_end_when_the_store_never_recovers(
    ask: Callable[..., Answer], proxy: Proxy, fault: str
) -> None:
    proxy.faults = Faults(always=fault)
    started = time.monotonic()
    with pytest.raises(StoreError, match=r"dynamodb:Query on table .* failed after \d+ tries"):
        ask(seconds=7)
    assert time.monotonic() - started < 7
    assert proxy.faults.calls >= 2


def test_error_names_the_time_when_it_runs_out_between_calls(
    ask: Callable[..., Answer], proxy: Proxy
) -> None:
    proxy.faults = Faults(always=0.4)
    started = time.monotonic()
    with pytest.raises(
        StoreError, match=r"time runs out after [1-9] calls.*shorter range or fewer properties"
    ):
        ask(seconds=6.2)
    assert time.monotonic() - started < 6.2


def test_late_answer_is_tried_again_and_the_read_goes_on(ask: Callable[..., Answer], proxy: Proxy) -> None:
    proxy.faults = Faults({2: 6.0})
    assert values(ask()) == EVERYTHING


# --- random series through the real store ------------------------------------------------------

SERIES = st.lists(
    st.tuples(
        st.integers(-2, 620).map(lambda seconds: seconds * 1000),
        st.none() | st.integers(-9, 9),
        st.none() | st.sampled_from(["AUTO", "SETUP", "OFF"]),
    ),
    max_size=25,
    unique_by=lambda one: one[0],
)
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
    inside = sorted((one for one in series if start * 1000 < one[0] <= end * 1000), reverse=not ascending)
    keeps = OPERATORS.get(sign, lambda _, __: True)
    model = {
        "pressure": [float(p) for _, p, _ in inside if p is not None and keeps(p, operand)],
        "mode": [m for _, _, m in inside if m is not None],
    }
    whole = ask(device=device, **changes, maxResults=200)
    assert whole["nextToken"] is None
    walk = pages(ask, device=device, **changes, maxResults=size)
    for name, expected in model.items():
        assert values(whole, name=name) == expected
        assert values(*walk, name=name) == expected
        assert all(len(values(page, name=name)) <= size for page in walk)
    # Whoever kept a token may go on from there later, with pages of another size.
    for kept, page in itertools.islice(enumerate(walk[:-1], 1), 3):
        rest = ask(device=device, **changes, maxResults=200, nextToken=page["nextToken"])
        for name in model:
            assert values(rest, name=name) == values(*walk[kept:], name=name)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
    check(lambda event: handler_module.handler(event, Context()), event, case, presses)


def test_refusal_of_a_missing_table_names_the_setting(
    ask: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLE_NAME", "nowhere")
    handler_module._table.cache_clear()
    with pytest.raises(ConnectorError, match="check TABLE_NAME"):
        ask()
