"""A real browser, and the page in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import chromium
from tests.viewer.pictures import Pictures
from twin_stack.package_data import built_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from tests.support.local_factory import LocalFactory

ARTEFACTS = Path(__file__).parent / "artefacts"
REFERENCES = Path(__file__).parent / "references"
NO_BROWSER = "no Chromium is found"
"""Why a test is skipped; `tests/conftest.py` names them all in the last lines."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if chromium.find() is None:
        pytest.skip(NO_BROWSER)
    if built_page() is None:
        pytest.skip("the page is not built: make page")
    with chromium.browser() as found:
        yield found


@dataclass
class Opened:
    """A page in the browser, and what went on in it.

    Attributes:
        page: The page.
        requests: Addresses it asked for, but for what it has in itself.
        complaints: Errors it wrote to the console, or raised.
    """

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, page: Page) -> Opened:
        found = cls(page)
        page.on("request", lambda request: found._note(request.url))
        page.on("pageerror", lambda error: found.complaints.append(str(error)))
        page.on("console", lambda said: found.complaints.append(said.text) if said.type == "error" else None)
        return found

    def _note(self, url: str) -> None:
        if not url.startswith(("data:", "blob:")):
            self.requests.append(url)

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text()

    def row(self, *key: str) -> Any:
        """The row of a property: entity, component, property."""
        return self.page.locator(f'tr[data-property="{"/".join(key)}"]')

    def entity(self, name: str) -> Any:
        """The row of an entity in the tree."""
        return self.page.locator("[role=treeitem]").filter(has_text=name)


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Opened]]:
    """Open an address in a context of its own, with options of `Browser.new_context`."""
    contexts = []

    def act(url: str, *, prepare: Callable[[Page], None] | None = None, **options: Any) -> Opened:
        given = {
            "viewport": {"width": 1280, "height": 800},
            "locale": "en-US",
            "timezone_id": "UTC",
            **options,
        }
        context = browser.new_context(**given)
        contexts.append(context)
        context.set_default_timeout(30_000)
        page = context.new_page()
        opened = Opened.of(page)
        if prepare:
            prepare(page)
        page.goto(url)
        return opened

    yield act
    for context in contexts:
        context.close()


@pytest.fixture
def pictures(browser: Browser) -> Iterator[Pictures]:
    context = browser.new_context()
    yield Pictures(context.new_page())
    context.close()


@pytest.fixture
def address(local_factory: LocalFactory) -> Callable[..., str]:
    """The address of the page that shows the factory: others may have deployed twins of theirs."""

    def act(*parts: str, endpoint: str = local_factory.twin.endpoint) -> str:
        return f"{endpoint}/_twin/#" + "&".join([f"workspace={local_factory.workspace_id}", *parts])

    return act


@pytest.fixture
def keep() -> Callable[[Page, str], bytes]:
    """Take a picture of a page and keep it beside the tests, for whoever looks into a failure."""

    def act(page: Page, name: str) -> bytes:
        ARTEFACTS.mkdir(exist_ok=True)
        return page.screenshot(path=ARTEFACTS / f"{name}.png")

    return act
