"""Which requests reach the application behind the gate, and what their answers hold."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.support.coroutines import run_in_thread
from twin_stack.local.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET = "s" * 43
API, PAGE = 14566, 14567
APP = "http://localhost:3000"


class Behind:
    """An application that notes what reaches it, and answers as ministack does."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while scope["type"] == "http":
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.bodies.append(body)
        headers = [
            (b"Access-Control-Allow-Origin", b"*"),
            (b"Content-Security-Policy", b"none"),
            (b"ETag", b"1"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"object"})


def ask(
    method: str = "POST",
    path: str = "/workspaces-list",
    *,
    body: bytes = b"{}",
    signed_body: bytes | None = None,
    secret: str | None = SECRET,
    service: str = "iottwinmaker",
    port: int = API,
    key: str = "000000000000",
    fields: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, str], Behind]:
    """Send a request in chunks, and return status, headers and what reached the application."""
    headers = {name.replace("_", "-"): value for name, value in (fields or {}).items()}
    headers["host"] = f"127.0.0.1:{port}"
    if secret is not None:
        request = AWSRequest(method, f"http://{headers['host']}{path}", {}, signed_body or body)
        signer = S3SigV4Auth if service == "s3" else SigV4Auth
        signer(Credentials(key, secret), service, "us-east-1").add_auth(request)
        headers.update(request.headers.items())
    raw_path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": raw_path,
        "raw_path": raw_path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "server": ("127.0.0.1", port),
    }
    messages = [
        {"type": "http.request", "body": body[:1], "more_body": True},
        {"type": "http.request", "body": body[1:], "more_body": False},
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    behind = Behind()
    gate = Gate(
        behind,
        secret=SECRET,
        secret_of=lambda key_id, token: "other" if (key_id, token) == ("AKID", "") else None,
        page_port=PAGE,
        allowed_origins={APP},
    )
    run_in_thread(gate(scope, receive, send))
    answered = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, behind


@pytest.mark.parametrize("service", ["iottwinmaker", "s3"])
@pytest.mark.parametrize("port", [API, PAGE])
def test_signed_request_passes_with_its_body(service: str, port: int) -> None:
    status, _, behind = ask(service=service, port=port, body=b"x" * 300_000)

    assert (status, behind.bodies) == (200, [b"x" * 300_000])


@pytest.mark.parametrize("service", ["iottwinmaker", "s3"])
def test_other_body_than_the_signed_one_is_refused(service: str) -> None:
    status, _, behind = ask(service=service, body=b"{ }", signed_body=b"{}")

    assert (status, behind.bodies) == (403, [])


@pytest.mark.parametrize("secret", [None, "another"])
def test_unsigned_request_is_refused(secret: str | None) -> None:
    status, headers, behind = ask(secret=secret)

    assert (status, behind.bodies) == (403, [])
    assert headers["x-amzn-errortype"] in ("MissingAuthenticationTokenException", "InvalidSignatureException")


def test_issued_key_has_a_secret_of_its_own() -> None:
    assert ask(key="AKID", secret="other")[0] == 200
    assert ask(key="AKID")[0] == 403
    assert ask(key="AKID2", secret="other")[0] == 403


@pytest.mark.parametrize(
    ("method", "path", "port", "status"),
    [
        ("GET", "/_twin/", PAGE, 200),
        ("HEAD", "/_twin/assets/a.js", PAGE, 200),
        ("GET", "/_twin/health", API, 200),
        ("PUT", "/_ministack/cfn-response/01234567-89ab-cdef-0123-456789abcdef", API, 200),
        ("POST", "/_twin/", PAGE, 403),
        ("GET", "/_twin/", API, 403),
        ("POST", "/_twin/health", API, 403),
        ("POST", "/_ministack/cfn-response/01234567-89ab-cdef-0123-456789abcdef", API, 403),
        ("PUT", "/_ministack/cfn-response/01234567-89ab-cdef-0123-456789abcdef", PAGE, 403),
        ("PUT", "/_ministack/cfn-response/../reset", API, 403),
        ("PUT", "/_ministack/cfn-signal/01234567-89ab-cdef-0123-456789abcdef", API, 403),
        ("GET", "/%5ftwin/", PAGE, 403),
    ],
)
def test_exceptions_are_narrow(method: str, path: str, port: int, status: int) -> None:
    assert ask(method, path, port=port, secret=None)[0] == status


def test_answer_opens_nothing_to_other_origins() -> None:
    _, headers, _ = ask("GET", "/bucket/key", service="s3")

    assert [name for name in headers if name.startswith("access-control-")] == []
    assert headers["content-security-policy"] == "sandbox"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["etag"] == "1"


def test_page_keeps_its_own_policy() -> None:
    assert ask("GET", "/_twin/", port=PAGE, secret=None)[1]["content-security-policy"] == "none"


def test_allowed_origin_reads_answers_to_signed_calls() -> None:
    status, headers, behind = ask(
        fields={"origin": APP, "sec_fetch_mode": "cors", "sec_fetch_site": "cross-site"}
    )

    assert (status, behind.bodies) == (200, [b"{}"])
    assert headers["access-control-allow-origin"] == APP
    assert "ETag" in headers["access-control-expose-headers"]
    assert headers["vary"] == "Origin"
    assert ask(fields={"origin": APP}, secret=None)[0] == 403
    assert ask(fields={"origin": APP + ".evil.example"})[0] == 403


def test_preflight_is_answered_for_an_allowed_origin_only() -> None:
    asked = {"access_control_request_method": "POST", "access_control_request_headers": "authorization"}

    status, headers, behind = ask("OPTIONS", secret=None, fields={"origin": APP, **asked})

    assert (status, behind.bodies) == (204, [])
    assert headers["access-control-allow-methods"] == "POST"
    assert headers["access-control-allow-headers"] == "authorization"
    status, headers, _ = ask("OPTIONS", secret=None, fields={"origin": "http://evil.example", **asked})
    assert status == 403
    assert "access-control-allow-origin" not in headers


def test_browser_at_the_api_is_sent_to_the_page() -> None:
    status, headers, behind = ask(
        "GET", "/", secret=None, fields={"sec_fetch_mode": "navigate", "sec_fetch_site": "none"}
    )

    assert (status, headers["location"]) == (302, f"http://127.0.0.1:{PAGE}/_twin/")
    assert behind.bodies == []


def test_hash_of_the_body_can_be_left_out_as_s3_allows() -> None:
    streamed = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    for stated in ("UNSIGNED-PAYLOAD", streamed, hashlib.sha256(b"{}").hexdigest()):
        request = AWSRequest("PUT", f"http://127.0.0.1:{API}/bucket/key", {"X-Amz-Content-SHA256": stated})
        signer = SigV4Auth(Credentials("000000000000", SECRET), "s3", "us-east-1")
        signer.add_auth(request)
        fields = {name.replace("-", "_"): value for name, value in request.headers.items()}

        assert ask("PUT", "/bucket/key", secret=None, fields=fields)[0] == 200
