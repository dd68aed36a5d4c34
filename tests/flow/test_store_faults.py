"""Both connectors, when calls to their stores fail: complete answers, or errors in time."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from connector_kit import StoreError
from tests.support.faults import Faults

if TYPE_CHECKING:
    from tests.support.faults import Proxy
    from tests.support.store_readers import Reader

pytestmark = pytest.mark.slow


STORES = ("dynamodb", "sitewise")
PASSING = [(store, fault) for store in STORES for fault in ("throttle", "error", "reset")]


@pytest.mark.parametrize(("store", "fault"), [*PASSING, ("dynamodb", "overload")])
def test_answer_is_complete_after_a_transient_failure_of_any_call(
    reader: Reader, proxy: Proxy, fault: str
) -> None:
    reader.ask()
    calls = proxy.faults.calls
    assert calls >= reader.least
    for number in range(1, calls + 1):
        proxy.faults = Faults({number: fault})
        answer = reader.ask()
        assert (reader.values(answer), answer["nextToken"]) == (reader.everything, None), number
        assert proxy.faults.calls == calls + 1, "the failed call is made once more, no other"


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
