"""Presigned URLs of version 2, as botocore makes them."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import HmacV1QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from twin_stack.local.signatures import Flaw, RequestHead, SignatureError
from twin_stack.local.signatures_v2 import parse_signature_v2


def presigned(path: str, *, token: str | None = None, method: str = "GET", **headers: str) -> RequestHead:
    request = AWSRequest(method, f"http://127.0.0.1:1{path}", headers)
    HmacV1QueryAuth(Credentials("000000000000", "secret", token), 60).add_auth(request)
    url = urlsplit(str(request.url))
    sent = {name.lower(): value.encode() for name, value in headers.items()}
    return RequestHead(method, url.path, url.query, {"host": b"127.0.0.1:1", **sent})


def check(head: RequestHead, *, secret: str = "secret", now: float | None = None) -> Any:
    signature = parse_signature_v2(head)
    assert signature
    signature.check_time(now or time.time())
    signature.check(head, signature.payload_hash, secret)
    return signature


@pytest.mark.parametrize(
    "path", ["/bucket/key", "/bucket/a%20b%2B", "/bucket/key?versionId=1&x=2", "/bucket?acl"]
)
@pytest.mark.parametrize("token", [None, "t/+="])
def test_url_of_botocore_is_valid_until_it_expires(path: str, token: str | None) -> None:
    head = presigned(path, token=token)

    assert check(head).session_token == (token or "")
    with pytest.raises(SignatureError, match="has expired") as caught:
        check(head, now=time.time() + 70)
    assert caught.value.flaw is Flaw.EXPIRED


def test_signed_headers_are_sent_with_the_request() -> None:
    head = presigned("/b/k", method="PUT", **{"content-type": "text/plain"})

    check(head)
    with pytest.raises(SignatureError, match="not made with the secret"):
        check(replace(head, query=head.query.replace("text%2Fplain", "text%2Fhtml")))


@pytest.mark.parametrize(
    "change",
    [{"path": "/bucket/other"}, {"method": "DELETE"}, {"query": "acl"}],
    ids=str,
)
def test_other_request_is_refused(change: dict[str, Any]) -> None:
    head = presigned("/bucket/key")
    if "query" in change:
        change = {"query": f"{head.query}&acl"}

    with pytest.raises(SignatureError, match="not made with the secret") as caught:
        check(replace(head, **change))
    assert caught.value.flaw is Flaw.MISMATCH
    with pytest.raises(SignatureError):
        check(head, secret="another")


def test_other_urls_have_no_signature_of_version_2() -> None:
    assert parse_signature_v2(RequestHead("GET", "/b/k", "Expires=1&Signature=2", {})) is None


@pytest.mark.parametrize("expires", ["", "x", "9" * 13, "-1"])
def test_expiry_that_is_no_time_is_refused(expires: str) -> None:
    with pytest.raises(SignatureError, match="not a time in epoch seconds"):
        parse_signature_v2(RequestHead("GET", "/b/k", f"AWSAccessKeyId=1&Signature=2&Expires={expires}", {}))
