"""Encodings of data inside an HTML document."""

from __future__ import annotations

import base64
import json


def to_base64(content: bytes) -> str:
    """Return bytes in base64.

    Args:
        content: The bytes.
    """
    return base64.b64encode(content).decode()


def data_url(content_type: str, content: bytes) -> str:
    """Return a ``data:`` URL.

    Args:
        content_type: Its media type.
        content: Its content.
    """
    return f"data:{content_type};base64,{to_base64(content)}"


def compact_json(value: object) -> str:
    """Return JSON that is safe inside a script: no text in it ends the script or starts a comment.

    Args:
        value: Anything that JSON can hold.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
