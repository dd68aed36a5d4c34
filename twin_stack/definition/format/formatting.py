"""Format the text of a definition file, and never change what it means."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from twin_stack.definition.findings import DefinitionError
from twin_stack.definition.format.dump import dump_yaml
from twin_stack.definition.format.json_text import format_json
from twin_stack.definition.format.yaml_text import comments_of, format_yaml
from twin_stack.definition.json_reader import JsonReader
from twin_stack.definition.json_schemas.navigate import SchemaPart, root_part
from twin_stack.definition.yaml_reader import YamlReader

SCHEMA_FOLDER = ".schemas"
"""Folder of a twin that ``twin fmt`` writes the JSON Schemas to, for editors."""

_REFERENCE = "# yaml-language-server: $schema="
_REFERENCES = re.compile(
    rf"^{re.escape(_REFERENCE)}\S*{re.escape(SCHEMA_FOLDER)}/\w+\.json[ \t]*\n", re.MULTILINE
)


class MeaningChangedError(Exception):
    """A formatted text would be read as something else, so the text has to stay as it is."""


def format_text(text: str, kind: str, *, file: Path = Path("a.yaml"), reference: str | None = None) -> str:
    r"""Return the content of a definition file in the form of ``twin fmt``.

    Known keys are in the order of the JSON Schemas; ids, names of properties and components, and lists keep
    their order. Comments, quotes, block and flow style are kept. To format twice is to format once.

    Args:
        text: The content, with ``\\n`` as line ends.
        kind: Kind of the file: ``twin``, ``component_types``, ``entities`` or ``scenes``.
        file: The file as findings name it; ``.json`` is JSON, anything else YAML.
        reference: Path or URL of the JSON Schema that the first line of a YAML file names for editors; None
            for none.

    Returns:
        The formatted content.

    Raises:
        DefinitionError: It cannot be read; with the finding.
        MeaningChangedError: The formatted text would mean something else or lack a comment.
    """
    is_json = file.suffix == ".json"
    reader = JsonReader if is_json else YamlReader
    value = reader(file, text, None).read()
    for ordered in (True, False):  # in the new order of keys, an alias may precede its anchor
        if is_json:
            formatted = format_json(text, kind, value, ordered=ordered)
        else:
            formatted = format_yaml(text, kind, value, ordered=ordered)
        if _means_the_same(text, formatted, value, file):
            return formatted if is_json else _with_reference(formatted, reference)
    raise MeaningChangedError


def definition_text(value: Any, kind: str, *, reference: str | None = None) -> str:
    """Return a value as a YAML definition file, in the form that ``format_text`` leaves as it is.

    Args:
        value: Content of the file.
        kind: Kind of the file: ``twin``, ``component_types``, ``entities`` or ``scenes``.
        reference: Path or URL of the JSON Schema that the first line names for editors; None for none.
    """
    return _with_reference(dump_yaml(ordered_value(value, root_part(kind, value))), reference)


def ordered_value(value: Any, part: SchemaPart) -> Any:
    """Return a value with known keys in order.

    Args:
        value: Any value of JSON.
        part: Its part of the schema.
    """
    if isinstance(value, list):
        return [
            ordered_value(item, part.item(item)) if isinstance(item, list | dict) else item for item in value
        ]
    if not isinstance(value, dict):
        return value
    order = {name: position for position, name in enumerate(part.members)}
    names = sorted(value, key=lambda name: order.get(name, len(order))) if order else value
    return {
        name: ordered_value(member, part.member(name, member))
        if isinstance(member := value[name], list | dict)
        else member
        for name in names
    }


def schema_reference(path: Path, folder: Path, kind: str) -> str:
    """Return the path of the JSON Schema from a file of a twin.

    Args:
        path: The file.
        folder: The twin's folder.
        kind: Kind of the file.
    """
    steps = len(path.relative_to(folder).parts) - 1
    return f"{'../' * steps}{SCHEMA_FOLDER}/{kind}.json"


def _with_reference(text: str, reference: str | None) -> str:
    if reference is None or _REFERENCE in _REFERENCES.sub("", text):
        return text
    return f"{_REFERENCE}{reference}\n{_REFERENCES.sub('', text)}"


def _means_the_same(text: str, formatted: str, value: Any, file: Path) -> bool:
    is_json = file.suffix == ".json"
    reader = JsonReader if is_json else YamlReader
    try:
        again = reader(file, formatted, None).read()
    except DefinitionError:
        return False
    if not _is_same(value, again):
        return False
    if is_json or "#" not in _REFERENCES.sub("", text):
        return True
    return sorted(comments_of(text)) == sorted(comments_of(formatted))


def _is_same(value: Any, other: Any) -> bool:
    """Return whether values are equal, of the same types: 1 is neither 1.0 nor true."""
    if type(value) is not type(other):
        return False
    if isinstance(value, dict):
        return value.keys() == other.keys() and all(
            _is_same(member, other[key]) for key, member in value.items()
        )
    if isinstance(value, list):
        return len(value) == len(other) and all(map(_is_same, value, other))
    return bool(value == other)
