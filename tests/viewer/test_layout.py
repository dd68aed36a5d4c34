"""Themes, small screens, and unusual content."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.factory_page import (
    expect_text,
    without_scene,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.support.local_factory import LocalFactory
    from tests.viewer.conftest import KeepScreenshot, OpenPage, PageUrl

pytestmark = pytest.mark.slow


def test_phone_shows_one_view_at_a_time_without_horizontal_scrolling(
    open_page: OpenPage, page_url: PageUrl, keep_screenshot: KeepScreenshot
) -> None:
    phone = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    opened = open_page(page_url(), prepare=without_scene, **phone)
    opened.page.get_by_role("button", name="Scene").wait_for()

    def fits() -> bool:
        is_fitting: bool = opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        return is_fitting

    assert fits()
    opened.page.get_by_role("button", name="Entities").tap()
    opened.entity("CNC Machine 1").tap()
    expect_text(opened.page.locator(".panel h2"), "CNC Machine 1")
    assert opened.page.locator(".panel").is_visible()
    assert not opened.page.locator("[role=tree]").is_visible()
    assert fits()
    keep_screenshot(opened.page, "phone")
    opened.page.get_by_role("button", name="Charts").tap()
    opened.page.locator(".plot canvas").wait_for()
    assert fits()


def test_theme_is_that_of_the_system_until_the_user_chooses_one(
    open_page: OpenPage, page_url: PageUrl
) -> None:
    opened = open_page(page_url(), color_scheme="dark", prepare=without_scene)

    def background() -> str:
        color: str = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return color

    opened.page.get_by_role("button", name="Use light colours").wait_for()
    assert background() == "rgb(16, 21, 28)"
    opened.page.get_by_role("button", name="Use light colours").click()
    assert background() == "rgb(244, 245, 247)"
    opened.page.reload()
    opened.page.get_by_role("button", name="Use dark colours").wait_for()
    assert background() == "rgb(244, 245, 247)"


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


def test_ten_thousand_entities_need_few_rows_in_the_document(open_page: OpenPage, page_url: PageUrl) -> None:
    entities = [{"entityId": "site", "entityName": "Site", "parentEntityId": "$ROOT"}]
    for line in range(100):
        entities.append({"entityId": f"l{line}", "entityName": f"Line {line}", "parentEntityId": "site"})
        entities += [
            {
                "entityId": f"l{line}-m{index}",
                "entityName": f"Machine {line}-{index}",
                "parentEntityId": f"l{line}",
            }
            for index in range(99)
        ]

    def answer(route: Route) -> None:
        request = route.request.post_data_json
        assert request
        first = int(request.get("nextToken", 0))
        if "filters" in request:
            response: dict[str, Any] = {"entitySummaries": []}
        else:
            response = {"entitySummaries": entities[first : first + 200]}
            if first + 200 < len(entities):
                response["nextToken"] = str(first + 200)
        route.fulfill(content_type="application/json", body=json.dumps(response))

    def prepare(page: Page) -> None:
        without_scene(page)
        page.route("**/entities-list", answer)

    opened = open_page(page_url(), prepare=prepare)
    expect_text(opened.page.locator(".tree-status"), f"{len(entities)} entities")
    rows, tree = opened.page.locator("[role=treeitem]"), opened.page.locator("[role=tree]")
    tree.focus()
    opened.page.keyboard.press("End")
    opened.page.keyboard.press("ArrowRight")
    opened.page.keyboard.press("End")
    opened.entity("Machine 99-98").wait_for()
    assert rows.count() < 80
    assert opened.entity("Machine 99-98").get_attribute("aria-setsize") == "99"

    opened.page.keyboard.press("/")
    opened.page.keyboard.type("Machine 42-7")
    expect_text(opened.page.locator(".tree-status"), f"11 of {len(entities)} entities")
    assert rows.count() == 13
    opened.page.keyboard.press("Enter")
    assert "entity=l42-m7" in opened.page.url
