"""Write values as YAML in the form of ``twin fmt``, fast enough for a hundred thousand entities.

The writers of PyYAML and ruamel make a node for each value first, and quote by the rules of YAML 1.1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

INDENT = "  "
MAX_KEY = 1000
"""Longest key that is written without ``?``; YAML allows 1,024 characters."""

_PLAIN = re.compile(r"[\w./$(](?:[\w !\"$-9;-~]|:(?! )|(?<! )#)*(?<![ :])")
"""Text that needs no quotes in block style: its first character is no indicator; no ``: ``, no `` #``."""
_NO_TEXT = re.compile(
    r"~|null|Null|NULL|true|True|TRUE|false|False|FALSE|\.\.\."
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
"""Plain scalars that are no text in the YAML 1.2 core schema."""
_ESCAPED = re.compile(
    '["\\\\]|[^ -~\u00a1-\u1fff\u2010-\u2027\u2030-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]'
)
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_MAX_DIGITS = 40


def dump_yaml(value: Any) -> str:
    """Return a value as a YAML document, in the form that ``twin fmt`` leaves as it is.

    Mappings and lists are in block style, lists of numbers in one line. Text is quoted only where YAML 1.2
    would read another value without quotes.

    Args:
        value: Mappings with text as keys, lists, tuples, text, numbers, True, False and None.

    Returns:
        The document, one line break at its end; empty mappings and lists are ``{}`` and ``[]``.

    Raises:
        ValueError: A number that definition files do not have (infinite, not a number, an integer of over
            40 digits), or text with half of a surrogate pair.
        TypeError: A key that is no text, or a value of another type.

    >>> print(dump_yaml({"pump-1": {"entityName": "Pump 1", "serial": "007", "at": [0, 1.5]}}), end="")
    pump-1:
      entityName: Pump 1
      serial: "007"
      at: [0, 1.5]
    """
    lines: list[str] = []
    if not _is_block(value):
        return f"{_inline(value)}\n"
    _write_block(value, "", "", lines.append)
    lines.append("")
    return "\n".join(lines)


def _is_block(value: Any) -> bool:
    """Return whether a value takes lines of its own."""
    if isinstance(value, Mapping):
        return bool(value)
    if not isinstance(value, list | tuple):
        return False
    return not all(type(item) in (int, float) for item in value)


def _write_block(value: Any, first: str, indent: str, write: Callable[[str], None]) -> None:
    """Write a mapping or list; its first line begins with another text than the others."""
    if isinstance(value, Mapping):
        for key, member in value.items():
            name = _key(key)
            if len(name) > MAX_KEY:
                write(f"{first}? {name}")
                first, name = indent, ""
            if not _is_block(member):
                write(f"{first}{name}: {_inline(member)}")
            else:
                write(f"{first}{name}:")
                inner = indent + INDENT
                _write_block(member, inner, inner, write)
            first = indent
        return
    for item in value:
        if not _is_block(item):
            write(f"{first}- {_inline(item)}")
        else:
            _write_block(item, f"{first}- ", indent + INDENT, write)
        first = indent


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key is {key!r}, not text")
    return '"<<"' if key == "<<" else quote_text(key)


def _inline(value: Any) -> str:
    """Return a value that takes no lines of its own."""
    if isinstance(value, str):
        return quote_text(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_number, value))}]"
    raise TypeError(f"{type(value).__name__} has no form in YAML")


def _number(value: float) -> str:
    text = repr(value)
    if not math.isfinite(value) or (isinstance(value, int) and len(text) > _MAX_DIGITS):
        raise ValueError(f"number {text} has no form in a definition file")
    return text


@lru_cache(maxsize=4096)
def quote_text(text: str) -> str:
    """Return text as a scalar of block style, in double quotes where it needs them.

    Args:
        text: The text.

    Raises:
        ValueError: It holds half of a surrogate pair.
    """
    if _PLAIN.fullmatch(text) and not _NO_TEXT.fullmatch(text):
        return text
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if (short := _SHORT_ESCAPES.get(character)) is not None:
        return short
    code = ord(character)
    if 0xD800 <= code < 0xE000:
        raise ValueError("text with half of a surrogate pair has no form in YAML")
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
