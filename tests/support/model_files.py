"""Write small glTF models, with or without mistakes."""

from __future__ import annotations

import json
import struct
from typing import Any

JSON_CHUNK = b"JSON"
BINARY_CHUNK = b"BIN\0"


def gltf_document(**members: Any) -> dict[str, Any]:
    """Return the JSON of a model with one node, with other members added or replaced."""
    return {
        "asset": {"version": "2.0"},
        "scenes": [{"nodes": [0]}],
        "nodes": [{"name": "Box"}],
        **members,
    }


def glb_bytes(document: dict[str, Any] | None = None, binary: bytes = b"") -> bytes:
    """Return a binary glTF file of a document and its binary chunk."""
    text = json.dumps(gltf_document() if document is None else document).encode()
    chunks = [(JSON_CHUNK, text + b" " * (-len(text) % 4))]
    if binary:
        chunks.append((BINARY_CHUNK, binary + b"\0" * (-len(binary) % 4)))
    return glb_of_chunks(chunks)


def glb_of_chunks(chunks: list[tuple[bytes, bytes]], *, version: int = 2) -> bytes:
    """Return a binary glTF file of chunks: kind and content."""
    content = b"".join(struct.pack("<I4s", len(part), kind) + part for kind, part in chunks)
    return struct.pack("<4sII", b"glTF", version, 12 + len(content)) + content
