"""A store of time series with an interface of JSON over HTTP on the loopback interface, for tests."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class HttpStore:
    """What the store holds, and how it behaves.

    Attributes:
        series: Time (nanoseconds, and as text) and value of each point, by device and series.
        page: Points of a page.
        broken: Answered in place of everything: a status, or a body that is no page.
        paths: Requested paths.
        url: Where it listens.
    """

    series: dict[tuple[str, str], list[tuple[int, str, Any]]] = field(default_factory=dict)
    page: int = 3
    broken: int | bytes | None = None
    paths: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str) -> dict[str, Any]:
        """A page: `/DEVICE/SERIES?after=&until=&order=&cursor=`."""
        self.paths.append(path)
        parts = urlsplit(path)
        device, name = (unquote(part) for part in parts.path.strip("/").split("/"))
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        points = [
            point
            for point in sorted(self.series.get((device, name), ()))
            if int(query["after"]) < point[0] <= int(query["until"])
        ]
        if query["order"] == "desc":
            points.reverse()
        # The cursor is opaque to the caller: the index where the page begins.
        begin = int(query.get("cursor", "c0").removeprefix("c"))
        end = begin + self.page
        return {
            "points": [[text, value] for _, text, value in points[begin:end]],
            "next": f"c{end}" if end < len(points) else None,
        }


@contextmanager
def running(store: HttpStore) -> Iterator[HttpStore]:
    """Serve a store; its `url` is set inside of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if isinstance(store.broken, int):
                self.send_error(store.broken)
                return
            body = store.broken or json.dumps(store.answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    store.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
