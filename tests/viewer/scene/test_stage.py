"""Cameras, and when frames are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.scene_documents import GREEN, model, node, tag

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.viewer.scene.conftest import CountFrames, CountPixels, Show


def test_cameras_are_listed_and_can_be_shown(page: Page, show: Show, count_pixels: CountPixels) -> None:
    away = node("Away", {"type": "Camera", "cameraIndex": 0}, transform={"position": [0, 0, 60]})
    show(node("Cube", model()), away)
    near = count_pixels(GREEN)
    assert page.evaluate("harness.view.cameras") == ["Camera", "Away"]

    page.evaluate("harness.view.showCamera('Away')")
    page.wait_for_timeout(900)

    assert 0 < count_pixels(GREEN) < near / 15


def test_scene_without_a_camera_is_shown_as_a_whole(show: Show, count_pixels: CountPixels) -> None:
    show(
        node("Cube", model(), transform={"position": [200, 0, 0], "scale": [90, 90, 90]}), rootNodeIndexes=[1]
    )

    assert count_pixels(GREEN) > 1_000


def test_frames_are_drawn_on_change_only(page: Page, show: Show, count_frames: CountFrames) -> None:
    show(node("Cube", model()), *(node(f"Tag {n}", tag(f"m{n}/c/t")) for n in range(50)))
    page.wait_for_timeout(500)
    assert count_frames(1000) == 0

    # Values that arrive together are drawn in one frame or two.
    page.evaluate("for (let n = 0; n < 50; n++) harness.set(`m${n}/c/t`, 91)")
    assert 1 <= count_frames(1000) <= 2
