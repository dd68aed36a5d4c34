"""The limit for the body of a request, on an application that counts what it reads."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.coroutines import run_in_thread
from twin_stack.local.body_limit import BodyLimit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Message = dict[str, Any]

LIMIT = 10


class Reader:
    """An application that reads bodies and answers with their length."""

    def __init__(self, *, reads: bool = True) -> None:
        self._reads = reads
        self.received: list[Message] = []

    async def __call__(self, _scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        while self._reads and (not self.received or self.received[-1].get("more_body")):
            self.received.append(await receive())
        size = sum(len(message.get("body", b"")) for message in self.received)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(size).encode()})


def serve(app: Reader, *chunks: bytes, headers: Sequence[tuple[bytes, bytes]] = ()) -> tuple[int, bytes, int]:
    """Return status and body of the answer, and how many chunks were read."""
    unread = list(chunks)
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(0)
        body = unread.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(unread)}

    async def send(message: Message) -> None:
        await asyncio.sleep(0)
        sent.append(message)

    scope = {"type": "http", "headers": list(headers), "query_string": b""}
    run_in_thread(BodyLimit(app, limit=LIMIT)(scope, receive, send))
    assert [message["type"] for message in sent].count("http.response.start") == 1
    assert not sent[-1].get("more_body")
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], body, len(chunks) - len(unread)


def test_body_as_long_as_the_limit_is_passed_on() -> None:
    app = Reader()

    assert serve(app, b"12345", b"67890", headers=[(b"content-length", b"10")]) == (200, b"10", 2)


def test_body_whose_stated_length_is_too_long_is_not_passed_on() -> None:
    app = Reader()

    status, body, _ = serve(app, b"12345678901", headers=[(b"content-length", b"11")])

    assert (status, app.received) == (413, [])
    assert b"longer than 10 bytes" in body


def test_stated_length_of_many_digits_is_refused() -> None:
    status, _, _ = serve(Reader(), b"1", headers=[(b"content-length", b"9" * 5000)])

    assert status == 413


def test_body_without_stated_length_ends_for_the_application_when_it_is_too_long() -> None:
    app = Reader()

    status, body, _ = serve(app, b"123456", b"7890ab", b"more")

    assert status == 413
    assert b"longer than 10 bytes" in body
    assert [message["type"] for message in app.received] == ["http.request", "http.disconnect"]


def test_body_that_the_application_does_not_read_is_read_before_the_answer_ends() -> None:
    assert serve(Reader(reads=False), b"123", b"456", b"789") == (200, b"0", 3)


@pytest.mark.parametrize(
    ("headers", "start"),
    [
        (
            [(b"authorization", b"AWS4-HMAC-SHA256 Credential=0/1/us-east-1/s3/aws4_request")],
            b"<Error><Code>",
        ),
        ([(b"Content-Type", b"application/x-www-form-urlencoded")], b"<ErrorResponse><Error><Type>Sender<"),
        ([], b'{"__type": "RequestEntityTooLargeException"'),
    ],
)
def test_refusal_has_the_form_of_errors_of_the_service(
    headers: list[tuple[bytes, bytes]], start: bytes
) -> None:
    status, body, _ = serve(Reader(), b"1" * 11, headers=headers)

    assert status == 413
    assert body.startswith(start)
