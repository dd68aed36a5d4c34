"""Loading and replacing scenes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.scene_documents import GREEN, model, model_shader, node, overlay, scene, tag

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.viewer.scene.conftest import CountPixels, SetValue, Show


def test_invalid_scene_shows_nothing(page: Page, show: Show) -> None:
    problems = show(node("Cube", model()), rootNodeIndexes=[7])

    assert [problem["level"] for problem in problems] == ["fatal"]
    assert page.evaluate("harness.fetched") == []


def test_replaced_scene_leaves_no_subscriptions_elements_or_geometries(
    page: Page, show: Show, set_value: SetValue
) -> None:
    shader = model_shader("m/c/t")
    first = (
        node("Cube", model(), shader),
        node("Tag", tag("n/c/t"), overlay("${t}", sub_type="TextAnnotation")),
    )
    show(*first)
    set_value("m/c/t", 91)
    assert set(page.evaluate("harness.subscribed")) == {"m/c/t", "n/c/t"}
    before_replacing = page.evaluate("({...harness.view.stage.renderer.info.memory})")

    for _ in range(3):
        show(*first)
    after_replacing = page.evaluate("({...harness.view.stage.renderer.info.memory})")
    assert before_replacing.keys() == {"geometries", "textures"}
    assert all(after_replacing[kind] <= before_replacing[kind] for kind in before_replacing)

    show()
    assert page.evaluate("harness.subscribed") == []
    assert page.locator(".scene-tags li").count() == page.locator(".scene-overlay").count() == 0
    assert (
        page.evaluate("harness.view.stage.renderer.info.memory.geometries") < before_replacing["geometries"]
    )

    page.evaluate("harness.view.dispose()")
    assert page.locator("#scene > *").count() == 0


def test_scene_that_loads_slowly_does_not_replace_a_later_one(page: Page, count_pixels: CountPixels) -> None:
    slow, fast = scene(node("Cube", model())), scene(node("Tag", tag("m/c/t")))

    page.evaluate("([slow, fast]) => Promise.all([harness.load(slow), harness.load(fast)])", [slow, fast])

    assert count_pixels(GREEN) == 0
    assert page.locator(".scene-tags li").all_inner_texts() == ["Tag: Info"]
