"""ASGI application of the local services: finds service and caller of each request.

A SigV4 signature names access key, region and service. The host name is ignored, so the prefixes ``api.`` and
``data.`` are optional. The gate before it verifies signatures.
"""

from __future__ import annotations

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from twin_stack.local.body_limit import MAX_DOCUMENT_BYTES, BodyLimit
from twin_stack.local.service.rest_json import Answer
from twin_stack.local.service.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from twin_stack.local.service.rest_json import RestJsonService

    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")


class LocalApp:
    """ASGI application for several services.

    Each request runs in a thread, so that a slow connector does not delay other requests. A connector may
    itself call the services: 64 requests can run at once.

    Args:
        services: The services, which requests select by signing name.
        account: Account id of callers whose access key is not one.
    """

    def __init__(self, services: Iterable[RestJsonService], *, account: str) -> None:
        self._services = {service.service_name: service for service in services}
        self._account = account
        self._threads = ThreadPoolExecutor(max_workers=64, thread_name_prefix="local-service")
        self._bounded = BodyLimit(self._serve, limit=MAX_DOCUMENT_BYTES)

    def serves(self, headers: Mapping[str, str]) -> bool:
        """Return whether a request with these headers (lower-case names) is for one of the services."""
        _, service = self._caller(headers)
        return service in self._services

    def handle(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request.

        Args:
            method: Such as ``POST``.
            path: Raw path, percent-encoded.
            query: Raw query string.
            headers: Names in lower case.
            body: The whole body.
        """
        scope, name = self._caller(headers)
        service = self._services.get(name)
        if scope is None or service is None:
            message = f"sign the request for one of {', '.join(self._services)}"
            refusal = {"x-amzn-errortype": "MissingAuthenticationTokenException"}
            return Answer(403, refusal, json.dumps({"message": message}).encode())
        return service.handle(method, path, query, headers, body, scope)

    def close(self) -> None:
        """Shut the threads down."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve one ASGI connection of type ``http``."""
        if scope["type"] != "http":
            raise ValueError(f"the local services serve http only, got {scope['type']}")
        await self._bounded(scope, receive, send)

    async def _serve(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        raw_path = scope.get("raw_path") or scope["path"].encode()
        body = await _read(receive)
        if body is None:
            return
        answer = await asyncio.get_running_loop().run_in_executor(
            self._threads,
            self.handle,
            scope["method"],
            raw_path.decode("latin-1").partition("?")[0],
            scope["query_string"].decode("latin-1"),
            headers,
            body,
        )
        length = str(len(answer.body))
        # AWS sends it with each answer, and clients compare their clocks with it.
        date = formatdate(usegmt=True)
        fields = [*answer.headers.items(), ("content-length", length), ("date", date)]
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": [(name.encode(), value.encode()) for name, value in fields],
            }
        )
        await send({"type": "http.response.body", "body": answer.body})

    def _caller(self, headers: Mapping[str, str]) -> tuple[Scope | None, str]:
        match = _CREDENTIAL.search(headers.get("authorization", ""))
        if not match:
            return None, ""
        key, region, service = match.groups()
        if re.fullmatch(r"\d{12}", key):
            return Scope(key, region), service
        return Scope(self._account, region, access_key=key), service


async def _read(receive: Receive) -> bytes | None:
    """Return the body of a request, or None when the client closed the connection before its end."""
    chunks: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)
