"""Read and make glTF files and turn vectors, for tests of scenes and models."""

from __future__ import annotations

import json
import math
import struct
from base64 import b64encode
from typing import Any

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]


class GltfModel:
    """The content of a binary glTF file, with 32-bit indices."""

    def __init__(self, content: bytes) -> None:
        magic, version, length = struct.unpack_from("<4sII", content)
        assert (magic, version, length) == (b"glTF", 2, len(content))
        json_length, json_kind = struct.unpack_from("<I4s", content, 12)
        bin_length, bin_kind = struct.unpack_from("<I4s", content, 20 + json_length)
        assert (json_kind, bin_kind) == (b"JSON", b"BIN\0")
        assert 28 + json_length + bin_length == length
        self.json: dict[str, Any] = json.loads(content[20 : 20 + json_length])
        self.buffer = content[28 + json_length :]
        self.nodes: dict[str, dict[str, Any]] = {node["name"]: node for node in self.json["nodes"]}

    def vectors(self, accessor: int) -> list[Vector]:
        return [(x, y, z) for x, y, z in struct.iter_unpack("<3f", self._bytes(accessor, 12))]

    def indices(self, accessor: int) -> list[int]:
        return [index for (index,) in struct.iter_unpack("<I", self._bytes(accessor, 4))]

    def _bytes(self, accessor: int, size: int) -> bytes:
        described = self.json["accessors"][accessor]
        view = self.json["bufferViews"][described["bufferView"]]
        offset = described.get("byteOffset", 0)
        assert offset + described["count"] * size <= view["byteLength"]
        start = view["byteOffset"] + offset
        return self.buffer[start : start + described["count"] * size]

    def primitives(self, node: str) -> list[dict[str, Any]]:
        primitives: list[dict[str, Any]] = self.json["meshes"][self.nodes[node]["mesh"]]["primitives"]
        return primitives

    def points(self, node: str) -> list[Vector]:
        """Return the vertices of a node at their place in the model."""
        placed = self.nodes[node]
        turn = of_quaternion(placed.get("rotation", [0, 0, 0, 1]))
        return [
            added(turned(turn, corner), placed["translation"])
            for primitive in self.primitives(node)
            for corner in self.vectors(primitive["attributes"]["POSITION"])
        ]


def of_quaternion(quaternion: list[float]) -> Matrix:
    x, y, z, w = quaternion
    return (
        (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
        (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
        (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
    )


def of_euler_xyz(angles: list[float]) -> Matrix:
    """Return the rotation of the viewer's Euler angles: around X, then the turned Y, then the turned Z."""
    (a, b, c), (d, e, f) = map(math.cos, angles), map(math.sin, angles)
    return (
        (b * c, -b * f, e),
        (a * f + c * d * e, a * c - d * e * f, -b * d),
        (d * f - a * c * e, c * d + a * e * f, a * b),
    )


def turned(turn: Matrix, vector: Vector) -> Vector:
    x, y, z = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in turn)
    return (x, y, z)


def added(first: Vector, second: Any) -> Vector:
    return (first[0] + second[0], first[1] + second[1], first[2] + second[2])


def cross(first: Vector, second: Vector) -> Vector:
    (a, b, c), (x, y, z) = first, second
    return (b * z - c * y, c * x - a * z, a * y - b * x)


def skinned_cube(pose: list[float]) -> dict[str, Any]:
    """Return a glTF document of a green cube of 1 m at the origin, which its bone moves to a place."""
    corners = [(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)]
    faces = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    triangles = [index for a, b, c, d in faces for index in (a, b, c, a, c, d)]
    parts = [
        (struct.pack("<24f", *(value for corner in corners for value in corner)), 5126, "VEC3", 8),
        (bytes(32), 5121, "VEC4", 8),  # the bone of each vertex
        (struct.pack("<32f", *(1.0, 0.0, 0.0, 0.0) * 8), 5126, "VEC4", 8),
        (struct.pack("<36H", *triangles), 5123, "SCALAR", 36),
    ]
    buffers = [f"data:application/octet-stream;base64,{b64encode(data).decode()}" for data, *_ in parts]
    accessors: list[dict[str, Any]] = [
        {"bufferView": index, "componentType": kind, "type": shape, "count": count}
        for index, (_, kind, shape, count) in enumerate(parts)
    ]
    accessors[0] |= {"min": [-0.5, -0.5, -0.5], "max": [0.5, 0.5, 0.5]}
    primitive = {"attributes": {"POSITION": 0, "JOINTS_0": 1, "WEIGHTS_0": 2}, "indices": 3, "material": 0}
    material = {"pbrMetallicRoughness": {"baseColorFactor": [0.01, 0.35, 0.01, 1], "metallicFactor": 0}}
    return {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0, 1]}],
        "nodes": [{"name": "Cube", "mesh": 0, "skin": 0}, {"name": "Bone", "translation": pose}],
        "skins": [{"joints": [1]}],
        "meshes": [{"primitives": [primitive]}],
        "materials": [material | {"doubleSided": True}],
        "accessors": accessors,
        "bufferViews": [{"buffer": index, "byteLength": len(data)} for index, (data, *_) in enumerate(parts)],
        "buffers": [
            {"byteLength": len(data), "uri": uri} for (data, *_), uri in zip(parts, buffers, strict=True)
        ],
    }
