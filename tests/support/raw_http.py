"""Requests to an endpoint as bytes, for what HTTP clients do not send."""

from __future__ import annotations

import re
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@contextmanager
def connection(endpoint: str, *, timeout: float = 60.0) -> Iterator[socket.socket]:
    """Open a connection to an endpoint."""
    url = urlsplit(endpoint)
    assert url.hostname
    assert url.port
    with socket.create_connection((url.hostname, url.port), timeout=timeout) as client:
        yield client


def head(method: str, path: str, **fields: str) -> bytes:
    """Return the head of a request; ``_`` in the names of fields stands for ``-``."""
    lines = [f"{method} {path} HTTP/1.1"]
    fields = {"Host": "127.0.0.1", **fields}
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def exchange(endpoint: str, *parts: bytes, chunks: Iterable[bytes] = ()) -> bytes:
    """Send parts, then chunks as long as they are taken, and return the whole answer."""
    with connection(endpoint) as client:
        for part in parts:
            client.sendall(part)
        try:
            for chunk in chunks:
                client.sendall(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        except ConnectionError:
            pass
        answer = b""
        while received := client.recv(65536):
            answer += received
        return answer


def receive_answer(client: socket.socket) -> bytes:
    """Return an answer that states its length; the connection may stay open."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += _receive(client)
    fields, _, body = answer.partition(b"\r\n\r\n")
    (length,) = re.findall(rb"(?im)^content-length: *(\d+)", fields)
    while len(body) < int(length):
        body += _receive(client)
    return fields + b"\r\n\r\n" + body


def _receive(client: socket.socket) -> bytes:
    received = client.recv(65536)
    if not received:
        raise ConnectionError("the connection was closed before the end of the answer")
    return received
