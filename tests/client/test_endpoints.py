"""Which endpoints are on this machine."""

from __future__ import annotations

import pytest

from twin_stack.client.endpoints import is_loopback


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:14566",
        "https://127.9.9.9",
        "http://localhost:1",
        "http://[::1]:14566",
        "http://LOCALHOST",
    ],
)
def test_loopback_is_on_this_machine(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://iottwinmaker.eu-west-1.amazonaws.com",
        "http://10.0.0.7:4566",
        "http://0.0.0.0:4566",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://127.0.0.1@example.com",
        "ftp://127.0.0.1",
        "127.0.0.1",
        "",
    ],
)
def test_other_hosts_are_not_on_this_machine(url: str) -> None:
    assert not is_loopback(url)
