"""Cameras, and when frames are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.gltf import skinned_cube
from tests.support.scene_documents import GREEN, binding, model, node, tag

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


def test_scene_of_tags_alone_is_shown_as_a_whole(page: Page, show: Show) -> None:
    places = [[100, 0, 0], [130, 0, 0], [100, 0, 20], [130, 10, 20]]
    tags = [node(f"Tag {n}", tag(f"m{n}/c/t"), transform={"position": at}) for n, at in enumerate(places)]
    show(*tags, rootNodeIndexes=[1, 2, 3, 4])

    clusters = page.evaluate(
        "harness.view.tags.layers[0].clusters.map(({ x, y, members }) => [x, y, members.length])"
    )
    assert [members for _, _, members in clusters] == [1, 1, 1, 1]
    for axis, size in ((0, 300), (1, 200)):
        ends = [cluster[axis] for cluster in clusters]
        assert min(ends) >= 0
        assert max(ends) <= size
    assert max(x for x, _, _ in clusters) - min(x for x, _, _ in clusters) > 150


def test_flat_scene_is_seen_from_above_and_fills_the_view(show: Show, count_pixels: CountPixels) -> None:
    plane = {"type": "PlaneGeometry", "width": 60, "height": 40, "color": GREEN}
    floor = node("Floor", plane, transform={"position": [500, 0, 0], "rotation": [-1.5708, 0, 0]})
    show(floor, rootNodeIndexes=[1])

    assert count_pixels(GREEN) > 300 * 200 / 5


def test_skinned_model_is_shown_where_its_pose_is(page: Page, show: Show, count_pixels: CountPixels) -> None:
    page.route("**/models/skinned.gltf", lambda route: route.fulfill(json=skinned_cube(pose=[0, 60, 0])))
    entity = {"type": "EntityBinding", **binding("m")}
    show(node("Arm", model("skinned.gltf", "GLTF"), entity), rootNodeIndexes=[1])
    assert count_pixels(GREEN) > 1_000

    # The pose changes, as in an animation.
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("harness.view.models.getObjectByName('Bone').position.set(0, 0, 900)")
    page.evaluate("harness.view.focusEntity('m')")
    assert count_pixels(GREEN) > 1_000


def test_frames_are_drawn_on_change_only(page: Page, show: Show, count_frames: CountFrames) -> None:
    show(node("Cube", model()), *(node(f"Tag {n}", tag(f"m{n}/c/t")) for n in range(50)))
    page.evaluate("harness.untilStill()")
    assert count_frames(1000) == 0

    # Values that arrive together are drawn in one frame or two, counted from before they arrive.
    frames = page.evaluate(
        "() => { const frames = harness.framesIn(1000);"
        " for (let n = 0; n < 50; n++) harness.set(`m${n}/c/t`, 91); return frames }"
    )
    assert 1 <= frames <= 2
