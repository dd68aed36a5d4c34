"""Compressed bodies, on a stand-in for ministack's module."""

from __future__ import annotations

import gzip
from types import SimpleNamespace

import pytest

from twin_stack.local.ministack.request_bodies import limit_inflated_bodies

GZIP = {"content-encoding": "aws-chunked, GZIP"}


@pytest.fixture
def app() -> SimpleNamespace:
    app = SimpleNamespace(_decompress_request_body=lambda body, _headers: gzip.decompress(body))
    limit_inflated_bodies(app, 1_000)
    return app


def test_body_as_long_as_the_limit_is_inflated(app: SimpleNamespace) -> None:
    assert app._decompress_request_body(gzip.compress(b"a" * 1_000), GZIP) == b"a" * 1_000


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"a" * 1_001),
        gzip.compress(b"a" * 600) + gzip.compress(b"a" * 600),
        gzip.compress(bytes(10_000_000)),
    ],
    ids=["one byte more", "two members", "a bomb"],
)
def test_body_that_would_be_longer_stays_compressed(app: SimpleNamespace, body: bytes) -> None:
    assert app._decompress_request_body(body, GZIP) is body


def test_body_that_is_not_compressed_is_left_to_ministack(app: SimpleNamespace) -> None:
    with pytest.raises(gzip.BadGzipFile):
        app._decompress_request_body(b"x" * 2_000, GZIP)
