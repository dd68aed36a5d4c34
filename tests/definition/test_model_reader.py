"""The reader of glTF models."""

from __future__ import annotations

import json
import struct
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.model_files import (
    JSON_CHUNK,
    BrokenModel,
    broken_models,
    glb_bytes,
    glb_of_chunks,
    gltf_document,
)
from twin_stack.definition import model_reader
from twin_stack.definition.model_reader import (
    ModelFacts,
    ModelFileError,
    read_model,
    viewer_name,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def model_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models") / "model.glb"


def facts_of(path: Path, content: bytes) -> ModelFacts:
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    model_reader._read_unchanged.cache_clear()
    return read_model(path)


def fault_of(path: Path, content: bytes) -> ModelFileError:
    with pytest.raises(ModelFileError) as caught:
        facts_of(path, content)
    return caught.value


def test_names_tree_and_references_of_a_model(model_path: Path) -> None:
    document = gltf_document(
        scene=1,
        scenes=[{"nodes": [2]}, {"nodes": [1, 7], "name": "Hall"}],
        nodes=[
            {"name": "Door", "mesh": 0, "translation": [1, 2, 3]},
            {"name": "Wall", "children": [0, 9]},
            {},
        ],
        meshes=[{"name": "DoorMesh", "primitives": [{"attributes": {}}, {"attributes": {}}]}],
        materials=[{"name": "Steel"}, {}],
        animations=[{"name": "open"}, {}],
        extensionsUsed=["KHR_b", "KHR_a", 3],
        extensionsRequired=["KHR_a"],
        buffers=[{"byteLength": 8}, {"uri": "more.bin", "byteLength": -1}],
        images=[{"bufferView": 0}, {"uri": "steel.png"}],
    )
    facts = facts_of(model_path, glb_bytes(document, b"12345678"))
    assert [(node.name, node.children, node.mesh) for node in facts.nodes] == [
        ("Door", (), 0),
        ("Wall", (0,), None),
        ("", (), None),
    ]
    assert facts.nodes[0].transform == {"translation": [1, 2, 3]}
    assert (facts.roots, facts.materials, facts.animations) == ((1,), ("Steel", ""), ("open", "animation_1"))
    assert facts.object_names == {"Door", "Wall", "Hall", "DoorMesh", "DoorMesh_1"}
    assert (facts.extensions_used, facts.extensions_required) == (("KHR_a", "KHR_b"), ("KHR_a",))
    assert [(item.uri, item.byte_length) for item in facts.buffers] == [(None, 8), ("more.bin", None)]
    assert [item.uri for item in facts.images] == [None, "steel.png"]
    assert (facts.is_binary, facts.binary_size, facts.size) == (True, 8, facts.declared_size)


def test_model_in_json_is_read_whatever_its_name_ends_with(model_path: Path) -> None:
    text = json.dumps(gltf_document()).encode()
    facts = facts_of(model_path, b"\xef\xbb\xbf " + text)
    assert (facts.is_binary, [node.name for node in facts.nodes]) == (False, ["Box"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Main door", "Main_door"),
        ("a.b:c/d[0]", "abcd0"),
        ("Tür\u00a0\ufeff1", "Tür__1"),
        ("a\x1cb", "a\x1cb"),
    ],
)
def test_names_are_changed_as_three_changes_them(name: str, expected: str) -> None:
    assert viewer_name(name) == expected


def test_repeated_names_and_shared_meshes_have_each_possible_name(model_path: Path) -> None:
    document = gltf_document(
        nodes=[{"name": "A b"}, {"name": "A_b"}, {"mesh": 0}, {"mesh": 0}], meshes=[{"primitives": [{}]}]
    )
    names = facts_of(model_path, glb_bytes(document)).object_names
    assert names == {"A_b", "A_b_1", "mesh_0", "mesh_0_instance_0", "mesh_0_instance_1"}


@pytest.mark.parametrize("case", broken_models(), ids=lambda case: case.reason)
def test_file_that_viewers_cannot_load(case: BrokenModel, model_path: Path) -> None:
    assert fault_of(model_path, case.content).reason == case.reason


def test_nesting_that_exhausts_the_stack_is_refused(model_path: Path) -> None:
    assert fault_of(model_path, b'{"a":' + b"[" * 100_000).fault == "tooDeep"


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError) as caught:
        read_model(tmp_path / "none.glb")
    assert caught.value.fault == "unreadable"


def test_too_much_json_is_not_read(model_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_reader, "MAX_JSON_BYTES", 100)
    text = json.dumps(gltf_document(extras="x" * 100)).encode()
    assert fault_of(model_path, text).fault == "tooMuchJson"
    assert fault_of(model_path, glb_of_chunks([(JSON_CHUNK, text)])).fault == "tooMuchJson"


def test_json_of_too_many_objects_is_not_read(model_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_reader, "MAX_JSON_OBJECTS", 50)
    text = json.dumps(gltf_document(nodes=[{}] * 60)).encode()
    assert fault_of(model_path, text).fault == "tooManyObjects"
    assert fault_of(model_path, glb_of_chunks([(JSON_CHUNK, text)])).fault == "tooManyObjects"
    assert facts_of(model_path, json.dumps(gltf_document(nodes=[{}] * 30)).encode()).json_objects == 36


def test_large_model_is_read_without_its_binary_data(model_path: Path) -> None:
    size = 100 * 1024 * 1024
    content = glb_bytes(gltf_document(buffers=[{"byteLength": size}]), b"1234")
    header = bytearray(content[:-4])
    header[8:12] = struct.pack("<I", len(header) + size)
    header[-8:-4] = struct.pack("<I", size)
    with model_path.open("wb") as file:
        file.write(header)
        file.truncate(len(header) + size)
    model_reader._read_unchanged.cache_clear()
    tracemalloc.start()
    try:
        facts = read_model(model_path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        model_path.unlink()
    assert (facts.binary_size, facts.size) == (size, len(header) + size)
    assert peak < 1024 * 1024


def test_model_of_trimesh_is_read(model_path: Path) -> None:
    import trimesh  # noqa: PLC0415

    scene = trimesh.Scene()
    scene.add_geometry(trimesh.creation.box(), node_name="Box", geom_name="BoxMesh")
    facts = facts_of(model_path, bytes(scene.export(file_type="glb")))
    assert "Box" in facts.object_names
    assert [buffer.byte_length for buffer in facts.buffers] == [facts.binary_size]


BOX = glb_bytes(gltf_document(buffers=[{"byteLength": 4}], meshes=[{"name": "m"}]), b"1234")


@given(data=st.data())
def test_damaged_model_is_refused_or_read_without_a_traceback(data: st.DataObject, model_path: Path) -> None:
    content = bytearray(BOX[: data.draw(st.integers(0, len(BOX)))])
    places = st.integers(0, max(0, len(content) - 1))
    for place in data.draw(st.lists(places, max_size=8)) if content else ():
        content[place] = data.draw(st.integers(0, 255))
    try:
        facts = facts_of(model_path, bytes(content))
    except ModelFileError as error:
        assert error.reason
    else:
        assert facts.size == len(content)


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
MEMBERS = st.sampled_from(
    ["nodes", "scenes", "scene", "meshes", "buffers", "images", "animations", "extensions", "extensionsUsed"]
)


@pytest.mark.slow
@given(members=st.dictionaries(MEMBERS, JSON_VALUES | st.lists(st.dictionaries(MEMBERS, JSON_VALUES))))
def test_model_with_members_of_any_form_is_read(members: dict[str, Any], model_path: Path) -> None:
    assert facts_of(model_path, glb_bytes(gltf_document(**members))).is_binary
