"""Calls of a store: what is tried again, for how long, and what is said in the end."""

from typing import Any

import botocore.session
import pytest
from aws_client import calls
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointVariantError,
    NoCredentialsError,
    ReadTimeoutError,
)

from connector_kit import Deadline, StoreError


class Clock:
    """Time that passes only where the code waits or a call takes it."""

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
        self.clock, self.errors, self.seconds, self.asked = clock, list(errors), seconds, 0

    def query(self, **parameters: Any) -> Any:
        self.asked += 1
        self.clock.left -= self.seconds
        if self.errors:
            raise self.errors.pop(0)
        return parameters


class SentError(Exception):
    """The request that a client was about to send."""


def sent(client: Any, operation: str, **parameters: str) -> tuple[str, str]:
    """Give the address that a client asks, and what it signs for."""

    def stop(request: Any, **_: Any) -> None:
        raise SentError(request)

    client.meta.events.register("before-send", stop)
    try:
        getattr(client, operation)(**parameters)
    except SentError as stopped:
        request = stopped.args[0]
        credential = request.headers["Authorization"].decode().split("Credential=")[1].split(",")[0]
        return request.url, credential.split("/", 2)[2]
    raise AssertionError("nothing was sent")


SETTINGS = [
    {},
    {"AWS_USE_FIPS_ENDPOINT": "true"},
    {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
    {"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"},
    {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
]


@pytest.mark.parametrize("settings", SETTINGS, ids=" ".join)
def test_a_client_asks_the_address_that_botocore_s_own_would(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every partition: what is left out when a client is made decides nothing."""
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", **settings}.items():
        monkeypatch.setenv(name, value)
    usual = botocore.session.get_session()
    regions = ["eu-nowhere-9", "aws-global"]
    for partition in usual.get_available_partitions():
        regions += usual.get_available_regions("dynamodb", partition)[:2]
    assert {"cn-north-1", "us-gov-east-1", "us-iso-east-1", "eusc-de-east-1"} <= set(regions)
    asked: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("dynamodb", "describe_table", {"TableName": "t"}),
        ("iotsitewise", "list_assets", {}),
    )
    for service, operation, parameters in asked:
        compared = 0
        for region in regions:
            monkeypatch.setenv("AWS_DEFAULT_REGION", region)
            try:
                wanted = sent(usual.create_client(service, region_name=region), operation, **parameters)
            except EndpointVariantError:
                continue  # of botocore's two lists the one left out is the older: it refuses more
            assert sent(calls.create_client(service), operation, **parameters) == wanted
            compared += 1
        assert compared >= 10


def test_a_client_tries_once_for_no_longer_than_a_call_is_reckoned_to_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    config = calls.create_client("dynamodb").meta.config
    assert (config.connect_timeout, config.read_timeout) == (1, 4)
    assert config.connect_timeout + config.read_timeout < calls.LONGEST_CALL
    assert config.retries["total_max_attempts"] == 1


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock(30)
    monkeypatch.setattr("time.sleep", clock.sleep)
    return clock


def ask(clock: Clock, store: Store, made: calls.Calls | None = None) -> Any:
    made = made or calls.Calls(Deadline(lambda: clock.left), "dynamodb", {"AccessDenied": "allow it"})
    return made.make(store.query, "Query", 'table "t"', Limit=1)


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
def test_what_may_pass_is_tried_again(clock: Clock, error: Exception) -> None:
    store = Store(clock, error, error, error)
    assert ask(clock, store) == {"Limit": 1}
    assert store.asked == 4
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


@pytest.mark.parametrize(("left", "asked"), [(calls.LONGEST_CALL + 0.1, 2), (calls.LONGEST_CALL + 0.09, 1)])
def test_call_is_tried_again_if_it_may_still_end_in_time(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, left: float, asked: int
) -> None:
    monkeypatch.setattr("random.uniform", lambda _, high: high)
    clock.left = left
    store = Store(clock, client_error("ThrottlingException"), client_error("ValidationException"))
    tried = " after 2 tries" if asked == 2 else ""
    with pytest.raises(StoreError, match=rf'^dynamodb:Query on table "t" failed{tried}: '):
        ask(clock, store)
    assert store.asked == asked


@pytest.mark.parametrize(
    "error",
    [client_error("AccessDenied"), client_error("ValidationException"), NoCredentialsError()],
    ids=str,
)
def test_what_will_not_pass_is_said_at_once(clock: Clock, error: Exception) -> None:
    store = Store(clock, error)
    with pytest.raises(StoreError, match=r'^dynamodb:Query on table "t" failed: ') as raised:
        ask(clock, store)
    assert store.asked == 1
    assert ("allow it" in str(raised.value)) == ("AccessDenied" in str(error))


def test_tries_end_before_lambda_does(clock: Clock) -> None:
    store = Store(clock, *[client_error("ThrottlingException")] * 1000)
    with pytest.raises(StoreError, match=r"failed after \d+ tries"):
        ask(clock, store)
    assert 5 < store.asked < 100
    assert 0 < clock.left < 2 * calls.LONGEST_CALL, "it went on as long as another call would have had time"


def test_call_that_could_outlast_lambda_is_not_begun(clock: Clock) -> None:
    store = Store(clock, seconds=10)
    made = calls.Calls(Deadline(lambda: clock.left), "dynamodb", {})
    for _ in range(3):
        ask(clock, store, made)
    with pytest.raises(StoreError, match="the function's time runs out after 3 calls, before dynamodb:Query"):
        ask(clock, store, made)
    assert store.asked == 3


def test_first_call_is_made_however_little_time_is_left(clock: Clock) -> None:
    clock.left = 0.1
    assert ask(clock, Store(clock)) == {"Limit": 1}


def test_time_left_is_lambdas() -> None:
    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 1500

    assert Deadline.of(Context()).seconds_left() == 1.5
    assert 29 < Deadline.of(None).seconds_left() <= 30
