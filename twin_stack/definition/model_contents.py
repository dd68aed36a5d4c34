"""Mistakes inside of glTF models that make viewers lose the whole model.

``GLTFLoader`` of three.js, which AWS's viewer and the page use, rejects such a model, draws nothing of it, or
never answers (nodes that are their own ancestors). Only what the loader loads is looked at: scenes with their
nodes, and animations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.model_reader import is_index, members_of
from twin_stack.twinmaker.models import model_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.model_reader import ModelFacts

    Json = dict[str, Any]

MAX_FAULTS: Final = 20
"""Most mistakes of a model that are looked for: after the first one it has to be exported again."""

_COMPONENT_BYTES: Final = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
_TYPE_COMPONENTS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_TRIANGLES: Final = 4
_MODES: Final = range(7)
_COMPRESSIONS: Final = ("EXT_meshopt_compression", "KHR_meshopt_compression")
_DRACO: Final = "KHR_draco_mesh_compression"
_IMAGE_EXTENSIONS: Final = ("KHR_texture_basisu", "EXT_texture_webp", "EXT_texture_avif")
_TEXTURES: Final = ("normalTexture", "occlusionTexture", "emissiveTexture")
_SURFACE_TEXTURES: Final = ("baseColorTexture", "metallicRoughnessTexture")


def content_faults(model: ModelFacts, part_sizes: Mapping[str, int] | None = None) -> list[str]:
    """Return what makes viewers lose a whole model, as ends of sentences that begin with the file.

    Args:
        model: A model that was read.
        part_sizes: Sizes of the files of its buffers by their addresses, where they are known.
    """
    return _Loading(model, part_sizes or {}).faults()


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


class _Loading:
    """Follows the loader through a model."""

    def __init__(self, model: ModelFacts, part_sizes: Mapping[str, int]) -> None:
        self._model = model
        self._document = model.document
        self._part_sizes = part_sizes
        self._faults: dict[str, None] = {}
        self._visited: set[tuple[str, int]] = set()

    def faults(self) -> list[str]:
        scenes = self._document.get("scenes")
        count = len(scenes) if isinstance(scenes, list) else 0
        if not is_index(self._document.get("scene", 0), count):
            self._add(model_facts().message("noScene"))
        for index in range(count):
            scene = self._item("scene", "scenes", index) or {}
            for node in _list(scene, "nodes"):
                self._nodes_from(node)
        for animation in members_of(self._document, "animations"):
            self._animation(animation)
        return list(self._faults)[:MAX_FAULTS]

    def _add(self, fault: str) -> None:
        if len(self._faults) < MAX_FAULTS:
            self._faults[fault] = None

    def _item(self, label: str, key: str, index: object) -> Json | None:
        """Return a member of a list of the document; None, and a fault, if it is not there."""
        items = self._document.get(key)
        if not isinstance(items, list) or not is_index(index, len(items)):
            count = len(items) if isinstance(items, list) else 0
            self._add(f"refers to {label} {index!r:.20}, of which it has {count}")
            return None
        item = items[index]
        if not isinstance(item, dict):
            self._add(f"has {label} {index} that is no object")
            return None
        return item

    def _is_new(self, key: str, index: object) -> bool:
        """Return whether something is looked at for the first time; a wrong index always is."""
        if not isinstance(index, int):
            return True
        is_new = (key, index) not in self._visited
        self._visited.add((key, index))
        return is_new

    def _nodes_from(self, start: object) -> None:
        """Look at a node and those below it, with a stack: chains may be long."""
        stack: list[tuple[object, bool]] = [(start, False)]
        open_nodes: set[object] = set()
        while stack:
            index, is_left = stack.pop()
            if is_left:
                open_nodes.discard(index)
                continue
            if isinstance(index, int) and index in open_nodes:
                self._add(f"has nodes that are their own ancestors, on which viewers hang: node {index}")
                continue
            if not self._is_new("nodes", index):
                continue
            node = self._item("node", "nodes", index) or {}
            if isinstance(index, int):
                open_nodes.add(index)
                stack.append((index, True))
            self._check_name(node, f"node {index!r:.20}")
            if "mesh" in node:
                self._mesh(node["mesh"])
            if "skin" in node:
                self._skin(node["skin"])
            stack += [(child, False) for child in _list(node, "children")]

    def _check_name(self, item: Json, label: str) -> None:
        name = item.get("name", "")
        if not isinstance(name, str | None):
            self._add(f"has {label} with a name that is no text")

    def _mesh(self, index: object) -> None:
        if not self._is_new("meshes", index):
            return
        mesh = self._item("mesh", "meshes", index)
        if mesh is None:
            return
        self._check_name(mesh, f"mesh {index}")
        if not isinstance(mesh.get("primitives"), list):
            self._add(f"has mesh {index} without primitives")
        for primitive in _list(mesh, "primitives"):
            if isinstance(primitive, dict):
                self._primitive(primitive, f"mesh {index}")
            else:
                self._add(f"has mesh {index} with a primitive that is no object")

    def _primitive(self, primitive: Json, owner: str) -> None:
        if "material" in primitive:
            self._material(primitive["material"])
        mode = primitive.get("mode", _TRIANGLES)
        if not isinstance(mode, int) or isinstance(mode, bool) or mode not in _MODES:
            self._add(f"has {owner} with the mode {mode!r:.20} of drawing, which does not exist")
        attributes = primitive.get("attributes")
        if not isinstance(attributes, dict):
            self._add(f"has {owner} without attributes")
            return
        if _has_extension(primitive, (_DRACO,)):
            return  # the attributes are in the compressed data
        targets = [target for target in _list(primitive, "targets") if isinstance(target, dict)]
        for holder in (attributes, *targets):
            for accessor in holder.values():
                self._accessor(accessor)
        if "indices" in primitive:
            self._accessor(primitive["indices"])

    def _accessor(self, index: object) -> None:
        if not self._is_new("accessors", index):
            return
        accessor = self._item("accessor", "accessors", index)
        if accessor is None:
            return
        kind, component_type = accessor.get("type"), accessor.get("componentType")
        components = _TYPE_COMPONENTS.get(kind) if isinstance(kind, str) else None
        size = _COMPONENT_BYTES.get(component_type) if isinstance(component_type, int) else None
        if components is None or size is None:
            self._add(f"has accessor {index} with an unknown type: {kind!r:.20} of {component_type!r:.20}")
            return
        count = accessor.get("count")
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            self._add(f"has accessor {index} with the count {count!r:.20}")
            return
        if "bufferView" in accessor:  # otherwise, it is zeros
            self._check_bytes(accessor, f"accessor {index}", size, size * components)

    def _check_bytes(self, accessor: Json, label: str, size: int, item: int) -> None:
        """Check that an accessor is within its bytes: components of a size, and items of several of them."""
        view = self._item("buffer view", "bufferViews", accessor["bufferView"])
        length = None if view is None else self._view_length(view)
        if view is None or length is None:
            return
        offset, stride = _number(accessor, "byteOffset"), _number(view, "byteStride")
        if offset % size:
            self._add(f"has {label} at byte {offset} of a buffer view, no multiple of {size}")
            return
        # The loader takes whole strides, also for the last item.
        is_mixed = bool(stride) and stride != item
        count = _number(accessor, "count")
        end = (offset // stride + count) * stride if is_mixed else offset + count * item
        if count and end > length:
            self._add(f"has {label} that ends at byte {end:,} of a buffer view of {length:,}")

    def _view_length(self, view: Json) -> int | None:
        """Return the bytes of a view that there are, None where that is not known."""
        if _has_extension(view, _COMPRESSIONS):
            return None
        index = view.get("buffer")
        self._item("buffer", "buffers", index)
        if not isinstance(index, int) or not is_index(index, len(self._model.buffers)):
            return None
        actual = self._buffer_size(index)
        length, offset = _number(view, "byteLength"), _number(view, "byteOffset")
        return length if actual is None else max(0, min(length, actual - offset))

    def _buffer_size(self, index: int) -> int | None:
        buffer = self._model.buffers[index]
        if buffer.uri is not None:
            return self._part_sizes.get(buffer.uri, data_uri_length(buffer.uri))
        if index == 0 and self._model.is_binary and self._model.binary_size:
            return self._model.binary_size
        self._add(f"has a buffer without bytes: buffer {index} has no uri")
        return None

    def _material(self, index: object) -> None:
        if not self._is_new("materials", index):
            return
        material = self._item("material", "materials", index) or {}
        surface = material.get("pbrMetallicRoughness")
        for holder, names in ((material, _TEXTURES), (surface, _SURFACE_TEXTURES)):
            for name in names if isinstance(holder, dict) else ():
                reference = holder.get(name) if isinstance(holder, dict) else None
                if isinstance(reference, dict):
                    self._texture(reference.get("index"))

    def _texture(self, index: object) -> None:
        if not self._is_new("textures", index):
            return
        texture = self._item("texture", "textures", index)
        if texture is None or _has_extension(texture, _IMAGE_EXTENSIONS):
            return
        if "source" in texture:
            self._item("image", "images", texture["source"])
        else:
            self._add(f"has no image for texture {index} that viewers read")

    def _skin(self, index: object) -> None:
        if not self._is_new("skins", index):
            return
        skin = self._item("skin", "skins", index) or {}
        for joint in _list(skin, "joints"):
            self._item("node", "nodes", joint)
        if "inverseBindMatrices" in skin:
            self._accessor(skin["inverseBindMatrices"])

    def _animation(self, animation: Json) -> None:
        samplers = members_of(animation, "samplers")
        for channel in members_of(animation, "channels"):
            target = channel.get("target")
            sampler = channel.get("sampler")
            if not is_index(sampler, len(samplers)):
                self._add(f"has an animation with sampler {sampler!r:.20}, of which it has {len(samplers)}")
            elif isinstance(target, dict) and "node" in target:
                self._nodes_from(target["node"])
                for key in ("input", "output"):
                    self._accessor(samplers[sampler].get(key))


def _list(container: Json, key: str) -> Iterator[object]:
    value = container.get(key)
    yield from value if isinstance(value, list) else ()


def _has_extension(item: Json, names: tuple[str, ...]) -> bool:
    extensions = item.get("extensions")
    return isinstance(extensions, dict) and any(name in extensions for name in names)


def _number(item: Json, key: str) -> int:
    value = item.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else 0
