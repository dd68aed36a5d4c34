"""The page as it is served, and files that are not served."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.support.coroutines import run_in_thread
from twin_stack.local.page import Page
from twin_stack.package_data import built_page

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = pytest.mark.deploy


needs_page = pytest.mark.skipif(built_page() is None, reason="the page is not built: make page")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A built page beside a secret."""
    root = tmp_path / "page"
    (root / "assets").mkdir(parents=True)
    (root / "index.html").write_text("<!doctype html><title>Twin</title>", encoding="utf-8")
    (root / "assets" / "code-1a2b.js").write_text("export {}", encoding="utf-8")
    (root / "assets" / "decoder-3c4d.wasm").write_bytes(b"\0asm")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (root / "assets" / "link.txt").symlink_to(tmp_path / "secret.txt")
    return root


def get(folder: Path, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": raw}
    run_in_thread(Page(folder).answer(scope, send))
    start, body = sent
    return start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, body["body"]


@pytest.mark.parametrize(
    ("path", "content_type", "cached"),
    [
        ("/_twin/", "text/html; charset=utf-8", "no-cache"),
        ("/_twin/index.html", "text/html; charset=utf-8", "no-cache"),
        ("/_twin/config.json", "application/json; charset=utf-8", "no-cache"),
        (
            "/_twin/assets/code-1a2b.js",
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
        ("/_twin/assets/decoder-3c4d.wasm", "application/wasm", "public, max-age=31536000, immutable"),
    ],
)
def test_file_has_content_type_and_cache_control(
    folder: Path, path: str, content_type: str, cached: str
) -> None:
    status, headers, body = get(folder, path)

    assert status == 200
    assert (headers["content-type"], headers["cache-control"]) == (content_type, cached)
    assert headers["content-length"] == str(len(body)) != "0"
    # Browsers must not sniff types, and the page may send requests to its own origin only.
    assert headers["x-content-type-options"] == "nosniff"
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    origins = {word for words in policy.values() for word in words.split() if "//" in word}
    assert origins == {"http://localhost:*", "http://127.0.0.1:*"}
    assert "unsafe-inline" not in policy["script-src"]


def test_file_is_sent_once_while_it_is_the_same(folder: Path) -> None:
    _, headers, _ = get(folder, "/_twin/")
    again = get(folder, "/_twin/", if_none_match=f"W/{headers['etag']}")
    assert (again[0], again[2]) == (304, b"")

    (folder / "index.html").write_text("<!doctype html><title>Another</title>", encoding="utf-8")
    status, changed, body = get(folder, "/_twin/", if_none_match=headers["etag"])
    assert status == 200
    assert b"Another" in body
    assert changed["etag"] != headers["etag"]


def test_head_has_no_body_and_nothing_can_be_written(folder: Path) -> None:
    status, headers, body = get(folder, "/_twin/", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0
    assert get(folder, "/_twin/index.html", "PUT")[0] == 405


@pytest.mark.parametrize(
    "path",
    [
        "/_twin/../secret.txt",
        "/_twin/assets/../../secret.txt",
        "/_twin//etc/passwd",
        "/_twin/assets/link.txt",
        "/_twin/assets",
        "/_twin/\0",
        "/_twin/nothing.js",
    ],
)
def test_only_files_of_the_page_are_served(folder: Path, path: str) -> None:
    status, headers, body = get(folder, path)

    assert status == 404
    assert b"secret" not in body.removeprefix(b"there is no ").removeprefix(path.encode()[7:])
    assert headers["content-type"] == "text/plain; charset=utf-8"


def test_missing_page_is_an_error_with_the_build_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twin_stack.local.page.built_page", lambda: None)
    status, _, body = get(None, "/_twin/")  # type: ignore[arg-type]

    assert (status, body) == (
        404,
        b"the page is not built: run `make page`, which needs Node 20.19 or newer, and npm",
    )


@needs_page
def test_embedded_aws_serves_the_page_to_this_machine_alone(local_twin: LocalTwin) -> None:
    address = urlsplit(local_twin.server.page)

    def ask(path: str, host: str, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=10)
        connection.request("GET", path, headers={"host": host, **headers})
        response = connection.getresponse()
        answer = response.status, response.read()
        connection.close()
        return answer

    status, body = ask("/_twin/", f"127.0.0.1:{address.port}")
    assert status == 200
    assert b'<script type="module"' in body
    status, body = ask("/_twin/config.json", f"localhost:{address.port}")
    assert json.loads(body)["credentials"] == {
        "accessKeyId": "000000000000",
        "secretAccessKeyFrom": "link",
    }
    assert json.loads(body)["apiOrigin"] == local_twin.endpoint, "no link of a scene leads there"
    for path in ("/_twin/", "/_twin/config.json"):
        assert ask(path, "twin.example.com")[0] == 403
    # The path is sent without normalization.
    assert ask("/_twin/..%2f..%2fpackage_data.py", f"127.0.0.1:{address.port}")[0] == 404
