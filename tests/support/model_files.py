"""Write small glTF models, with or without mistakes."""

from __future__ import annotations

import base64
import json
import struct
from dataclasses import dataclass
from pathlib import Path
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


@dataclass(frozen=True)
class BrokenModel:
    """A file that viewers cannot load as a model, and what the check and the page say of it."""

    content: bytes
    reason: str


def broken_models() -> list[BrokenModel]:
    """Return the files of ``broken_models.json``, which the tests of the page read too."""
    cases = json.loads(Path(__file__).with_name("broken_models.json").read_text(encoding="utf-8"))
    return [
        BrokenModel(
            case["text"].encode() if "text" in case else base64.b64decode(case["base64"]), case["reason"]
        )
        for case in cases
    ]


def lost_models() -> list[dict[str, Any]]:
    """Return members of models that viewers lose, with the reason: ``lost_models.json``.

    The tests of the page give them to the loader.
    """
    cases: list[dict[str, Any]] = json.loads(
        Path(__file__).with_name("lost_models.json").read_text(encoding="utf-8")
    )
    return cases
