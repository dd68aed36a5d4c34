"""Text of others, in a form that a terminal shows and does not obey.

Values of devices, names of entities and lines of logs are data. An escape sequence in one of them could clear
the screen or type into the shell, and a character that changes the direction of text could show another text.
"""

from __future__ import annotations

import json
import re
from typing import Final

_JSON_ESCAPES: Final = re.compile(r"[^\n -~\u00a1-\u00ac\u00ae-\u02ff]")
"""Characters that may not be printable: all but the most common printable ones."""


def printable(text: str, *, keep: str = "") -> str:
    r"""Return a text with control characters, also those of text direction, as escapes such as ``\x1b``.

    Args:
        text: Any text, including one that cannot be encoded.
        keep: Control characters that remain, such as line breaks.
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() or character in keep
        else character.encode("unicode_escape").decode()
        for character in text
    )


def json_text(document: object) -> str:
    r"""Return a document as indented JSON, with control characters as escapes such as ``\u202e``.

    Args:
        document: Anything that JSON can hold.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return _JSON_ESCAPES.sub(
        lambda match: match[0] if match[0].isprintable() else json.dumps(match[0])[1:-1], text
    )
