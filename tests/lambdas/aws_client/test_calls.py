"""Calls to a service: which errors are retried, for how long, and the message in the end."""

from typing import Any

import pytest
from aws_client.calls import MAX_CALL_SECONDS, ServiceCalls
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    NoCredentialsError,
    ReadTimeoutError,
)

from connector_kit import Deadline, StoreError


class Clock:
    """Time that passes only while the code waits or a call runs."""

    def __init__(self, left: float) -> None:
        self.left = left
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.left -= seconds


def client_error(code: str, status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": "because"}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "Query",
    )


class Store:
    """An operation that fails in the given ways, then answers."""

    def __init__(self, clock: Clock, *errors: Exception, seconds: float = 0) -> None:
        self.clock, self.errors, self.seconds, self.calls = clock, list(errors), seconds, 0

    def query(self, **parameters: Any) -> Any:
        self.calls += 1
        self.clock.left -= self.seconds
        if self.errors:
            raise self.errors.pop(0)
        return parameters


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(30)
    monkeypatch.setattr("time.sleep", clock.sleep)
    return clock


def ask(clock: Clock, store: Store, service_calls: ServiceCalls | None = None) -> Any:
    service_calls = service_calls or ServiceCalls(
        Deadline(lambda: clock.left), "dynamodb", {"AccessDenied": "allow it"}
    )
    return service_calls.call(store.query, "Query", 'table "t"', Limit=1)


@pytest.mark.parametrize(
    "error",
    [
        client_error("ProvisionedThroughputExceededException"),
        client_error("ThrottlingException"),
        client_error("TooManyRequestsException", 429),
        client_error("InternalServerError", 500),
        client_error("ServiceUnavailable", 503),
        ConnectTimeoutError(endpoint_url="x"),
        ReadTimeoutError(endpoint_url="x"),
    ],
    ids=str,
)
def test_transient_error_is_retried(clock: Clock, error: Exception) -> None:
    store = Store(clock, error, error, error)
    assert ask(clock, store) == {"Limit": 1}
    assert store.calls == 4
    assert clock.pauses == sorted(clock.pauses), "each pause is longer"


def test_pauses_double_up_to_two_seconds(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[float] = []

    def longest(low: float, high: float) -> float:
        drawn.append(low)
        return high

    monkeypatch.setattr("random.uniform", longest)
    assert ask(clock, Store(clock, *[client_error("ThrottlingException")] * 7)) == {"Limit": 1}
    assert clock.pauses == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 2, 2])
    assert set(drawn) == {0.5}, "at least half of it"


@pytest.mark.parametrize(
    ("left", "expected_calls"), [(MAX_CALL_SECONDS + 0.1, 2), (MAX_CALL_SECONDS + 0.09, 1)]
)
def test_call_is_tried_again_if_it_may_still_end_in_time(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, left: float, expected_calls: int
) -> None:
    monkeypatch.setattr("random.uniform", lambda _, high: high)
    clock.left = left
    store = Store(clock, client_error("ThrottlingException"), client_error("ValidationException"))
    tried = " after 2 tries" if expected_calls == 2 else ""
    with pytest.raises(StoreError, match=rf'^dynamodb:Query on table "t" failed{tried}: '):
        ask(clock, store)
    assert store.calls == expected_calls


@pytest.mark.parametrize(
    "error",
    [client_error("AccessDenied"), client_error("ValidationException"), NoCredentialsError()],
    ids=str,
)
def test_permanent_error_is_raised_at_once(clock: Clock, error: Exception) -> None:
    store = Store(clock, error)
    with pytest.raises(StoreError, match=r'^dynamodb:Query on table "t" failed: ') as raised:
        ask(clock, store)
    assert store.calls == 1
    assert ("allow it" in str(raised.value)) == ("AccessDenied" in str(error))


def test_retries_end_before_lambdas_timeout(clock: Clock) -> None:
    store = Store(clock, *[client_error("ThrottlingException")] * 1000)
    with pytest.raises(StoreError, match=r"failed after \d+ tries"):
        ask(clock, store)
    assert 5 < store.calls < 100
    assert 0 < clock.left < 2 * MAX_CALL_SECONDS, "it went on as long as another call would have had time"


def test_call_that_could_exceed_lambdas_timeout_is_not_started(clock: Clock) -> None:
    store = Store(clock, seconds=10)
    service_calls = ServiceCalls(Deadline(lambda: clock.left), "dynamodb", {})
    for _ in range(3):
        ask(clock, store, service_calls)
    with pytest.raises(StoreError, match="the function's time runs out after 3 calls, before dynamodb:Query"):
        ask(clock, store, service_calls)
    assert store.calls == 3


def test_first_call_is_made_with_any_time_left(clock: Clock) -> None:
    clock.left = 0.1
    assert ask(clock, Store(clock)) == {"Limit": 1}
