"""Write JSON in one form: two spaces, known keys in order, short lists in one line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from twin_stack.definition.format.dump import INDENT
from twin_stack.definition.json_schemas.navigate import SchemaPart, root_part

if TYPE_CHECKING:
    from collections.abc import Iterator

_SYMBOL = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^\s{}\[\]:,"]+')
_MAX_LINE = 100
"""Longest mapping or list in one line, without what precedes it."""


def format_json(text: str, kind: str, value: Any, *, ordered: bool) -> str:
    """Return a document in the form of ``twin fmt``; numbers and strings are kept as they are written.

    Args:
        text: A document that ``JsonReader`` accepts.
        kind: Kind of the definition file.
        value: What it reads from the document.
        ordered: Whether to put known keys in order.
    """
    symbols = (match[0] for match in _SYMBOL.finditer(text))
    part = root_part(kind, value) if ordered else None
    return _Writer(symbols).value(next(symbols), part, value, "") + "\n"


class _Writer:
    def __init__(self, symbols: Iterator[str]) -> None:
        self._symbols = symbols

    def value(self, symbol: str, part: SchemaPart | None, value: Any, indent: str) -> str:
        if symbol == "{":
            return self._object(part, value, indent)
        if symbol == "[":
            return self._array(part, value, indent)
        return symbol

    def _object(self, part: SchemaPart | None, value: Any, indent: str) -> str:
        names = iter(value)
        members: dict[str, str] = {}
        is_flat = True
        for key in self._symbols:
            if key == "}":
                break
            name = next(names)
            symbol = next(self._symbols)
            is_flat &= symbol not in ("{", "[")
            member = value[name]
            inner = part.member(name, member) if part is not None and symbol in ("{", "[") else None
            members[name] = f"{key}: {self.value(symbol, inner, member, indent + INDENT)}"
        if part is not None:
            order = {name: position for position, name in enumerate(part.members)}
            members = dict(sorted(members.items(), key=lambda item: order.get(item[0], len(order))))
        return _container("{", "}", list(members.values()), indent, is_flat=is_flat)

    def _array(self, part: SchemaPart | None, value: Any, indent: str) -> str:
        items: list[str] = []
        is_flat = True
        for symbol in self._symbols:
            if symbol == "]":
                break
            item = value[len(items)]
            is_container = symbol in ("{", "[")
            is_flat &= not is_container
            inner = part.item(item) if part is not None and is_container else None
            items.append(self.value(symbol, inner, item, indent + INDENT))
        return _container("[", "]", items, indent, is_flat=is_flat)


def _container(opening: str, closing: str, items: list[str], indent: str, *, is_flat: bool) -> str:
    if not items:
        return opening + closing
    if is_flat and len(line := f"{opening}{', '.join(items)}{closing}") <= _MAX_LINE:
        return line
    inner = f",\n{indent}{INDENT}".join(items)
    return f"{opening}\n{indent}{INDENT}{inner}\n{indent}{closing}"
