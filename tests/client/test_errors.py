"""Errors of calls to AWS, in one line."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from twin_stack.client.errors import TwinClientError, translate_errors


def test_error_of_a_service_becomes_code_message_and_remedy() -> None:
    details = {"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded.\n  Slow down."}}

    with pytest.raises(TwinClientError) as caught, translate_errors():
        raise ClientError(details, "GetEntity")  # type: ignore[arg-type]

    assert str(caught.value) == (
        "ThrottlingException: Rate exceeded. Slow down; too many requests; try again in a moment"
    )
    assert isinstance(caught.value.__cause__, ClientError)


def test_error_without_a_known_remedy_names_what_to_check() -> None:
    with (
        pytest.raises(TwinClientError, match=r"^Odd: no message; check endpoint, region and credentials$"),
        translate_errors(),
    ):
        raise ClientError({"Error": {"Code": "Odd"}}, "GetEntity")


def test_error_of_boto3_itself_is_translated() -> None:
    with (
        pytest.raises(TwinClientError, match=r"^NoCredentialsError: .*; check your credentials"),
        translate_errors(),
    ):
        raise NoCredentialsError


def test_bug_is_not_translated() -> None:
    with pytest.raises(KeyError), translate_errors():
        raise KeyError("x")
