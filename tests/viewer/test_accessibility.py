"""The page for people who use a keyboard, a screen reader, high contrast, a zoom or reduced motion."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from tests.support.accessibility import (
    assert_accessible,
    find_violations,
    read_announcements,
    record_announcements,
)
from tests.support.factory_page import (
    SMALL,
    expect_text,
    pass_time,
    put_temperature,
    with_short_refresh,
    without_scene,
)
from twin_stack.definition import load
from twin_stack.preview import render_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page, Route

    from tests.support.images import ImageReader
    from tests.support.local_factory import LocalFactory
    from tests.viewer.conftest import OpenPage, PageUrl

ROOT = Path(__file__).parents[2]
EXPIRED = {
    "status": 403,
    "headers": {"x-amzn-errortype": "ExpiredTokenException"},
    "json": {"message": "The security token included in the request is expired"},
}
VIEW = "#entity=machine-001&range=1d"
SERVICES = re.compile(r"/(entities|scenes|component-types)-list$|/entity-properties")
"""Requests to services after the list of workspaces."""
_FOCUS = """() => {
  const element = document.activeElement
  const isCanvas = element.tagName === 'CANVAS' // Its ring is that of its parent, drawn over it.
  const ring = isCanvas ? getComputedStyle(element.parentElement, '::after') : getComputedStyle(element)
  const row = element.querySelector('[data-active]') // That of the tree has another one.
  const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const rgb = (colour) => {
    paint.fillStyle = colour
    paint.fillRect(0, 0, 1, 1)
    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3)
  }
  const linear = (part) => (part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4)
  const luminance = (colour) => {
    const [red, green, blue] = rgb(colour).map(linear)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  }
  const isOpaque = (colour) => !/transparent|, 0\\)|\\/ 0\\)/.test(colour)
  const backgroundOf = (one) => {
    const { backgroundColor } = getComputedStyle(one)
    return isOpaque(backgroundColor) || !one.parentElement ? backgroundColor : backgroundOf(one.parentElement)
  }
  const background = backgroundOf(element)
  const rings = []
  if (isCanvas && parseFloat(ring.borderTopWidth)) rings.push(ring.borderTopColor)
  else if (ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth)) rings.push(ring.outlineColor)
  for (const { boxShadow } of [ring, ...(row ? [getComputedStyle(row)] : [])]) {
    const [colour] = boxShadow.match(/^(rgba?|color|oklch)\\([^)]*\\)/) ?? []
    if (colour) rings.push(colour)
  }
  const name = element.getAttribute('aria-label') ?? element.textContent ?? ''
  return {
    name: `${element.tagName} ${element.className} ${name.trim().slice(0, 40)}`,
    contrast: Math.max(0, ...rings.map((colour) => contrast(colour, background))),
    between: rings.length > 1 ? contrast(rings[0], rings[1]) : 0,
    isCanvas,
  }
}"""
"""Measures the rings of what has the focus: their contrast with what is around them, and with each other."""

pytestmark = pytest.mark.slow


def without_scene_often_refreshed(page: Page) -> None:
    """Give the page no scene, and values each second."""
    without_scene(page)
    with_short_refresh(page)


def fail(page: Page) -> None:
    """Let the services fail after the list of workspaces."""
    page.route(SERVICES, lambda route: route.abort())


def sign_out(page: Page) -> None:
    """Let the credentials of the page expire after the list of workspaces."""

    def refuse(route: Route) -> None:
        route.fulfill(**EXPIRED)  # type: ignore[arg-type]  # a dictionary of members

    page.route(SERVICES, refuse)


def test_states_of_a_page_with_live_values_are_accessible(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    def prepare(page: Page) -> None:
        without_scene_often_refreshed(page)
        page.route(SERVICES, keep)

    opened = open_page(page_url("entity=zone-a"), routes=prepare, color_scheme="light")
    page = opened.page
    # Entities that are not read yet are not counted as none.
    expect_text(page.locator(".tree-status"), "Reading entities …")
    assert_accessible(page)

    put_temperature(local_factory, 95)
    page.unroute(SERVICES, keep)
    for route in held:
        route.fallback()
    page.locator(".top .badge").first.wait_for()
    # An entity with children has a table of them.
    children = page.locator(".overview tbody th")
    expect_text(children.filter(has_text="CNC Machine 1"), "CNC Machine 1")
    assert children.count() == 3
    assert_accessible(page)

    page.evaluate("location.hash = location.hash.replace('zone-a', 'machine-001')")
    page.locator(".plot canvas").first.wait_for()
    assert_accessible(page)

    fail(page)
    page.locator(".connection:has-text('no response')").wait_for()
    assert_accessible(page)

    sign_out(page)
    page.locator(".connection:has-text('signed out')").wait_for()
    assert_accessible(page)


@pytest.fixture(scope="module")
def loaded(shared_context: BrowserContext, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Open a page with the factory in it, which needs no service, once: drawing its scene takes seconds."""
    path = tmp_path_factory.mktemp("accessible") / "page.html"
    path.write_text(render_page(load(ROOT / "models" / "factory")).html, encoding="utf-8")
    page = shared_context.new_page()
    page.set_viewport_size(SMALL)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{path.as_uri()}{VIEW}")
    yield page
    page.close()


@pytest.fixture
def sample(loaded: Page) -> Iterator[Page]:
    """The page with a machine, as it is without preferences of the user, in a window of a desktop."""
    if loaded.evaluate("location.hash") != VIEW:
        # The selection brings the camera to the machine, wherever the wall view has left it.
        loaded.evaluate("location.hash = ''")
        loaded.evaluate("(view) => { location.hash = view }", VIEW)
    loaded.locator("main canvas").wait_for()
    loaded.locator(".plot canvas").first.wait_for(state="attached")
    loaded.locator('tr[data-property="machine-001/temperatureSensor/temperature"]').wait_for(state="attached")
    yield loaded
    loaded.set_viewport_size(SMALL)
    loaded.emulate_media(media="null", color_scheme="null", forced_colors="null", reduced_motion="reduce")


def test_page_with_a_scene_is_accessible(sample: Page) -> None:
    sample.get_by_role("button", name="Alarm list").click()
    sample.locator(".alarm-list-button[aria-expanded=true]").wait_for()
    assert_accessible(sample)

    sample.evaluate("location.hash = 'entity=machine-001&view=wall'")
    sample.locator(".wall-bar").wait_for()
    assert_accessible(sample)


def test_each_view_of_a_phone_is_accessible(sample: Page) -> None:
    sample.set_viewport_size({"width": 360, "height": 740})
    sample.emulate_media(color_scheme="light")
    list_button = sample.get_by_role("button", name="Alarm list", exact=True)
    list_button.click()
    sample.locator(".alarm-list tbody tr").first.wait_for()
    assert find_violations(sample) == []
    list_button.click()
    tabs = sample.locator(".tabs button")
    for index in range(tabs.count()):
        tabs.nth(index).click()
        violations = find_violations(sample)
        assert not violations, tabs.nth(index).inner_text() + ": " + "\n".join(violations)
    assert tabs.count() >= 4


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_control_shows_that_it_has_the_focus(scheme: Literal["light", "dark"], sample: Page) -> None:
    sample.emulate_media(color_scheme=scheme)
    sample.locator(f":root[style*='color-scheme: {scheme}']").wait_for()
    # The first control is the next one after the body.
    sample.evaluate("document.body.tabIndex = -1; document.body.focus()")
    names = set()
    for _ in range(60):
        sample.keyboard.press("Tab")
        focus = sample.evaluate(_FOCUS)
        if focus["name"].startswith("BODY"):
            break
        # What a canvas shows is not known: its two rings must differ.
        assert max(focus["between"], 0 if focus["isCanvas"] else focus["contrast"]) >= 3, focus
        names.add(focus["name"])
    sample.evaluate("document.body.removeAttribute('tabindex')")
    assert len(names) > 12
    for tag in ("CANVAS", "SELECT", "INPUT", "BUTTON", "SUMMARY", "DIV splitter"):
        assert any(name.startswith(tag) for name in names), (tag, names)


def test_states_are_seen_with_the_colours_of_the_user(sample: Page) -> None:
    sample.emulate_media(forced_colors="active")
    sample.locator(".swatch").first.wait_for()

    def style(selector: str, name: str) -> str:
        value: str = sample.locator(selector).first.evaluate(
            "(element, name) => getComputedStyle(element)[name]", name
        )
        return value

    def background(selector: str) -> str:
        return style(selector, "backgroundColor")

    assert background(".row[aria-selected=true]") != background(".row[aria-selected=false]")
    assert background(".scene-bar [aria-pressed=true]") != background(".scene-bar button:not([aria-pressed])")
    assert style(".top .badge", "borderTopWidth") == "1px"
    assert style(".scene-label", "borderTopStyle") == "solid"
    series = sample.locator(".swatch").evaluate_all(
        "(swatches) => swatches.map((swatch) => getComputedStyle(swatch).backgroundColor)"
    )
    assert len(set(series)) == len(series) >= 2
    sample.locator(".row[aria-selected=true]").press("Tab")
    assert sample.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2
    assert find_violations(sample) == []


def test_scene_charts_and_details_are_printed_in_light_colours(sample: Page, images: ImageReader) -> None:
    sample.emulate_media(color_scheme="dark")
    sample.locator(".plot canvas").first.wait_for()
    sample.wait_for_timeout(300)
    orange = "#ff9900"
    on_screen = images.count(sample.locator("main").screenshot(), orange)

    sample.evaluate("dispatchEvent(new Event('beforeprint'))")
    sample.emulate_media(media="print")
    # A sheet of A4.
    sample.set_viewport_size({"width": 718, "height": 1047})
    assert sample.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(244, 245, 247)"
    # The canvas of WebGL is empty on paper: a copy is in its place.
    assert sample.locator("main canvas:visible").get_attribute("class") == "scene-still"
    zoom = sample.evaluate("Number(getComputedStyle(document.querySelector('main')).zoom)")
    assert images.count(sample.locator("main").screenshot(), orange) > on_screen * zoom * zoom * 0.7 > 1_000
    for selector in (".plot canvas", ".panel table", ".scene-label"):
        assert sample.locator(selector).first.is_visible()
    for selector in (".tree-pane", ".scene-bar", ".charts select"):
        assert not sample.locator(selector).first.is_visible()
    assert sample.evaluate("document.documentElement.scrollWidth <= innerWidth")

    sample.emulate_media(media="screen")
    sample.evaluate("dispatchEvent(new Event('afterprint'))")
    assert sample.locator(".scene-still").count() == 0
    assert sample.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 21, 28)"


def test_screen_reader_is_not_interrupted_while_nothing_happens(
    open_page: OpenPage, page_url: PageUrl
) -> None:
    opened = open_page(page_url("entity=machine-002"), routes=without_scene_often_refreshed, has_clock=True)
    opened.page.locator(".plot canvas").first.wait_for()
    expect_text(opened.page.locator(".alarms"), re.compile("no alarms|critical|warning|acknowledged"))
    expect_text(opened.page.locator(".tree-pane [role=status]"), "4 entities")
    record_announcements(opened.page)
    for _ in range(5):
        pass_time(opened, 1)
        opened.page.wait_for_timeout(100)
    texts = read_announcements(opened.page)

    # The connection may become slow on a busy machine. That is said once, without an age that grows.
    assert [text for text in texts if not text.startswith("Connection: ")] == []
    assert len(texts) == len(set(texts))
    assert not re.search(r"\d", "".join(texts))


def test_screen_reader_hears_once_that_services_do_not_respond(
    open_page: OpenPage, page_url: PageUrl
) -> None:
    opened = open_page(page_url(), routes=without_scene_often_refreshed, has_clock=True)
    expect_text(opened.page.locator(".connection"), "live")
    record_announcements(opened.page)
    fail(opened.page)
    for _ in range(12):
        pass_time(opened, 1)
        opened.page.wait_for_timeout(50)
    texts = read_announcements(opened.page)

    assert [text for text in texts if "no response" in text] == ["Connection: no response"]
