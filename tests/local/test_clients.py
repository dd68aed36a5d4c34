"""The addresses that a client may have, and the clients of a thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from twin_stack.local.clients import make_client, require_loopback
from twin_stack.local.state import ACCOUNT, REGION, Access, LocalError


@pytest.mark.parametrize(
    "endpoint",
    ["https://iottwinmaker.us-east-1.amazonaws.com", "http://10.0.0.1:14566", "ftp://127.0.0.1", "nonsense"],
)
def test_address_is_refused_when_it_is_not_this_machine(endpoint: str) -> None:
    with pytest.raises(LocalError) as caught:
        require_loopback(endpoint)

    assert str(caught.value) == (
        f'"{endpoint}" is not an address of this machine; the local twin is only ever deployed to '
        "127.0.0.1, use `cdk deploy` for AWS"
    )


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"])
def test_address_is_taken_when_it_is_this_machine(endpoint: str) -> None:
    assert require_loopback(endpoint) == endpoint


def test_thread_has_one_client_of_a_service_for_each_account_and_region() -> None:
    access = Access("http://127.0.0.1:1", "secret")
    client = make_client(access, "ssm")

    assert make_client(access, "ssm", account=ACCOUNT, region=REGION) is client
    others = [
        make_client(Access("http://127.0.0.1:2", "secret"), "ssm"),
        make_client(access, "sts"),
        make_client(access, "ssm", account="111122223333"),
        make_client(access, "ssm", region="eu-central-1"),
        make_client(access, "ssm", attempts=1),
    ]
    assert len({id(other) for other in [client, *others]}) == 6
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(make_client, access, "ssm").result() is not client
