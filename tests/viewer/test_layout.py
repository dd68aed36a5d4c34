"""Themes, small screens, and unusual content."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.factory_page import expect_text, without_scene
from tests.support.soak import repetitions

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

    from tests.support.local_factory import LocalFactory
    from tests.viewer.conftest import KeepScreenshot, OpenPage, PageUrl

_LAYOUT = """() => {
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  const shown = (selector) => [...document.querySelectorAll(selector)].filter(isShown)
  const problems = []
  const boxOf = (element) => element.getBoundingClientRect()
  const nameOf = (element) => `${element.className || element.tagName} ${element.ariaLabel ?? ''}`.trim()
  const compare = (elements) => {
    elements.forEach((one, index) => {
      const a = boxOf(one)
      if (a.right > innerWidth + 1 || a.left < -1) problems.push(`${nameOf(one)} is cut off`)
      for (const other of elements.slice(index + 1)) {
        const b = boxOf(other)
        const width = Math.min(a.right, b.right) - Math.max(a.left, b.left)
        const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
        if (width > 1 && height > 1) problems.push(`${nameOf(one)} overlaps ${nameOf(other)}`)
      }
    })
  }
  const panes = shown('.tree-pane, main, .charts, .panel')
  const controls = shown('.top button, .top select, .top .connection, .charts button, .charts select')
  for (const pane of panes) if (boxOf(pane).height < 90) problems.push(`${nameOf(pane)} has no room`)
  compare([...panes, ...shown('.top, .tabs')])
  compare(controls)
  if (document.documentElement.scrollWidth > innerWidth) problems.push('the page scrolls to the side')
  return { problems, panes: panes.length, controls: controls.length }
}"""
"""Finds what overlaps or is cut off in the layout, and counts what it compared."""

pytestmark = pytest.mark.slow


def be_a_phone(page: Page) -> None:
    """Let the browser show a page of the shared context as on a phone."""
    without_scene(page)
    session = page.context.new_cdp_session(page)
    screen = {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    session.send("Emulation.setDeviceMetricsOverride", screen)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})


def tap(locator: Locator) -> None:
    """Touch the middle of an element for a moment."""
    locator.wait_for()
    box = locator.bounding_box()
    assert box
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session = locator.page.context.new_cdp_session(locator.page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_phone_shows_one_view_at_a_time_without_horizontal_scrolling(
    open_page: OpenPage, page_url: PageUrl, keep_screenshot: KeepScreenshot
) -> None:
    opened = open_page(page_url(), routes=be_a_phone)
    opened.page.get_by_role("button", name="Scene").wait_for()

    def fits() -> bool:
        is_fitting: bool = opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        return is_fitting

    assert fits()
    assert opened.page.evaluate("[innerWidth, navigator.maxTouchPoints > 0]") == [360, True]
    tap(opened.page.get_by_role("button", name="Entities"))
    tap(opened.entity("CNC Machine 1"))
    expect_text(opened.page.locator(".panel h2"), "CNC Machine 1")
    assert opened.page.locator(".panel").is_visible()
    assert not opened.page.locator("[role=tree]").is_visible()
    assert fits()
    keep_screenshot(opened.page, "phone")
    tap(opened.page.get_by_role("button", name="Charts"))
    opened.page.locator(".plot canvas").wait_for()
    assert fits()


def test_panes_and_controls_do_not_overlap_at_any_width(open_page: OpenPage, page_url: PageUrl) -> None:
    opened = open_page(page_url("entity=machine-001"), routes=without_scene)
    opened.page.locator(".plot canvas").first.wait_for()
    problems = {}
    for width in (360, 412, 600, 699, 700, 720, 820, 1024, 1280, 1440, 1920, 2560, 3840):
        opened.page.set_viewport_size({"width": width, "height": 450 if width == 720 else 800})
        layout = opened.page.evaluate(_LAYOUT)
        assert layout["controls"] >= 3
        # A screen of 1440 pixels at a zoom of 200 % has 720 pixels: it shows all panes.
        assert layout["panes"] == (1 if width < 700 else 4), width
        if layout["problems"]:
            problems[width] = layout["problems"]
    assert problems == {}


def test_theme_and_widths_are_those_that_the_user_chooses_and_stay_so(
    open_page: OpenPage, page_url: PageUrl
) -> None:
    opened = open_page(page_url(), color_scheme="dark", routes=without_scene)
    border = opened.page.get_by_role("separator", name="Width of the entities")

    def background() -> str:
        color: str = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return color

    def width() -> float:
        box = opened.page.locator(".tree-pane").bounding_box()
        assert box
        return box["width"]

    # The first theme is that of the system.
    opened.page.get_by_role("button", name="Use light colours").wait_for()
    assert background() == "rgb(16, 21, 28)"
    opened.page.get_by_role("button", name="Use light colours").click()
    assert background() == "rgb(244, 245, 247)"

    # By the keyboard and by the mouse.
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
    opened.page.get_by_role("button", name="Use dark colours").wait_for()
    assert background() == "rgb(244, 245, 247)"
    border.wait_for()
    assert width() == before + 66
    border.dblclick()
    assert width() == before


def test_zero_false_markup_and_an_invalid_scene_are_shown(
    local_factory: LocalFactory, open_page: OpenPage
) -> None:
    twinmaker, s3 = (local_factory.twin.client(name) for name in ("iottwinmaker", "s3"))
    workspace = {"workspaceId": "unusual-content"}
    s3.create_bucket(Bucket="unusual-content")
    s3.put_object(Bucket="unusual-content", Key="broken.json", Body=b"{}")
    role = "arn:aws:iam::000000000000:role/workspace"
    twinmaker.create_workspace(**workspace, s3Location="arn:aws:s3:::unusual-content", role=role)
    twinmaker.create_component_type(
        **workspace,
        componentTypeId="unusual",
        propertyDefinitions={
            "zero": {"dataType": {"type": "DOUBLE"}, "defaultValue": {"doubleValue": 0}},
            "off": {"dataType": {"type": "BOOLEAN"}, "defaultValue": {"booleanValue": False}},
            "none": {"dataType": {"type": "STRING"}},
        },
    )
    components = {"unusual": {"componentTypeId": "unusual"}}
    twinmaker.create_entity(
        **workspace, entityId="unusual-1", entityName="<b>Unusual</b>", components=components
    )
    twinmaker.create_scene(**workspace, sceneId="broken", contentLocation="s3://unusual-content/broken.json")

    opened = open_page(local_factory.twin.server.page_link(workspace="unusual-content", entity="unusual-1"))

    expect_text(opened.page.locator(".panel h2"), "<b>Unusual</b>")
    for name, text in (("zero", "0"), ("off", "false"), ("none", "\u2013")):
        expect_text(opened.row("unusual-1", "unusual", name).locator(".value"), text)
    problem = opened.page.locator(".scene-problems [data-level=fatal]").first
    expect_text(problem, re.compile(r"\"specVersion\" is nothing"))


def site(lines: int) -> list[dict[str, Any]]:
    """Return the entities of a site with 99 machines on each line, those at the top last."""
    entities: list[dict[str, Any]] = []
    for line in range(lines):
        entities += [
            {"entityId": f"l{line}-m{index}", "entityName": f"Machine {line}-{index}"}
            | {"parentEntityId": f"l{line}", "hasChildEntities": False}
            for index in range(99)
        ]
        entities.append({"entityId": f"l{line}", "entityName": f"Line {line}", "parentEntityId": "site"})
        entities[-1]["hasChildEntities"] = True
    top = {"entityId": "site", "entityName": "Site", "parentEntityId": "$ROOT", "hasChildEntities": True}
    return [*entities, top]


def serve_entities(page: Page, entities: list[dict[str, Any]], *, held: list[Route] | None = None) -> None:
    """Answer requests for entities as the service does; hold back pages but the first of the whole list."""

    def answer(route: Route) -> None:
        request = route.request.post_data_json
        assert request
        first = int(request.get("nextToken", 0))
        selected = entities
        if "filters" in request:
            parent = request["filters"][0].get("parentEntityId")
            selected = [entity for entity in entities if entity["parentEntityId"] == parent]
        elif first and held is not None:
            held.append(route)
            return
        response: dict[str, Any] = {"entitySummaries": selected[first : first + 200]}
        if first + 200 < len(selected):
            response["nextToken"] = str(first + 200)
        route.fulfill(content_type="application/json", body=json.dumps(response))

    without_scene(page)
    page.route("**/entities-list", answer)


@pytest.mark.soak
def test_thousands_of_entities_are_shown_as_they_are_read_in_few_rows(
    open_page: OpenPage, page_url: PageUrl
) -> None:
    held: list[Route] = []
    lines = repetitions(20, 100)
    count = f"{lines * 100 + 1:,} entities"
    entities = site(lines)
    opened = open_page(page_url(), routes=lambda page: serve_entities(page, entities, held=held))
    opened.entity("Line 0").wait_for()
    expect_text(opened.page.locator(".tree-status"), re.compile("entities read so far"))
    assert len(held) == 1

    serve_entities(opened.page, entities)
    held[0].fallback()
    expect_text(opened.page.locator(".tree-status"), count)
    rows, tree = opened.page.locator("[role=treeitem]"), opened.page.locator("[role=tree]")
    tree.focus()
    opened.page.keyboard.press("End")
    opened.page.keyboard.press("ArrowRight")
    opened.page.keyboard.press("End")
    last = opened.entity(f"Machine {lines - 1}-98")
    last.wait_for()
    assert rows.count() < 80
    assert last.get_attribute("aria-setsize") == "99"

    opened.page.keyboard.press("/")
    opened.page.keyboard.type("Machine 12-7")
    expect_text(opened.page.locator(".tree-status"), f"11 of {count}")
    assert rows.count() == 13
    opened.page.keyboard.press("Enter")
    assert "entity=l12-m7" in opened.page.url
    opened.page.keyboard.press("/")
    opened.page.keyboard.type("line 7 / machine 7-1")
    expect_text(opened.page.locator(".tree-status"), f"11 of {count}")
