"""Both connectors, when calls to their stores fail: complete answers, or errors in time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from connector_kit import StoreError
from tests.support.faults import Faults
from tests.support.soak import SOAK

if TYPE_CHECKING:
    from tests.support.faults import Proxy
    from tests.support.store_readers import Reader

pytestmark = pytest.mark.slow


STORES = ("dynamodb", "sitewise")
TRANSIENT = ("throttle", "error", "reset")
PASSING = [(store, fault) for store in STORES for fault in TRANSIENT]


@pytest.mark.soak
@pytest.mark.parametrize(
    ("store", "faults"), [("dynamodb", (*TRANSIENT, "overload")), ("sitewise", TRANSIENT)], ids=STORES
)
def test_answer_is_complete_after_a_transient_failure_of_any_call(
    reader: Reader, proxy: Proxy, faults: tuple[str, ...]
) -> None:
    """``make soak`` lets each call fail in each way; elsewhere the calls take turns."""
    reader.ask()
    calls = proxy.faults.calls
    assert calls >= max(reader.least, len(faults))
    for number in range(1, calls + 1):
        for fault in faults if SOAK else [faults[number % len(faults)]]:
            proxy.faults = Faults({number: fault})
            answer = reader.ask()
            assert (reader.values(answer), answer["nextToken"]) == (reader.everything, None), (number, fault)
            assert proxy.faults.calls == calls + 1, (number, fault, "is made once more, and no other")


@pytest.mark.parametrize("store", STORES)
def test_permanent_failure_of_any_call_is_raised(reader: Reader, proxy: Proxy) -> None:
    reader.ask()
    for number in range(1, proxy.faults.calls + 1):
        proxy.faults = Faults({number: "refuse"})
        with pytest.raises(StoreError, match=reader.call) as raised:
            reader.ask()
        assert "AccessDenied" in str(raised.value)
        assert "allow the function's role" in str(raised.value)
        assert "request: workspaceId" in str(raised.value)
        assert proxy.faults.calls == number, "what is forbidden is not tried again"


@pytest.mark.parametrize(("store", "fault"), PASSING)
def test_error_is_raised_before_lambdas_timeout_when_the_store_never_recovers(
    reader: Reader, proxy: Proxy, fault: str
) -> None:
    proxy.faults = Faults(always=fault)
    started = time.monotonic()
    with pytest.raises(StoreError, match=rf"{reader.call} .* failed after \d+ tries"):
        reader.ask(seconds=7)
    assert time.monotonic() - started < 7
    assert proxy.faults.calls >= 2


@pytest.mark.parametrize(("store", "late"), [("dynamodb", 0.4), ("sitewise", 0.3)])
def test_error_names_the_time_when_it_runs_out_between_calls(
    reader: Reader, proxy: Proxy, late: float
) -> None:
    proxy.faults = Faults(always=late)
    started = time.monotonic()
    with pytest.raises(
        StoreError, match=r"time runs out after [1-9] calls.*shorter range or fewer properties"
    ):
        reader.ask(seconds=6.2)
    assert time.monotonic() - started < 6.2
