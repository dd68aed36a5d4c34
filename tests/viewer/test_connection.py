"""The page while services do not respond."""

from __future__ import annotations

import re
import time
from collections import deque
from typing import TYPE_CHECKING

import pytest

from tests.support.factory_page import (
    GREEN,
    SENSOR,
    count_scene_pixels,
    expect_text,
    put_temperature,
    with_short_refresh,
    without_scene,
)
from tests.support.tcp_proxy import TcpProxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Route

    from tests.support.images import ImageReader
    from tests.support.local_factory import LocalFactory
    from tests.viewer.conftest import KeepScreenshot, OpenPage, PageUrl

pytestmark = pytest.mark.slow


@pytest.fixture
def proxy(local_factory: LocalFactory) -> Iterator[TcpProxy]:
    proxy = TcpProxy(local_factory.twin.server.page_port)
    yield proxy
    proxy.close()


def test_page_keeps_values_while_the_service_is_down_and_continues_when_it_is_back(
    local_factory: LocalFactory,
    open_page: OpenPage,
    page_url: PageUrl,
    proxy: TcpProxy,
    keep_screenshot: KeepScreenshot,
) -> None:
    def prepare(page: Page) -> None:
        with_short_refresh(page)
        without_scene(page)

    put_temperature(local_factory, 51)
    opened = open_page(page_url("entity=machine-001", port=proxy.port), prepare=prepare)
    temperature = opened.row(*SENSOR, "temperature")
    expect_text(temperature.locator(".value"), "51")

    proxy.interrupt()
    expect_text(opened.page.locator(".connection"), re.compile(r"no response for \d+ s, trying again"))
    # The last value stays, marked as failed.
    expect_text(temperature.locator(".age"), re.compile(r"failed, \d+ s ago"))
    expect_text(temperature.locator(".value"), "51")
    assert temperature.get_attribute("data-state") == "failed"
    expect_text(opened.page.locator(".charts [role=status]"), re.compile("Reading failed: no connection"))
    keep_screenshot(opened.page, "no-answer")

    put_temperature(local_factory, 52)
    opened.page.wait_for_timeout(3_000)  # several retries
    proxy.resume()
    expect_text(opened.page.locator(".connection"), "live")
    expect_text(temperature.locator(".value"), "52")
    expect_text(temperature.locator(".age"), re.compile(r"\d+ s ago"))
    expect_text(opened.page.locator(".charts [role=status]"), "")


def _count_changes(page: Page, selector: str, milliseconds: int) -> int:
    """Count how often the text of an element changes in a time."""
    count: int = page.evaluate(
        """([selector, milliseconds]) => new Promise((resolve) => {
          let count = 0
          const element = document.querySelector(selector)
          let text = element.textContent
          const observer = new MutationObserver(() => {
            if (element.textContent !== text) count += 1
            text = element.textContent
          })
          observer.observe(element, { childList: true, characterData: true, subtree: true })
          setTimeout(() => resolve(count), milliseconds)
        })""",
        [selector, milliseconds],
    )
    return count


def test_throttled_page_makes_fewer_requests_than_the_limit_and_says_so_calmly(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl, keep_screenshot: KeepScreenshot
) -> None:
    limit = 3
    admitted: deque[float] = deque(maxlen=limit)
    requested: list[float] = []

    def answer(route: Route) -> None:
        now = time.monotonic()
        requested.append(now)
        if len(admitted) == limit and now - admitted[0] < 1:
            message = {"message": "Rate exceeded"}
            route.fulfill(status=429, headers={"x-amzn-errortype": "ThrottlingException"}, json=message)
        else:
            admitted.append(now)
            route.continue_()

    def prepare(page: Page) -> None:
        with_short_refresh(page, refreshSeconds=0.2)
        without_scene(page)
        page.route("**/entity-properties/**", answer)

    put_temperature(local_factory, 50)
    opened = open_page(page_url("entity=machine-001"), prepare=prepare)
    expect_text(opened.page.locator(".connection"), re.compile("^throttled, values may be .+ old.*requests"))
    opened.page.wait_for_timeout(6_000)
    keep_screenshot(opened.page, "throttled")

    start = time.monotonic()
    changes = _count_changes(opened.page, ".connection", 10_000)
    per_second = sum(moment >= start for moment in requested) / (time.monotonic() - start)
    assert 0 < per_second < limit
    assert changes <= 4
    expect_text(opened.row(*SENSOR, "temperature").locator(".value"), "50")


def test_refused_requests_are_named_with_what_to_do(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    refusal = {"x-amzn-errortype": "AccessDeniedException"}

    def refuse(route: Route) -> None:
        route.fulfill(status=403, headers=refusal, json={"message": "not authorized to read values"})

    def prepare(page: Page) -> None:
        with_short_refresh(page)
        without_scene(page)
        page.route("**/entity-properties/**", refuse)

    opened = open_page(page_url("entity=machine-001"), prepare=prepare)
    connection = opened.page.locator(".connection")
    expect_text(connection, re.compile("^refused.*Ask its owner for access.*not authorized to read values"))
    connection.locator("summary").click()
    assert connection.locator(".advice").is_visible()


def test_expired_credentials_sign_the_page_out_until_config_json_has_others(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    state = {"expired": False, "configurations": 0}

    def configure(route: Route) -> None:
        state["configurations"] += 1
        route.fulfill(json={**route.fetch().json(), "refreshSeconds": 1})

    def answer(route: Route) -> None:
        if state["expired"]:
            refusal = {"x-amzn-errortype": "ExpiredTokenException"}
            message = {"message": "The security token included in the request is expired"}
            route.fulfill(status=403, headers=refusal, json=message)
        else:
            route.continue_()

    def prepare(page: Page) -> None:
        without_scene(page)
        page.route("**/workspaces/**", answer)
        page.route("**/config.json", configure)

    put_temperature(local_factory, 50)
    opened = open_page(page_url("entity=machine-001"), prepare=prepare)
    expect_text(opened.row(*SENSOR, "temperature").locator(".value"), "50")
    expect_text(opened.page.locator(".connection"), "live")
    read_before = state["configurations"]
    state["expired"] = True
    expect_text(opened.page.locator(".connection"), re.compile("^signed out.*Sign in again"))
    temperature = opened.row(*SENSOR, "temperature")
    expect_text(temperature.locator(".value"), "50")
    deadline = time.monotonic() + 60
    while state["configurations"] == read_before and time.monotonic() < deadline:
        opened.page.wait_for_timeout(250)
    assert state["configurations"] > read_before
    state["expired"] = False
    expect_text(opened.page.locator(".connection"), "live")


def test_values_of_a_slow_connector_are_delayed_not_live(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    def prepare(page: Page) -> None:
        with_short_refresh(page)
        without_scene(page)
        page.add_init_script(
            """const original = window.fetch
            window.fetch = async (input, init) => {
              const url = input instanceof Request ? input.url : String(input)
              if (url.endsWith('/history')) await new Promise((resolve) => setTimeout(resolve, 5_000))
              return original(input, init)
            }"""
        )

    put_temperature(local_factory, 50)
    opened = open_page(page_url("entity=machine-001"), prepare=prepare)
    expect_text(opened.page.locator(".connection"), re.compile("^delayed, values may be .+ s old.*connector"))
    expect_text(opened.row(*SENSOR, "temperature").locator(".value"), "50")
    assert _count_changes(opened.page, ".connection", 8_000) <= 3


def test_page_has_the_time_of_the_service_when_the_clock_of_the_computer_is_wrong(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    def prepare(page: Page) -> None:
        with_short_refresh(page)
        without_scene(page)
        page.add_init_script(
            """const Original = Date
            window.Date = class extends Original {
              constructor(...parts) { parts.length ? super(...parts) : super(window.Date.now()) }
              static now() { return Original.now() - 600_000 }
            }"""
        )

    put_temperature(local_factory, 50)
    opened = open_page(page_url("entity=machine-001"), prepare=prepare)
    expect_text(
        opened.page.locator(".connection"), re.compile(r"^live · clock of this computer is (9|10) min slow")
    )
    temperature = opened.row(*SENSOR, "temperature")
    expect_text(temperature.locator(".value"), "50")
    # By the computer's clock, the value comes from the future and stays "0 s" old.
    expect_text(temperature.locator(".age"), re.compile(r"^([2-9]|[1-5]\d) s ago$"))


def test_page_that_starts_before_the_service_retries_until_it_responds(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl, images: ImageReader
) -> None:
    unavailable = {"workspaces-list", "scenes-list", "factory.glb"}

    def answer(route: Route) -> None:
        if any(name in route.request.url for name in unavailable):
            route.fulfill(status=503, json={"message": "not yet"})
        else:
            route.continue_()

    put_temperature(local_factory, 40)
    opened = open_page(page_url(), prepare=lambda page: page.route("**/*", answer))
    expect_text(opened.page.locator("[role=alert]"), re.compile("cannot be shown: not yet. Trying again in"))
    unavailable.remove("workspaces-list")
    opened.entity("CNC Machine 1").wait_for()
    expect_text(opened.page.locator(".scene-problems li"), "not yet; trying again")
    unavailable.remove("scenes-list")
    expect_text(opened.page.locator(".scene-problems li").first, re.compile("factory.glb.*not yet"))
    unavailable.clear()
    assert count_scene_pixels(opened, images, GREEN, at_least=1_000) >= 1_000
    expect_text(opened.page.locator(".scene-problems"), "")
