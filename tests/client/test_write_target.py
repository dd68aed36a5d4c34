"""The AWS accounts and endpoints that a command may write to."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from twin_stack.client import TwinClientError
from twin_stack.client.write_target import check_write_target

LOCAL = "http://127.0.0.1:14566"
AWS = "https://iottwinmaker.eu-west-1.amazonaws.com"
ACCOUNT = "111122223333"


def client(endpoint: str) -> Any:
    meta = SimpleNamespace(endpoint_url=endpoint, region_name="eu-west-1")
    return SimpleNamespace(meta=meta, get_caller_identity=lambda: {"Account": ACCOUNT})


def clients(*endpoints: str) -> list[Any]:
    return [client(endpoint) for endpoint in endpoints]


def test_this_machine_needs_no_option() -> None:
    assert check_write_target(clients(LOCAL, LOCAL), account=None) == f"the local twin at {LOCAL}"


@pytest.mark.parametrize("place", range(3))
def test_single_client_of_aws_is_refused(place: int) -> None:
    endpoints = [LOCAL] * 3
    endpoints[place] = AWS

    with pytest.raises(
        TwinClientError, match=f"write to {AWS}, which is not on this machine; .* --aws ACCOUNT_ID"
    ):
        check_write_target(clients(*endpoints), account=None)


def test_account_of_the_credentials_is_written_to_when_named() -> None:
    target = check_write_target(clients(AWS, AWS), account=ACCOUNT, sts=client(AWS))

    assert target == f"account {ACCOUNT}, AWS eu-west-1 ({AWS})"


def test_another_account_than_the_named_one_is_refused() -> None:
    with pytest.raises(
        TwinClientError, match=f"account 999988887777, but the credentials are of account {ACCOUNT}"
    ):
        check_write_target(clients(AWS), account="999988887777", sts=client(AWS))


@pytest.mark.parametrize("account", ["", "1", "11112222333", "1111222233334", "11112222333x", "١١١١٢٢٢٢٣٣٣٣"])
def test_account_has_twelve_digits(account: str) -> None:
    with pytest.raises(TwinClientError, match="give the 12 digits"):
        check_write_target(clients(AWS), account=account, sts=client(AWS))


@pytest.mark.parametrize(("endpoint", "sts"), [(LOCAL, AWS), (AWS, LOCAL)])
def test_aws_and_this_machine_at_once_are_refused(endpoint: str, sts: str) -> None:
    with pytest.raises(TwinClientError, match=f"--aws is given, but {LOCAL} is on this machine"):
        check_write_target(clients(AWS, endpoint), account=ACCOUNT, sts=client(sts))
