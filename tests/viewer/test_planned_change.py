"""Tests of the page that `twin preview --plan` writes, in a browser: both states, with marks."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.accessibility import assert_accessible
from tests.support.factory_page import SMALL, expect_text
from tests.support.planned_change import write_change
from tests.viewer.conftest import MAX_DIFFERENCE, OpenedPage
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.review import review_document
from twin_stack.preview import PlannedChange, render_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Locator, Page

    from tests.support.images import ImageReader
    from tests.viewer.conftest import Compare, Settle

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "planned-change.png"
GREEN, AMBER, RED = "#1b7a1f", "#8a5300", "#c02e1d"
"""Colours of marks in the light theme."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("change")
    before, after = map(load, write_change(folder))
    plan = make_plan(before, after, before_label="main:models/factory", after_label="models/factory")
    path = folder / "page.html"
    page = render_page(after, PlannedChange(before, review_document(plan), lambda _: False))
    path.write_text(page.html, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def loaded(file: Path, noon_context: BrowserContext) -> Iterator[OpenedPage]:
    """Open the page at noon, once: drawing both scenes takes seconds."""
    page = noon_context.new_page()
    opened = OpenedPage.record(page)
    page.set_viewport_size({"width": 1280, "height": 720})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(file.as_uri())
    page.locator("select[aria-label=Camera]").wait_for()
    yield opened
    page.close()


@pytest.fixture(scope="module")
def first_look(loaded: OpenedPage) -> bytes:
    """The page before anything is done to it, once two screenshots of it are equal."""
    assert len(marks(loaded)) == len(MARKS)
    return still(loaded.page)


@pytest.fixture
def opened(loaded: OpenedPage, first_look: bytes) -> OpenedPage:
    """The page after the change, with no entity and no search, in a window of a desktop.

    An entry of the list moves the camera, so it goes back to where it is at first.
    """
    page = loaded.page
    page.set_viewport_size(SMALL)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.locator("[type=search]").fill("")
    page.evaluate("document.activeElement.blur()")
    page.locator("select[aria-label=Camera]").wait_for()
    page.evaluate("location.hash = ''")
    page.evaluate("location.hash = 'camera=Overview%20camera'")
    return loaded


def marks(opened: OpenedPage) -> list[str]:
    """Return the labels of marks in the state that is shown."""
    shown = opened.page.locator(".scene-view:not([inert]) .scene-mark")
    shown.first.wait_for(state="attached")
    return sorted(shown.all_text_contents())


def still(shown: Page | Locator) -> bytes:
    """Return a screenshot once two of them are equal."""
    screenshot = b""
    while (latest := shown.screenshot()) != screenshot:
        screenshot = latest
        time.sleep(0.4)
    return screenshot


def entry(opened: OpenedPage, text: str) -> Any:
    return opened.page.locator(".changes button").filter(has_text=text)


MARKS = [
    "> moved, rule changed: Assembly Robot 1",
    "~ re-bound: Hydraulic Press 1 pressure",
    "~ re-coloured: Pallet",
    "~ rule changed: CNC Machine 1",
    "+ added: Safety gate",
    "\u2212 removed: CNC Machine 1 alarm",
]


def test_both_states_have_a_mark_for_each_changed_node(opened: OpenedPage, images: ImageReader) -> None:
    assert marks(opened) == sorted(MARKS)
    opened.page.set_viewport_size({"width": 1280, "height": 800})
    # Labels and tags have colours as well.
    style = opened.page.add_style_tag(content=".scene-marks { visibility: hidden }")
    after = still(opened.page.locator("main"))
    opened.page.get_by_role("button", name="Before").click()
    assert opened.page.get_by_role("button", name="Before").get_attribute("aria-pressed") == "true"
    assert "side=before" in opened.page.url
    assert marks(opened) == sorted(MARKS)
    before = still(opened.page.locator("main"))
    style.evaluate("(element) => element.remove()")

    for screenshot in (after, before):
        assert images.count(screenshot, GREEN, tolerance=2) > 400
        assert images.count(screenshot, RED, tolerance=2) > 80
        assert images.count(screenshot, AMBER, tolerance=1) > 5_000
    # The robot, the plane and the gate are where the shown state has them.
    assert images.difference(after, before) > 0.01
    assert opened.errors == []
    assert set(opened.requests) == {opened.page.url.partition("#")[0]}


def test_list_names_each_change_and_leads_to_its_place(
    opened: OpenedPage, images: ImageReader, settle: Settle
) -> None:
    marks(opened)
    assert opened.text(".change-summary") == "1 to add, 2 to change, 1 to remove (scrap-001), 1 danger"
    assert opened.text(".change-sides") == "From main:models/factory to models/factory"
    assert entry(opened, "CNC Machine 1 alarm").inner_text().split("\n")[0] == "\u2212 removed"
    lines = opened.page.locator(".changes li").filter(has_text="Assembly Robot 1").last
    assert "transform.position: [-0.2, 0, -1.5] -> [-0.2, 0, 1.3]" in lines.inner_text().replace("\n", " ")
    assert "danger PLAN010" in opened.text(".change-list > li:last-child")

    overview = settle(opened, "change-list")
    entry(opened, "Assembly Robot 1").click()
    assert images.difference(overview, settle(opened, "change-robot")) > 0.05
    assert "side=" not in opened.page.url
    # A removed node is shown in the state that has it.
    entry(opened, "CNC Machine 1 alarm").click()
    assert "side=before" in opened.page.url
    entry(opened, "Safety gate").click()
    assert "side=" not in opened.page.url


def test_tree_has_the_entities_of_both_states_with_their_changes(opened: OpenedPage) -> None:
    rows = {
        "Scrap Container 1": "removed",
        "Hydraulic Press 2": "added",
        "CNC Machine 1": "changed",
    }
    for name, action in rows.items():
        row = opened.entity(name)
        row.wait_for()
        assert str(row.get_attribute("aria-label")).startswith(f"{name}, {action}")
        assert action in row.locator(".change-chip").inner_text()
    assert opened.entity("Hydraulic Press 1").get_attribute("aria-label") == "Hydraulic Press 1"

    model = opened.row("machine-001", "temperatureSensor", "sensorModel").locator(".value")
    entry(opened, "machine-001").click()
    expect_text(model, "TMP-119")
    opened.page.keyboard.press("b")
    expect_text(model, "TMP-117")
    entry(opened, "scrap-001").click()
    expect_text(opened.page.locator(".panel h2"), "Scrap Container 1")
    opened.page.keyboard.press("b")
    expect_text(opened.page.locator(".panel-body"), "scrap-001 does not exist after the change.")


def test_texts_of_the_state_that_is_not_shown_are_hidden(opened: OpenedPage) -> None:
    marks(opened)
    notices = opened.page.locator(".scene-annotation:has-text('Exit')")
    shown = opened.page.locator(".scene-view:not([inert]) .scene-annotation:has-text('Exit')")
    for _ in range(2):
        shown.wait_for()
        assert notices.count() == 2
        assert [notice.is_visible() for notice in notices.all()].count(True) == 1
        opened.page.keyboard.press("b")


def test_change_fits_a_phone(opened: OpenedPage, settle: Settle) -> None:
    opened.page.set_viewport_size({"width": 390, "height": 844})
    opened.page.emulate_media(color_scheme="dark")
    marks(opened)
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    opened.page.get_by_role("button", name="Changes").click()
    settle(opened, "change-phone")
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    entry(opened, "Pallet").click()
    assert opened.page.locator("main").is_visible()
    assert not entry(opened, "Pallet").is_visible()


def test_planned_change_is_accessible(opened: OpenedPage) -> None:
    opened.page.evaluate("location.hash = 'entity=machine-001'")
    expect_text(opened.page.locator(".panel h2"), "CNC Machine 1")
    marks(opened)

    assert_accessible(opened.page)


def test_changes_are_reached_by_keys(opened: OpenedPage) -> None:
    marks(opened)
    entry(opened, "scrap-001").click()  # The last one.
    current = opened.page.locator(".changes [aria-current]")
    opened.page.keyboard.press("n")
    expect_text(current, re.compile("factory-overview"))
    opened.page.keyboard.press("n")
    expect_text(current, re.compile("Assembly Robot 1"))
    assert opened.page.evaluate("document.activeElement.getAttribute('aria-current')") == "true"
    opened.page.keyboard.press("p")
    opened.page.keyboard.press("p")
    expect_text(current, re.compile("scrap-001"))
    # A letter in the search is a letter.
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("n")
    expect_text(current, re.compile("scrap-001"))


@pytest.mark.snapshot
def test_change_looks_like_the_picture_of_the_documentation(
    loaded: OpenedPage, first_look: bytes, compare: Compare
) -> None:
    assert compare(loaded, "change", PICTURE, screenshot=first_look) < MAX_DIFFERENCE
