"""Look into scene documents."""

from __future__ import annotations

from typing import Any


def nodes_with(document: dict[str, Any], kind: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return every component of a type, after its node."""
    return [
        (node, component)
        for node in document["nodes"]
        for component in node["components"]
        if component["type"] == kind
    ]


def bindings(value: Any) -> list[dict[str, Any]]:
    """Return every data binding context below a value."""
    if isinstance(value, list):
        return [context for member in value for context in bindings(member)]
    if not isinstance(value, dict):
        return []
    own = [value["dataBindingContext"]] if "dataBindingContext" in value else []
    return own + [context for member in value.values() for context in bindings(member)]
