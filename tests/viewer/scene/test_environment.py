"""Lights, planes, background and ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.scene_documents import GREEN, node

if TYPE_CHECKING:
    from tests.viewer.scene.conftest import CountPixels, Show


def test_background_and_ground_have_their_colours(show: Show, count_pixels: CountPixels) -> None:
    ground = {"color": GREEN, "opacity": 1}
    settings = {"sceneBackgroundSettings": {"color": "#0000ff"}, "groundPlaneSettings": ground}
    low = {"position": [0, 2, 4]}
    camera = node("Above", {"type": "Camera", "cameraIndex": 0}, transform=low)

    show(camera, properties={"environmentPreset": "chromatic", **settings}, rootNodeIndexes=[1])

    assert count_pixels("#0000ff") > 12_000
    assert count_pixels(GREEN) > 5_000


def test_plane_is_visible_in_each_type_of_light(show: Show, count_pixels: CountPixels) -> None:
    plane = {"type": "PlaneGeometry", "width": 1, "height": 1, "color": GREEN}
    lights = [
        node(kind, {"type": "Light", "lightType": kind, "lightSettings": {"color": 16777215, "intensity": 1}})
        for kind in ("Ambient", "Hemisphere", "Directional", "Point")
    ]
    for light in lights:
        light["transform"] = {"position": [1, 1, 3]}
        assert show(node("Plane", plane), light, properties={}) == []
        assert count_pixels(GREEN) > 1_000
