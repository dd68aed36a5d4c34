"""The page that shows the twin: files that were built from ``viewer/``, on a port of its own.

It is an ordinary client of the services, which its port serves too, so that browsers need no CORS. Its
settings are in ``config.json`` beside it, see docs/viewer.md.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
from email.utils import formatdate
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twin_stack.local.state import ACCOUNT, PAGE_PATH, REGION
from twin_stack.package_data import PAGE_NOT_BUILT, built_page
from twin_stack.page_policy import page_policy

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Send = Callable[[dict[str, Any]], Awaitable[None]]

CONFIG = "config.json"

# Programs of this machine, such as a Grafana, may embed the page in frames.
POLICY = page_policy(frame_ancestors=("'self'", "http://localhost:*", "http://127.0.0.1:*"))
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}
_TEXT = ("text/", "application/json", "image/svg")


class Page:
    """Answers requests for the page.

    Args:
        folder: Folder of the built files. Default: that of the package.
        api_origin: Origin of the port of the API, to which no link of a scene may lead.
    """

    def __init__(self, folder: Path | None = None, *, api_origin: str | None = None) -> None:
        self._folder = folder
        self._api_origin = api_origin

    async def answer(self, scope: Mapping[str, Any], send: Send) -> None:
        """Answer one request below ``PAGE_PATH``.

        Args:
            scope: Of ASGI, an HTTP request.
            send: Of ASGI.
        """
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope.get("headers", ())}
        name = scope["path"].removeprefix(PAGE_PATH) or "index.html"
        if scope["method"] not in ("GET", "HEAD"):
            await _respond(send, 405, {"allow": "GET, HEAD"}, b"")
            return
        content = self._content(name)
        if content is None:
            is_built = (self._folder or built_page()) is not None
            text = f"there is no {name}" if is_built else PAGE_NOT_BUILT
            await _respond(send, 404, {"content-type": "text/plain; charset=utf-8"}, text.encode())
            return
        body, tag = content
        # Names of assets contain the hash of their content.
        is_hashed = name.startswith("assets/")
        fields = {
            "content-type": _content_type(name),
            "etag": tag,
            "cache-control": "public, max-age=31536000, immutable" if is_hashed else "no-cache",
        }
        if tag in (headers.get("if-none-match") or "").replace("W/", ""):
            await _respond(send, 304, fields, b"")
        else:
            await _respond(send, 200, fields, body, with_body=scope["method"] == "GET")

    def _content(self, name: str) -> tuple[bytes, str] | None:
        if name == CONFIG:
            return _with_tag(_config(self._api_origin))
        folder = self._folder or built_page()
        if folder is None or "\0" in name:
            return None
        root = folder.resolve()
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            return None
        stat = path.stat()
        return _read(path, stat.st_mtime_ns, stat.st_size)


def _config(api_origin: str | None) -> bytes:
    """Return the settings of the page, without the secret: the page has it from the link that opened it."""
    credentials = {"accessKeyId": ACCOUNT, "secretAccessKeyFrom": "link"}
    settings = {"region": REGION, "credentials": credentials}
    return json.dumps(settings if api_origin is None else {**settings, "apiOrigin": api_origin}).encode()


def _with_tag(body: bytes) -> tuple[bytes, str]:
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> tuple[bytes, str]:
    return _with_tag(path.read_bytes())


def _content_type(name: str) -> str:
    media_type = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{media_type}; charset=utf-8" if media_type.startswith(_TEXT) else media_type


async def _respond(
    send: Send, status: int, headers: Mapping[str, str], body: bytes, *, with_body: bool = True
) -> None:
    fields = {**_HEADERS, "date": formatdate(usegmt=True), **headers}
    if status != 304:
        fields["content-length"] = str(len(body))
    raw = [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body if with_body else b""})
