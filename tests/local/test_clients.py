"""The addresses that a client may have."""

from __future__ import annotations

import pytest

from twin_stack.local.clients import require_loopback
from twin_stack.local.state import LocalError


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
