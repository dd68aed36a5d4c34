"""What the scene shows while files and values are missing, and when the browser takes the canvas away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.page_state import wait_until
from tests.support.scene_documents import BLUE, GREEN, RED, model, node, tag
from tests.viewer.scene.conftest import SCENES

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Route

    from tests.viewer.scene.conftest import CountPixels, SetValue, Show

FAR = "far.glb"


def test_model_without_an_answer_is_requested_again_alone_and_the_scene_stays(
    page: Page, show: Show, count_pixels: CountPixels
) -> None:
    statuses: list[int] = []
    is_seen = False

    def answer(route: Route) -> None:
        statuses.append(200 if is_seen else 503)
        if is_seen:
            route.fulfill(path=SCENES / "models" / "plain.glb")
        else:
            route.fulfill(status=503)

    page.route(f"**/models/{FAR}", answer)
    page.evaluate("globalThis.canvas = document.querySelector('#scene canvas')")
    far = node("Far", model(FAR), transform={"position": [0, 0.9, 0], "scale": [0.5, 0.5, 0.5]})
    problems = show(node("Near", model(), transform={"position": [0, -0.7, 0]}), far)
    assert [problem["message"] for problem in problems] == [f"Could not load {FAR}: HTTP 503"]
    assert count_pixels("#ff0000") > 100, "a red cube in place of the far model"
    assert count_pixels(GREEN) > 1_000
    is_seen = True

    wait_until(page, "harness.problems?.length === 0")

    assert count_pixels("#ff0000") == 0
    assert statuses.count(200) == 1
    assert page.evaluate("harness.fetched.filter((uri) => uri.endsWith('plain.glb')).length") == 1
    assert page.evaluate("document.querySelector('#scene canvas') === globalThis.canvas"), (
        "the same WebGL context"
    )


def test_scene_is_drawn_again_when_the_browser_gives_back_its_context(
    page: Page, show: Show, count_pixels: CountPixels
) -> None:
    show(node("Cube", model()), node("Tag", tag("m/c/t"), transform={"position": [1, 0, 0]}))
    before = count_pixels(GREEN)
    lose = """async () => {
      const context = document.querySelector('#scene canvas').getContext('webgl2')
      const extension = context.getExtension('WEBGL_lose_context')
      const canvas = document.querySelector('#scene canvas')
      const event = (name) => new Promise((resolve) => canvas.addEventListener(name, resolve, {once: true}))
      const lost = event('webglcontextlost')
      extension.loseContext()
      await lost
      const restored = event('webglcontextrestored')
      setTimeout(() => extension.restoreContext(), 50)
      await restored
    }"""
    page.evaluate(lose)

    assert abs(count_pixels(GREEN) - before) < before / 20
    assert count_pixels(BLUE) > 200


def test_old_and_missing_values_look_so(
    page: Page, show: Show, count_pixels: CountPixels, set_value: SetValue
) -> None:
    show(node("Tag", tag("m/c/t")))
    items = page.locator(".scene-tags li")
    set_value("m/c/t", 91)
    clear = count_pixels(RED)

    page.evaluate("harness.set('m/c/t', 91, {isStale: true})")
    assert items.all_inner_texts() == ["Tag: Error, old value"]
    page.locator(".scene-label[data-freshness=stale]").wait_for()
    page.wait_for_timeout(300)
    stale = page.locator("#scene canvas").screenshot()

    page.evaluate("harness.set('m/c/t', 91, {error: 'the connector does not answer'})")
    assert items.all_inner_texts() == ["Tag: Error, cannot be read"]
    label = page.locator(".scene-label[data-freshness=failed]")
    label.wait_for()
    assert label.get_attribute("title") == "the connector does not answer"
    page.wait_for_timeout(300)
    assert page.locator("#scene canvas").screenshot() != stale

    set_value("m/c/t", 91)
    assert items.all_inner_texts() == ["Tag: Error"]
    assert abs(count_pixels(RED) - clear) < clear / 10


def test_browser_without_webgl_says_so(context: BrowserContext, origin: str) -> None:
    page = context.new_page()
    page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...more) {"
        " return kind.startsWith('webgl') ? null : get.call(this, kind, ...more) }"
    )
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{origin}/")
    page.wait_for_timeout(300)
    page.close()

    assert len(errors) == 1
    assert "has no WebGL 2. Turn on hardware acceleration" in errors[0]
