"""Files that models and tilesets name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.model_files import gltf_document
from twin_stack.definition import model_parts as parts_module
from twin_stack.definition.model_parts import ModelPart, is_relative, model_parts, resolve, tileset_parts
from twin_stack.definition.model_reader import ModelFileError, read_model

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("a.bin", True),
        ("/a.bin", True),
        ("../textures/a.png", True),
        ("file:///home/me/a.bin", True),
        (r"C:\models\a.bin", True),
        ("", False),
        ("data:,x", False),
        ("DATA:,x", False),
        ("blob:1", False),
        ("https://example.com/a.bin", False),
        ("s3://bucket/a.bin", False),
        ("//example.com/a.bin", False),
    ],
)
def test_address_that_is_loaded_from_elsewhere_is_not_relative(uri: str, expected: bool) -> None:
    assert is_relative(uri) is expected


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("a.bin", "halls/north/a.bin"),
        ("./a.bin", "halls/north/a.bin"),
        ("../a.bin", "halls/a.bin"),
        ("../../../../a.bin", "a.bin"),
        ("/a.bin", "a.bin"),
        ("parts//a.bin", "halls/north/parts/a.bin"),
    ],
)
def test_relative_address_is_resolved_beside_its_file_and_not_above_the_assets(uri: str, path: str) -> None:
    assert resolve(uri, "halls/north/hall.gltf") == path


def test_parts_of_a_model_are_its_buffers_which_it_needs_and_its_images(tmp_path: Path) -> None:
    path = tmp_path / "hall.gltf"
    buffers = [{"uri": "a%20b.bin", "byteLength": 1}, {"uri": "data:,x", "byteLength": 1}, {"byteLength": 1}]
    images = [
        {"uri": "../wood.png"},
        {"uri": "https://example.com/a.png"},
        {"bufferView": 0},
        {"uri": "a.png"},
    ]
    path.write_text(json.dumps(gltf_document(buffers=buffers, images=images)))
    assert list(model_parts(read_model(path), "halls/hall.gltf")) == [
        ModelPart("a%20b.bin", "halls/a b.bin", is_literal=True, is_image=False, is_required=True),
        ModelPart("../wood.png", "wood.png", is_literal=True, is_image=True, is_required=False),
        ModelPart("a.png", "halls/a.png", is_literal=False, is_image=True, is_required=False),
    ]


def tileset(folder: Path, document: dict[str, Any]) -> Path:
    path = folder / "tileset.json"
    path.write_text(json.dumps(document))
    return path


def names(path: Path) -> list[str]:
    return [part.name for part in tileset_parts(path, "city/tileset.json")]


def test_tiles_are_named_from_the_root_down_in_the_order_of_children(tmp_path: Path) -> None:
    root = {
        "content": {"uri": "root.glb"},
        "children": [
            {"contents": [{"uri": "a.glb"}, {"uri": "b.glb"}], "children": [{"content": {"uri": "c.glb"}}]},
            {"content": {"url": "d.b3dm"}},
        ],
    }
    assert names(tileset(tmp_path, {"root": root})) == [
        f"city/{name}" for name in ("root.glb", "a.glb", "b.glb", "c.glb", "d.b3dm")
    ]


def test_addresses_that_name_no_single_file_are_left_out(tmp_path: Path) -> None:
    children = [
        {"content": {"uri": "{level}/{x}.glb"}},
        {"content": {"uri": "https://example.com/a.glb"}},
        {"content": {"uri": 5}},
        {"content": "a.glb"},
        {"content": {"uri": "b.glb"}},
    ]
    assert names(tileset(tmp_path, {"root": {"children": children}})) == ["city/b.glb"]


def test_json_without_a_root_is_no_tileset(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError) as caught:
        tileset_parts(tileset(tmp_path, {"root": []}), "tileset.json")
    assert str(caught.value) == "is not a tileset of 3D Tiles"


def test_files_and_tiles_beyond_the_most_are_not_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tileset(
        tmp_path, {"root": {"children": [{"content": {"uri": f"{index}.glb"}} for index in range(9)]}}
    )
    monkeypatch.setattr(parts_module, "MAX_PARTS", 4)
    assert names(path) == ["city/0.glb", "city/1.glb", "city/2.glb", "city/3.glb"]
    monkeypatch.setattr(parts_module, "MAX_TILES", 3)
    assert names(path) == ["city/0.glb", "city/1.glb"], "the root is a tile"
