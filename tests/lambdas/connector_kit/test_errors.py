"""Errors of a connector: their text, and what catches them."""

import pytest

from connector_kit import (
    ConfigurationError,
    ConnectorError,
    RequestError,
    StoreError,
    TokenError,
    UnsupportedError,
)


def test_text_has_the_request_once_it_is_known() -> None:
    error = StoreError("dynamodb:Query failed")
    assert str(error) == "dynamodb:Query failed"
    error.request = "entity press-7"
    assert str(error) == "dynamodb:Query failed (request: entity press-7)"


@pytest.mark.parametrize("kind", [RequestError, TokenError, UnsupportedError, ConfigurationError, StoreError])
def test_every_error_of_a_connector_has_one_base(kind: type[ConnectorError]) -> None:
    with pytest.raises(ConnectorError, match="why"):
        raise kind("why")


def test_damaged_token_is_an_error_of_the_request() -> None:
    assert issubclass(TokenError, RequestError)
    assert not issubclass(StoreError, RequestError)
