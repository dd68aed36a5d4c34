"""What a browser may ask, by the headers that it sends."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.local.browser_rules import find_refusal, is_this_machine, redirects_to_page
from twin_stack.local.signatures import RequestHead

HOST = "127.0.0.1:14567"
APP = "http://localhost:3000"
NAVIGATE: dict[str, Any] = {"sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}


def head(path: str, method: str = "GET", **fields: str) -> RequestHead:
    headers = {name.replace("_", "-"): value.encode() for name, value in {"host": HOST, **fields}.items()}
    return RequestHead(method, path, "", headers)


def refusal(
    path: str, method: str = "GET", *, is_page_port: bool = True, is_websocket: bool = False, **fields: Any
) -> str | None:
    return find_refusal(
        head(path, method, **fields),
        is_page_port=is_page_port,
        is_websocket=is_websocket,
        allowed_origins={APP},
    )


@pytest.mark.parametrize("site", ["none", "same-origin", "same-site", "cross-site"])
@pytest.mark.parametrize("destination", ["document", "iframe"])
def test_page_can_be_opened_from_anywhere(site: str, destination: str) -> None:
    fields: dict[str, Any] = {**NAVIGATE, "sec_fetch_dest": destination, "sec_fetch_site": site}

    assert refusal("/_twin/", **fields) is None


@pytest.mark.parametrize(
    ("path", "method", "is_page_port"),
    [("/_twin/", "POST", True), ("/_twin/", "GET", False), ("/x", "GET", True), ("/", "GET", False)],
)
def test_nothing_else_can_be_opened(path: str, method: str, is_page_port: bool) -> None:
    reason = refusal(path, method, is_page_port=is_page_port, **NAVIGATE, sec_fetch_site="none")

    assert reason == f'a browser opens /_twin/ only, not "{path}"; use the AWS CLI'


@pytest.mark.parametrize("origin", [f"http://{HOST}", ""])
def test_script_of_the_page_asks_for_anything(origin: str) -> None:
    fields: dict[str, Any] = {
        "sec_fetch_site": "same-origin",
        "sec_fetch_mode": "cors",
        "sec_fetch_dest": "empty",
    }
    own: dict[str, Any] = {"origin": origin} if origin else {}

    assert refusal("/workspaces-list", "POST", **fields, **own) is None


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1:14566", "http://127.0.0.1", "https://" + HOST, "null", "http://evil.example"]
)
@pytest.mark.parametrize("is_page_port", [True, False])
def test_foreign_origin_is_refused(origin: str, is_page_port: bool) -> None:
    reason = refusal("/workspaces-list", "POST", is_page_port=is_page_port, origin=origin)

    assert reason
    assert reason.startswith(f'the origin "{origin}" is not that of the page')


@pytest.mark.parametrize("site", ["same-site", "cross-site", "anything"])
def test_other_site_is_refused(site: str) -> None:
    assert refusal("/_twin/assets/a.js", sec_fetch_site=site, sec_fetch_mode="no-cors")
    assert refusal("/", is_page_port=False, sec_fetch_site=site)


@pytest.mark.parametrize("destination", ["script", "image", "iframe", "worker", "style"])
def test_what_a_bucket_holds_is_no_part_of_the_page(destination: str) -> None:
    fields: dict[str, Any] = {
        "sec_fetch_site": "same-origin",
        "sec_fetch_mode": "no-cors",
        "sec_fetch_dest": destination,
    }

    assert refusal("/bucket/key", **fields) == (
        f'only scripts of the page ask for "/bucket/key", and this is for a {destination}'
    )
    assert refusal("/_twin/assets/a.js", **fields) is None


def test_program_asks_for_anything() -> None:
    assert refusal("/", "POST", is_page_port=False) is None
    # As Node's fetch does.
    assert refusal("/", "POST", is_page_port=False, sec_fetch_mode="cors") is None


def test_browser_uses_the_port_of_the_page() -> None:
    assert refusal("/", is_page_port=False, sec_fetch_site="none") == (
        "this port is for programs; browsers use the port of the page"
    )


def test_websocket_is_for_programs() -> None:
    assert refusal("/mqtt", is_page_port=False, is_websocket=True) is None
    assert refusal("/mqtt", is_websocket=True)
    assert refusal("/mqtt", is_page_port=False, is_websocket=True, origin="http://evil.example")
    assert refusal("/mqtt", is_page_port=False, is_websocket=True, origin=APP) is None


def test_allowed_origin_calls_the_api_by_scripts_only() -> None:
    fields: dict[str, Any] = {"origin": APP, "sec_fetch_site": "cross-site"}

    assert refusal("/", "POST", is_page_port=False, sec_fetch_mode="cors", **fields) is None
    for mode in ("no-cors", "navigate"):
        assert refusal("/", "POST", is_page_port=False, sec_fetch_mode=mode, **fields)
    assert refusal("/", "POST", sec_fetch_mode="cors", **fields)
    assert refusal("/", "POST", is_page_port=False, origin=APP + "0")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1", "[::1]:1", "data.iot.us-east-1.localhost:1"])
def test_host_is_this_machine(host: str) -> None:
    assert is_this_machine(host)


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1.evil.example:1", "localhost.evil:1", "10.0.0.1"]
)
def test_host_is_another_machine(host: str) -> None:
    assert not is_this_machine(host)


def test_browser_at_the_api_is_sent_to_the_page() -> None:
    assert redirects_to_page(head("/", **NAVIGATE))
    assert redirects_to_page(head("/_twin/", accept="text/html,*/*;q=0.8"))
    assert not redirects_to_page(head("/bucket", **NAVIGATE))
    assert not redirects_to_page(head("/", "POST", **NAVIGATE))
    assert not redirects_to_page(head("/", accept="*/*"))
    assert not redirects_to_page(head("/", accept="text/html", authorization="AWS4-HMAC-SHA256 x"))
