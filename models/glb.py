"""Write binary glTF files of boxes and cylinders, for the ``make_*.py`` scripts of the models.

Metres, Y up; each part is one named node at its place. Two runs write equal bytes. trimesh makes the
meshes and the file; what its exporter cannot write (one named node with several materials, a place
as translation and rotation, colours finer than 8 bits, targets of buffer views) is put into the
document before it is written.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import trimesh
from trimesh.exchange.gltf import export_glb
from trimesh.visual.material import PBRMaterial
from trimesh.visual.texture import TextureVisuals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Vector = tuple[float, float, float]

_SIDES: Final = 16
"""Sides of a cylinder: enough to look round from the camera's distance."""

_SPIN_STEPS: Final = 8

# Numbers of the glTF 2.0 specification.
_ARRAY_BUFFER: Final = 34962
_ELEMENT_ARRAY_BUFFER: Final = 34963


@dataclass(frozen=True)
class Material:
    """A surface.

    Attributes:
        name: Name in the file.
        color: Red, green and blue, linear, 0 to 1.
        metallic: 0 to 1. Keep it low: metal without surroundings to reflect is black.
        roughness: 0 to 1.
    """

    name: str
    color: Vector
    metallic: float = 0.0
    roughness: float = 0.7


@dataclass(frozen=True)
class Solid:
    """A closed surface.

    Attributes:
        material: Its surface.
        mesh: Triangles with a normal at each vertex, in metres from the part's own origin.
    """

    material: Material
    mesh: trimesh.Trimesh


@dataclass(frozen=True)
class Part:
    """A named node of the model.

    Attributes:
        name: Name by which a scene selects it.
        position: Place in metres.
        solids: Its solids.
        turn: Radians around the vertical, counter-clockwise from above.
        spin_seconds: Seconds of a turn around Z in the animation ``Spin``, clockwise; 0 for none.
    """

    name: str
    position: Vector
    solids: list[Solid]
    turn: float = 0.0
    spin_seconds: float = 0.0


def box(material: Material, centre: Vector, size: Vector) -> Solid:
    """Return a box along the axes.

    Args:
        material: Its surface.
        centre: Metres.
        size: Width, height and depth in metres.
    """
    mesh = trimesh.creation.box(extents=size)
    mesh.apply_translation(centre)
    mesh.unmerge_vertices()
    return _solid(material, mesh, np.repeat(mesh.face_normals, 3, axis=0))


def cylinder(material: Material, start: Vector, end: Vector, radius: float) -> Solid:
    """Return a cylinder with a round side and flat ends.

    Args:
        material: Its surface.
        start: Centre of one end, metres.
        end: Centre of the other end.
        radius: Metres.
    """
    length = math.dist(start, end)
    mesh = trimesh.creation.cylinder(radius=radius, height=length, sections=_SIDES)
    mesh.unmerge_vertices()
    flat = np.repeat(mesh.face_normals, 3, axis=0)
    round_ = mesh.vertices * (1, 1, 0) / radius
    normals = np.where(np.abs(flat[:, 2:]) > 0.5, flat, round_)

    placement = np.eye(4)
    axis = np.subtract(end, start) / length
    right = np.cross((0, 0, 1) if abs(axis[2]) < 0.9 else (1, 0, 0), axis)
    right /= np.linalg.norm(right)
    placement[:3, :3] = np.column_stack((right, np.cross(axis, right), axis))
    placement[:3, 3] = np.add(start, end) / 2
    mesh.apply_transform(placement)
    return _solid(material, mesh, normals @ placement[:3, :3].T)


def tapered(
    material: Material, start: Vector, end: Vector, sizes: tuple[tuple[float, float], tuple[float, float]]
) -> Solid:
    """Return a solid between two rectangles, such as a blade.

    Args:
        material: Its surface.
        start: Centre of one end, metres.
        end: Centre of the other end.
        sizes: Width across and depth along Z of both ends, metres.
    """
    along = np.subtract(end, start) / math.dist(start, end)
    across = np.cross(along, (0, 0, 1))
    mesh = trimesh.creation.box(extents=(1, 1, 1))
    mesh.vertices = [
        np.add(end if y > 0 else start, across * (x * width)) + np.array((0, 0, z * depth))
        for x, y, z in mesh.vertices
        for width, depth in (sizes[int(y > 0)],)
    ]
    mesh.unmerge_vertices()
    return _solid(material, mesh, np.repeat(mesh.face_normals, 3, axis=0))


def glb(name: str, parts: Sequence[Part]) -> bytes:
    """Return a model as a binary glTF file.

    Args:
        name: Name of its scene.
        parts: The nodes of the scene.
    """
    scene = trimesh.Scene()
    spinning = [index for index, part in enumerate(parts) if part.spin_seconds]
    meshes: dict[str, tuple[Part, Material]] = {}
    for part in parts:
        for material in dict.fromkeys(solid.material for solid in part.solids):
            same = [solid.mesh for solid in part.solids if solid.material == material]
            mesh_name = f"{part.name}{material.name}"
            meshes[mesh_name] = (part, material)
            scene.add_geometry(_joined(same, material), node_name=mesh_name, geom_name=mesh_name)

    def arrange(document: dict[str, Any]) -> None:
        """Make one node of each part, with a primitive for each of its materials."""
        primitives: dict[str, list[dict[str, Any]]] = {}
        for mesh in document["meshes"]:
            part, material = meshes[mesh["name"]]
            (primitive,) = mesh["primitives"]
            primitives.setdefault(part.name, []).append(primitive)
            # trimesh rounds colours to 8 bits.
            surface = document["materials"][primitive["material"]]["pbrMetallicRoughness"]
            surface["baseColorFactor"] = [*material.color, 1.0]
        for accessor in document["accessors"]:
            is_index = accessor["type"] == "SCALAR"
            view = document["bufferViews"][accessor["bufferView"]]
            view["target"] = _ELEMENT_ARRAY_BUFFER if is_index else _ARRAY_BUFFER
        document["asset"]["generator"] = f"trimesh {trimesh.__version__}"
        document["scenes"] = [{"name": name, "nodes": list(range(len(parts)))}]
        document["nodes"] = [_node(part, index) for index, part in enumerate(parts)]
        # A viewer that keeps names apart would rename the node if its mesh had the same name.
        document["meshes"] = [
            {"name": f"{part.name}Mesh", "primitives": primitives[part.name]} for part in parts
        ]

    data = bytes(export_glb(scene, include_normals=True, tree_postprocessor=arrange))
    return _with_spin(data, {index: parts[index].spin_seconds for index in spinning}) if spinning else data


def _solid(material: Material, mesh: trimesh.Trimesh, normals: NDArray[np.float64]) -> Solid:
    # Rounded, because the last digit of a sine differs between machines; + 0 turns -0 into 0.
    vertices = np.round(mesh.vertices, 6) + 0.0
    return Solid(
        material,
        trimesh.Trimesh(vertices, mesh.faces, vertex_normals=np.round(normals, 6) + 0.0, process=False),
    )


def _joined(meshes: Sequence[trimesh.Trimesh], material: Material) -> trimesh.Trimesh:
    """Return one mesh of several, with vertices that have equal place and normal merged."""
    joined = np.concatenate(
        [np.hstack((mesh.vertices, mesh.vertex_normals))[mesh.faces].reshape(-1, 6) for mesh in meshes]
    )
    rows, indices = np.unique(joined, axis=0, return_inverse=True)
    mesh = trimesh.Trimesh(
        rows[:, :3], indices.reshape(-1, 3), vertex_normals=rows[:, 3:], process=False, validate=False
    )
    mesh.visual = TextureVisuals(
        material=PBRMaterial(
            name=material.name,
            baseColorFactor=[*material.color, 1.0],
            metallicFactor=material.metallic,
            roughnessFactor=material.roughness,
        )
    )
    return mesh


def _with_spin(data: bytes, seconds: dict[int, float]) -> bytes:
    """Return a file with an animation in which nodes turn around Z."""
    length, kind = struct.unpack_from("<2I", data, 12)
    document = json.loads(data[20 : 20 + length])
    binary = data[20 + length + 8 :]
    samplers, channels = [], []
    for index, duration in seconds.items():
        turns = [2 * math.pi * step / _SPIN_STEPS for step in range(_SPIN_STEPS + 1)]
        times = np.array([duration * step / _SPIN_STEPS for step in range(_SPIN_STEPS + 1)], dtype="<f4")
        rotations = np.round([(0, 0, -math.sin(turn / 2), math.cos(turn / 2)) for turn in turns], 6) + 0.0
        accessors = []
        for values, name in ((times, "SCALAR"), (rotations.astype("<f4"), "VEC4")):
            view = {"buffer": 0, "byteOffset": len(binary), "byteLength": values.nbytes}
            document["bufferViews"].append(view)
            accessor: dict[str, Any] = {
                "bufferView": len(document["bufferViews"]) - 1,
                "componentType": 5126,
                "count": len(values),
                "type": name,
            }
            if name == "SCALAR":
                accessor |= {"min": [0.0], "max": [float(times[-1])]}
            document["accessors"].append(accessor)
            accessors.append(len(document["accessors"]) - 1)
            binary += values.tobytes()
        samplers.append({"input": accessors[0], "output": accessors[1], "interpolation": "LINEAR"})
        target = {"node": index, "path": "rotation"}
        channels.append({"sampler": len(samplers) - 1, "target": target})
    document["animations"] = [{"name": "Spin", "samplers": samplers, "channels": channels}]
    document["buffers"] = [{"byteLength": len(binary)}]
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<2I", len(text), kind) + text + struct.pack("<2I", len(binary), 0x004E4942) + binary
    return struct.pack("<3I", 0x46546C67, 2, 12 + len(chunks)) + chunks


def _node(part: Part, mesh: int) -> dict[str, Any]:
    node: dict[str, Any] = {"name": part.name, "mesh": mesh, "translation": list(part.position)}
    if part.turn:
        half = part.turn / 2
        node["rotation"] = [0.0, round(math.sin(half), 6), 0.0, round(math.cos(half), 6)]
    return node
