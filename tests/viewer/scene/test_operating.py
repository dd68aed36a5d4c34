"""Buttons, labels, and what a scene says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.scene_documents import BLUE, GREEN, RED, binding, model, model_shader, node, scene, tag
from tests.viewer.scene.conftest import CENTER

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.viewer.scene.conftest import CountPixels, SetValue, Show

BUTTON = "#scene .scene-bar button"
# The page's policy allows no inline styles.
ADD_STYLES = """(text) => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  document.adoptedStyleSheets.push(sheet)
}"""


def test_home_shows_what_was_shown_at_first(page: Page, show: Show, count_pixels: CountPixels) -> None:
    show(node("Cube", model()))
    before = count_pixels(GREEN)
    page.locator("#scene canvas").focus()
    for _ in range(4):
        page.keyboard.press("-")
    page.wait_for_timeout(500)
    assert count_pixels(GREEN) < before * 0.6

    page.locator(BUTTON, has_text="Home").click()
    page.wait_for_timeout(900)

    assert abs(count_pixels(GREEN) - before) < before / 50


def test_tags_have_labels_with_name_and_value_until_they_are_switched_off(
    page: Page, show: Show, set_value: SetValue
) -> None:
    show(node("Boiler t", tag("m/c/t")))
    set_value("m/c/t", 91.25)
    label = page.locator(".scene-label:visible")
    page.wait_for_timeout(400)
    assert label.all_inner_texts() == ["Boiler91.25"]
    page.evaluate("harness.set('m/c/t', 91.25, { unit: 'Celsius' })")
    label.locator("b", has_text="91.25 °C").wait_for()
    label.click()
    assert page.evaluate("harness.selected.nodeName") == "Boiler t"

    page.locator(BUTTON, has_text="Labels").click()
    page.wait_for_timeout(400)
    assert label.count() == 0


def test_icons_and_labels_are_larger_in_a_view_with_larger_text(
    page: Page, show: Show, count_pixels: CountPixels, set_value: SetValue
) -> None:
    page.evaluate(ADD_STYLES, ".larger { --scene-scale: 2 } .larger #scene { width: 100% }")
    show(node("Boiler t", tag("m/c/t")))
    set_value("m/c/t", 91.25)
    label = page.locator(".scene-label:visible")
    label.wait_for()
    icon, height = count_pixels(RED), label.bounding_box()["height"]  # type: ignore[index]

    # The view has another size, as when the wall view is entered.
    page.evaluate("document.body.classList.add('larger')")
    page.set_viewport_size({"width": 420, "height": 300})
    assert count_pixels(RED) > 3 * icon
    assert label.bounding_box()["height"] == 2 * height  # type: ignore[index]


def test_tags_at_one_place_are_one_icon_that_a_click_opens(
    page: Page, show: Show, count_pixels: CountPixels, set_value: SetValue
) -> None:
    places = [(0.0, "a"), (0.06, "b"), (0.12, "d")]
    tags = [node(f"Tag {name}", tag(f"{name}/c/t"), transform={"position": [x, 0, 0]}) for x, name in places]
    show(*tags)
    set_value("b/c/t", 91)
    page.wait_for_timeout(400)
    assert count_pixels(RED) > 150, "the worst one stands for all"
    assert count_pixels(BLUE) < 50
    assert page.locator(".scene-label:visible span").all_inner_texts() == ["Tag b +2"]

    page.locator("#scene canvas").click(position={"x": CENTER[0] + 4, "y": CENTER[1]})
    page.wait_for_timeout(900)

    assert page.evaluate("harness.selected") is None
    assert count_pixels(BLUE) > 300
    assert page.locator(".scene-label:visible").count() == 3


def test_legend_tells_what_colours_and_icons_mean(page: Page, show: Show) -> None:
    show(node("Cube", model(), model_shader("m/c/t")), node("Tag", tag("m/c/t")))
    page.locator(BUTTON, has_text="Legend").click()

    rows = page.locator(".scene-legend li")
    assert [text.strip() for text in rows.all_inner_texts()] == ["t ≥ 80", "t < 0: hidden", "t ≥ 60"]
    assert rows.first.locator(".scene-swatch, canvas").count() == 2


def test_part_of_the_scene_is_shown_alone(page: Page, show: Show, count_pixels: CountPixels) -> None:
    left = {"position": [-1, 0, 0]}
    right = {"position": [1, 0, 0]}
    show(
        node("Left", model(), transform=left, children=[3]),
        node("Right", model(), transform=right, children=[4]),
        node("Left tag", tag("m/c/t"), transform={"position": [0, 0.8, 0]}),
        node("Right tag", tag("n/c/t"), transform={"position": [0, 0.8, 0]}),
        roots=[1, 2],
    )
    both = count_pixels(GREEN)
    part = page.locator("select[aria-label='Shown part of the scene']")
    assert part.locator("option").all_inner_texts() == ["Whole scene", "Left", "Right"]

    part.select_option("Left")
    page.wait_for_timeout(900)
    assert page.locator(".scene-label:visible span").all_inner_texts() == ["Left tag"]
    assert page.evaluate("harness.view.stage.rig.finalPose.target.x") < -0.5

    part.select_option("Whole scene")
    page.wait_for_timeout(900)
    assert abs(count_pixels(GREEN) - both) < both / 20


def test_empty_scene_says_so(page: Page, show: Show) -> None:
    show()
    assert (
        page.locator(".scene-note").inner_text() == "This scene is empty: its document has nothing to draw."
    )

    show(node("Cube", model()))
    assert not page.locator(".scene-note").is_visible()

    note = "Dynamic scene: no entity below hall is a node of it, so that it is empty."
    page.evaluate(
        "([scene, note]) => harness.view.load(JSON.stringify(scene), 's3://b/s.json', note)", [scene(), note]
    )
    assert page.locator(".scene-note").inner_text() == note


def test_tag_is_selected_with_the_keyboard(page: Page, show: Show) -> None:
    show(node("One", tag("m/c/t")), node("Two", tag("n/c/t"), transform={"position": [1, 0, 0]}))
    page.locator(".scene-tags li").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    assert page.evaluate("harness.selected.entityId") == "n"
    assert page.locator(".scene-tags li[aria-selected=true]").all_inner_texts() == ["Two: Info"]


def test_selected_model_has_a_line_around_it_and_keeps_its_colour(
    page: Page, show: Show, count_pixels: CountPixels
) -> None:
    show(node("Cube", model(), {"type": "EntityBinding", **binding("cube")}))
    before = count_pixels(GREEN)

    page.evaluate("harness.view.select('cube')")

    assert 300 < count_pixels(BLUE) < 3_000
    assert abs(count_pixels(GREEN) - before) < before / 20


def test_model_has_a_shadow_and_nothing_is_drawn_while_nothing_changes(page: Page, show: Show) -> None:
    floor = node("Floor", model(), transform={"position": [0, -0.6, 0], "scale": [4, 0.1, 4]})
    without = model(castShadow=False, receiveShadow=False)

    def brightness() -> float:
        page.wait_for_timeout(300)
        luminance: float = page.evaluate(
            """async () => {
              harness.view.stage.invalidate()
              await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
              const { renderer, scene, camera } = harness.view.stage
              renderer.render(scene, camera)
              const gl = renderer.getContext()
              const [width, height] = [gl.drawingBufferWidth, gl.drawingBufferHeight]
              const pixels = new Uint8Array(width * height * 4)
              gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels)
              return pixels.reduce((sum, value) => sum + value, 0) / pixels.length
            }"""
        )
        return luminance

    show(floor, node("Cube", model()))
    shadowed = brightness()
    floor["components"] = [without]
    show(floor, node("Cube", without))
    assert shadowed < brightness() - 0.3
