"""Requests that a web browser may send to the embedded AWS: for its page, and those of the page's script.

Every web page that the user opens can send requests to this machine, by forms, links, scripts and WebSockets.
Browsers say where a request comes from in ``Origin`` and ``Sec-Fetch-*``, which no script can change
(https://www.w3.org/TR/fetch-metadata/). Programs send none of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.state import PAGE_PATH

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from twin_stack.local.signatures import RequestHead

_ALLOWED_MODES = frozenset({"", "cors", "websocket"})
_SAFE_METHODS = frozenset({"GET", "HEAD"})


def is_this_machine(host: str) -> bool:
    """Return whether a Host header names this machine.

    A web page can reach local servers through a foreign name that resolves to 127.0.0.1 (DNS rebinding).

    Args:
        host: The header, with or without a port.
    """
    name = host.rpartition(":")[0] or host
    return name in ("127.0.0.1", "localhost", "[::1]") or name.endswith(".localhost")


def find_refusal(
    head: RequestHead, *, is_page_port: bool, is_websocket: bool, allowed_origins: AbstractSet[str]
) -> str | None:
    """Return why a request of a browser is refused, or None.

    Args:
        head: The request.
        is_page_port: Whether it came by the port of the page; programs use the other one.
        is_websocket: Whether it opens a WebSocket.
        allowed_origins: Origins of web apps that the user allows, such as ``http://localhost:3000``.
    """
    mode, origin = head.header("sec-fetch-mode"), head.header("origin")
    if mode == "navigate":
        is_page = is_page_port and head.path.startswith(PAGE_PATH) and head.method in _SAFE_METHODS
        return None if is_page else f'a browser opens {PAGE_PATH} only, not "{head.path}"; use the AWS CLI'
    if not is_page_port and origin in allowed_origins and mode in _ALLOWED_MODES:
        return None
    return _find_foreign_origin(head, is_page_port=is_page_port) or (
        _find_misuse_of_page_port(head, is_websocket=is_websocket) if is_page_port else None
    )


def _find_foreign_origin(head: RequestHead, *, is_page_port: bool) -> str | None:
    origin, site = head.header("origin"), head.header("sec-fetch-site")
    is_own_origin = is_page_port and origin == f"http://{head.header('host')}"
    if origin and not is_own_origin:
        return (
            f'the origin "{origin}" is not that of the page of the embedded AWS; '
            "allow a web app of your own by `twin up --allow-origin ORIGIN`"
        )
    if site not in ("", "same-origin", "none"):
        return f"a web page of another origin asks for it (Sec-Fetch-Site is {site})"
    if site and not is_page_port:
        return "this port is for programs; browsers use the port of the page"
    return None


def _find_misuse_of_page_port(head: RequestHead, *, is_websocket: bool) -> str | None:
    destination = head.header("sec-fetch-dest")
    if is_websocket:
        return "the page opens no WebSocket; programs use the port of the API"
    if not head.path.startswith(PAGE_PATH) and destination not in ("", "empty"):
        return f'only scripts of the page ask for "{head.path}", and this is for a {destination}'
    return None


def redirects_to_page(head: RequestHead) -> bool:
    """Return whether a browser opens the port of the API, by its address or an old link to the page.

    Args:
        head: The request, which came by the port of the API.
    """
    is_navigation = head.header("sec-fetch-mode") == "navigate" or (
        "sec-fetch-mode" not in head.headers
        and "authorization" not in head.headers
        and "text/html" in head.header("accept")
    )
    return head.method == "GET" and is_navigation and head.path in ("/", PAGE_PATH) and not head.query
