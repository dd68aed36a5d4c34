"""Rules of models and textures: what viewers cannot load or do not show as meant."""

from __future__ import annotations

import json
import struct
import time
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.definition.models import finding_lines, write
from tests.support.model_files import broken_models, glb_bytes, gltf_document
from twin_stack.definition import check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PLACE = "scenes/hall.yaml:3:56"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8


def scene(*uris: str, model_type: str = "GLB") -> str:
    """Return a scene with a node for each model; the first address is at ``PLACE``."""
    nodes = [f"  - components: [{{type: ModelRef, modelType: {model_type}, uri: {uri}}}]\n" for uri in uris]
    return "properties: {environmentPreset: neutral}\nnodes:\n" + "".join(nodes)


def findings_of(folder: Path, files: Mapping[str, str | bytes], *uris: str) -> list[str]:
    names = uris or tuple(name for name in files if name.endswith((".glb", ".gltf")))
    assets = {f"assets/{name}": content for name, content in files.items()}
    return finding_lines(write(folder, {**assets, "scenes/hall.yaml": scene(*names)}))


def gltf(**members: Any) -> str:
    return json.dumps(gltf_document(**members))


@pytest.mark.parametrize("broken", broken_models(), ids=lambda broken: broken.reason)
def test_model_that_viewers_cannot_load_is_an_error_at_the_place_that_uses_it(
    broken: Any, tmp_path: Path
) -> None:
    (finding,) = findings_of(tmp_path, {"box.glb": broken.content})
    assert finding.startswith(f'{PLACE} TWIN180 file "box.glb" {broken.reason}; ')


def test_file_that_several_places_use_has_one_finding(tmp_path: Path) -> None:
    (finding,) = findings_of(tmp_path, {"box.glb": b""}, "box.glb", "box.glb", "box.glb")
    assert finding == (
        f'{PLACE} TWIN180 file "box.glb" is empty (2 more places use it); copy or export the file again'
    )


def test_unused_file_gives_a_warning_at_the_file(tmp_path: Path) -> None:
    files = {
        "box.glb": glb_bytes(),
        "old/tank.glb": b"",
        "wall.png": b"version https://git-lfs.github.com/spec/v1",
    }
    assert findings_of(tmp_path, files, "box.glb") == [
        'assets/old/tank.glb:1:1 TWIN180 warning: file "old/tank.glb" is empty, and no scene uses it; '
        "copy or export the file again",
        'assets/wall.png:1:1 TWIN180 warning: file "wall.png" is a Git LFS pointer, not the file itself, and no '
        'scene uses it; run "git lfs pull", and give the check the files in CI (lfs: true in actions/checkout)',
    ]


def test_model_of_a_dynamic_scene_is_reported_at_its_entity(tmp_path: Path) -> None:
    entity = (
        "door:\n  entityName: Door\n  components:\n    Model:\n"
        "      componentTypeId: com.amazon.iottwinmaker.3d.component.modelref\n"
        "      properties: {modelType: GLB, uri: door.glb}\n"
    )
    files: dict[str, str | bytes] = {"assets/door.glb": b"", "entities/e.yaml": entity}
    (finding,) = finding_lines(write(tmp_path, files))
    assert finding.startswith('entities/e.yaml:6:41 TWIN180 file "door.glb" is empty; ')


BUFFER = {"bufferViews": [{"buffer": 0, "byteLength": 8}]}


@pytest.mark.parametrize(
    ("uri", "name", "remedy"),
    [
        ("gone.bin", "m/gone.bin", "add the file, or export the model as one binary file (.glb)"),
        (
            "Parts.bin",
            "m/Parts.bin",
            'the file is called "m/parts.bin": write it with the same upper and lower case',
        ),
        ("part.bin", "m/part.bin", 'did you mean "m/parts.bin"?'),
        ("../../secret.bin", "secret.bin", "add the file, or export the model as one binary file (.glb)"),
        (
            "file:///C:/x.bin",
            "m/file:/C:/x.bin",
            "add the file, or export the model as one binary file (.glb)",
        ),
        ("C:\\\\x.bin", "m/C:\\\\x.bin", "add the file, or export the model as one binary file (.glb)"),
    ],
)
def test_missing_buffer_is_an_error(uri: str, name: str, remedy: str, tmp_path: Path) -> None:
    model = gltf(buffers=[{"uri": uri, "byteLength": 8}], **BUFFER)
    assert findings_of(tmp_path, {"m/box.gltf": model, "m/parts.bin": b"12345678"}) == [
        f'{PLACE} TWIN181 file "m/box.gltf" needs "{name}", which is not in the folder assets; {remedy}'
    ]


def test_missing_images_are_one_warning(tmp_path: Path) -> None:
    model = gltf(images=[{"uri": f"{name}.png"} for name in "abcde"])
    assert findings_of(tmp_path, {"box.gltf": model}) == [
        f'{PLACE} TWIN181 warning: file "box.gltf" needs "a.png", "b.png", "c.png" and 2 more, which are not in '
        "the folder assets; add the file, or export the model as one binary file (.glb)"
    ]


def test_parts_elsewhere_and_inside_of_the_model_are_taken(tmp_path: Path) -> None:
    model = gltf(
        buffers=[
            {"uri": "data:application/octet-stream;base64,MTIzNDU2Nzg=", "byteLength": 8},
            {"uri": "https://example.com/a.bin", "byteLength": 8},
            {"uri": "parts/a.bin", "byteLength": 8},
        ],
        images=[{"uri": "data:image/png;base64,iVBORw0KGgo="}, {"uri": "a.png"}, {"bufferView": 0}],
        **BUFFER,
    )
    files: dict[str, str | bytes] = {"m/box.gltf": model, "m/parts/a.bin": b"12345678", "m/a.png": PNG}
    assert findings_of(tmp_path, files) == []


@pytest.mark.parametrize(
    ("uri", "file"),
    [("a%20b.png", "m/a b.png"), ("../t/a.png", "t/a.png"), ("./a.png", "m/a.png"), ("/a.png", "a.png")],
)
def test_address_that_aws_viewer_does_not_resolve(uri: str, file: str, tmp_path: Path) -> None:
    (finding,) = findings_of(tmp_path, {"m/box.gltf": gltf(images=[{"uri": uri}]), file: PNG})
    assert finding.startswith(
        f'{PLACE} TWIN184 warning: file "m/box.gltf" names "{uri}", which AWS\'s viewer looks for literally; '
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"<!doctype html>", "is an HTML page"),
        (b"#?RADIANCE\n", "is a Radiance HDR image, which viewers do not load as a texture"),
        (b"P6 1 1 255", "is not an image that viewers load as a texture"),
    ],
)
def test_image_that_viewers_do_not_load(content: bytes, reason: str, tmp_path: Path) -> None:
    (finding,) = findings_of(tmp_path, {"box.gltf": gltf(images=[{"uri": "a.png"}]), "a.png": content})
    assert finding.startswith(f'{PLACE} TWIN180 warning: file "box.gltf" uses "a.png", which {reason}; ')
    texture = "nodes: [{components: [{type: PlaneGeometry, width: 1, height: 1, textureUri: a.png}]}]\n"
    sky = "properties: {environmentPreset: neutral, sceneBackgroundSettings: {textureUri: a.png}}\n"
    (finding,) = finding_lines(
        write(tmp_path, {"scenes/hall.yaml": f"{sky}{texture}", "assets/box.gltf": gltf()})
    )
    assert f'TWIN180 file "a.png" {reason} (1 more place uses it); ' in finding


def test_pointer_of_git_lfs_in_place_of_a_buffer_is_an_error(tmp_path: Path) -> None:
    model = gltf(buffers=[{"uri": "a.bin", "byteLength": 8}], **BUFFER)
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 8\n"
    (finding,) = findings_of(tmp_path, {"box.gltf": model, "a.bin": pointer})
    assert finding.startswith(f'{PLACE} TWIN180 file "box.gltf" uses "a.bin", which is a Git LFS pointer, ')


POSITION = {"componentType": 5126, "type": "VEC3", "count": 2}
TRIANGLE = [{"primitives": [{"attributes": {"POSITION": 0}}]}]


def test_model_that_viewers_lose_as_a_whole_is_an_error_at_the_place_that_uses_it(tmp_path: Path) -> None:
    model = gltf(nodes=[{"mesh": 0}], meshes=[{}])
    assert findings_of(tmp_path, {"box.gltf": model}) == [
        f'{PLACE} TWIN182 file "box.gltf" has mesh 0 without primitives; export the model again'
    ]


def test_parts_that_no_scene_shows_are_not_looked_at(tmp_path: Path) -> None:
    model = gltf(
        nodes=[{"name": "Box"}, {"mesh": 9, "children": [1]}],
        meshes=TRIANGLE,
        materials=[{"normalTexture": {"index": 4}}],
        bufferViews=[{"buffer": 3}],
    )
    assert findings_of(tmp_path, {"box.gltf": model}) == []


def test_number_of_further_mistakes_is_named(tmp_path: Path) -> None:
    model = gltf(nodes=[{"mesh": 1, "children": [5]}])
    (finding,) = findings_of(tmp_path, {"box.gltf": model})
    assert "refers to mesh 1, of which it has 0 (and 1 more mistake); " in finding


@pytest.mark.parametrize("name", ["box.gltf", "box.glb"])
def test_buffer_that_is_too_short_is_an_error(name: str, tmp_path: Path) -> None:
    members: dict[str, Any] = {
        "nodes": [{"mesh": 0}],
        "meshes": TRIANGLE,
        "accessors": [{**POSITION, "bufferView": 0}],
        "bufferViews": [{"buffer": 0, "byteLength": 24}],
    }
    beside = gltf_document(**members, buffers=[{"byteLength": 24, "uri": "short.bin"}])
    inside = gltf_document(**members, buffers=[{"byteLength": 24}])
    content = json.dumps(beside) if name == "box.gltf" else glb_bytes(inside, b"12345678")
    (finding,) = findings_of(tmp_path, {name: content, "short.bin": b"12345678"})
    assert f'TWIN182 file "{name}" has accessor 0 that ends at byte 24 of a buffer view of 8; ' in finding


@pytest.mark.parametrize(
    ("members", "text"),
    [
        (
            {"extensionsUsed": ["KHR_materials_pbrSpecularGlossiness", "VENDOR_glow"]},
            'TWIN183 warning: file "box.gltf" uses KHR_materials_pbrSpecularGlossiness and VENDOR_glow, which '
            "the page and AWS's viewer do not draw: its materials are grey; export the model without them",
        ),
        (
            {"extensionsUsed": ["KHR_materials_anisotropy"]},
            'TWIN183 warning: file "box.gltf" uses KHR_materials_anisotropy, which AWS\'s viewer does not draw; '
            "export the model without it",
        ),
        (
            {
                "extensionsUsed": ["KHR_meshopt_compression"],
                "extensionsRequired": ["KHR_meshopt_compression"],
            },
            'TWIN183 file "box.gltf" uses KHR_meshopt_compression, which AWS\'s viewer does not draw: it is not '
            "shown; export the model without it",
        ),
        (
            {"extensionsUsed": ["KHR_texture_basisu", "KHR_draco_mesh_compression"]},
            'TWIN185 warning: file "box.gltf" needs a decoder of Draco and KTX2, which AWS\'s viewer loads from '
            "unpkg.com; allow that host, set dracoDecoder.path and basisuDecoder.path of the viewer, or compress "
            "with meshopt",
        ),
    ],
)
def test_extension_that_a_viewer_does_not_draw(members: dict[str, Any], text: str, tmp_path: Path) -> None:
    assert findings_of(tmp_path, {"box.gltf": gltf(**members)}) == [f"{PLACE} {text}"]


def test_extension_that_changes_no_picture_is_taken(tmp_path: Path) -> None:
    model = gltf(extensionsUsed=["KHR_xmp_json_ld", "KHR_materials_unlit", "EXT_meshopt_compression"])
    assert findings_of(tmp_path, {"box.gltf": model}) == []


def test_models_of_a_scene_are_too_large_together(tmp_path: Path) -> None:
    triangles = gltf(nodes=[{"mesh": 0}], meshes=TRIANGLE, accessors=[{**POSITION, "count": 1_500_000}])
    assert findings_of(tmp_path, {"a.gltf": triangles, "b.gltf": gltf()}, "a.gltf", "b.gltf", "a.gltf") == []
    assert findings_of(tmp_path, {"a.gltf": triangles}, "a.gltf", "a.gltf", "a.gltf") == [
        f'{PLACE} TWIN186 warning: the models of scene "hall" have 1,500,000 triangles, more than the 1,000,000 '
        'that AWS advises; simplify the models, the largest of which is "a.gltf"'
    ]


def test_model_of_100_mb_is_checked_without_reading_it(tmp_path: Path) -> None:
    size = 100 * 1024 * 1024
    content = bytearray(glb_bytes(gltf_document(buffers=[{"byteLength": size}], **BUFFER), b"1234")[:-4])
    content[8:12] = struct.pack("<I", len(content) + size)
    content[-8:-4] = struct.pack("<I", size)
    folder = write(tmp_path, {"assets/box.glb": bytes(content), "scenes/hall.yaml": scene("box.glb")})
    with (folder / "assets/box.glb").open("ab") as file:
        file.truncate(len(content) + size)
    start = time.process_time()
    (finding,) = finding_lines(folder)
    assert time.process_time() - start < 1
    assert 'TWIN186 warning: the models of scene "hall" have 104,' in finding


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('{"asset": {"version": "1.0"}}', 'TWIN180 file "t.json" is not a tileset of 3D Tiles; '),
        (glb_bytes(), 'TWIN180 file "t.json" is a GLB model, not a tileset of 3D Tiles; '),
        (
            '{"root": {"children": [{"content": {"uri": "a.b3dm"}}, {"contents": [{"url": "gone.glb"}]}]}}',
            'TWIN181 warning: file "t.json" needs "gone.glb", which is not in the folder assets; ',
        ),
    ],
)
def test_tileset_and_its_tiles(content: str | bytes, text: str, tmp_path: Path) -> None:
    files = {
        "scenes/hall.yaml": scene("t.json", model_type="Tiles3D"),
        "assets/t.json": content,
        "assets/a.b3dm": b"b3dm",
    }
    (finding,) = [line for line in finding_lines(write(tmp_path, files)) if "no scene uses it" not in line]
    assert text in finding


def test_tileset_in_place_of_a_model_names_the_model_type(tmp_path: Path) -> None:
    (finding,) = findings_of(tmp_path, {"t.json": '{"asset": {}, "geometricError": 1, "root": {}}'}, "t.json")
    assert finding.endswith(
        'file "t.json" is a tileset of 3D Tiles, not a glTF file; write modelType: Tiles3D'
    )


def test_model_with_a_hostile_number_of_names_is_checked_quickly(tmp_path: Path) -> None:
    names = [f"X_{index}" for index in range(50_000)]
    model = gltf(extensionsUsed=names, images=[{"uri": f"{name}.png"} for name in names])
    start = time.process_time()
    lines = findings_of(tmp_path, {"box.gltf": model})
    assert time.process_time() - start < 10
    assert [line.partition("; ")[0].rpartition(" and ")[2] for line in lines] == [
        "9,997 more, which are not in the folder assets",
        "AWS's viewer do not draw",
    ]


def test_models_beyond_the_total_are_not_checked_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twin_stack.definition.checks.models.MAX_JSON_OBJECTS_OF_ALL", 1)
    (line,) = findings_of(tmp_path, {"a.glb": glb_bytes(), "b.glb": b""})
    assert (
        'TWIN180 warning: file "b.glb" is not checked, since the models before it hold too much JSON' in line
    )


@pytest.fixture(scope="module")
def box() -> bytes:
    import trimesh  # noqa: PLC0415

    model = trimesh.Scene()
    model.add_geometry(trimesh.creation.box(), node_name="Box", geom_name="BoxMesh")
    model.add_geometry(trimesh.creation.icosphere(subdivisions=2), node_name="Ball")
    return bytes(model.export(file_type="glb"))


def test_model_of_trimesh_has_no_finding(box: bytes, tmp_path: Path) -> None:
    assert findings_of(tmp_path, {"box.glb": box}) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_model_gives_findings_and_no_traceback(
    data: st.DataObject, box: bytes, tmp_path: Path
) -> None:
    length = data.draw(st.integers(0, len(box)))
    content = bytearray(box[:length])
    for place in data.draw(st.lists(st.integers(0, max(0, min(length, 1_500) - 1)), max_size=6)):
        if place < length:
            content[place] = data.draw(st.integers(0, 255))
    (tmp_path / "assets/box.glb").unlink(missing_ok=True)
    write(tmp_path, {"assets/box.glb": bytes(content), "scenes/hall.yaml": scene("box.glb")})
    findings = check(tmp_path)[1]
    assert {finding.location.file.name for finding in findings} <= {"hall.yaml"}
    if length < len(box):
        assert findings


JSON_VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [0, 1, 7, -1, 99_999, "x", [], {}, None, [0], True, 1.5]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_model_with_changed_json_gives_findings_and_no_traceback(
    data: st.DataObject, box: bytes, tmp_path: Path
) -> None:
    (length,) = struct.unpack_from("<I", box, 12)
    document = json.loads(box[20 : 20 + length])
    for _ in range(data.draw(st.integers(1, 4))):
        holder: Any = document
        while True:
            keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
            key = data.draw(st.sampled_from(keys))
            if not isinstance(holder[key], dict | list) or not holder[key] or data.draw(st.booleans()):
                break
            holder = holder[key]
        holder[key] = deepcopy(data.draw(JSON_VALUES))  # a later change may be inside of it
    (tmp_path / "assets/box.glb").unlink(missing_ok=True)
    content = glb_bytes(document, box[28 + length :])
    write(tmp_path, {"assets/box.glb": content, "scenes/hall.yaml": scene("box.glb")})
    assert {finding.location.file.name for finding in check(tmp_path)[1]} <= {"hall.yaml"}
