"""Links, the keyboard, and the browser's history."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from tests.support.factory_page import (
    expect_text,
    without_scene,
)
from twin_stack.definition import load
from twin_stack.preview import render_page

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.support.local_factory import LocalFactory
    from tests.viewer.conftest import OpenPage, PageUrl

pytestmark = pytest.mark.slow


def test_link_opens_what_it_names_and_follows_the_user_into_a_zoomed_chart_and_back_to_live(
    open_page: OpenPage, page_url: PageUrl
) -> None:
    opened = open_page(
        page_url(
            "scene=factory-overview",
            "camera=Overview%20camera",
            "entity=press-001",
            "range=6h",
            "property=machine-002%2FtemperatureSensor%2Fhumidity",
            "property=press-001%2Fpress%2Fpressure",
        ),
        routes=without_scene,
    )
    expect_text(opened.page.locator(".panel h2"), "Hydraulic Press 1")
    expect_text(
        opened.page.locator(".legend li"),
        [re.compile(r"Assembly Robot 1 humidity \(%\)"), re.compile(r"Hydraulic Press 1 pressure \(bar\)")],
    )
    assert opened.page.locator("select[aria-label=Range]").input_value() == "6h"
    assert opened.entity("Hydraulic Press 1").get_attribute("aria-selected") == "true"

    opened.entity("Assembly Robot 1").click()
    expect_text(opened.page.locator(".panel h2"), "Assembly Robot 1")
    opened.page.wait_for_function("() => location.href.includes('entity=machine-002')")
    opened.page.go_back()
    expect_text(opened.page.locator(".panel h2"), "Hydraulic Press 1")

    opened.page.locator("select[aria-label=Range]").select_option("1d")
    opened.page.get_by_label("Remove Assembly Robot 1 humidity").click()
    opened.page.wait_for_function("() => location.href.includes('range=1d')")
    opened.page.wait_for_function("() => location.href.split('property=').length === 2")
    opened.page.reload()
    expect_text(opened.page.locator(".legend li"), re.compile("pressure"))
    assert opened.page.locator("select[aria-label=Range]").input_value() == "1d"

    expect_text(opened.page.locator(".charts [role=status]"), "")
    box = opened.page.locator(".plot .u-over").bounding_box()
    assert box
    opened.page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 30)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 40, steps=4)
    opened.page.mouse.up()
    opened.page.get_by_role("button", name="Back to live").wait_for()
    zoomed = re.search(r"range=([^&]+)", opened.page.url)
    assert zoomed
    start, end = map(datetime.fromisoformat, zoomed[1].split("/"))
    assert timedelta(hours=5.9) < end - start < timedelta(hours=6.1)
    assert opened.page.locator("select[aria-label=Range] option:checked").inner_text() == "Zoomed"
    opened.page.get_by_role("button", name="Back to live").click()
    assert "range=1d" in opened.page.url

    opened.page.evaluate("location.hash = location.hash.replace('press-001', 'machine-999')")
    expect_text(opened.page.locator(".panel [role=alert]"), re.compile("machine-999"))


def test_link_to_an_unknown_workspace_is_an_error(local_factory: LocalFactory, open_page: OpenPage) -> None:
    opened = open_page(local_factory.twin.server.page_link(workspace="elsewhere"))
    expect_text(
        opened.page.locator("[role=alert]"),
        re.compile('workspace "elsewhere" does not exist; available: .*my-factory'),
    )


def test_page_can_be_used_by_keyboard_alone(open_page: OpenPage, page_url: PageUrl) -> None:
    opened = open_page(page_url(), routes=without_scene)
    opened.entity("CNC Machine 1").wait_for()
    keys, tree = opened.page.keyboard, opened.page.locator("[role=tree]")

    def expect_active(entity_id: str) -> None:
        from playwright.sync_api import expect  # noqa: PLC0415

        expect(tree).to_have_attribute("aria-activedescendant", f"row-{entity_id}")

    keys.press("/")
    assert opened.page.evaluate("document.activeElement.type") == "search"
    keys.type("press")
    expect_text(opened.page.locator(".tree-status"), "1 of 4 entities")
    keys.press("Enter")
    expect_text(opened.page.locator(".panel h2"), "Hydraulic Press 1")
    keys.press("/")
    keys.press("Escape")
    expect_text(opened.page.locator(".tree-status"), "4 entities")
    # The service finds entities by their type.
    keys.type("temperaturesensor")
    expect_text(opened.page.locator(".tree-status"), "2 of 4 entities")
    assert str(opened.entity("CNC Machine 1").get_attribute("aria-label")).startswith(
        "CNC Machine 1, TemperatureSensor"
    )
    keys.press("Escape")
    opened.page.locator("[role=tree]").focus()
    keys.press("Home")
    expect_active("zone-a")
    keys.press("End")
    expect_active("press-001")
    keys.press("ArrowUp")
    expect_active("machine-001")
    keys.press("ArrowLeft")
    expect_active("zone-a")
    keys.press("ArrowLeft")
    opened.entity("CNC Machine 1").wait_for(state="detached")
    assert opened.entity("Manufacturing").get_attribute("aria-expanded") == "false"
    keys.press("ArrowRight")
    keys.press("a")
    expect_active("machine-002")
    keys.press("Enter")
    expect_text(opened.page.locator(".panel h2"), "Assembly Robot 1")
    keys.press("Escape")
    expect_text(opened.page.locator(".panel"), "Select an entity in the tree or in the scene.")
    assert "entity=" not in opened.page.url


def test_copied_link_opens_the_same_view(tmp_path: Path, open_page: OpenPage) -> None:
    view = {"transform": {"position": [1, 2, 5]}, "components": [{"type": "Camera", "fov": 50}]}
    files = {
        "entities/pumps.yaml": "pump-1: {entityName: Pump 1}\npump-2: {entityName: Pump 2}\n",
        "scenes/hall.json": json.dumps({"nodes": [{"name": "View", **view}]}),
    }
    path = tmp_path / "page.html"
    path.write_text(render_page(load(write(tmp_path / "model", files))).html, encoding="utf-8")

    def copied() -> str:
        opened.page.locator("select[aria-label=Camera]").wait_for()
        opened.page.get_by_role("button", name="Copy link").click()
        opened.page.get_by_role("button", name="Copied").wait_for()
        text: str = opened.page.evaluate("navigator.clipboard.readText()")
        return text

    def allow(page: Page) -> None:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    opened = open_page(f"{path.as_uri()}#entity=pump-2&range=6h", routes=allow, reduced_motion="reduce")
    link = copied()

    assert re.search(r"#pose=[-\d.%C]+&entity=pump-2&range=6h$", link)
    opened.page.goto("about:blank")
    opened.page.goto(link)
    assert copied() == link
