"""Clicks, drags and the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.page_state import wait_until
from tests.support.scene_documents import BLUE, GREEN, binding, model, node, tag
from tests.viewer.scene.conftest import CENTER

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.viewer.scene.conftest import CountPixels, Show


def test_click_selects_a_model_a_tag_or_nothing(page: Page, show: Show) -> None:
    entity = {"type": "EntityBinding", **binding("cube")}
    link = {"destination": "https://example.com/d?a=1#x", "params": {"b": "2"}}
    above = {"position": [0, 1, 0]}
    show(node("Cube", model(), entity), node("Tag", tag("m/c/t", navLink=link), transform=above))
    canvas = page.locator("#scene canvas")
    selected = "harness.selected"

    canvas.click(position={"x": CENTER[0], "y": CENTER[1]})
    assert page.evaluate(selected) == {"nodeName": "Cube", "entityId": "cube"}

    canvas.click(position={"x": CENTER[0], "y": 32})
    assert page.evaluate(selected) == {
        "nodeName": "Tag",
        "entityId": "m",
        "componentName": "c",
        "propertyName": "t",
        "navLink": "https://example.com/d?a=1&b=2#x",
    }

    canvas.click(position={"x": 20, "y": 20})
    assert page.evaluate(selected) is None


def test_drag_rotates_the_scene_and_selects_nothing(page: Page, show: Show) -> None:
    show(node("Cube", model(), {"type": "EntityBinding", **binding("cube")}))
    before = page.locator("#scene").screenshot()

    page.mouse.move(*CENTER)
    page.mouse.down()
    page.mouse.move(CENTER[0] + 80, CENTER[1] + 30, steps=5)
    page.mouse.up()
    page.wait_for_timeout(600)

    assert page.evaluate("harness.selected") is None
    assert page.locator("#scene").screenshot() != before


def test_pointer_changes_over_what_can_be_selected(page: Page, show: Show) -> None:
    show(node("Cube", model(), {"type": "EntityBinding", **binding("cube")}))
    canvas = page.locator("#scene canvas")

    canvas.hover(position={"x": CENTER[0], "y": CENTER[1]})
    wait_until(page, "document.querySelector('canvas').style.cursor === 'pointer'")
    assert canvas.get_attribute("title") == "Cube"

    canvas.hover(position={"x": 20, "y": 20})
    wait_until(page, "document.querySelector('canvas').style.cursor === ''")


def test_camera_moves_to_an_entity_and_a_box_marks_the_selected_one(
    page: Page, show: Show, count_pixels: CountPixels
) -> None:
    far = {"position": [30, 0, -30]}
    show(node("Far", model(), {"type": "EntityBinding", **binding("far")}, transform=far))
    assert count_pixels(GREEN) == 0

    assert page.evaluate("harness.view.focusEntity('far')") is True
    assert page.evaluate("harness.view.focusEntity('unknown')") is False
    page.wait_for_timeout(900)
    assert count_pixels(GREEN) > 1_000

    page.evaluate("harness.view.select('far')")
    assert count_pixels(BLUE) > 500
    assert page.evaluate("harness.selected") is None  # select() does not call onSelect
    page.evaluate("harness.view.select(undefined)")
    assert count_pixels(BLUE) == 0
