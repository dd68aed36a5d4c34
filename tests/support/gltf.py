"""Read binary glTF files and turn vectors, for tests of scenes and models."""

from __future__ import annotations

import json
import math
import struct
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
