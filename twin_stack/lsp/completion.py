"""What can be written at a place: keys of the schema, ids and names of the twin, units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from twin_stack.definition.json_schemas.navigate import SchemaPart, root_part
from twin_stack.lsp.cursor import Cursor, cursor_at
from twin_stack.twinmaker.names import RESERVED_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from twin_stack.lsp.index import Names

MAX_PROPOSALS = 200
"""Most proposals of one answer; editors ask again with more typed."""
UNITS = (
    "Celsius", "Fahrenheit", "Kelvin", "Percent", "W", "kW", "MW", "kWh", "V", "A", "Hz", "rpm", "bar", "Pa",
    "kPa", "m", "mm", "m/s", "mm/s", "m3/h", "L/min", "kg", "t", "s", "ppm", "lx", "dB", "degrees",
)  # fmt: skip
"""Units beside those that the twin has already. The service takes any text."""

_COMPONENT_TYPE = re.compile(r"componentTypeId:\s*[\"']?([^\s\"',}]+)")
_NEAR = 40
"""Lines above and below in which a component's type is looked for."""
_COMPONENT_TYPE_KEYS = frozenset({"componentTypeId", "alarmTypeId", "targetComponentTypeId", "extendsFrom"})
_ENTITY_KEYS = frozenset({"parentEntityId", "entityId", "targetEntityId", "sceneRootEntityId"})


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that can be written.

    Attributes:
        text: What is inserted.
        kind: What it is.
        detail: A few words beside it.
        description: A text that explains it.
    """

    text: str
    kind: Literal["key", "value", "entity", "component_type", "property", "connector", "component", "unit"]
    detail: str = ""
    description: str = ""


def proposals(kind: str, lines: Sequence[str], line: int, column: int, names: Names) -> list[Proposal]:
    """Return what can be written at a place, at most ``MAX_PROPOSALS``.

    Args:
        kind: Kind of the definition file.
        lines: Lines of the document, also unfinished ones.
        line: Line, counted from 0.
        column: Characters before the place.
        names: What the twin declares.
    """
    cursor = cursor_at(lines, line, column)
    near = _near_type(lines, line, column)
    named = list(_names(kind, cursor, near, names))
    proposed = named or list(_of_schema(kind, cursor, lines))
    prefix = cursor.prefix.lower()
    fitting = [proposal for proposal in proposed if prefix in proposal.text.lower()]
    fitting.sort(key=lambda proposal: not proposal.text.lower().startswith(prefix))
    return fitting[:MAX_PROPOSALS]


def schema_part(kind: str, cursor: Cursor, lines: Sequence[str]) -> SchemaPart:
    """Return the schema of the mapping that holds a place.

    Args:
        kind: Kind of the definition file.
        cursor: The place.
        lines: Lines of the document.
    """
    value = cursor.skeleton(lines)
    part = root_part(kind, value)
    for key in cursor.path:
        if key is None:
            value = value[0] if isinstance(value, list) and value else {}
            part = part.item(value)
        else:
            value = value.get(key) if isinstance(value, dict) else {}
            part = part.member(key, value)
    return part


def _of_schema(kind: str, cursor: Cursor, lines: Sequence[str]) -> Iterator[Proposal]:
    part = schema_part(kind, cursor, lines)
    if cursor.key is not None:
        part = part.member(cursor.key, cursor.prefix)
        yield from _values(part)
        return
    if cursor.is_item:
        yield from _values(part.item(cursor.prefix))
    for name, schema in part.members.items():
        if name not in cursor.siblings and not schema.get("doNotSuggest"):
            yield Proposal(name, "key", description=_text(schema))


def _values(part: SchemaPart) -> Iterator[Proposal]:
    for value in part.allowed_values:
        yield Proposal(str(value), "value", description=part.description)
    if any(_is_boolean(schema) for schema in part.parts):
        yield from (Proposal(text, "value", description=part.description) for text in ("true", "false"))


def _is_boolean(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "boolean" or any(_is_boolean(option) for option in schema.get("anyOf", ()))


def _text(schema: Mapping[str, Any]) -> str:
    return str(schema.get("description", ""))


def _names(kind: str, cursor: Cursor, near_type: str, names: Names) -> Iterator[Proposal]:
    """Yield ids and names of the twin, where one can be written."""
    keys = [key for key in cursor.path if key is not None]
    last = keys[-1] if keys else ""
    target = cursor.key or (last if cursor.is_item else "")
    if cursor.key is None and not cursor.is_item:
        yield from _keys(keys, near_type, names)
    elif target in _COMPONENT_TYPE_KEYS:
        yield from _types(names)
    elif target in _ENTITY_KEYS and not (kind == "entities" and target == "entityId"):
        yield from _entities(names)
    elif target == "connector" or last == "functions" or target == "connectors":
        yield from (Proposal(name, "connector", label) for name, label in names.connectors.items())
    elif target == "unitOfMeasure":
        yield from _units(names)
    elif target == "componentName":
        components = names.components.get(cursor.siblings.get("entityId", ""), {})
        yield from (Proposal(name, "component", type_id) for name, type_id in components.items())
    elif target == "propertyName":
        components = names.components.get(cursor.siblings.get("entityId", ""), {})
        type_id = components.get(cursor.siblings.get("componentName", "")) or cursor.siblings.get(
            "componentTypeId", ""
        )
        yield from _properties(type_id or _owner(keys), names)
    elif target in ("requiredProperties", "propertyNames") or (target == "property" and "alarms" in keys):
        yield from _properties(_owner(keys), names)


def _keys(keys: Sequence[str], near_type: str, names: Names) -> Iterator[Proposal]:
    """Yield names that are keys: of properties of a component, of types in a layout."""
    if keys[-1:] == ["properties"] and len(keys) > 1 and "components" in keys[:-1]:
        yield from _properties(near_type, names)
    elif keys[-1:] == ["templates"]:
        yield from _types(names)


def _owner(keys: Sequence[str]) -> str:
    """Return the component type that a file of types is in."""
    return keys[0] if keys else ""


def _near_type(lines: Sequence[str], line: int, column: int) -> str:
    """Return the component type that is written nearest to a place, above it first."""
    above = [lines[line][:column] if line < len(lines) else "", *lines[max(0, line - _NEAR) : line][::-1]]
    for text in (*above, *lines[line + 1 : line + _NEAR]):
        if written := _COMPONENT_TYPE.findall(text):
            return str(written[-1])
    return ""


def _types(names: Names) -> Iterator[Proposal]:
    for type_id in names.component_types:
        yield Proposal(
            type_id,
            "component_type",
            "of AWS" if type_id.startswith(RESERVED_NAMESPACE) else "",
            names.descriptions.get(type_id, ""),
        )


def _entities(names: Names) -> Iterator[Proposal]:
    for entity_id, name in names.entities.items():
        yield Proposal(entity_id, "entity", name)


def _properties(type_id: str, names: Names) -> Iterator[Proposal]:
    for name, facts in names.component_types.get(type_id, {}).items():
        detail = f"{facts.data_type} {facts.unit}".strip()
        yield Proposal(name, "property", detail, "A time series." if facts.is_time_series else "")


def _units(names: Names) -> Iterator[Proposal]:
    types = names.component_types.values()
    own = (facts.unit for properties in types for facts in properties.values() if facts.unit)
    yield from (Proposal(unit, "unit") for unit in _unique([*own, *UNITS]))


def _unique(texts: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(texts)
