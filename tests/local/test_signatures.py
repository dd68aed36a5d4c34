"""Signatures as botocore makes them, and what is refused."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from twin_stack.local.signatures import (
    UNSIGNED_PAYLOAD,
    Flaw,
    RequestHead,
    Signature,
    SignatureError,
    parse_signature,
)

SECRET = "s3cr3t/+" * 4
KEYS = Credentials("000000000000", SECRET)
HOST = "127.0.0.1:14566"


def sent(
    signer: Any, method: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> RequestHead:
    """Sign a request by botocore, and return its head as a server sees it."""
    request = AWSRequest(method, f"http://{HOST}{target}", headers or {}, body)
    signer.add_auth(request)
    prepared = request.prepare()
    url = urlsplit(prepared.url)
    received = [(b"host", HOST.encode())]
    for name, value in prepared.headers.items():
        received.append((name.lower().encode(), value if isinstance(value, bytes) else value.encode()))
    return RequestHead.of_scope(
        {
            "method": method,
            "path": url.path,
            "raw_path": (url.path or "/").encode(),
            "query_string": url.query.encode(),
            "headers": received,
        }
    )


def check(
    head: RequestHead, body: bytes = b"", *, secret: str = SECRET, now: float | None = None
) -> Signature:
    signature = parse_signature(head)
    signature.check_time(time.time() if now is None else now)
    signature.check(head, signature.payload_hash or hashlib.sha256(body).hexdigest(), secret)
    return signature


SEGMENT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


def encoded(text: str) -> str:
    return quote(text, safe="")


@given(
    service=st.sampled_from(["iottwinmaker", "s3", "execute-api"]),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=st.lists(SEGMENT, max_size=4),
    query=st.lists(st.tuples(SEGMENT, SEGMENT), max_size=4),
    body=st.binary(max_size=40),
    meta=st.text(st.sampled_from("aZ0 ,=;/\t"), max_size=10),
)
def test_signature_of_botocore_is_valid(
    service: str, method: str, path: list[str], query: list[tuple[str, str]], body: bytes, meta: str
) -> None:
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    target = "/" + "/".join(map(encoded, path))
    if query:
        target += "?" + "&".join(f"{encoded(name)}={encoded(value)}" for name, value in query)

    head = sent(signer(KEYS, service, "us-east-1"), method, target, body, {"X-Amz-Meta-Note": meta})

    assert check(head, body).service == service


@pytest.mark.parametrize("path", ["/a/../b", "/a//b/", "/./a", "/a%20b/(c)!*'", "/", "/%E2%82%AC/%2F"])
def test_path_is_read_as_clients_sign_it(path: str) -> None:
    check(sent(SigV4Auth(KEYS, "lambda", "us-east-1"), "GET", path))


@pytest.mark.parametrize(
    "path", ["/bucket/key", "/bucket/a%20b/%28c%29", "/bucket/a%2Fb%2Bc%25", "/bucket//x"]
)
def test_presigned_url_is_valid_until_it_expires(path: str) -> None:
    head = sent(S3SigV4QueryAuth(KEYS, "s3", "us-east-1", expires=60), "GET", path)

    assert check(head).payload_hash == UNSIGNED_PAYLOAD
    with pytest.raises(SignatureError, match="has expired") as caught:
        check(head, now=time.time() + 70)
    assert caught.value.flaw is Flaw.EXPIRED


def test_url_of_an_mqtt_client_is_valid_with_its_token_appended() -> None:
    head = sent(SigV4QueryAuth(KEYS, "iotdevicegateway", "us-east-1"), "GET", "/mqtt")

    signature = check(replace(head, query=head.query + "&X-Amz-Security-Token=abc%2F"))

    assert signature.session_token == "abc/"


def test_secret_decides() -> None:
    head = sent(SigV4Auth(KEYS, "iottwinmaker", "us-east-1"), "GET", "/workspaces")

    with pytest.raises(SignatureError, match="not made with the secret of access key 000000000000") as caught:
        check(head, secret="another")

    assert caught.value.flaw is Flaw.MISMATCH


@pytest.mark.parametrize(
    "change",
    [
        {"method": "DELETE"},
        {"path": "/workspaces/Other"},
        {"query": "force=true"},
        {"headers": {"host": b"localhost:1"}},
        {"headers": {"x-amz-target": b"Delete"}},
        {"headers": {"x-amz-date": b"%s"}},
    ],
    ids=str,
)
def test_what_is_signed_cannot_be_changed(change: dict[str, Any]) -> None:
    head = sent(
        SigV4Auth(KEYS, "iottwinmaker", "us-east-1"),
        "GET",
        "/workspaces/Factory",
        b"",
        {"X-Amz-Target": "Get"},
    )
    check(head)
    if headers := change.get("headers"):
        if headers.get("x-amz-date"):
            earlier = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() - 60))
            headers = {"x-amz-date": earlier.encode()}
        change = {"headers": {**head.headers, **headers}}

    with pytest.raises(SignatureError):
        check(replace(head, **change))


def test_body_that_was_changed_is_refused() -> None:
    head = sent(SigV4Auth(KEYS, "iottwinmaker", "us-east-1"), "POST", "/workspaces-list", b"{}")

    with pytest.raises(SignatureError):
        check(head, b'{"maxResults": 1}')


@pytest.mark.parametrize("minutes", [-16, 16])
def test_old_and_future_signatures_are_refused(minutes: int) -> None:
    head = sent(SigV4Auth(KEYS, "iottwinmaker", "us-east-1"), "GET", "/")

    with pytest.raises(SignatureError, match="more than 15 minutes from the clock") as caught:
        check(head, now=time.time() + 60 * minutes)

    assert caught.value.flaw is Flaw.SKEWED


MOMENT = 1_790_000_000.0
NOW = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(MOMENT))
SCOPE = f"000000000000/{NOW[:8]}/us-east-1/iottwinmaker/aws4_request"
WHOLE = f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host;x-amz-date, Signature={'0' * 64}"


@pytest.mark.parametrize(
    ("authorization", "more", "message"),
    [
        ("Basic dXNlcg==", {}, 'signed by "Basic"'),
        ("AWS4-ECDSA-P256-SHA256 Credential=x", {}, "the only algorithm here is AWS4-HMAC-SHA256"),
        ("AWS4-HMAC-SHA256", {}, "has not one Credential, SignedHeaders and Signature"),
        (WHOLE + ", Signature=1", {}, "has not one Credential"),
        (WHOLE.replace("/us-east-1", ""), {}, "not of the form KEY/DATE/REGION/SERVICE/aws4_request"),
        (WHOLE.replace("us-east-1", ""), {}, "not of the form"),
        (WHOLE.replace("host;", ""), {}, "the header Host is not signed"),
        (WHOLE, {"x-amz-date": b""}, "X-Amz-Date is"),
        (WHOLE, {"x-amz-date": b"20200101T000000Z"}, "of the day in Credential"),
        (WHOLE, {"x-amz-date": f"{NOW[:8]}T999999Z".encode()}, "not a time"),
        (WHOLE, {"x-amz-content-sha256": b"none"}, "x-amz-content-sha256 is"),
        (WHOLE, {}, "not made with the secret"),
        (WHOLE.replace("0" * 64, "\xff"), {}, "not made with the secret"),
    ],
)
def test_incomplete_signature_says_what_is_wrong(
    authorization: str, more: dict[str, bytes], message: str
) -> None:
    headers = {
        "host": b"h",
        "x-amz-date": NOW.encode(),
        **more,
        "authorization": authorization.encode("latin-1"),
    }

    with pytest.raises(SignatureError, match=message):
        check(RequestHead("GET", "/", "", headers), now=MOMENT)


def test_request_without_or_with_two_signatures_is_refused() -> None:
    with pytest.raises(SignatureError, match="not signed") as caught:
        parse_signature(RequestHead("GET", "/", "", {}))
    assert caught.value.flaw is Flaw.MISSING
    head = sent(S3SigV4QueryAuth(KEYS, "s3", "us-east-1"), "GET", "/bucket/key")
    with pytest.raises(SignatureError, match="signed twice"):
        parse_signature(replace(head, headers={**head.headers, "authorization": WHOLE.encode()}))


@pytest.mark.parametrize("expires", ["604801", "-1", "x", "٣", "9" * 5000])
def test_expiry_that_aws_does_not_allow_is_refused(expires: str) -> None:
    query = sent(S3SigV4QueryAuth(KEYS, "s3", "us-east-1", expires=77), "GET", "/b/k").query

    with pytest.raises(SignatureError, match=r"X-Amz-Expires is .*allowed are 0 to 604800 seconds"):
        parse_signature(RequestHead("GET", "/b/k", query.replace("Expires=77", f"Expires={expires}"), {}))
