"""The page that shows the twin: files that were built from `viewer/`, served beside the API.

It is an ordinary client of the services, on their own origin so that no browser asks for CORS. What it must
know stands in `config.json` beside it, see docs/viewer.md.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin_stack.local.state import ACCOUNT, PAGE, REGION
from twin_stack.package_data import PAGE_NOT_BUILT, built_page

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Send = Callable[[dict[str, Any]], Awaitable[None]]

CONFIG = "config.json"

# Decoders of models compile WebAssembly in workers made of blobs, which inherit the policy; the one of KTX2
# textures makes functions of text too (Emscripten's embind). Textures of models are blobs. The page may stand
# in frames of this machine's programs, such as a Grafana.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'",
        "worker-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "connect-src 'self' data: blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self' http://localhost:* http://127.0.0.1:*",
    )
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}
_TEXT = ("text/", "application/json", "image/svg")


def is_visit(scope: Mapping[str, Any], headers: Mapping[str, str]) -> bool:
    """Return whether somebody opens the endpoint itself in a browser, which leads to the page.

    Args:
        scope: Of ASGI.
        headers: Of the request, names in lower case.
    """
    asks_for_a_page = "text/html" in headers.get("accept", "")
    return (
        scope["path"] == "/"
        and scope["method"] == "GET"
        and asks_for_a_page
        and "authorization" not in headers
    )


class Page:
    """Answers requests for the page.

    Args:
        folder: The built files. Default: those that the package has.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    async def answer(self, scope: Mapping[str, Any], send: Send) -> None:
        """Answer one request below `PAGE`; others are led there.

        Args:
            scope: Of ASGI, an HTTP request.
            send: Of ASGI.
        """
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope.get("headers", ())}
        name = scope["path"].removeprefix(PAGE) or "index.html"
        if not scope["path"].startswith(PAGE):
            await _respond(send, 302, {"location": PAGE}, b"")
            return
        if scope["method"] not in ("GET", "HEAD"):
            await _respond(send, 405, {"allow": "GET, HEAD"}, b"")
            return
        content = self._content(name)
        if content is None:
            there = (self._folder or built_page()) is not None
            text = f"there is no {name}" if there else PAGE_NOT_BUILT
            await _respond(send, 404, {"content-type": "text/plain; charset=utf-8"}, text.encode())
            return
        body, tag = content
        # Names of assets say what is in them.
        is_hashed = name.startswith("assets/")
        answered = {
            "content-type": _content_type(name),
            "etag": tag,
            "cache-control": "public, max-age=31536000, immutable" if is_hashed else "no-cache",
        }
        if tag in (headers.get("if-none-match") or "").replace("W/", ""):
            await _respond(send, 304, answered, b"")
        else:
            await _respond(send, 200, answered, body, with_body=scope["method"] == "GET")

    def _content(self, name: str) -> tuple[bytes, str] | None:
        if name == CONFIG:
            return _tagged(_config())
        folder = self._folder or built_page()
        if folder is None or "\0" in name:
            return None
        root = folder.resolve()
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            return None
        stat = path.stat()
        return _read(path, stat.st_mtime_ns, stat.st_size)


def _config() -> bytes:
    """What the page must know; the embedded AWS takes an account's number for its key, and any secret."""
    credentials = {"accessKeyId": ACCOUNT, "secretAccessKey": "local"}
    return json.dumps({"region": REGION, "credentials": credentials}).encode()


def _tagged(body: bytes) -> tuple[bytes, str]:
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> tuple[bytes, str]:
    return _tagged(path.read_bytes())


def _content_type(name: str) -> str:
    found = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith(_TEXT) else found


async def _respond(
    send: Send, status: int, headers: Mapping[str, str], body: bytes, *, with_body: bool = True
) -> None:
    named = {**_HEADERS, **headers}
    if status != 304:
        named["content-length"] = str(len(body))
    raw = [(name.encode(), value.encode("latin-1")) for name, value in named.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body if with_body else b""})
