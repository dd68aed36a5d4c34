"""One limit for the body of every request, whichever service or page it is for."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from twin_stack.local.aws_errors import ErrorCodes, format_error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Message = dict[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Mapping[str, Any], Receive, Send], Awaitable[None]]

MAX_BODY_BYTES: Final = 256 * 2**20
"""Longest body of a request.

Apart from objects of S3, the longest that AWS takes is Lambda's code of 50 MB, which is 67 MiB as base64.
Larger objects travel in parts: the AWS CLI, ``upload_file`` of boto3 and the CDK CLI send parts of 8 MiB.
"""

MAX_DOCUMENT_BYTES: Final = 16 * 2**20
"""Longest body of a request to TwinMaker or SiteWise: the whole process is blocked while JSON is parsed."""

_DRAIN_SECONDS = 5.0
_TOO_LONG = ErrorCodes(
    json="RequestEntityTooLargeException", query="RequestEntityTooLarge", s3="EntityTooLarge"
)


class BodyLimit:
    """An ASGI application that refuses bodies that are too long, and passes other requests on.

    A body that states its length is refused before it is read, any other one as soon as it is too long. What
    a client sends while it is refused is read and dropped for some seconds: where the connection closes at
    once, clients report a broken connection instead of the answer.

    Args:
        app: Answers the other requests.
        limit: Longest body in bytes.
    """

    def __init__(self, app: App, *, limit: int = MAX_BODY_BYTES) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one ASGI connection.

        Args:
            scope: Of ASGI.
            receive: Of ASGI.
            send: Of ASGI.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(receive, send, self._limit)
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        stated_length = headers.get("content-length", "")
        # h11 lets digits through only; int() refuses more than 4,300 of them.
        if len(stated_length) > len(str(self._limit)) or int(stated_length or 0) > self._limit:
            exchange.is_too_long = True
        else:
            await self._app(scope, exchange.receive, exchange.send)
        if exchange.is_too_long:
            await exchange.refuse(headers, scope["query_string"].decode("latin-1"))


class _Exchange:
    """One request and its answer.

    Attributes:
        is_too_long: Whether the body is longer than allowed.
    """

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive = receive
        self._send = send
        self._limit = limit
        self._size = 0
        self._is_received = False
        self._is_answered = False
        self.is_too_long = False

    async def receive(self) -> Message:
        """Return the next message of the request; a body that is too long ends like a lost connection."""
        if self.is_too_long:
            return {"type": "http.disconnect"}
        message = await self._receive()
        self._note(message)
        if self._size > self._limit and not self._is_answered:
            self.is_too_long = True
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        """Send a message of the answer, and before the last one read what is left of the body."""
        if self.is_too_long:
            return
        self._is_answered = True
        is_last = message["type"] == "http.response.body" and not message.get("more_body")
        if is_last and not self._is_received:
            await self._send({**message, "more_body": True})
            await self._drain()
            message = {"type": "http.response.body", "body": b""}
        await self._send(message)

    async def refuse(self, headers: Mapping[str, str], query: str) -> None:
        """Answer that the body is too long, in the form that the client of the service reads.

        Args:
            headers: Of the request, names in lower case.
            query: Of the request.
        """
        self.is_too_long = False
        message = (
            f"the body is longer than {self._limit} bytes, the limit of the embedded AWS; "
            "send less, or objects of S3 in parts"
        )
        fields, content = format_error(headers, query, _TOO_LONG, message)
        fields["content-length"] = str(len(content))
        raw = [(name.encode(), value.encode()) for name, value in fields.items()]
        await self.send({"type": "http.response.start", "status": 413, "headers": raw})
        await self.send({"type": "http.response.body", "body": content})

    def _note(self, message: Message) -> None:
        self._size += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            self._is_received = True

    async def _drain(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_SECONDS):
                while not self._is_received:
                    self._note(await self._receive())
