"""The page for people who use a keyboard, a screen reader, high contrast, a zoom or reduced motion."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.accessibility import assert_accessible, find_violations, read_announcements
from tests.support.factory_page import expect_text, put_temperature, with_short_refresh, without_scene
from twin_stack.definition import load
from twin_stack.preview import render_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

    from tests.support.local_factory import LocalFactory
    from tests.viewer.conftest import OpenPage, PageUrl

ROOT = Path(__file__).parents[2]
EXPIRED = {
    "status": 403,
    "headers": {"x-amzn-errortype": "ExpiredTokenException"},
    "json": {"message": "The security token included in the request is expired"},
}
_FOCUS = """() => {
  const element = document.activeElement
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element)
  const rings = [outlineStyle === 'none' ? 0 : parseFloat(outlineWidth), boxShadow === 'none' ? 0 : 1]
  const name = element.getAttribute('aria-label') ?? element.textContent ?? ''
  return { name: `${element.tagName} ${element.className} ${name.trim().slice(0, 40)}`, rings }
}"""

pytestmark = pytest.mark.slow


def without_scene_often_refreshed(page: Page) -> None:
    """Give the page no scene, and values each second."""
    without_scene(page)
    with_short_refresh(page)


def hang(page: Page) -> None:
    """Let the services never answer, as in the first moments of a page."""
    page.route(re.compile(r"/(entities|scenes|component-types)-list$|/entity-properties"), lambda _: None)


def fail(page: Page) -> None:
    """Let the services fail after the list of workspaces."""
    page.route(
        re.compile(r"/(entities|scenes|component-types)-list$|/entity-properties"),
        lambda route: route.abort(),
    )


def sign_out(page: Page) -> None:
    """Let the credentials of the page expire after the list of workspaces."""

    def refuse(route: Route) -> None:
        route.fulfill(**EXPIRED)  # type: ignore[arg-type]  # a dictionary of members

    page.route(re.compile(r"/(entities|scenes|component-types)-list$|/entity-properties"), refuse)


@pytest.mark.parametrize(
    ("prepare", "is_ready"),
    [
        pytest.param(hang, ".tree-status:has-text('Reading entities')", id="loading"),
        pytest.param(without_scene, ".plot canvas", id="live"),
        pytest.param(fail, ".connection:has-text('no response')", id="failed"),
        pytest.param(sign_out, ".connection:has-text('signed out')", id="signed-out"),
    ],
)
def test_states_of_a_page_with_live_values_are_accessible(
    prepare: Callable[[Page], None], is_ready: str, open_page: OpenPage, page_url: PageUrl
) -> None:
    opened = open_page(page_url("entity=machine-001"), prepare=prepare, color_scheme="light")
    opened.page.locator(is_ready).first.wait_for()

    assert_accessible(opened.page)


def test_page_with_an_alarm_is_accessible(
    local_factory: LocalFactory, open_page: OpenPage, page_url: PageUrl
) -> None:
    put_temperature(local_factory, 95)
    opened = open_page(page_url("entity=zone-a"), prepare=without_scene_often_refreshed)
    opened.page.locator(".top .badge").first.wait_for()
    # An entity with children has a table of them.
    children = opened.page.locator(".overview tbody th")
    expect_text(children.filter(has_text="CNC Machine 1"), "CNC Machine 1")
    assert children.count() == 3

    assert_accessible(opened.page)


@pytest.fixture(scope="module")
def sample_page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a page with the factory in it, which needs no service."""
    path = tmp_path_factory.mktemp("accessible") / "page.html"
    path.write_text(render_page(load(ROOT / "models" / "factory")).html, encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("fragment", ["", "&view=wall"], ids=["alarms", "wall"])
def test_page_with_a_scene_is_accessible(fragment: str, sample_page: str, open_page: OpenPage) -> None:
    opened = open_page(f"{sample_page}#entity=machine-001{fragment}", reduced_motion="reduce")
    opened.page.locator("main canvas").wait_for()
    opened.page.locator(".panel h2").wait_for(state="attached")
    list_button = opened.page.get_by_role("button", name="Alarm list")
    if not fragment:
        list_button.click()
        opened.page.locator(".alarm-list-button[aria-expanded=true]").wait_for()

    assert_accessible(opened.page)


def test_each_view_of_a_phone_is_accessible(sample_page: str, open_page: OpenPage) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "reduced_motion": "reduce", "color_scheme": "light"}
    opened = open_page(f"{sample_page}#entity=machine-001", **phone)
    opened.page.locator("main canvas").wait_for()
    opened.page.locator(".plot canvas").first.wait_for(state="attached")
    tabs = opened.page.locator(".tabs button")
    for index in range(tabs.count()):
        tabs.nth(index).click()
        violations = find_violations(opened.page)
        assert not violations, tabs.nth(index).inner_text() + ": " + "\n".join(violations)
    assert tabs.count() >= 4


def test_each_control_shows_that_it_has_the_focus(sample_page: str, open_page: OpenPage) -> None:
    opened = open_page(f"{sample_page}#entity=machine-001", reduced_motion="reduce")
    opened.page.locator("main canvas").wait_for()
    opened.row("machine-001", "temperatureSensor", "temperature").wait_for()
    names = set()
    for _ in range(60):
        opened.page.keyboard.press("Tab")
        focus = opened.page.evaluate(_FOCUS)
        if focus["name"].startswith("BODY"):
            break
        assert max(focus["rings"]) >= 1, focus["name"]
        names.add(focus["name"])
    assert len(names) > 12
    for tag in ("CANVAS", "SELECT", "INPUT", "BUTTON", "SUMMARY", "DIV splitter"):
        assert any(name.startswith(tag) for name in names), (tag, names)


def test_panes_are_resized_by_keyboard_and_mouse_and_stay_so(sample_page: str, open_page: OpenPage) -> None:
    opened = open_page(sample_page, reduced_motion="reduce")
    border = opened.page.get_by_role("separator", name="Width of the entities")

    def width() -> float:
        box = opened.page.locator(".tree-pane").bounding_box()
        assert box
        return box["width"]

    before = width()
    border.focus()
    opened.page.keyboard.press("ArrowRight")
    assert width() == before + 16
    box = border.bounding_box()
    assert box
    opened.page.mouse.move(box["x"] + 4, 300)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + 54, 320, steps=3)
    opened.page.mouse.up()
    assert width() == before + 66
    opened.page.reload()
    border.wait_for()
    assert width() == before + 66
    border.dblclick()
    assert width() == before


def test_screen_reader_is_not_interrupted_while_nothing_happens(
    open_page: OpenPage, page_url: PageUrl
) -> None:
    opened = open_page(page_url("entity=machine-002"), prepare=without_scene_often_refreshed)
    opened.page.locator(".plot canvas").first.wait_for()
    expect_text(opened.page.locator(".alarms"), re.compile("no alarms|critical|warning|acknowledged"))
    expect_text(opened.page.locator(".tree-pane [role=status]"), "4 entities")
    texts = read_announcements(opened.page, 5_000)

    # The connection may become slow on a busy machine. That is said once, without an age that grows.
    assert [text for text in texts if not text.startswith("Connection: ")] == []
    assert len(texts) == len(set(texts))
    assert not re.search(r"\d", "".join(texts))


def test_screen_reader_hears_once_that_services_do_not_respond(
    open_page: OpenPage, page_url: PageUrl
) -> None:
    opened = open_page(page_url(), prepare=without_scene_often_refreshed)
    expect_text(opened.page.locator(".connection"), "live")
    opened.page.wait_for_timeout(1_500)
    fail(opened.page)
    texts = read_announcements(opened.page, 12_000)

    assert [text for text in texts if "no response" in text] == ["Connection: no response"]
