"""Mistakes inside of glTF models: data that is not there, and references to what does not exist.

Each of them makes AWS's viewer and the page lose the whole model: ``GLTFLoader`` of three.js rejects it, or
never answers (nodes that are their own ancestors).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.graph import cycles
from twin_stack.definition.model_reader import is_index, members_of
from twin_stack.twinmaker.models import model_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.model_reader import ModelFacts

    Json = dict[str, Any]

_COMPONENT_BYTES: Final = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
_TYPE_COMPONENTS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_TRIANGLES: Final = 4
_COMPRESSIONS: Final = ("EXT_meshopt_compression", "KHR_meshopt_compression")
_IMAGE_EXTENSIONS: Final = ("KHR_texture_basisu", "EXT_texture_webp", "EXT_texture_avif")
_PADDING: Final = 3


def content_faults(model: ModelFacts) -> Iterator[str]:
    """Yield what makes viewers lose a whole model, as ends of sentences that begin with the file.

    Args:
        model: A model that was read.
    """
    yield from _buffer_faults(model)
    yield from _view_faults(model.document)
    yield from _accessor_faults(model.document)
    yield from _index_faults(model.document)
    yield from _tree_faults(model)


def data_uri_length(uri: str) -> int | None:
    """Return the number of bytes of a ``data:`` URI in base64, None for others.

    Args:
        uri: The URI.
    """
    header, comma, data = uri.partition(",")
    if not comma or not header.startswith("data:") or not header.endswith(";base64"):
        return None
    return len(data.rstrip("=")) * 3 // 4


def triangle_count(model: ModelFacts) -> int:
    """Return the number of triangles that a model draws, each mesh as often as nodes have it.

    Args:
        model: A model that was read.
    """
    accessors = members_of(model.document, "accessors")
    by_mesh = [
        sum(_triangles(primitive, accessors) for primitive in members_of(mesh, "primitives"))
        for mesh in members_of(model.document, "meshes")
    ]
    return sum(by_mesh[node.mesh] for node in model.nodes if node.mesh is not None)


def _triangles(primitive: Json, accessors: list[Json]) -> int:
    if primitive.get("mode", _TRIANGLES) != _TRIANGLES:
        return 0
    attributes = primitive.get("attributes")
    position = attributes.get("POSITION") if isinstance(attributes, dict) else None
    index = primitive.get("indices", position)
    count = accessors[index].get("count") if is_index(index, len(accessors)) else 0
    return count // 3 if isinstance(count, int) else 0


def _buffer_faults(model: ModelFacts) -> Iterator[str]:
    """Yield buffers whose bytes are not in the file; those of other files are not read here."""
    buffers = members_of(model.document, "buffers")
    used = {view.get("buffer") for view in members_of(model.document, "bufferViews")}
    for index, buffer in enumerate(model.buffers):
        length = buffer.byte_length
        if index not in used or _has_extension(buffers[index], _COMPRESSIONS):
            continue
        if buffer.uri is None and not (model.is_binary and index == 0):
            yield f"has a buffer without bytes: buffer {index} has no uri"
        elif buffer.uri is None and length is not None and length > model.binary_size:
            yield f"has a binary chunk of {model.binary_size:,} bytes; buffer 0 needs {length:,}"
        elif buffer.uri is not None and length is not None:
            actual = data_uri_length(buffer.uri)
            if actual is not None and actual < length:
                yield f"has {actual:,} bytes in the data: URI of buffer {index}, which needs {length:,}"


def _view_faults(document: Json) -> Iterator[str]:
    buffers = members_of(document, "buffers")
    for index, view in enumerate(members_of(document, "bufferViews")):
        if _has_extension(view, _COMPRESSIONS):
            continue
        if not is_index(view.get("buffer"), len(buffers)):
            yield f"has no buffer {view.get('buffer')!r:.20}, which buffer view {index} names"
            return
        length = buffers[view["buffer"]].get("byteLength")
        end = _whole(view.get("byteOffset"), 0) + _whole(view.get("byteLength"), 0)
        if isinstance(length, int) and end > length + _PADDING:
            yield f"has a buffer view {index} that ends at byte {end:,} of {length:,}"
            return


def _accessor_faults(document: Json) -> Iterator[str]:
    views = members_of(document, "bufferViews")
    for index, accessor in enumerate(members_of(document, "accessors")):
        if "bufferView" not in accessor:
            continue  # zeros, or data of a compression
        if not is_index(accessor["bufferView"], len(views)):
            yield f"has no buffer view {accessor['bufferView']!r:.20}, which accessor {index} names"
            return
        view = views[accessor["bufferView"]]
        if _has_extension(view, _COMPRESSIONS):
            continue
        size = _COMPONENT_BYTES.get(_whole(accessor.get("componentType"), 0))
        components = _TYPE_COMPONENTS.get(str(accessor.get("type")))
        count = _whole(accessor.get("count"), 0)
        if size is None or components is None or not count:
            continue
        element = size * components
        step = _whole(view.get("byteStride"), element) or element
        end = _whole(accessor.get("byteOffset"), 0) + (count - 1) * step + element
        length = _whole(view.get("byteLength"), 0)
        if end > length:
            yield f"has an accessor {index} that ends at byte {end:,} of a buffer view of {length:,}"
            return


def _index_faults(document: Json) -> Iterator[str]:
    """Yield the first reference of each kind to something that does not exist."""
    references = (
        ("mesh", "meshes", _values(document, "nodes", "mesh")),
        ("accessor", "accessors", _accessor_indexes(document)),
        ("material", "materials", _primitive_values(document, "material")),
        ("texture", "textures", _texture_indexes(document)),
        ("image", "images", _image_indexes(document)),
    )
    for label, target, indexes in references:
        count = len(members_of(document, target))
        wrong = next((index for index in indexes if not is_index(index, count)), None)
        if wrong is not None:
            yield f"refers to {label} {wrong!r:.20}, of which it has {count}"
    for index, texture in enumerate(members_of(document, "textures")):
        if "source" not in texture and not _has_extension(texture, _IMAGE_EXTENSIONS):
            yield f"has no image for texture {index} that viewers read"
            return


def _tree_faults(model: ModelFacts) -> Iterator[str]:
    children = {str(index): [str(child) for child in node.children] for index, node in enumerate(model.nodes)}
    for cycle in cycles(children):
        yield f"has nodes that are their own ancestors, on which viewers hang: node {cycle[0]}"
        return
    scenes = members_of(model.document, "scenes")
    if not is_index(model.document.get("scene", 0), len(scenes)):
        yield model_facts().message("noScene")


def _values(document: Json, key: str, member: str) -> Iterator[object]:
    return (item[member] for item in members_of(document, key) if member in item)


def _primitives(document: Json) -> Iterator[Json]:
    for mesh in members_of(document, "meshes"):
        yield from members_of(mesh, "primitives")


def _primitive_values(document: Json, member: str) -> Iterator[object]:
    return (primitive[member] for primitive in _primitives(document) if member in primitive)


def _accessor_indexes(document: Json) -> Iterator[object]:
    for primitive in _primitives(document):
        attributes = primitive.get("attributes")
        if isinstance(attributes, dict):
            yield from attributes.values()
    yield from _primitive_values(document, "indices")


def _texture_indexes(document: Json) -> Iterator[object]:
    for material in members_of(document, "materials"):
        surface = material.get("pbrMetallicRoughness")
        holders = (material, surface if isinstance(surface, dict) else {})
        for holder in holders:
            for name, value in holder.items():
                if name.endswith("Texture") and isinstance(value, dict) and "index" in value:
                    yield value["index"]


def _image_indexes(document: Json) -> Iterator[object]:
    for texture in members_of(document, "textures"):
        if "source" in texture and not _has_extension(texture, _IMAGE_EXTENSIONS):
            yield texture["source"]


def _has_extension(item: Json, names: tuple[str, ...]) -> bool:
    extensions = item.get("extensions")
    return isinstance(extensions, dict) and any(name in extensions for name in names)


def _whole(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default
