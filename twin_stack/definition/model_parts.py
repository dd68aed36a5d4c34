"""Files that a model or a tileset names: buffers, images and tiles, as viewers look for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

from twin_stack.definition.model_reader import ModelFileError, members_of, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from twin_stack.definition.model_reader import ModelFacts

_LOADED_FROM_ELSEWHERE: Final = re.compile(r"(?:data:|blob:|https?:|s3:|//)", re.IGNORECASE)
_LITERAL: Final = re.compile(r"%[0-9A-Fa-f]{2}|(?:^|/)\.\.?/|^/")
MAX_PARTS: Final = 10_000
"""Most files of one model or tileset that are looked for."""
MAX_TILES: Final = 100_000


class ModelPart(NamedTuple):
    """A file that a model names.

    Attributes:
        uri: The address as written.
        name: Path in the folder ``assets`` where the page looks for it.
        is_literal: Whether AWS's viewer looks for another name: it does not resolve the address.
        is_image: Whether it is an image.
        is_required: Whether viewers show nothing without it.
    """

    uri: str
    name: str
    is_literal: bool
    is_image: bool
    is_required: bool


def model_parts(model: ModelFacts, name: str) -> Iterator[ModelPart]:
    """Yield the files that a model names by relative addresses.

    Args:
        model: The model.
        name: Its path in the folder ``assets``.
    """
    for buffer in model.buffers[:MAX_PARTS]:
        if buffer.uri is not None and is_relative(buffer.uri):
            yield _part(buffer.uri, name, is_required=True)
    for image in model.images[:MAX_PARTS]:
        if image.uri is not None and is_relative(image.uri):
            yield _part(image.uri, name, is_image=True)


def tileset_parts(path: Path, name: str) -> list[ModelPart]:
    """Return the files that a tileset of 3D Tiles names by relative addresses.

    Args:
        path: ``tileset.json``, or the file in its place.
        name: Its path in the folder ``assets``.

    Raises:
        ModelFileError: It is no tileset.
    """
    document = read_json(path)
    root = document.get("root")
    if not isinstance(root, dict):
        raise ModelFileError("noTileset")
    uris = [uri for uri in _tile_uris(root) if is_relative(uri)]
    return [_part(uri, name) for uri in uris[:MAX_PARTS]]


def _tile_uris(root: dict[str, Any]) -> Iterator[str]:
    waiting = [root]
    for _ in range(MAX_TILES):
        if not waiting:
            return
        tile = waiting.pop()
        waiting += reversed(members_of(tile, "children"))
        content = tile.get("content")
        for item in [content if isinstance(content, dict) else {}, *members_of(tile, "contents")]:
            uri = item.get("uri", item.get("url"))
            if isinstance(uri, str) and "{" not in uri:  # implicit tiling: a template of names
                yield uri


def is_relative(uri: str) -> bool:
    """Return whether viewers look for a file beside the one that names it: no ``data:``, ``https:``, ``s3:``.

    Paths of the machine that exported the model (``file:``, ``C:``) count: no viewer finds them.

    Args:
        uri: The address.
    """
    return uri != "" and _LOADED_FROM_ELSEWHERE.match(uri) is None


def _part(
    uri: str,
    name: str,
    *,
    is_image: bool = False,
    is_required: bool = False,
) -> ModelPart:
    resolved = resolve(unquote(uri), name)
    return ModelPart(uri, resolved, bool(_LITERAL.search(uri)), is_image, is_required)


def resolve(uri: str, base: str) -> str:
    """Return the path in the folder ``assets`` of a relative address, as the page resolves it.

    Args:
        uri: The address, decoded.
        base: Path in the folder of the file that names it.
    """
    parts = [] if uri.startswith("/") else base.split("/")[:-1]
    for part in uri.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
