"""What a key or a name means, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.lsp.completion import schema_part
from twin_stack.lsp.cursor import cursor_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.lsp.index import Names
    from twin_stack.lsp.occurrences import Symbol


def symbol_text(symbol: Symbol, names: Names) -> str:
    """Return what a name refers to.

    Args:
        symbol: The thing, with the type that declares a property.
        names: What the twin declares.
    """
    name = symbol.name
    if symbol.kind == "entity":
        return _lines(
            f"**{names.entities.get(name, name)}**", f"entity `{name}`", names.descriptions.get(name, "")
        )
    if symbol.kind == "component_type":
        properties = ", ".join(f"`{key}`" for key in names.component_types.get(name, ()))
        return _lines(
            f"component type `{name}`",
            names.descriptions.get(name, ""),
            properties and f"properties: {properties}",
        )
    if symbol.kind == "property":
        facts = names.component_types.get(str(symbol.scope), {}).get(name)
        if facts is None:
            return f"property `{name}`"
        series = "a time series" if facts.is_time_series else ""
        return _lines(
            f"property `{name}` of `{symbol.scope}`", f"{facts.data_type} {facts.unit}".strip(), series
        )
    if symbol.kind == "connector":
        return f"connector `{name}` of kind `{names.connectors.get(name, '?')}`"
    return f"component `{name}`"


def key_text(kind: str, lines: Sequence[str], line: int, column: int) -> str:
    """Return the description of the key at a place by the schema; empty where it has none.

    Args:
        kind: Kind of the definition file.
        lines: Lines of the document.
        line: Line, counted from 0.
        column: Characters before the place.
    """
    text = lines[line] if line < len(lines) else ""
    start = end = column
    while start and (text[start - 1].isalnum() or text[start - 1] in "_-."):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] in "_-."):
        end += 1
    if not text[end:].lstrip("\"' ").startswith(":"):
        return ""
    cursor = cursor_at(lines, line, start)
    part = schema_part(kind, cursor, lines)
    schema = part.members.get(text[start:end])
    return str(schema.get("description", "")) if schema else ""


def _lines(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)
