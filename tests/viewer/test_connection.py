"""The page while services do not respond."""

from __future__ import annotations

import re
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
