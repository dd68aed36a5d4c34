"""A Chromium, and the page in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.support.factory_page import with_jumping_clock
from tests.support.images import ImageReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page, Request

    from tests.support.local_factory import LocalFactory

    OpenPage = Callable[..., "OpenedPage"]
    PageUrl = Callable[..., str]
    KeepScreenshot = Callable[[Page, str], bytes]
    Settle = Callable[["OpenedPage", str], bytes]
    Compare = Callable[..., float]

ARTEFACTS = Path(__file__).parent / "artefacts"
REFERENCES = Path(__file__).parent / "references"
NOON = "2026-03-01T12:00:00Z"
MAX_DIFFERENCE = 0.005
"""Fraction of pixels that may differ: antialiasing differs between machines."""
_MEDIA = ("color_scheme", "reduced_motion", "forced_colors")
_IS_DEJAVU = """() => {
  const context = document.createElement('canvas').getContext('2d')
  const width = (family) => {
    context.font = `40px ${family}`
    return context.measureText('Hydraulic Press 1').width
  }
  return width('system-ui, serif') === width('"DejaVu Sans", monospace')
}"""


@dataclass
class OpenedPage:
    """A page in the browser, with what it requested and reported.

    Attributes:
        page: The page.
        requests: URLs that it requested, without ``data:`` and ``blob:`` URLs.
        errors: Uncaught errors, and errors in the console.
        pending: Requests without an answer.
    """

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    pending: set[Request] = field(default_factory=set)

    @classmethod
    def record(cls, page: Page) -> OpenedPage:
        """Return the page, recording from now on."""
        opened = cls(page)
        page.on("request", opened._add_request)
        page.on("requestfinished", opened._remove_request)
        page.on("requestfailed", opened._remove_request)
        page.on("pageerror", lambda error: opened.errors.append(str(error)))
        page.on("console", lambda line: opened.errors.append(line.text) if line.type == "error" else None)
        return opened

    def _add_request(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.requests.append(request.url)
            self.pending.add(request)

    def _remove_request(self, request: Request) -> None:
        self.pending.discard(request)

    def text(self, selector: str) -> str:
        """Return the text of an element."""
        return self.page.locator(selector).inner_text()

    def row(self, *key: str) -> Any:
        """Return the row of a property: entity, component, property."""
        return self.page.locator(f'tr[data-property="{"/".join(key)}"]')

    def entity(self, name: str) -> Any:
        """Return the row of an entity in the tree."""
        return self.page.locator("[role=treeitem]").filter(has_text=name)


@pytest.fixture(scope="session")
def shared_context(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """Return a context whose pages share a process and compiled scripts: they start in half the time."""
    context = _new_context(browser)
    _keep_processes(context, tmp_path_factory)
    yield context
    context.close()


@pytest.fixture(scope="session")
def noon_context(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """Return a context such as the shared one, in which it is always ``NOON``."""
    context = _new_context(browser)
    context.clock.set_fixed_time(NOON)
    _keep_processes(context, tmp_path_factory)
    yield context
    context.close()


@pytest.fixture(scope="session")
def clock_context(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """Return a context such as the shared one, for pages whose time a test moves."""
    context = _new_context(browser)
    _keep_processes(context, tmp_path_factory)
    yield context
    context.close()


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Return a function that opens a URL, with options of ``Browser.new_context``.

    Each page of a test has its own context: the first one the shared context, or that of noon, without what
    other tests stored in it. ``routes`` prepares a page of the shared context, for example with other answers
    to its requests. ``prepare`` and options that only a context has make a new context, which takes a second
    more. A clock stays in its context: it needs ``prepare``, ``at_noon``, or ``has_clock``, which gives the
    page the present time, for ``pass_time``.
    """
    contexts: list[BrowserContext] = []
    kept: list[Page] = []

    def share(name: str) -> BrowserContext:
        context: BrowserContext = request.getfixturevalue(name)
        if context not in contexts:
            kept.extend(context.pages)
            return context
        return _new_context(browser)

    def open_url(
        url: str,
        *,
        routes: Callable[[Page], None] | None = None,
        prepare: Callable[[Page], None] | None = None,
        at_noon: bool = False,
        has_clock: bool = False,
        **options: Any,
    ) -> OpenedPage:
        viewport = options.get("viewport")
        media = {name: value for name, value in options.items() if name in _MEDIA}
        is_shared = prepare is None and options.keys() <= {"viewport", *_MEDIA}
        assert is_shared or not (at_noon or has_clock), "contexts with a clock have no other options"
        name = "clock_context" if has_clock else "noon_context" if at_noon else "shared_context"
        context = share(name) if is_shared else _new_context(browser, **options)
        contexts.append(context)
        page = context.new_page()
        opened = OpenedPage.record(page)
        if is_shared and viewport:
            page.set_viewport_size(viewport)
        if is_shared and media:
            page.emulate_media(**media)
        if has_clock:
            with_jumping_clock(page)
        for change in (routes, prepare):
            if change:
                change(page)
        page.goto(url)
        return opened

    yield open_url
    for context in contexts:
        if any(page in kept for page in context.pages):
            _clear(context, kept)
        else:
            context.close()


def _new_context(browser: Browser, **options: Any) -> BrowserContext:
    defaults = {"viewport": {"width": 1280, "height": 800}, "locale": "en-US", "timezone_id": "UTC"}
    context = browser.new_context(**{**defaults, **options})
    context.set_default_timeout(30_000)
    return context


def _keep_processes(context: BrowserContext, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Open an empty page of each site of the tests: its process stays, for the pages of the site."""
    empty = tmp_path_factory.mktemp("site") / "empty.html"
    empty.write_text("<!doctype html><title>empty</title>", encoding="utf-8")
    context.new_page().goto(empty.as_uri())
    page = context.new_page()
    page.route("**/*", lambda route: route.fulfill(content_type="text/html", body=empty.read_bytes()))
    page.goto("http://127.0.0.1/")


def _clear(context: BrowserContext, kept: list[Page]) -> None:
    """Close the pages of a context but those to keep, and remove what they stored and changed for others."""
    for page in context.pages:
        if page in kept:
            continue
        origin = urlsplit(page.url)
        if origin.netloc:
            session = context.new_cdp_session(page)
            stored = {"origin": f"{origin.scheme}://{origin.netloc}", "storageTypes": "local_storage"}
            session.send("Storage.clearDataForOrigin", stored)
        else:
            page.evaluate("localStorage.clear()")
        page.close()
    context.unroute_all()
    context.clear_cookies()
    context.clear_permissions()


@pytest.fixture(scope="session")
def images(browser: Browser) -> Iterator[ImageReader]:
    """Return a reader of screenshots."""
    context = browser.new_context()
    yield ImageReader(context.new_page())
    context.close()


@pytest.fixture
def page_url(local_factory: LocalFactory) -> PageUrl:
    """Return a function that gives the link to the page with the factory, as there are other workspaces."""
    link = local_factory.twin.server.page_link(workspace=local_factory.workspace_id)

    def build(*parts: str, port: int = local_factory.twin.server.page_port) -> str:
        return "&".join([urlsplit(link)._replace(netloc=f"127.0.0.1:{port}").geturl(), *parts])

    return build


@pytest.fixture
def keep_screenshot() -> KeepScreenshot:
    """Return a function that takes a screenshot and stores it beside the tests, to analyse failures."""

    def take(page: Page, name: str) -> bytes:
        ARTEFACTS.mkdir(exist_ok=True)
        return page.screenshot(path=ARTEFACTS / f"{name}.png")

    return take


@pytest.fixture
def settle(keep_screenshot: KeepScreenshot) -> Settle:
    """Return a function that takes a screenshot of a page once two of them are equal."""

    def take(opened: OpenedPage, name: str) -> bytes:
        screenshot = b""
        while (latest := keep_screenshot(opened.page, name)) != screenshot:
            screenshot = latest
            opened.page.wait_for_timeout(400)
        return screenshot

    return take


@pytest.fixture
def compare(images: ImageReader, settle: Settle, request: pytest.FixtureRequest) -> Compare:
    """Return a function that compares a screenshot of a page with its reference, as a fraction of pixels.

    It takes the screenshot, unless the test has it already.
    """

    def difference(
        opened: OpenedPage, name: str, reference: Path | None = None, screenshot: bytes | None = None
    ) -> float:
        if not opened.page.evaluate(_IS_DEJAVU):
            pytest.skip("pictures are compared where the system's font is DejaVu Sans (fonts-dejavu-core)")
        screenshot = screenshot or settle(opened, name)
        file = reference or REFERENCES / f"{name}.png"
        if request.config.getoption("--snapshot-update"):
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(screenshot)
        return images.difference(screenshot, file.read_bytes())

    return difference
