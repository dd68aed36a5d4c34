"""A proxy before the embedded AWS that makes selected calls fail as AWS's do."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

JSON = "application/x-amz-json-1.0"


class Context:
    """Lambda's context: the time it has left."""

    def __init__(self, seconds: float = 60) -> None:
        self._end = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        return int((self._end - time.monotonic()) * 1000)


class Faults:
    """Which calls fail, and how; calls are counted from 1.

    Attributes:
        plan: A fault by the number of the call: `throttle`, `overload`, `error`, `reset`, `refuse`, `empty`
            or seconds that the answer is late. `empty` is a page without rows that has a key; it needs a
            call that goes on after one.
        always: The fault of every call that the plan does not name.
        calls: Calls so far.
        targets: What each call was: DynamoDB's target, else the path.
    """

    def __init__(self, plan: Mapping[int, str | float] | None = None, always: str | float = "") -> None:
        self.plan = dict(plan or {})
        self.always = always
        self.targets: list[str] = []
        self._lock = threading.Lock()

    @property
    def calls(self) -> int:
        return len(self.targets)

    def next(self, target: str) -> str | float:
        with self._lock:
            self.targets.append(target)
            return self.plan.get(len(self.targets), self.always)


ERRORS = {
    "throttle": (400, "ThrottlingException"),
    "overload": (400, "ProvisionedThroughputExceededException"),
    "refuse": (400, "AccessDeniedException"),
    "error": (500, "InternalServerError"),
}


class Proxy:
    """The proxy; `faults` may be exchanged at any time."""

    def __init__(self, upstream: str) -> None:
        self.faults = Faults()
        self._upstream = urlsplit(upstream).netloc
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                proxy._serve(self)

            do_GET = do_POST  # noqa: N815 - the library's name

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextlib.contextmanager
    def running(self) -> Iterator[Proxy]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        fault = self.faults.next(request.headers.get("X-Amz-Target") or request.path.split("?")[0])
        if fault == "reset":
            # Closing with this option sends a reset instead of an orderly end.
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.close_connection = True
            request.connection.close()
            request.wfile = request.rfile = open("/dev/null", "r+b")  # noqa: PTH123, SIM115
            return
        if isinstance(fault, int | float):
            time.sleep(fault)
        if fault in ERRORS:
            status, code = ERRORS[str(fault)]
            answer = json.dumps({"__type": f"com.amazonaws#{code}", "message": "Injected."}).encode()
            self._reply(request, status, {"Content-Type": JSON, "x-amzn-errortype": code}, answer)
            return
        if fault == "empty":
            key = json.loads(body)["ExclusiveStartKey"]
            page = {"Items": [], "Count": 0, "ScannedCount": 0, "LastEvaluatedKey": key}
            self._reply(request, 200, {"Content-Type": JSON}, json.dumps(page).encode())
            return
        upstream = http.client.HTTPConnection(self._upstream, timeout=30)
        try:
            upstream.request(request.command, request.path, body, dict(request.headers))
            response = upstream.getresponse()
            kept = {
                k: v for k, v in response.getheaders() if k.lower() in ("content-type", "x-amzn-errortype")
            }
            self._reply(request, response.status, kept, response.read())
        finally:
            upstream.close()

    @staticmethod
    def _reply(request: BaseHTTPRequestHandler, status: int, headers: Mapping[str, str], body: bytes) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            request.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(body)
