"""Where the files of a scene are in a bucket, and in ``assets``."""

from __future__ import annotations

import json

import pytest

from twin_stack.formats.workspace.scene_files import (
    AssetPaths,
    file_references,
    named_files,
    object_key,
    split_location,
)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("hall.glb", "ws/hall.glb"),
        ("models/hall.glb", "ws/models/hall.glb"),
        ("../shared/hall.glb", "shared/hall.glb"),
        ("s3://bucket/other/hall.glb", "other/hall.glb"),
        ("S3://bucket/hall.glb", "hall.glb"),
        ("s3://another/hall.glb", None),
        ("https://example.com/hall.glb", None),
        ("data:model/gltf-binary;base64,AA", None),
    ],
)
def test_address_is_resolved_as_viewers_do(address: str, key: str | None) -> None:
    assert object_key(address, "bucket", "ws/scene.json") == key


def test_location_has_bucket_and_key() -> None:
    assert split_location("s3://bucket/ws/scene.json") == ("bucket", "ws/scene.json")
    assert split_location("scene.json") is None


def test_files_keep_their_address_where_that_is_free() -> None:
    paths = AssetPaths()
    assert paths.path("ws/hall.glb", "ws/scene.json") == "hall.glb"
    assert paths.path("ws/hall.glb", "other/scene.json") == "hall.glb"  # one file, one path
    assert paths.path("other/Hall.glb", "other/scene.json") == "other/Hall.glb"
    assert paths.path("shared/a.glb", "ws/scene.json") == "shared/a.glb"


@pytest.mark.parametrize(
    "key", ["../../etc/passwd", "ws/.hidden.glb", "ws/a\\b.glb", "ws/a\x00.glb", "ws//a.glb", "/etc/passwd"]
)
def test_key_that_leads_out_of_the_folder_is_no_path(key: str) -> None:
    assert AssetPaths().path(key, "ws/scene.json") is None


def test_key_below_another_file_is_no_path() -> None:
    paths = AssetPaths()
    assert paths.path("ws/hall", "ws/scene.json") == "hall"
    assert paths.path("ws/hall/a.glb", "ws/scene.json") == "ws/hall/a.glb"
    assert paths.path("hall/a.glb", "x/scene.json") is None
    assert paths.path("ws", "x/scene.json") is None


def test_files_of_a_model_stay_beside_it() -> None:
    paths = AssetPaths()
    model = paths.path("ws/models/hall.gltf", "ws/scene.json")
    assert model == "models/hall.gltf"
    assert paths.beside(model, "buffers/hall.bin", "ws/models/buffers/hall.bin") == "models/buffers/hall.bin"
    assert paths.beside(model, "../../secret", "secret") is None
    assert paths.path("x/models/hall.bin", "x/scene.json") == "models/hall.bin"
    assert paths.beside(model, "hall.bin", "ws/models/hall.bin") is None  # another file has the path


def test_model_names_buffers_and_images() -> None:
    model = {
        "buffers": [{"uri": "hall%201.bin"}, {"uri": "data:;base64,AA"}, {"byteLength": 4}],
        "images": [{"uri": "wall.png"}, {"uri": "https://example.com/a.png"}],
        "extras": {"uri": "not-a-file"},
    }
    assert sorted(named_files(json.dumps(model).encode())) == ["hall 1.bin", "wall.png"]


def test_tileset_names_its_contents() -> None:
    tileset = {
        "root": {
            "content": {"uri": "root.b3dm"},
            "children": [{"content": {"url": "a.b3dm"}}, {"contents": [{"uri": "b/tileset.json"}]}],
        }
    }
    assert sorted(named_files(json.dumps(tileset).encode())) == ["a.b3dm", "b/tileset.json", "root.b3dm"]


@pytest.mark.parametrize("content", [b"glTF", b"[]", b"1"])
def test_other_files_name_none(content: bytes) -> None:
    assert named_files(content) == []


def test_document_names_models_and_textures() -> None:
    document = {
        "nodes": [
            {
                "components": [
                    {"type": "ModelRef", "uri": "a.glb"},
                    {"type": "PlaneGeometry", "textureUri": "t.png"},
                ]
            },
            {"components": [{"type": "Unknown", "uri": "x"}, "broken"]},
            None,
        ],
        "properties": {"groundPlaneSettings": {"textureUri": "ground.png"}, "fogSettings": 3},
    }
    addresses = [reference.address for reference in file_references(document)]
    assert addresses == ["a.glb", "t.png", "ground.png"]
