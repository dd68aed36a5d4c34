"""The headers of answers that other origins may not get."""

from __future__ import annotations

from typing import Any

from tests.support.coroutines import run_in_thread
from twin_stack.local.cross_origin import protect_answer
from twin_stack.local.signatures import RequestHead

ORIGIN = "http://localhost:3000"


def answer(
    *, is_page: bool = False, allowed_origin: str | None = None, method: str = "GET"
) -> dict[str, str]:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asked = {"access-control-request-method": b"PUT", "access-control-request-headers": b"x-amz-date"}
    head = RequestHead(method, "/bucket/key", "", asked)
    protected = protect_answer(send, head, is_page=is_page, allowed_origin=allowed_origin)
    headers = [
        (b"Access-Control-Allow-Origin", b"*"),
        (b"Access-Control-Allow-Headers", b"*"),
        (b"Content-Security-Policy", b"default-src *"),
        (b"x-amz-request-id", b"1"),
    ]

    async def respond() -> None:
        await protected({"type": "http.response.start", "status": 200, "headers": headers})
        await protected({"type": "http.response.body", "body": b"content"})

    run_in_thread(respond())
    assert sent[1] == {"type": "http.response.body", "body": b"content"}
    names = [name.lower() for name, _ in sent[0]["headers"]]
    assert len(names) == len(set(names))
    return {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}


def test_object_runs_no_script_and_is_read_by_no_other_origin() -> None:
    assert answer() == {
        "content-security-policy": "sandbox",
        "x-content-type-options": "nosniff",
        "x-amz-request-id": "1",
    }


def test_page_has_its_own_policy_and_is_read_by_no_other_origin() -> None:
    assert answer(is_page=True) == {"content-security-policy": "default-src *", "x-amz-request-id": "1"}


def test_allowed_origin_is_named_and_reads_the_headers() -> None:
    headers = answer(allowed_origin=ORIGIN)

    assert headers["access-control-allow-origin"] == ORIGIN
    assert "x-amz-request-id" in headers["access-control-expose-headers"]
    assert "access-control-allow-headers" not in headers


def test_preflight_allows_what_it_asks_for() -> None:
    headers = answer(allowed_origin=ORIGIN, method="OPTIONS")

    assert headers["access-control-allow-methods"] == "PUT"
    assert headers["access-control-allow-headers"] == "x-amz-date"
