"""Rename a thing in all files of a twin, and write what was renamed, so that its history stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin_stack.definition.format.dump import quote_text
from twin_stack.definition.schema import COMPONENT_TYPE_ID, ENTITY_ID, NAME
from twin_stack.definition.source import LocatedMap, at
from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from twin_stack.definition.phases.read import Document
    from twin_stack.lsp.index import Index
    from twin_stack.lsp.occurrences import Occurrence, Symbol

_MEMBERS = {
    "entity": "entities",
    "component_type": "componentTypes",
    "connector": "connectors",
    "property": "properties",
    "component": "components",
}
"""Members of ``renames`` by kind of a thing."""


@dataclass(frozen=True, slots=True)
class TextEdit:
    """A change of a line.

    Attributes:
        line: Line, counted from 1.
        column: First character that is replaced, counted from 1.
        length: Characters that are replaced.
        text: What they become.
    """

    line: int
    column: int
    length: int
    text: str


class RenameError(TwinError):
    """A thing cannot be renamed here."""


def rename_edits(
    symbol: Symbol, name: str, index: Index, twin: Document, lines_of: Callable[[Path], list[str]]
) -> dict[Path, list[TextEdit]]:
    """Return the changes that rename a thing everywhere, those of ``renames`` among them.

    Args:
        symbol: The thing, with the type that declares a property.
        name: Its new name.
        index: What the twin declares.
        twin: The file ``twin.yaml``.
        lines_of: Returns the lines of a file.

    Raises:
        RenameError: The name is not allowed or taken, or the thing is declared elsewhere.
    """
    _check_name(symbol, name, index)
    places = index.places.get(symbol, [])
    if not any(place.occurrence.is_definition for place in places):
        message = f'"{symbol.name}" is not written as it is in a definition file'
        raise RenameError(f"{message}: rename it where it is made, in AWS's types or in rows of a CSV file")
    edits: dict[Path, list[TextEdit]] = {}
    for place in places:
        lines = lines_of(place.file)
        edit = _edit(place.occurrence, symbol.name, name, lines)
        edits.setdefault(place.file, []).append(edit)
    edits.setdefault(twin.path, []).append(_renames_edit(symbol, name, twin.root, lines_of(twin.path)))
    return edits


def _check_name(symbol: Symbol, name: str, index: Index) -> None:
    rule = {"entity": ENTITY_ID, "component_type": COMPONENT_TYPE_ID}.get(symbol.kind, NAME)
    if not rule.fits(name):
        raise RenameError(f'"{name}" is not allowed: {rule.allowed}')
    taken = {
        "entity": index.names.entities,
        "component_type": index.names.component_types,
        "connector": index.names.connectors,
        "component": index.names.components.get(str(symbol.scope), {}),
        "property": index.names.component_types.get(str(symbol.scope), {}),
    }[symbol.kind]
    if name in taken:
        raise RenameError(f'"{name}" is in use already; choose another name')


def _edit(occurrence: Occurrence, old: str, new: str, lines: list[str]) -> TextEdit:
    line, column = occurrence.mark
    text = lines[line - 1]
    column += occurrence.offset
    if text[occurrence.mark[1] - 1 : occurrence.mark[1]] in ('"', "'"):
        column += 1
    if text[column - 1 : column - 1 + len(old)] != old:
        raise RenameError(f'"{old}" in line {line} is written with escapes; write it plainly first')
    return TextEdit(line, column, len(old), new)


def _renames_edit(symbol: Symbol, name: str, root: Any, lines: list[str]) -> TextEdit:
    """Return the change of ``twin.yaml`` that adds an entry to ``renames``."""
    path = [_MEMBERS[symbol.kind], *([str(symbol.scope)] if symbol.scope else [])]
    entry = f"{quote_text(symbol.name)}: {quote_text(name)}"
    if not isinstance(root, LocatedMap) or lines[root.mark[0] - 1][root.mark[1] - 1 :][:1] == "{":
        raise RenameError(
            "twin.yaml cannot be read, or is in brackets; write its members in lines of their own"
        )
    container, keys = root, ["renames", *path]
    while keys and isinstance(container.get(keys[0]), LocatedMap):
        container, keys = container[keys[0]], keys[1:]
    line, column = container.mark
    if keys and keys[0] in container and container[keys[0]] is None:  # "renames:" without members
        line, column = at(container, keys[0], of_key=True)[1:]
        return TextEdit(line + 1, 1, 0, _block([*keys[1:], entry], column + 1))
    if lines[line - 1][column - 1 : column] == "{":
        text = entry
        for key in reversed(keys):
            text = f"{quote_text(key)}: {{{text}}}"
        return TextEdit(line, column + 1, 0, f"{text}, " if container else text)
    if container is not root:
        return TextEdit(line, 1, 0, _block([*keys, entry], column - 1))
    text = _block([*keys, entry], 0)
    if lines[-1]:
        return TextEdit(len(lines), len(lines[-1]) + 1, 0, f"\n{text}")
    return TextEdit(len(lines), 1, 0, text)


def _block(keys: list[str], indent: int) -> str:
    *outer, entry = keys
    lines = [f"{' ' * (indent + 2 * depth)}{quote_text(key)}:\n" for depth, key in enumerate(outer)]
    return "".join([*lines, f"{' ' * (indent + 2 * len(outer))}{entry}\n"])
