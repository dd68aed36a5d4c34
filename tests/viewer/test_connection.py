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
    SMALL,
    assert_requests_are_of_embedded_aws,
    count_scene_pixels,
    expect_text,
    pass_time,
    put_temperature,
    serve_factory_cubes,
    with_short_refresh,
    without_scene,
)
from tests.support.polling import soon
from tests.support.tcp_proxy import TcpProxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Route

    from tests.support.images import ImageReader
    from tests.support.local_factory import LocalFactory
    from tests.viewer.conftest import KeepScreenshot, OpenedPage, OpenPage, PageUrl

pytestmark = pytest.mark.slow

_WATCH = """(selector) => {
  const element = document.querySelector(selector)
  let text = element.textContent
  globalThis.textChanges = 0
  const observer = new MutationObserver(() => {
    if (element.textContent !== text) globalThis.textChanges += 1
    text = element.textContent
  })
  observer.observe(element, { childList: true, characterData: true, subtree: true })
}"""
"""Counts how often the text of an element changes."""


def with_quick_values(page: Page) -> None:
    """Give the page no scene, and values each second."""
    with_short_refresh(page)
    without_scene(page)


def wait_for_state(opened: OpenedPage, state: str) -> None:
    """Move the time of the page until the connection has a state."""

    def read() -> str | None:
        # The page waits for an answer for half a minute.
        if not opened.pending:
            pass_time(opened, 5)
        opened.page.wait_for_timeout(50)
        attribute: str | None = opened.page.locator(".connection").get_attribute("data-state")
        return attribute

    assert soon(read, state) == state


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
    put_temperature(local_factory, 51)
    opened = open_page(
        page_url("entity=machine-001", port=proxy.port), routes=with_quick_values, has_clock=True
    )
    temperature = opened.row(*SENSOR, "temperature")
    expect_text(temperature.locator(".value"), "51")

    proxy.interrupt()
    pass_time(opened, 3)
    expect_text(opened.page.locator(".connection"), re.compile(r"no response for \d+ s, trying again"))
    # The last value stays, marked as failed.
    expect_text(temperature.locator(".age"), re.compile(r"failed, \d+ s ago"))
    expect_text(temperature.locator(".value"), "51")
    assert temperature.get_attribute("data-state") == "failed"
    expect_text(opened.page.locator(".charts [role=status]"), re.compile("Reading failed: no connection"))
    keep_screenshot(opened.page, "no-answer")

    put_temperature(local_factory, 52)
    for _ in range(3):  # several retries
        pass_time(opened, 3)
        opened.page.wait_for_timeout(50)
    proxy.resume()
    wait_for_state(opened, "live")
    expect_text(temperature.locator(".value"), "52")
    expect_text(temperature.locator(".age"), re.compile(r"\d+ s ago"))
    expect_text(opened.page.locator(".charts [role=status]"), "")


def test_throttled_page_makes_fewer_requests_than_the_limit_and_says_so_calmly(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl, keep_screenshot: KeepScreenshot
) -> None:
    limit = 3
    admitted: deque[float] = deque(maxlen=limit)
    requested: list[float] = []
    jumped = 0.0

    def page_time() -> float:
        return time.monotonic() + jumped

    def answer(route: Route) -> None:
        now = page_time()
        requested.append(now)
        if len(admitted) == limit and now - admitted[0] < 1:
            message = {"message": "Rate exceeded"}
            route.fulfill(status=429, headers={"x-amzn-errortype": "ThrottlingException"}, json=message)
        else:
            admitted.append(now)
            route.continue_()

    def prepare(page: Page) -> None:
        with_short_refresh(page, refreshSeconds=0.4)
        without_scene(page)
        page.route("**/entity-properties/**", answer)

    def let_pass(seconds: float) -> None:
        nonlocal jumped
        for _ in range(round(seconds * 2)):
            pass_time(opened, 0.5)
            jumped += 0.5
            opened.page.wait_for_timeout(10)

    put_temperature(local_factory, 50)
    opened = open_page(page_url("entity=machine-001"), routes=prepare, has_clock=True)
    expect_text(opened.page.locator(".connection"), re.compile("^throttled, values may be .+ old.*requests"))
    let_pass(6)
    keep_screenshot(opened.page, "throttled")

    start = page_time()
    opened.page.evaluate(_WATCH, ".connection")
    let_pass(10)
    per_second = sum(moment >= start for moment in requested) / (page_time() - start)
    assert 0 < per_second < limit
    assert opened.page.evaluate("textChanges") <= 4
    expect_text(opened.row(*SENSOR, "temperature").locator(".value"), "50")


def test_refused_requests_and_expired_credentials_are_named_with_what_to_do_until_they_are_over(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    denied = ("/entity-properties/", "AccessDeniedException", "not authorized to read values")
    expired = ("/", "ExpiredTokenException", "The security token included in the request is expired")
    refusal: tuple[str, str, str] | None = denied
    configurations = 0

    def configure(route: Route) -> None:
        nonlocal configurations
        configurations += 1
        route.fulfill(json={**route.fetch().json(), "refreshSeconds": 1})

    def answer(route: Route) -> None:
        if refusal and refusal[0] in route.request.url:
            _, code, message = refusal
            route.fulfill(status=403, headers={"x-amzn-errortype": code}, json={"message": message})
        else:
            route.continue_()

    def prepare(page: Page) -> None:
        page.route("**/workspaces/**", answer)
        page.route("**/config.json", configure)
        without_scene(page)  # The last route is the first to answer.

    put_temperature(local_factory, 50)
    opened = open_page(page_url("entity=machine-001"), routes=prepare, has_clock=True)
    connection = opened.page.locator(".connection")
    expect_text(connection, re.compile("^refused.*Ask its owner for access.*not authorized to read values"))
    connection.locator("summary").click()
    assert connection.locator(".advice").is_visible()

    refusal = None
    wait_for_state(opened, "live")
    temperature = opened.row(*SENSOR, "temperature")
    expect_text(temperature.locator(".value"), "50")

    read_before = configurations
    refusal = expired
    expect_text(connection, re.compile("^signed out.*Sign in again"))
    expect_text(temperature.locator(".value"), "50")

    def is_read_again() -> bool:
        if not opened.pending:
            pass_time(opened, 5)
        opened.page.wait_for_timeout(50)
        return configurations > read_before

    assert soon(is_read_again, expected=True)
    refusal = None
    wait_for_state(opened, "live")


def test_values_of_a_slow_connector_are_delayed_not_live(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    held: list[Route] = []
    is_slow = True

    def answer(route: Route) -> None:
        if is_slow:
            held.append(route)
        else:
            route.continue_()

    def prepare(page: Page) -> None:
        with_quick_values(page)
        page.route("**/entity-properties/history", answer)

    def let_answers_come() -> None:
        nonlocal is_slow
        is_slow = False
        while held:
            held.pop().continue_()

    put_temperature(local_factory, 50)
    opened = open_page(page_url("entity=machine-001"), routes=prepare, has_clock=True)
    connection = opened.page.locator(".connection")
    value = opened.row(*SENSOR, "temperature").locator(".value")
    expect_text(value, "…")
    expect_text(connection, "checking …")
    let_answers_come()
    expect_text(value, "50")
    expect_text(connection, "live")

    is_slow = True
    # The clock goes on by itself too: on a busy machine seconds pass between these lines.
    pass_time(opened, 4)
    expect_text(connection, "live")
    pass_time(opened, 8)
    expect_text(connection, re.compile("^delayed, values may be 20 s old.*connector"))
    expect_text(value, "50")
    opened.page.evaluate(_WATCH, ".connection")
    for _ in range(9):
        pass_time(opened, 1)
    expect_text(connection, re.compile("^delayed, values may be 30 s old"))
    assert opened.page.evaluate("textChanges") <= 3

    let_answers_come()
    wait_for_state(opened, "live")


def test_page_has_the_time_of_the_service_when_the_clock_of_the_computer_is_wrong(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    def prepare(page: Page) -> None:
        without_scene(page)
        page.add_init_script(
            """const Original = Date
            window.Date = class extends Original {
              constructor(...parts) { parts.length ? super(...parts) : super(window.Date.now()) }
              static now() { return Original.now() - 600_000 }
            }"""
        )

    put_temperature(local_factory, 50)
    opened = open_page(page_url("entity=machine-001"), routes=prepare)
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
    unavailable = {"workspaces-list", "scenes-list", "cube.gltf"}

    def answer(route: Route) -> None:
        if any(name in route.request.url for name in unavailable):
            route.fulfill(status=503, json={"message": "not yet"})
        else:
            route.fallback()

    def prepare(page: Page) -> None:
        serve_factory_cubes(page)
        page.route("**/*", answer)

    put_temperature(local_factory, 40)
    opened = open_page(page_url(), routes=prepare, has_clock=True, viewport=SMALL)
    expect_text(opened.page.locator("[role=alert]"), re.compile("cannot be shown: not yet. Trying again in"))
    unavailable.remove("workspaces-list")
    pass_time(opened, 10)
    opened.entity("CNC Machine 1").wait_for()
    expect_text(opened.page.locator(".scene-problems li"), "not yet; trying again")
    unavailable.remove("scenes-list")
    pass_time(opened, 10)
    expect_text(opened.page.locator(".scene-problems li").first, re.compile("cube.gltf.*not yet"))
    unavailable.clear()
    pass_time(opened, 10)
    assert count_scene_pixels(opened, images, GREEN, at_least=1_000) >= 1_000
    expect_text(opened.page.locator(".scene-problems"), "")
    assert_requests_are_of_embedded_aws(opened, local_factory)
