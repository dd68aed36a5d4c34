"""Tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.scene_documents import BLUE, RED, model, node, tag

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.scene_documents import Json
    from tests.viewer.scene.conftest import CountPixels, SetValue, Show

PURPLE = "#6237a7"
"""Colour of a custom icon."""
HOSTILE_NAMES = (
    "<img src=x onerror='globalThis.harmed = 1'>",
    "constructor",
    "__proto__",
    "M0 0L9e9 9e9",
    "../../x",
)


def test_tag_shows_the_icon_of_its_rule_also_as_text(
    page: Page,
    show: Show,
    count_pixels: CountPixels,
    set_value: SetValue,
) -> None:
    show(node("Tag", tag("m/c/t")))
    list_items = page.locator(".scene-tags li")
    assert list_items.all_inner_texts() == ["Tag: Info"]
    assert count_pixels(BLUE) > 200

    set_value("m/c/t", 91)

    assert list_items.all_inner_texts() == ["Tag: Error"]
    assert count_pixels(RED) > 200
    assert count_pixels(BLUE) == 0


def test_tag_has_the_same_size_at_any_distance(page: Page, show: Show, count_pixels: CountPixels) -> None:
    sizes = []
    for z in (0, -20):
        show(node("Tag", tag("m/c/t"), transform={"position": [0, 0, z], "scale": [3, 3, 3]}))
        sizes.append(count_pixels(BLUE))

    assert sizes[0] == sizes[1] > 200


def test_tag_is_visible_through_models_unless_occlusion_is_enabled(
    show: Show, count_pixels: CountPixels
) -> None:
    occlusion = {"environmentPreset": "neutral", "componentSettings": {"Tag": {"enableOcclusion": True}}}
    behind = {"position": [0, 0, -3]}

    show(node("Cube", model()), node("Tag", tag("m/c/t"), transform=behind))
    assert count_pixels(BLUE) > 200

    show(node("Cube", model()), node("Tag", tag("m/c/t"), transform=behind), properties=occlusion)
    assert count_pixels(BLUE) == 0

    pinned = node("Tag", tag("m/c/t"), transform=behind, properties={"alwaysVisible": True})
    show(node("Cube", model()), pinned, properties=occlusion)
    assert count_pixels(BLUE) > 200


def test_custom_icon_of_any_name_and_colour_is_drawn_and_runs_nothing(
    page: Page, show: Show, count_pixels: CountPixels
) -> None:
    def custom_tag(name: str, x: float) -> Json:
        component = {
            "type": "Tag",
            "icon": "iottwinmaker.common.icon:Custom",
            "chosenColor": "url(javascript:globalThis.harmed=1)",
            "customIcon": {"prefix": "fas", "iconName": name},
        }
        return node("Tag", component, transform={"position": [x, 0, 0]})

    show(custom_tag("gear", 0))
    size = count_pixels(PURPLE)
    assert size > 200, "that of an icon without a colour"

    show(*(custom_tag(name, index * 0.7 - 1.4) for index, name in enumerate(HOSTILE_NAMES)))

    assert page.locator(".scene-tags li").all_inner_texts() == ["Tag: Custom"] * len(HOSTILE_NAMES)
    assert count_pixels(PURPLE) > 0.95 * len(HOSTILE_NAMES) * size
    assert page.locator(".scene-tags li *").count() == 0
    assert page.evaluate("globalThis.harmed") is None
