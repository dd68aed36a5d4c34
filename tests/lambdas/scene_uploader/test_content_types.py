"""Content types of scene files."""

from __future__ import annotations

import pytest
from scene_uploader.content_types import content_type


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("factory/hall.glb", "model/gltf-binary"),
        ("factory/HALL.GLB", "model/gltf-binary"),
        ("factory/hall.gltf", "model/gltf+json"),
        ("factory/overview.json", "application/json"),
        ("factory/steel.png", "image/png"),
        ("factory/steel.ktx2", "image/ktx2"),
        ("factory/tiles/1.b3dm", "application/octet-stream"),
        ("factory.d/hall", "application/octet-stream"),
    ],
)
def test_content_type_is_that_of_the_suffix(key: str, expected: str) -> None:
    assert content_type(key) == expected
