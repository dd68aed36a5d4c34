"""Compressed request bodies, which ministack inflates to any length: 1 MB of gzip can hold 1 GB."""

from __future__ import annotations

import gzip
import io
import logging
import zlib
from typing import Any

_PIECE = 2**20

_log = logging.getLogger(__name__)


def limit_inflated_bodies(app: Any, limit: int) -> None:
    """Make ministack leave bodies as they are that are too long when inflated; the service refuses them then.

    Args:
        app: ministack's module of this name.
        limit: Longest inflated body in bytes.
    """
    inflate = app._decompress_request_body

    def decompress(body: bytes, headers: dict[str, str]) -> bytes:
        if "gzip" in headers.get("content-encoding", "").lower() and _is_longer(body, limit):
            _log.warning("a compressed body is longer than %d bytes when inflated; it is not read", limit)
            return body
        inflated: bytes = inflate(body, headers)
        return inflated

    app._decompress_request_body = decompress


def _is_longer(body: bytes, limit: int) -> bool:
    """Return whether a body is longer than the limit when inflated; one that cannot be inflated is not."""
    size = 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            while piece := file.read(_PIECE):
                size += len(piece)
                if size > limit:
                    return True
    except (OSError, EOFError, zlib.error):
        return False
    return False
