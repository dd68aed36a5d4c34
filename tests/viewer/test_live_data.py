"""Live values: in the details, the scene, the badges and the charts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.factory_page import (
    GREEN,
    RED,
    SENSOR,
    assert_only_embedded_aws_is_used,
    count_scene_pixels,
    expect_text,
    put_temperature,
    serve_factory_cubes,
    wait_for_scene,
    with_short_refresh,
    without_scene,
)
from tests.support.polling import soon

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.images import ImageReader
    from tests.support.local_factory import LocalFactory
    from tests.viewer.conftest import KeepScreenshot, OpenPage, PageUrl

pytestmark = pytest.mark.slow

README_PICTURE = Path(__file__).parents[2] / "docs" / "images" / "page.png"


def test_page_shows_the_factory_and_a_new_value_in_tag_model_badge_and_chart(
    local_factory: LocalFactory,
    open_page: OpenPage,
    page_url: PageUrl,
    images: ImageReader,
    keep_screenshot: KeepScreenshot,
    request: pytest.FixtureRequest,
) -> None:
    is_picture = request.config.getoption("--snapshot-update")

    def prepare(page: Page) -> None:
        with_short_refresh(page)
        if not is_picture:
            serve_factory_cubes(page)

    for device in ("machine-001", "machine-002"):  # Simulated temperatures depend on the time of day.
        put_temperature(local_factory, 55.25, device=device)
    camera = ["camera=Overview%20camera"] if is_picture else []
    opened = open_page(page_url("entity=machine-001", "range=6h", *camera), routes=prepare)
    wait_for_scene(opened)
    assert count_scene_pixels(opened, images, GREEN, at_least=2_000) >= 2_000
    red_before = images.count(opened.page.locator("main").screenshot(), RED)
    plot_before = opened.page.locator(".plot").screenshot()
    for name in ("Manufacturing Zone A", "CNC Machine 1", "Assembly Robot 1", "Hydraulic Press 1"):
        opened.entity(name).wait_for()
    temperature = opened.row(*SENSOR, "temperature")
    expect_text(temperature.locator(".value"), "55.25")
    expect_text(temperature.locator(".unit"), " °C")
    expect_text(opened.row(*SENSOR, "sensorModel").locator(".value"), "TMP-117")
    assert re.fullmatch(r"\d+ s ago", temperature.locator(".age").inner_text())
    expect_text(opened.page.locator(".connection"), "live")

    put_temperature(local_factory, 91.5)

    expect_text(temperature.locator(".value"), "91.5")
    # The model has thousands of pixels, and the icon of the tag is red, too.
    assert count_scene_pixels(opened, images, RED, at_least=red_before + 2_000) >= red_before + 2_000
    # The alarm evaluator has read the new value, and the badge of the zone counts the alarm.
    for name in ("CNC Machine 1", "Manufacturing Zone A"):
        badge = opened.entity(name).locator(".badge[data-severity=critical]")
        expect_text(badge, "1")
    expect_text(opened.page.locator(".alarms"), "1 critical")
    expect_text(opened.row("machine-001", "alarm", "alarmStatus").locator(".value"), "CRITICAL")
    opened.page.locator(".strip-bar span:last-child", has_text="CRITICAL").wait_for()
    # The chart reads the values by itself.
    assert soon(
        lambda: images.difference(plot_before, opened.page.locator(".plot").screenshot()) > 0.002,
        expected=True,
    )
    if is_picture:
        expect_text(opened.page.locator(".connection"), "live")
    screenshot = keep_screenshot(opened.page, "factory")
    if is_picture:
        README_PICTURE.parent.mkdir(exist_ok=True)
        README_PICTURE.write_bytes(screenshot)

    put_temperature(local_factory, 40)
    expect_text(opened.entity("Manufacturing Zone A").locator(".badge"), "")
    expect_text(opened.row("machine-001", "alarm", "alarmStatus").locator(".value"), "NORMAL")
    assert count_scene_pixels(opened, images, GREEN, at_least=2_000) >= 2_000
    assert_only_embedded_aws_is_used(opened, local_factory)


def test_old_number_is_marked_stale_and_an_old_state_is_not(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    def prepare(page: Page) -> None:
        with_short_refresh(page, staleAfterSeconds=2)
        without_scene(page)

    put_temperature(local_factory, 53)
    opened = open_page(page_url("entity=machine-001"), routes=prepare)
    temperature = opened.row(*SENSOR, "temperature")

    expect_text(temperature.locator(".age"), re.compile(r"stale, \d+ s ago"))
    assert temperature.get_attribute("data-state") == "stale"
    expect_text(temperature.locator(".value"), "53")
    status = opened.row("machine-001", "alarm", "alarmStatus")
    expect_text(status.locator(".value"), "NORMAL")
    assert status.get_attribute("data-state") == "fresh"
