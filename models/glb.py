"""Write binary glTF files of boxes and cylinders, for the ``make_*.py`` scripts of the models.

Metres, Y up; each part is one named node at its place. Two runs write equal bytes. trimesh makes the
meshes and the file; what its exporter cannot write (one named node with several materials, a place
as translation and rotation, colours finer than 8 bits, targets of buffer views) is put into the
document before it is written.
"""

from __future__ import annotations

import math
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
    """

    name: str
    position: Vector
    solids: list[Solid]
    turn: float = 0.0


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


def glb(name: str, parts: Sequence[Part]) -> bytes:
    """Return a model as a binary glTF file.

    Args:
        name: Name of its scene.
        parts: The nodes of the scene.
    """
    scene = trimesh.Scene()
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

    return bytes(export_glb(scene, include_normals=True, tree_postprocessor=arrange))


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


def _node(part: Part, mesh: int) -> dict[str, Any]:
    node: dict[str, Any] = {"name": part.name, "mesh": mesh, "translation": list(part.position)}
    if part.turn:
        half = part.turn / 2
        node["rotation"] = [0.0, round(math.sin(half), 6), 0.0, round(math.cos(half), 6)]
    return node
