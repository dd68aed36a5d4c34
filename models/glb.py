"""Makes binary glTF files of boxes and rods, for the models' ``make_assets.py``.

Metres, Y up; each part is one named node that stands at its place. Two runs write equal bytes.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

Vector = tuple[float, float, float]

_SIDES: Final = 16
"""Sides of a rod: enough to look round from where the camera stands."""

# Numbers of the glTF 2.0 specification.
_MAGIC: Final = 0x46546C67
_VERSION: Final = 2
_JSON_CHUNK: Final = 0x4E4F534A
_BIN_CHUNK: Final = 0x004E4942
_FLOAT: Final = 5126
_UNSIGNED_SHORT: Final = 5123
_ARRAY_BUFFER: Final = 34962
_ELEMENT_ARRAY_BUFFER: Final = 34963
_VECTOR_BYTES: Final = 12


@dataclass(frozen=True)
class Material:
    """A surface.

    Attributes:
        name: Its name in the file.
        color: Red, green and blue, linear, 0 to 1.
        metallic: 0 to 1. Low throughout: metal without surroundings to mirror is black.
        roughness: 0 to 1.
    """

    name: str
    color: Vector
    metallic: float = 0.0
    roughness: float = 0.7


@dataclass
class Solid:
    """A closed surface of flat polygons, each with a normal at every corner.

    Attributes:
        material: Its surface.
        positions: Corners in metres, from the machine's own origin.
        normals: Unit vectors, one for each corner.
        indices: Three corners for each triangle, counter-clockwise from outside.
    """

    material: Material
    positions: list[Vector] = field(default_factory=list)
    normals: list[Vector] = field(default_factory=list)
    indices: list[int] = field(default_factory=list)

    def add(self, corners: Sequence[Vector], normals: Sequence[Vector]) -> None:
        """Add a convex polygon.

        Args:
            corners: Counter-clockwise as seen from outside.
            normals: One for each corner.
        """
        first = len(self.positions)
        self.positions += corners
        self.normals += normals
        for corner in range(first + 1, first + len(corners) - 1):
            self.indices += (first, corner, corner + 1)

    def join(self, other: Solid) -> None:
        """Add all of another solid.

        Args:
            other: Of the same material.
        """
        first = len(self.positions)
        self.positions += other.positions
        self.normals += other.normals
        self.indices += (first + index for index in other.indices)


def box(material: Material, centre: Vector, size: Vector) -> Solid:
    """Return a box along the axes.

    Args:
        material: Its surface.
        centre: Metres.
        size: Width, height and depth in metres.
    """
    solid = Solid(material)
    for axis in range(3):
        for side in (-1.0, 1.0):
            corners = []
            for first, second in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                # The two other axes in cyclic order turn counter-clockwise around this one.
                offset = [0.0, 0.0, 0.0]
                offset[axis] = side
                offset[(axis + 1) % 3] = first * side
                offset[(axis + 2) % 3] = second
                corners.append(_sum(centre, _product(offset, size, 0.5)))
            normal = [0.0, 0.0, 0.0]
            normal[axis] = side
            solid.add(corners, [_vector(normal)] * 4)
    return solid


def rod(material: Material, start: Vector, end: Vector, radius: float) -> Solid:
    """Return a cylinder, round at its side and flat at its ends.

    Args:
        material: Its surface.
        start: Centre of one end, metres.
        end: Centre of the other.
        radius: Metres.
    """
    axis = _unit(_sum(end, start, -1.0))
    right = _unit(_cross((0.0, 0.0, 1.0) if abs(axis[2]) < 0.9 else (1.0, 0.0, 0.0), axis))
    up = _cross(axis, right)
    turns = [2 * math.pi * side / _SIDES for side in range(_SIDES)]
    outward = [_sum(_scaled(right, math.cos(turn)), up, math.sin(turn)) for turn in turns]
    near = [_sum(start, normal, radius) for normal in outward]
    far = [_sum(end, normal, radius) for normal in outward]
    solid = Solid(material)
    for one in range(_SIDES):
        two = (one + 1) % _SIDES
        solid.add(
            [near[one], near[two], far[two], far[one]],
            [outward[one], outward[two], outward[two], outward[one]],
        )
    solid.add(near[::-1], [_scaled(axis, -1.0)] * _SIDES)
    solid.add(far, [axis] * _SIDES)
    return solid


@dataclass(frozen=True)
class Part:
    """A named node of the model.

    Attributes:
        name: What a scene selects it by.
        position: Metres, where it stands.
        solids: Its parts.
        turn: Radians around the vertical, counter-clockwise from above.
    """

    name: str
    position: Vector
    solids: list[Solid]
    turn: float = 0.0


class _Gltf:
    """Collects the document and its buffer: first all vectors, then all indices."""

    def __init__(self) -> None:
        self.vectors = bytearray()
        self.indices = bytearray()
        self.accessors: list[dict[str, Any]] = []
        self.materials: list[Material] = []
        self.meshes: list[dict[str, Any]] = []
        self.nodes: list[dict[str, Any]] = []

    def add(self, part: Part) -> None:
        by_material: dict[Material, Solid] = {}
        for solid in part.solids:
            by_material.setdefault(solid.material, Solid(solid.material)).join(solid)
        primitives = [self._primitive(solid) for solid in by_material.values()]
        # A viewer that keeps names apart would rename the node if its mesh had the same one.
        self.meshes.append({"name": f"{part.name}Mesh", "primitives": primitives})
        node: dict[str, Any] = {"name": part.name, "mesh": len(self.nodes)}
        node["translation"] = list(part.position)
        if part.turn:
            half = part.turn / 2
            node["rotation"] = [0.0, round(math.sin(half), 6), 0.0, round(math.cos(half), 6)]
        self.nodes.append(node)

    def _primitive(self, solid: Solid) -> dict[str, Any]:
        if solid.material not in self.materials:
            self.materials.append(solid.material)
        return {
            "attributes": {
                "POSITION": self._vectors(solid.positions, bounds=True),
                "NORMAL": self._vectors(solid.normals),
            },
            "indices": self._indices(solid.indices),
            "material": self.materials.index(solid.material),
        }

    def _vectors(self, values: list[Vector], *, bounds: bool = False) -> int:
        offset = len(self.vectors)
        for value in values:
            # Rounded, so that no machine's own last digit of a sine shows; + 0 makes -0 plain 0.
            self.vectors += struct.pack("<3f", *(round(number, 6) + 0.0 for number in value))
        accessor = {
            "bufferView": 0,
            "byteOffset": offset,
            "componentType": _FLOAT,
            "count": len(values),
            "type": "VEC3",
        }
        if bounds:
            # Of the numbers as they are stored: a validator compares to the last bit.
            stored = list(struct.iter_unpack("<3f", self.vectors[offset:]))
            accessor["min"] = [min(axis) for axis in zip(*stored, strict=True)]
            accessor["max"] = [max(axis) for axis in zip(*stored, strict=True)]
        self.accessors.append(accessor)
        return len(self.accessors) - 1

    def _indices(self, values: list[int]) -> int:
        accessor = {
            "bufferView": 1,
            "byteOffset": len(self.indices),
            "componentType": _UNSIGNED_SHORT,
            "count": len(values),
            "type": "SCALAR",
        }
        self.indices += struct.pack(f"<{len(values)}H", *values)
        self.accessors.append(accessor)
        return len(self.accessors) - 1

    def document(self, name: str) -> dict[str, Any]:
        return {
            "asset": {"version": "2.0", "generator": "make_assets.py"},
            "scene": 0,
            "scenes": [{"name": name, "nodes": list(range(len(self.nodes)))}],
            "nodes": self.nodes,
            "meshes": self.meshes,
            "materials": [_material(material) for material in self.materials],
            "accessors": self.accessors,
            "bufferViews": [
                {
                    "buffer": 0,
                    "byteOffset": 0,
                    "byteLength": len(self.vectors),
                    "byteStride": _VECTOR_BYTES,
                    "target": _ARRAY_BUFFER,
                },
                {
                    "buffer": 0,
                    "byteOffset": len(self.vectors),
                    "byteLength": len(self.indices),
                    "target": _ELEMENT_ARRAY_BUFFER,
                },
            ],
            "buffers": [{"byteLength": len(self.vectors) + len(self.indices)}],
        }


def _material(material: Material) -> dict[str, Any]:
    return {
        "name": material.name,
        "pbrMetallicRoughness": {
            "baseColorFactor": [*material.color, 1.0],
            "metallicFactor": material.metallic,
            "roughnessFactor": material.roughness,
        },
    }


def glb(name: str, parts: Sequence[Part]) -> bytes:
    """Return a model as a binary glTF file.

    Args:
        name: Name of its scene.
        parts: What stands in it.
    """
    gltf = _Gltf()
    for part in parts:
        gltf.add(part)
    text = json.dumps(gltf.document(name), separators=(",", ":")).encode("ascii")
    chunks = _chunk(_JSON_CHUNK, text, b" ") + _chunk(_BIN_CHUNK, bytes(gltf.vectors + gltf.indices), b"\0")
    return struct.pack("<3I", _MAGIC, _VERSION, 12 + len(chunks)) + chunks


def _chunk(kind: int, content: bytes, padding: bytes) -> bytes:
    content += padding * (-len(content) % 4)
    return struct.pack("<2I", len(content), kind) + content


def _vector(values: Sequence[float]) -> Vector:
    x, y, z = values
    return (x, y, z)


def _scaled(vector: Vector, factor: float) -> Vector:
    return (vector[0] * factor, vector[1] * factor, vector[2] * factor)


def _sum(one: Vector, other: Vector, factor: float = 1.0) -> Vector:
    return _vector([a + b * factor for a, b in zip(one, other, strict=True)])


def _product(one: Sequence[float], other: Vector, factor: float) -> Vector:
    return _vector([a * b * factor for a, b in zip(one, other, strict=True)])


def _cross(one: Vector, other: Vector) -> Vector:
    (a, b, c), (x, y, z) = one, other
    return (b * z - c * y, c * x - a * z, a * y - b * x)


def _unit(vector: Vector) -> Vector:
    return _scaled(vector, 1 / math.hypot(*vector))
