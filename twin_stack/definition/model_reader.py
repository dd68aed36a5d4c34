"""Reader of glTF models (``.glb`` and ``.gltf``): their header and JSON, never their binary data.

Sources: glTF 2.0 specification (Khronos), and ``GLTFLoader`` of three.js, which both AWS's viewer (0.151) and
the page (0.187) load models with: what the loader refuses, and the names that it gives to objects.
"""

from __future__ import annotations

import json
import re
import struct
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, TypeGuard

from twin_stack.twinmaker.models import model_facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    Json = dict[str, Any]

MAX_JSON_BYTES: Final = 16 * 1024 * 1024
"""Most bytes of JSON that are read. Larger models are not checked."""
MAX_JSON_OBJECTS: Final = 500_000
"""Most objects and lists of the JSON that are read: some 30,000 parts with a mesh each."""
_MAX_JSON_ITEMS: Final = 3_000_000
START_BYTES: Final = 512
"""Bytes by which the kind of a file is known."""
MAX_NAMED_OBJECTS: Final = 200_000
"""Most names of objects that are collected."""

_GLB_MAGIC: Final = b"glTF"
_HEADER_BYTES: Final = 12
_CHUNK_HEADER_BYTES: Final = 8
_JSON_CHUNK: Final = 0x4E4F534A
_BINARY_CHUNK: Final = 0x004E4942
_MAX_CHUNKS: Final = 1_000
_GIT_LFS_START: Final = b"version https://git-lfs.github.com/spec/"
_RESERVED_IN_NAMES: Final = re.compile(r"[\[\].:/]")
"""Characters that ``PropertyBinding.sanitizeNodeName`` of three.js removes from names."""
_SPACE_IN_NAMES: Final = re.compile(r"[\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]")
"""Spaces of JavaScript, which the same function replaces by ``_``."""


class ModelFileError(Exception):
    """A file is not a glTF model that a viewer can load.

    Attributes:
        fault: Name of the reason in the messages of ``model_facts``, such as ``gitLfs``.
        reason: The reason, as the end of a sentence that begins with the file: ``is empty``.
    """

    def __init__(self, fault: str, **values: object) -> None:
        self.fault = fault
        self.reason = model_facts().message(fault, **values)
        super().__init__(self.reason)


class ModelNode(NamedTuple):
    """A node of a model.

    Attributes:
        name: Its name in the file, empty where it has none.
        children: Indexes of its children; those of nodes that do not exist are left out.
        mesh: Index of its mesh, None where it has none.
        transform: What it has of ``translation``, ``rotation`` (a quaternion), ``scale`` and ``matrix``.
    """

    name: str
    children: tuple[int, ...]
    mesh: int | None
    transform: Json


class ModelReference(NamedTuple):
    """A buffer or an image of a model.

    Attributes:
        uri: Its address as written; None where its bytes are in the binary chunk or in a view of a buffer.
        byte_length: Length of a buffer in bytes, None for images and where it is not a whole number.
    """

    uri: str | None
    byte_length: int | None = None


class ModelFacts(NamedTuple):
    """The content of the JSON of a model.

    Attributes:
        is_binary: Whether the file is a GLB.
        size: Size of the file in bytes.
        declared_size: Size that the header of a GLB declares; ``size`` for a glTF in JSON.
        binary_size: Bytes of the binary chunk; 0 where there is none.
        json_objects: Objects and lists of the JSON.
        nodes: All nodes.
        roots: Indexes of the nodes at the top of the scene that viewers show.
        materials: Names of materials, empty where one has none.
        animations: Names of animations, as viewers give them.
        object_names: Names by which viewers find objects: of nodes, meshes, lights and cameras of the scene.
        extensions_used: Extensions that the model names, sorted.
        extensions_required: Those without which it must not be shown, sorted.
        buffers: Buffers in the order of the file.
        images: Images in the order of the file.
        document: The JSON, for rules that look at more.
    """

    is_binary: bool
    size: int
    declared_size: int
    binary_size: int
    json_objects: int
    nodes: tuple[ModelNode, ...]
    roots: tuple[int, ...]
    materials: tuple[str, ...]
    animations: tuple[str, ...]
    object_names: frozenset[str]
    extensions_used: tuple[str, ...]
    extensions_required: tuple[str, ...]
    buffers: tuple[ModelReference, ...]
    images: tuple[ModelReference, ...]
    document: Json


def read_model(path: Path) -> ModelFacts:
    """Return the content of a model's header and JSON. Its binary data is not read, however large it is.

    Args:
        path: A ``.glb`` or ``.gltf`` file. Its content decides which of both it is, as in viewers.

    Raises:
        ModelFileError: Viewers cannot load the file, or its JSON has more than ``MAX_JSON_BYTES``.
    """
    try:
        status = path.stat()
        return _read_unchanged(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise ModelFileError("unreadable", reason=error.strerror) from None


@lru_cache(maxsize=4)  # rules of models and of scenes ask for the same files; each may hold 100 MB
def _read_unchanged(path: Path, size: int, _modified: int) -> ModelFacts:
    with path.open("rb") as file:
        start = file.read(START_BYTES)
        if fault := start_fault(start):
            raise ModelFileError(fault)
        if start.startswith(_GLB_MAGIC):
            text, declared_size, binary_size = _read_glb(file, size)
            sizes = (size, declared_size, binary_size, _object_count(text))
            return _facts(_parse_model(text), sizes, is_binary=True)
        if not _is_json(start):
            kind = model_facts().kind_of(start)
            raise ModelFileError("otherKind", kind=kind) if kind else ModelFileError("notGltf")
        if size > MAX_JSON_BYTES:
            raise ModelFileError("tooMuchJson", size=size, limit=MAX_JSON_BYTES)
        file.seek(0)
        text = file.read(MAX_JSON_BYTES)
        return _facts(_parse_model(text), (size, size, 0, _object_count(text)), is_binary=False)


def read_json(path: Path) -> Json:
    """Return the JSON of a file that is not a model: a tileset of 3D Tiles.

    Args:
        path: The file.

    Raises:
        ModelFileError: The file has no such JSON, or more than ``MAX_JSON_BYTES``.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            content = file.read(MAX_JSON_BYTES)
    except OSError as error:
        raise ModelFileError("unreadable", reason=error.strerror) from None
    if fault := start_fault(content[:START_BYTES]):
        raise ModelFileError(fault)
    if not _is_json(content):
        kind = model_facts().kind_of(content)
        raise ModelFileError("otherKindThanTiles", kind=kind) if kind else ModelFileError("noTileset")
    if size > MAX_JSON_BYTES:
        raise ModelFileError("tooMuchJson", size=size, limit=MAX_JSON_BYTES)
    return _parse(content)


def _is_json(start: bytes) -> bool:
    return start[:START_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def start_fault(start: bytes) -> str | None:
    """Return what a file is instead of a model or an image, by its first bytes.

    Args:
        start: The first ``START_BYTES`` of the file.

    Returns:
        Name of a message of ``model_facts``; None where the file may be what it should be.
    """
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n\0").lower()
    if not start:
        return "empty"
    if start.startswith(_GIT_LFS_START):
        return "gitLfs"
    if not text:
        return "blank"
    if text.startswith((b"<!doctype html", b"<html")):
        return "html"
    return "xml" if text.startswith((b"<?xml", b"<error>")) else None


def _read_glb(file: BinaryIO, size: int) -> tuple[bytes, int, int]:
    """Return the JSON of a GLB, its declared size and the bytes of its binary chunk."""
    file.seek(0)
    header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES:
        raise ModelFileError("shortHeader", size=size)
    version, declared = struct.unpack_from("<II", header, 4)
    if version < 2:
        raise ModelFileError("oldBinary", version=version)
    if declared > size:
        raise ModelFileError("cutOff", declared=declared, size=size)
    text: bytes | None = None
    binary_size = 0
    position = _HEADER_BYTES
    for _ in range(_MAX_CHUNKS):
        if position >= declared:
            break
        file.seek(position)
        chunk_header = file.read(_CHUNK_HEADER_BYTES)
        length, kind = struct.unpack("<II", chunk_header.ljust(_CHUNK_HEADER_BYTES, b"\0"))
        position += _CHUNK_HEADER_BYTES
        if len(chunk_header) < _CHUNK_HEADER_BYTES or position + length > declared:
            raise ModelFileError("chunkBeyond", length=length, position=position, declared=declared)
        if kind == _JSON_CHUNK and text is None:
            if length > MAX_JSON_BYTES:
                raise ModelFileError("tooMuchJson", size=length, limit=MAX_JSON_BYTES)
            text = file.read(length)
        elif kind == _BINARY_CHUNK and not binary_size:
            binary_size = length
        position += length
    if text is None:
        raise ModelFileError("noJsonChunk")
    return text, declared, binary_size


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _object_count(text: bytes) -> int:
    return text.count(b"{") + text.count(b"[")


def _parse(text: bytes) -> Json:
    if _object_count(text) > MAX_JSON_OBJECTS or text.count(b",") > _MAX_JSON_ITEMS:
        raise ModelFileError("tooManyObjects", limit=MAX_JSON_OBJECTS)
    # As JSON.parse(new TextDecoder().decode(...)) of the viewers: no NaN, a byte order mark is skipped.
    try:
        document = json.loads(
            text.decode("utf-8", errors="replace").removeprefix("\ufeff"), parse_constant=_refuse_constant
        )
    except ValueError:
        raise ModelFileError("brokenJson") from None
    except RecursionError:
        raise ModelFileError("tooDeep") from None
    if not isinstance(document, dict):
        raise ModelFileError("noAsset")
    return document


def _parse_model(text: bytes) -> Json:
    document = _parse(text)
    if "root" in document and "geometricError" in document:
        raise ModelFileError("isTileset")
    if not isinstance(document.get("asset"), dict):
        raise ModelFileError("noAsset")
    version = document["asset"].get("version")
    if not isinstance(version, str) or not version[:1].isdigit():
        raise ModelFileError("noVersion")
    if version[0] < "2":
        raise ModelFileError("oldVersion", version=version[:10])
    return document


def _facts(document: Json, sizes: tuple[int, int, int, int], *, is_binary: bool) -> ModelFacts:
    size, declared_size, binary_size, json_objects = sizes
    nodes = tuple(_nodes(document))
    roots = _roots(document, len(nodes))
    return ModelFacts(
        is_binary=is_binary,
        size=size,
        declared_size=declared_size,
        binary_size=binary_size,
        json_objects=json_objects,
        nodes=nodes,
        roots=roots,
        materials=tuple(_name(item) for item in members_of(document, "materials")),
        animations=tuple(
            _name(item) or f"animation_{index}"
            for index, item in enumerate(members_of(document, "animations"))
        ),
        object_names=_object_names(document, nodes),
        extensions_used=_texts(document.get("extensionsUsed")),
        extensions_required=_texts(document.get("extensionsRequired")),
        buffers=tuple(_references(document, "buffers")),
        images=tuple(_references(document, "images")),
        document=document,
    )


def members_of(container: Json, key: str) -> list[Json]:
    """Return the mappings of a list in a model's JSON; what has another form is an empty mapping.

    Args:
        container: A part of the JSON.
        key: Name of the list.
    """
    value = container.get(key)
    return [item if isinstance(item, dict) else {} for item in value] if isinstance(value, list) else []


def is_index(value: object, count: int) -> TypeGuard[int]:
    """Return whether a value is an index of a list.

    Args:
        value: Any value of the JSON.
        count: Length of the list.
    """
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count


def _name(item: Json) -> str:
    name = item.get("name")
    return name if isinstance(name, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(sorted({item for item in value if isinstance(item, str)})) if isinstance(value, list) else ()


def _references(document: Json, key: str) -> Iterator[ModelReference]:
    for item in members_of(document, key):
        uri, length = item.get("uri"), item.get("byteLength")
        is_length = isinstance(length, int) and not isinstance(length, bool) and length >= 0
        yield ModelReference(uri if isinstance(uri, str) else None, length if is_length else None)


def _nodes(document: Json) -> Iterator[ModelNode]:
    items = members_of(document, "nodes")
    mesh_count = len(members_of(document, "meshes"))
    for item in items:
        children = item.get("children")
        indexes = children if isinstance(children, list) else []
        yield ModelNode(
            name=_name(item),
            children=tuple(index for index in indexes if is_index(index, len(items))),
            mesh=item["mesh"] if is_index(item.get("mesh"), mesh_count) else None,
            transform={
                key: item[key] for key in ("translation", "rotation", "scale", "matrix") if key in item
            },
        )


def _roots(document: Json, count: int) -> tuple[int, ...]:
    """Return the nodes of the scene that viewers show: the default one, else the first one."""
    scenes = members_of(document, "scenes")
    index = document.get("scene", 0)
    indexes = scenes[index].get("nodes") if is_index(index, len(scenes)) else None
    return tuple(item for item in indexes if is_index(item, count)) if isinstance(indexes, list) else ()


def viewer_name(name: str) -> str:
    """Return a name of a model as three.js changes it: spaces become ``_``, the characters ``[].:/`` vanish.

    Args:
        name: The name in the file.
    """
    return _RESERVED_IN_NAMES.sub("", _SPACE_IN_NAMES.sub("_", name))


def _object_names(document: Json, nodes: tuple[ModelNode, ...]) -> frozenset[str]:
    """Return every name that three.js may give to an object of the model.

    Names that occur several times get the suffixes ``_1``, ``_2`` and so on, in an order that depends on when
    parts are loaded, so each of them counts.
    """
    names = [node.name for node in nodes]
    names += [_name(scene) for scene in members_of(document, "scenes")]
    names += [_name(camera) for camera in members_of(document, "cameras")]
    extensions = document.get("extensions")
    punctual = extensions.get("KHR_lights_punctual") if isinstance(extensions, dict) else None
    lights = members_of(punctual, "lights") if isinstance(punctual, dict) else []
    names += [_name(light) or f"light_{index}" for index, light in enumerate(lights)]
    for index, mesh in enumerate(members_of(document, "meshes")):
        # Each primitive is an object of its own.
        primitives = max(1, len(members_of(mesh, "primitives")))
        names += [_name(mesh) or f"mesh_{index}"] * min(primitives, MAX_NAMED_OBJECTS)
    object_names = set(_with_suffixes(viewer_name(name) for name in names[:MAX_NAMED_OBJECTS] if name))
    return frozenset(object_names.union(_instance_names(document, nodes)) - {""})


def _with_suffixes(names: Iterator[str]) -> Iterator[str]:
    counts: dict[str, int] = {}
    for name in names:
        count = counts[name] = counts.get(name, -1) + 1
        yield f"{name}_{count}" if count else name


def _instance_names(document: Json, nodes: tuple[ModelNode, ...]) -> Iterator[str]:
    """Yield the names of nodes without a name that share a mesh."""
    meshes = members_of(document, "meshes")
    uses = Counter(node.mesh for node in nodes if node.mesh is not None)
    for index, count in uses.items():
        name = viewer_name(_name(meshes[index]) or f"mesh_{index}")
        yield from (f"{name}_instance_{use}" for use in range(count) if count > 1)
