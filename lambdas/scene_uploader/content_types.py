"""Content types of scene files."""

import mimetypes
from pathlib import PurePosixPath

_BY_SUFFIX = {
    # Registered by IANA, and not in every Python.
    ".glb": "model/gltf-binary",
    ".gltf": "model/gltf+json",
    ".json": "application/json",
    ".ktx2": "image/ktx2",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
}
_OTHERWISE = "application/octet-stream"


def content_type(key: str) -> str:
    """Return the content type of an object.

    Args:
        key: The key.
    """
    suffix = PurePosixPath(key).suffix.lower()
    return _BY_SUFFIX.get(suffix) or mimetypes.guess_type(f"file{suffix}")[0] or _OTHERWISE
