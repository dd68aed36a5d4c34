"""A hostile web page in the user's browser while the embedded AWS runs: nothing runs, nothing is read."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, product
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.support.soak import SOAK
from twin_stack.local import launcher
from twin_stack.local.state import StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

    from twin_stack.pytest_plugin import LocalTwin

pytestmark = [pytest.mark.deploy, pytest.mark.slow]

HOSTS = ["127.0.0.1", "localhost", "evil.localhost"]
TEMPLATE = json.dumps({"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}})


class _Blank(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = b"<!doctype html><title>hostile</title>"
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def website() -> Iterator[int]:
    """A web server of another program of this machine, and its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Blank)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


# One context for all tests, since a new one costs more than what most of them do in it.
@pytest.fixture(scope="module")
def shared_context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    """Another web server of this machine; its port."""
    with website() as port:
        yield port


@pytest.fixture(scope="module")
def hostile_pages(shared_context: BrowserContext, site: int) -> dict[str, Page]:
    """Pages of another port by their host, of the same site and of other ones."""
    pages = {host: shared_context.new_page() for host in HOSTS}
    for host, page in pages.items():
        page.goto(f"http://{host}:{site}/")
    return pages


@pytest.fixture
def context(shared_context: BrowserContext) -> Iterator[BrowserContext]:
    """A context whose new pages are closed after the test."""
    before = set(shared_context.pages)
    yield shared_context
    for page in set(shared_context.pages) - before:
        page.close()


@pytest.fixture(params=HOSTS)
def hostile(hostile_pages: dict[str, Page], request: pytest.FixtureRequest) -> Page:
    page: Page = hostile_pages[request.param]
    return page


def ports(twin: LocalTwin) -> list[int]:
    return [twin.server.port, twin.server.page_port]


def stack_parameters(name: str) -> dict[str, str]:
    return {"Action": "CreateStack", "StackName": name, "TemplateBody": TEMPLATE, "Version": "2010-05-15"}


def stacks(twin: LocalTwin) -> list[str]:
    summaries = twin.client("cloudformation").list_stacks()["StackSummaries"]
    return [stack["StackName"] for stack in summaries if stack["StackName"].startswith("hostile")]


# The addresses of an attack open in one tab, whose opener the hostile page stays.
SUBMIT_FORM = """
([url, fields, method]) => {
  const form = document.createElement('form')
  Object.assign(form, { action: url, method, target: 'attacked' })
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement('input'), { name, value }))
  }
  document.body.append(form)
  form.submit()
}
"""
OPEN_LINK = """
([url, target = 'attacked']) => {
  const link = Object.assign(document.createElement('a'), { href: url, target })
  document.body.append(link)
  link.click()
}
"""
OPEN_POPUP = "([url]) => { window.open(url, 'attacked') }"
REFUSAL = "a browser opens /_twin/ only"
# What each way of asking reads; an opaque answer has the status 0.
ASK = """
async (requests) => {
  const read = []
  for (const [url, options] of requests) {
    try {
      const response = await fetch(url, options)
      read.push([url, response.status, await response.text()])
    } catch {
      read.push([url, -1, ''])
    }
  }
  return read
}
"""
LOAD = """
(urls) => Promise.all(urls.flatMap((url) =>
  ['img', 'script', 'iframe', 'object', 'link', 'video'].map((name) =>
  new Promise((resolve) => {
    const element = document.createElement(name)
    element.onload = element.onerror = element.onloadeddata = () => resolve(name)
    if (name === 'link') element.rel = 'stylesheet'
    element[{ object: 'data', link: 'href' }[name] ?? 'src'] = url
    document.body.append(element)
    setTimeout(() => resolve(name), 3000)
  }))))
"""
CONNECT = """
(urls) => Promise.all(urls.map((url) => new Promise((resolve) => {
  const socket = new WebSocket(url, ['mqtt'])
  socket.onopen = () => resolve('open')
  socket.onerror = () => resolve('refused')
})))
"""


WAYS = [("post", "popup"), ("get", "link")]
"""A method of forms, and a way to open an address."""


def from_each_host() -> list[tuple[str, str, str]]:
    """Pair each host with ways to attack; in ``make soak`` with each."""
    pairs = product(HOSTS, WAYS) if SOAK else zip(HOSTS, cycle(WAYS), strict=False)
    return [(host, *ways) for host, ways in pairs]


def open_in_a_tab(
    context: BrowserContext, hostile: Page, attacks: dict[str, tuple[str, list[Any]]]
) -> Iterator[tuple[str, Page]]:
    """Run scripts that each open an address in one tab; yield the address without its query, and the tab.

    Args:
        context: The context of the page.
        hostile: The page that runs the scripts.
        attacks: A script and its further arguments, by the address; all addresses differ.
    """
    tab: Page | None = None
    for url, (script, arguments) in attacks.items():
        if tab is None:
            with context.expect_page() as opened:
                hostile.evaluate(script, [url, *arguments])
            tab = opened.value
        else:
            hostile.evaluate(script, [url, *arguments])
        address = url.partition("?")[0]
        tab.wait_for_url(lambda shown, address=address: shown.partition("?")[0] == address)  # type: ignore[misc]
        yield address, tab


@pytest.mark.soak
@pytest.mark.parametrize(("host", "method", "way"), from_each_host())
def test_form_and_address_that_open_in_a_tab_run_nothing(
    local_twin: LocalTwin,
    hostile_pages: dict[str, Page],
    context: BrowserContext,
    host: str,
    method: str,
    way: str,
) -> None:
    script = {"link": OPEN_LINK, "popup": OPEN_POPUP}[way]
    create = urlencode(stack_parameters("hostile-link"))
    attacks: dict[str, tuple[str, list[Any]]] = {}
    for port in ports(local_twin):
        fields = stack_parameters("hostile-form")
        attacks[f"http://localhost:{port}/form"] = (SUBMIT_FORM, [fields, method])
        attacks[f"http://127.0.0.1:{port}/x?{create}"] = (script, [])

    refused = [
        address
        for address, tab in open_in_a_tab(context, hostile_pages[host], attacks)
        if REFUSAL in tab.content()
    ]

    assert refused == [url.partition("?")[0] for url in attacks]
    assert stacks(local_twin) == []


def test_scripts_run_and_read_nothing(local_twin: LocalTwin, hostile: Page) -> None:
    function = json.dumps(
        {"FunctionName": "hostile", "Code": {}, "Role": "r", "Handler": "h", "Runtime": "python3.11"}
    )
    form = {"content-type": "application/x-www-form-urlencoded"}
    create = urlencode(stack_parameters("hostile-fetch"))
    requests: list[tuple[str, dict[str, Any]]] = []
    for port in ports(local_twin):
        origin = f"http://127.0.0.1:{port}"
        for mode in ("cors", "no-cors"):
            requests += [
                (origin + "/2015-03-31/functions", {"method": "POST", "mode": mode, "body": function}),
                (origin + "/", {"method": "POST", "mode": mode, "headers": form, "body": create}),
                (f"{origin}/x?{create}", {"mode": mode, "credentials": "include"}),
                (origin + "/_twin/config.json", {"mode": mode}),
                (origin + "/_twin/health", {"mode": mode}),
                (origin + "/_twin/save", {"method": "POST", "mode": mode}),
                (origin + "/_ministack/health", {"mode": mode}),
            ]
        requests.append(
            (origin + "/2015-03-31/functions", {"headers": {"authorization": "AWS4-HMAC-SHA256 x"}})
        )

    answers = hostile.evaluate(ASK, requests)

    assert len(answers) == len(requests)
    # -1: the browser shows nothing of the answer; 0: an opaque answer, without its content.
    assert {(status, text) for _, status, text in answers} <= {(-1, ""), (0, "")}
    assert stacks(local_twin) == []
    functions = local_twin.client("lambda").list_functions()["Functions"]
    assert "hostile" not in [function["FunctionName"] for function in functions]


def test_elements_of_a_page_run_nothing(local_twin: LocalTwin, hostile: Page) -> None:
    create = urlencode(stack_parameters("hostile-element"))
    loaded = hostile.evaluate(LOAD, [f"http://127.0.0.1:{port}/x?{create}" for port in ports(local_twin)])

    assert len(loaded) == 12
    assert stacks(local_twin) == []


def test_websocket_is_refused(local_twin: LocalTwin, hostile: Page) -> None:
    urls = [
        f"ws://{name}:{port}/mqtt"
        for port in ports(local_twin)
        for name in ("127.0.0.1", "data.iot.us-east-1.localhost")
    ]

    assert hostile.evaluate(CONNECT, urls) == ["refused"] * 4


def test_link_on_the_page_itself_runs_nothing(local_twin: LocalTwin, context: BrowserContext) -> None:
    """As a Markdown text in a scene may hold, which a definition without code brings along."""
    create = urlencode(stack_parameters("hostile-markdown"))
    page = context.new_page()
    # Without a workspace there is no scene, which takes seconds to draw.
    page.goto(local_twin.server.page_link(workspace="nothing"))
    page.wait_for_function("() => sessionStorage.getItem('twin-key')")
    for port in ports(local_twin):
        address = f"http://127.0.0.1:{port}/x?{create}"
        with context.expect_page() as opened:
            page.evaluate(OPEN_LINK, [address, "_blank"])
        opened.value.wait_for_load_state()
        assert REFUSAL in opened.value.content()
        page.evaluate("(url) => { location.href = url }", address)
        page.wait_for_url(f"http://*:{port}/x**")
        assert REFUSAL in page.content()
        page.go_back()
        assert page.url.startswith(local_twin.server.page)

    assert stacks(local_twin) == []


def test_object_of_a_bucket_is_no_page(local_twin: LocalTwin, context: BrowserContext) -> None:
    import urllib3  # noqa: PLC0415

    s3 = local_twin.client("s3")
    s3.create_bucket(Bucket="hostile-objects")
    content = b"<script>document.title = 'ran'</script>"
    s3.put_object(Bucket="hostile-objects", Key="page.html", Body=content, ContentType="text/html")
    url = s3.generate_presigned_url("get_object", {"Bucket": "hostile-objects", "Key": "page.html"})
    response = urllib3.request("GET", url, retries=False)
    assert (response.status, response.data) == (200, content)
    assert response.headers["content-security-policy"] == "sandbox"
    assert response.headers["x-content-type-options"] == "nosniff"

    page = context.new_page()
    for port in ports(local_twin):
        page.goto(url.replace(f":{local_twin.server.port}/", f":{port}/"))
        assert page.title() != "ran"
        assert REFUSAL in page.content()


def test_page_takes_its_key_out_of_the_address(local_twin: LocalTwin, context: BrowserContext) -> None:
    server = local_twin.server
    requested: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: requested.append(request.url + json.dumps(request.headers)))
    page.goto(server.page_link(workspace="nothing"))
    page.locator("[role=alert]").wait_for()

    assert page.url == f"{server.page}#workspace=nothing"
    assert server.secret not in page.content()
    assert requested
    assert not [text for text in requested if server.secret in text and "#" not in text]
    assert context.cookies() == []
    page.reload()
    page.locator("[role=alert]", has_text="there is no workspace").or_(
        page.locator("[role=alert]", has_text='workspace "nothing" does not exist')
    ).wait_for()


def test_page_without_the_key_says_how_to_open_it(local_twin: LocalTwin, context: BrowserContext) -> None:
    page = context.new_page()
    for fragment, reason in (
        ("", "this address has no key"),
        ("#key=" + "x" * 43, "the key of this page is not that of the twin"),
    ):
        # Another fragment alone does not load the page again.
        page.goto("about:blank")
        page.goto(local_twin.server.page + fragment)

        alert = page.locator("[role=alert]")
        alert.wait_for()
        assert alert.inner_text() == (
            f"The twin cannot be shown: {reason}. Open the link that `twin up` printed; "
            "`twin status` prints it again."
        ), fragment


def test_browser_that_opens_the_endpoint_is_sent_to_the_page(
    local_twin: LocalTwin, context: BrowserContext
) -> None:
    page = context.new_page()
    for path in ("", "/", "/_twin/"):
        page.goto(f"{local_twin.endpoint}{path}#key={local_twin.server.secret}")
        page.wait_for_url(local_twin.server.page)


def test_web_app_of_an_allowed_origin_calls_the_api(
    hostile_pages: dict[str, Page], site: int, tmp_path: Path
) -> None:
    folder = StateFolder(tmp_path / "twin")
    with folder.locked():
        # The other pages have the same port, and names that are not allowed.
        server = launcher.start(folder, port=0, allowed_origins=[f"http://localhost:{site}"])
        try:
            request = AWSRequest("GET", server.endpoint + "/2015-03-31/functions")
            keys = Credentials("000000000000", server.secret)
            SigV4Auth(keys, "lambda", "us-east-1").add_auth(request)
            signed = [[request.url, {"headers": dict(request.headers.items())}]]
            answers = {name: hostile_pages[name].evaluate(ASK, signed) for name in ("localhost", "127.0.0.1")}
        finally:
            launcher.stop(folder, grace=5)

    assert answers["127.0.0.1"] == [[request.url, -1, ""]]
    ((_, status, text),) = answers["localhost"]
    assert (status, json.loads(text)["Functions"]) == (200, [])
