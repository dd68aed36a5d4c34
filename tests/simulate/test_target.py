"""The AWS accounts and endpoints that a simulation may write to."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from twin_stack.errors import TwinError
from twin_stack.simulate.clients import Clients
from twin_stack.simulate.target import check_target

LOCAL = "http://127.0.0.1:14566"
AWS = "https://iottwinmaker.eu-west-1.amazonaws.com"


def clients(*endpoints: str) -> Clients:
    fake_clients: list[Any] = [SimpleNamespace(meta=SimpleNamespace(endpoint_url=url)) for url in endpoints]
    return Clients(*fake_clients)


def test_this_machine_needs_no_option() -> None:
    check_target(clients(*[LOCAL] * 6), is_aws_allowed=False, workspace=None)


@pytest.mark.parametrize("place", range(6))
def test_single_client_of_aws_is_refused(place: int) -> None:
    endpoints = [LOCAL] * 6
    endpoints[place] = AWS

    with pytest.raises(TwinError, match=f"write invented telemetry to {AWS}, which is not on this machine"):
        check_target(clients(*endpoints), is_aws_allowed=False, workspace="plant")


def test_aws_is_written_to_when_allowed_and_named() -> None:
    check_target(clients(*[AWS] * 6), is_aws_allowed=True, workspace="plant")


def test_aws_needs_a_named_workspace() -> None:
    with pytest.raises(TwinError, match="--aws needs the workspace by name: give --workspace"):
        check_target(clients(*[AWS] * 6), is_aws_allowed=True, workspace=None)


def test_aws_and_this_machine_at_once_are_refused() -> None:
    with pytest.raises(TwinError, match=f"--aws is given, but {LOCAL} is on this machine"):
        check_target(clients(LOCAL, *[AWS] * 5), is_aws_allowed=True, workspace="plant")
