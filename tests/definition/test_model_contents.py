"""Mistakes inside of a model that make viewers lose all of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.model_files import glb_bytes, gltf_document, lost_models
from twin_stack.definition.model_contents import MAX_FAULTS, content_faults, data_uri_length, triangle_count
from twin_stack.definition.model_reader import ModelFacts, read_model

if TYPE_CHECKING:
    from pathlib import Path

MESH = {"nodes": [{"mesh": 0}], "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}]}
POSITION = {"componentType": 5126, "type": "VEC3", "count": 2}
BUFFER = {"byteLength": 24, "uri": "a.bin"}


def model(folder: Path, **members: Any) -> ModelFacts:
    path = folder / "box.gltf"
    path.write_text(json.dumps(gltf_document(**members)))
    return read_model(path)


@pytest.mark.parametrize("case", lost_models(), ids=lambda case: case["reason"])
def test_what_makes_the_loader_reject_a_model_is_its_only_fault(case: dict[str, Any], tmp_path: Path) -> None:
    assert content_faults(model(tmp_path, **case["members"])) == [case["reason"]]


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"nodes": ["Box"]}, "has node 0 that is no object"),
        ({**MESH, "meshes": [{"primitives": ["x"]}]}, "has mesh 0 with a primitive that is no object"),
        (
            {**MESH, "meshes": [{"primitives": [{"attributes": {}, "mode": True}]}]},
            "has mesh 0 with the mode True of drawing, which does not exist",
        ),
        ({**MESH, "accessors": [{**POSITION, "count": True}]}, "has accessor 0 with the count True"),
        (
            {"nodes": [{"name": "Box", "skin": 0}], "skins": [{"joints": [5], "inverseBindMatrices": 8}]},
            "refers to node 5, of which it has 1, refers to accessor 8, of which it has 0",
        ),
        (
            {
                "animations": [
                    {
                        "channels": [{"sampler": 0, "target": {"node": 0}}],
                        "samplers": [{"input": 1, "output": 2}],
                    }
                ]
            },
            "refers to accessor 1, of which it has 0, refers to accessor 2, of which it has 0",
        ),
        (
            {
                **MESH,
                "meshes": [{"primitives": [{"attributes": {}, "targets": [{"POSITION": 6}], "indices": 7}]}],
            },
            "refers to accessor 6, of which it has 0, refers to accessor 7, of which it has 0",
        ),
    ],
)
def test_odd_value_is_named_with_its_owner(members: dict[str, Any], fault: str, tmp_path: Path) -> None:
    assert ", ".join(content_faults(model(tmp_path, **members))) == fault


def test_what_the_loader_does_not_read_is_no_fault(tmp_path: Path) -> None:
    view = {"buffer": 0, "byteLength": 24}
    cases: dict[str, dict[str, Any]] = {
        "accessor of zeros": {**MESH, "accessors": [POSITION]},
        "compressed attributes": {
            **MESH,
            "meshes": [
                {"primitives": [{"attributes": {"POSITION": 9}, "extensions": {"KHR_draco_mesh_compression": {}}}]}
            ],
        },
        "compressed view": {
            **MESH,
            "accessors": [{**POSITION, "count": 999, "bufferView": 0}],
            "bufferViews": [{**view, "extensions": {"EXT_meshopt_compression": {}}}],
        },
        "image of an extension": {
            **MESH,
            "meshes": [{"primitives": [{"attributes": {}, "material": 0}]}],
            "materials": [{"emissiveTexture": {"index": 0}}],
            "textures": [{"extensions": {"EXT_texture_webp": {"source": 0}}}],
        },
        "items that are interleaved": {
            **MESH,
            "accessors": [{**POSITION, "bufferView": 0, "byteOffset": 4}],
            "bufferViews": [{"buffer": 0, "byteLength": 32, "byteStride": 16}],
            "buffers": [{**BUFFER, "byteLength": 32}],
        },
        "node of two parents": {"nodes": [{"children": [1, 2]}, {"children": [3]}, {"children": [3]}, {}]},
    }  # fmt: skip
    for name, members in cases.items():
        assert content_faults(model(tmp_path, **members)) == [], name


def test_bytes_of_a_buffer_are_those_of_its_file_where_the_size_is_known(tmp_path: Path) -> None:
    members = {
        **MESH,
        "accessors": [{**POSITION, "bufferView": 0}],
        "bufferViews": [{"buffer": 0, "byteLength": 24}],
        "buffers": [BUFFER],
    }
    facts = model(tmp_path, **members)
    assert content_faults(facts) == []
    assert content_faults(facts, {"a.bin": 24}) == []
    assert content_faults(facts, {"a.bin": 10}) == [
        "has accessor 0 that ends at byte 24 of a buffer view of 10"
    ]


def test_first_buffer_of_a_glb_is_its_binary_chunk(tmp_path: Path) -> None:
    members = {
        **MESH,
        "accessors": [{**POSITION, "bufferView": 0}],
        "bufferViews": [{"buffer": 0, "byteLength": 24}],
        "buffers": [{"byteLength": 24}],
    }
    path = tmp_path / "box.glb"
    for binary, faults in (
        (bytes(24), []),
        (bytes(8), ["has accessor 0 that ends at byte 24 of a buffer view of 8"]),
        (b"", ["has a buffer without bytes: buffer 0 has no uri"]),
    ):
        path.write_bytes(glb_bytes(gltf_document(**members), binary))
        assert content_faults(read_model(path)) == faults


def test_faults_are_named_once_and_not_beyond_the_most(tmp_path: Path) -> None:
    nodes = [{"mesh": 7, "children": [7, 7]}] + [{"mesh": 7}] * 3
    facts = model(tmp_path, scenes=[{"nodes": [0, 1, 2]}], nodes=nodes)
    assert content_faults(facts) == [
        "refers to mesh 7, of which it has 0",
        "refers to node 7, of which it has 4",
    ]
    many = model(tmp_path, scenes=[{"nodes": [*range(50, 90)]}])
    assert content_faults(many) == [
        f"refers to node {index}, of which it has 1" for index in range(50, 50 + MAX_FAULTS)
    ]


def test_long_chain_of_nodes_is_followed_to_its_end(tmp_path: Path) -> None:
    count = 1_200
    nodes: list[dict[str, Any]] = [{"children": [index + 1]} for index in range(count)]
    assert content_faults(model(tmp_path, nodes=nodes)) == [
        f"refers to node {count}, of which it has {count}"
    ]


@pytest.mark.parametrize(
    ("uri", "length"),
    [
        ("data:application/octet-stream;base64,MTIz", 3),
        ("data:;base64,MTI=", 2),
        ("data:;base64,MQ==", 1),
        ("data:;base64,", 0),
        ("data:text/plain,abc", None),
        ("data:;base64", None),
        ("a.bin;base64,MTIz", None),
    ],
)
def test_length_of_a_data_uri_is_known_in_base64_alone(uri: str, length: int | None) -> None:
    assert data_uri_length(uri) == length


def test_triangles_of_a_mesh_count_for_each_node_that_has_it(tmp_path: Path) -> None:
    primitives: list[dict[str, Any]] = [
        {"attributes": {"POSITION": 0}},
        {"attributes": {"POSITION": 0}, "indices": 1},
        {"attributes": {"POSITION": 0}, "mode": 1},
        {"attributes": {"POSITION": 9}},
        {"attributes": 5},
    ]
    facts = model(
        tmp_path,
        nodes=[{"mesh": 0}, {"mesh": 0}, {"name": "Empty"}],
        meshes=[{"primitives": primitives}],
        accessors=[{"count": 10}, {"count": 36}],
    )
    assert triangle_count(facts) == 2 * (3 + 12), "two nodes with 10 points in threes, and 36 indices"
