"""Makes ``assets/factory.glb``, the 3D model of the factory: run it after a change and commit both.

The model is glTF 2.0 in one binary file: metres, Y up, each machine one named node that stands on the floor.
The scene finds the machines by these names and repeats their places, so neither changes on one side alone.
Two runs write equal bytes.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass, field
from pathlib import Path
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


CONCRETE = Material("Concrete", (0.42, 0.42, 0.40), roughness=0.95)
SAFETY_YELLOW = Material("SafetyYellow", (0.85, 0.58, 0.02))
STEEL = Material("Steel", (0.55, 0.57, 0.60), metallic=0.3, roughness=0.35)
DARK_STEEL = Material("DarkSteel", (0.05, 0.055, 0.065), metallic=0.3, roughness=0.5)
LIGHT_GREY = Material("LightGrey", (0.72, 0.74, 0.76), roughness=0.5)
GLASS = Material("Glass", (0.02, 0.05, 0.08), roughness=0.1)
SCREEN = Material("Screen", (0.03, 0.22, 0.60), roughness=0.2)
ORANGE = Material("RobotOrange", (0.80, 0.16, 0.01), roughness=0.45)
GREEN = Material("PressGreen", (0.05, 0.24, 0.13), roughness=0.55)
LAMP_GREEN = Material("LampGreen", (0.02, 0.55, 0.08), roughness=0.3)
LAMP_AMBER = Material("LampAmber", (0.90, 0.40, 0.01), roughness=0.3)
LAMP_RED = Material("LampRed", (0.65, 0.02, 0.02), roughness=0.3)


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
class Machine:
    """A named node of the model.

    Attributes:
        name: What the scene selects it by.
        position: Metres, where it stands on the floor.
        solids: Its parts.
        turn: Radians around the vertical, counter-clockwise from above.
    """

    name: str
    position: Vector
    solids: list[Solid]
    turn: float = 0.0


def machines() -> list[Machine]:
    """Return the floor and what stands on it."""
    return [
        Machine("Floor", (0.0, -0.2, 0.0), _floor()),
        Machine("CncMachine", (-4.0, 0.0, -1.5), _cnc_machine()),
        Machine("AssemblyRobot", (-0.2, 0.0, -1.5), _assembly_robot(), turn=math.radians(-30)),
        Machine("HydraulicPress", (4.0, 0.0, -1.5), _hydraulic_press()),
    ]


def _floor() -> list[Solid]:
    return [
        box(CONCRETE, (0.0, 0.1, 0.0), (14.0, 0.2, 9.0)),
        box(SAFETY_YELLOW, (0.0, 0.205, 1.2), (13.0, 0.01, 0.12)),
        box(SAFETY_YELLOW, (0.0, 0.205, 3.4), (13.0, 0.01, 0.12)),
    ]


def _cnc_machine() -> list[Solid]:
    return [
        box(DARK_STEEL, (0.0, 0.15, 0.0), (2.6, 0.3, 1.8)),
        box(LIGHT_GREY, (0.0, 1.15, 0.0), (2.6, 1.7, 1.7)),
        box(SCREEN, (0.0, 1.9, 0.855), (2.6, 0.1, 0.01)),
        box(GLASS, (-0.4, 1.2, 0.865), (1.3, 0.9, 0.03)),
        rod(STEEL, (0.36, 0.95, 0.9), (0.36, 1.45, 0.9), 0.025),
        box(DARK_STEEL, (0.9, 1.3, 0.91), (0.5, 0.8, 0.12)),
        box(SCREEN, (0.9, 1.47, 0.975), (0.4, 0.3, 0.01)),
        box(STEEL, (-1.55, 0.4, 0.2), (0.5, 0.8, 1.0)),
        rod(STEEL, (1.1, 2.0, -0.5), (1.1, 2.3, -0.5), 0.025),
        rod(LAMP_GREEN, (1.1, 2.3, -0.5), (1.1, 2.42, -0.5), 0.07),
        rod(LAMP_AMBER, (1.1, 2.42, -0.5), (1.1, 2.54, -0.5), 0.07),
        rod(LAMP_RED, (1.1, 2.54, -0.5), (1.1, 2.66, -0.5), 0.07),
    ]


def _assembly_robot() -> list[Solid]:
    shoulder, elbow, wrist = (0.0, 0.95, 0.0), (0.3, 1.9, 0.0), (1.3, 1.65, 0.0)
    return [
        box(DARK_STEEL, (0.0, 0.05, 0.0), (1.1, 0.1, 1.1)),
        rod(ORANGE, (0.0, 0.1, 0.0), (0.0, 0.55, 0.0), 0.3),
        rod(DARK_STEEL, (0.0, 0.55, 0.0), (0.0, 0.85, 0.0), 0.22),
        rod(DARK_STEEL, (0.0, 0.95, -0.25), (0.0, 0.95, 0.25), 0.2),
        rod(ORANGE, shoulder, elbow, 0.14),
        rod(DARK_STEEL, (0.3, 1.9, -0.2), (0.3, 1.9, 0.2), 0.17),
        rod(ORANGE, elbow, wrist, 0.11),
        rod(DARK_STEEL, (1.3, 1.65, -0.13), (1.3, 1.65, 0.13), 0.12),
        rod(STEEL, wrist, (1.3, 1.3, 0.0), 0.05),
        box(STEEL, (1.24, 1.22, 0.0), (0.03, 0.16, 0.08)),
        box(STEEL, (1.36, 1.22, 0.0), (0.03, 0.16, 0.08)),
        box(LIGHT_GREY, (1.4, 0.4, 0.0), (0.8, 0.8, 0.8)),
        box(STEEL, (1.4, 0.83, 0.0), (1.0, 0.06, 1.0)),
        box(SCREEN, (1.3, 0.95, 0.0), (0.3, 0.18, 0.3)),
    ]


def _hydraulic_press() -> list[Solid]:
    columns = [rod(STEEL, (x, 0.8, z), (x, 2.4, z), 0.09) for x in (-0.8, 0.8) for z in (-0.5, 0.5)]
    return [
        box(GREEN, (0.0, 0.4, 0.0), (2.0, 0.8, 1.4)),
        *columns,
        box(GREEN, (0.0, 2.65, 0.0), (2.0, 0.5, 1.4)),
        rod(DARK_STEEL, (0.0, 2.9, 0.0), (0.0, 3.3, 0.0), 0.35),
        rod(STEEL, (0.0, 1.7, 0.0), (0.0, 2.4, 0.0), 0.2),
        box(SAFETY_YELLOW, (0.0, 1.55, 0.0), (1.4, 0.3, 1.2)),
        box(DARK_STEEL, (0.0, 0.9, 0.0), (0.9, 0.2, 0.8)),
        rod(LIGHT_GREY, (0.65, 2.65, 0.7), (0.65, 2.65, 0.76), 0.14),
        box(LIGHT_GREY, (1.45, 0.5, -0.2), (0.7, 1.0, 0.9)),
        rod(DARK_STEEL, (1.45, 1.0, -0.2), (1.45, 1.4, -0.2), 0.18),
    ]


class _Gltf:
    """Collects the document and its buffer: first all vectors, then all indices."""

    def __init__(self) -> None:
        self.vectors = bytearray()
        self.indices = bytearray()
        self.accessors: list[dict[str, Any]] = []
        self.materials: list[Material] = []
        self.meshes: list[dict[str, Any]] = []
        self.nodes: list[dict[str, Any]] = []

    def add(self, machine: Machine) -> None:
        by_material: dict[Material, Solid] = {}
        for solid in machine.solids:
            by_material.setdefault(solid.material, Solid(solid.material)).join(solid)
        primitives = [self._primitive(solid) for solid in by_material.values()]
        # A viewer that keeps names apart would rename the node if its mesh had the same one.
        self.meshes.append({"name": f"{machine.name}Mesh", "primitives": primitives})
        node: dict[str, Any] = {"name": machine.name, "mesh": len(self.nodes)}
        node["translation"] = list(machine.position)
        if machine.turn:
            half = machine.turn / 2
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

    def document(self) -> dict[str, Any]:
        return {
            "asset": {"version": "2.0", "generator": "make_assets.py"},
            "scene": 0,
            "scenes": [{"name": "Factory", "nodes": list(range(len(self.nodes)))}],
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


def glb() -> bytes:
    """Return the model as a binary glTF file."""
    gltf = _Gltf()
    for machine in machines():
        gltf.add(machine)
    text = json.dumps(gltf.document(), separators=(",", ":")).encode("ascii")
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


def main() -> None:
    """Write the model into the folder ``assets`` beside this file."""
    path = Path(__file__).parent / "assets" / "factory.glb"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(glb())


if __name__ == "__main__":
    main()
