"""AWS IoT App Kit's scene viewer, as `make conformance` builds it, on a twin of this machine."""

from __future__ import annotations

import mimetypes
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

DIST = Path(__file__).parents[1] / "conformance" / "dist"
PATH = "/app-kit/"

# The scene that the viewer draws, and its tags, which cannot be read from the canvas.
CATCH_SCENE = "addEventListener('twinmaker:scene-loaded', ({detail}) => { globalThis.drawn = detail.scene })"
ICONS = """() => {
  const icons = {}
  globalThis.drawn?.traverse((one) => {
    if (one.visualState === undefined) return
    let node = one
    while (!node.userData?.nodeRef) node = node.parent
    const at = node.position.toArray().map((n) => n.toFixed(2)).join(' ')
    icons[at] = one.visualState
  })
  return icons
}"""


@contextmanager
def served(page_port: int) -> Iterator[str]:
    """Serve the viewer on an origin that has the API too, as its authors intend; yield its address.

    Args:
        page_port: Port of the embedded AWS by which the scripts of a page call it.

    Raises:
        FileNotFoundError: The viewer is not built.
    """
    if not (DIST / "index.html").is_file():
        raise FileNotFoundError(f"{DIST} is empty; `make conformance` builds it")
    handler = type("Handler", (_Handler,), {"page_port": page_port})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{PATH}index.html"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Answers with files of the viewer, and passes all other requests on."""

    protocol_version = "HTTP/1.1"
    page_port: int

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].removeprefix(PATH)
        if self.path.startswith(PATH):
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            self._answer(200, {"Content-Type": kind}, (DIST / name).read_bytes())
        else:
            self.do_POST()

    def do_POST(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.page_port, timeout=60)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        connection.request(self.command, self.path, body or None, dict(self.headers.items()))
        response = connection.getresponse()
        self._answer(response.status, dict(response.getheaders()), response.read())
        connection.close()

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass
