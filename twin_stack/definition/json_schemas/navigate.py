"""Find the part of a JSON Schema that applies to a value: for the order of keys, texts and completion.

This is no validation: it supports what the generated schemas use; of several schemas that may apply, it
takes one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.json_schemas import json_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Json = dict[str, Any]

_PREFIX = "#/definitions/"
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "number": (int, float),
    "integer": (int,),
}


class SchemaPart:
    """The schema of one value.

    Args:
        kind: Kind of the definition file.
        schema: The schema of the value.
        value: The value.

    Attributes:
        parts: The schemas that apply, without references and conditions.
    """

    __slots__ = ("_kind", "parts")

    def __init__(self, kind: str, schema: Json, value: Any) -> None:
        self._kind = kind
        self.parts = list(_applying(schema, value, json_schema(kind).get("definitions", {})))

    @property
    def members(self) -> dict[str, Json]:
        """Schemas of the known members of a mapping, by name, in the order that ``twin fmt`` writes."""
        members: dict[str, Json] = {}
        for part in self.parts:
            for name, schema in part.get("properties", {}).items():
                members.setdefault(name, schema)
        return members

    def member(self, name: str, value: Any) -> SchemaPart:
        """Return the schema of a member of a mapping.

        Args:
            name: Key of the member.
            value: Its value.
        """
        schemas = [
            part["properties"][name] if name in part.get("properties", ()) else part["additionalProperties"]
            for part in self.parts
            if name in part.get("properties", ()) or isinstance(part.get("additionalProperties"), dict)
        ]
        return SchemaPart(self._kind, {"allOf": schemas}, value)

    def item(self, value: Any) -> SchemaPart:
        """Return the schema of an item of a list.

        Args:
            value: The item.
        """
        schemas = [part["items"] for part in self.parts if isinstance(part.get("items"), dict)]
        return SchemaPart(self._kind, {"allOf": schemas}, value)

    @property
    def description(self) -> str:
        """The text that editors show."""
        return next((part["description"] for part in self.parts if "description" in part), "")

    @property
    def allowed_values(self) -> list[Any]:
        """Values of an enumeration; empty where there is none."""
        return list(dict.fromkeys(value for part in self.parts for value in part.get("enum", ())))


def root_part(kind: str, value: Any) -> SchemaPart:
    """Return the schema of the content of a file.

    Args:
        kind: Kind of the definition file.
        value: Content of the file.
    """
    return SchemaPart(kind, json_schema(kind), value)


def _applying(schema: Json, value: Any, definitions: Json) -> Iterator[Json]:
    """Yield the schemas that apply to a value, those written first first."""
    if "$ref" in schema:
        yield from _applying(definitions[schema["$ref"].removeprefix(_PREFIX)], value, definitions)
    yield schema
    for part in schema.get("allOf", ()):
        yield from _applying(part, value, definitions)
    for part in _options(schema.get("anyOf", ()), value, definitions):
        yield from _applying(part, value, definitions)
    if "if" in schema:
        chosen = schema.get("then" if _holds(schema["if"], value) else "else", {})
        yield from _applying(chosen, value, definitions)


def _options(options: Sequence[Json], value: Any, definitions: Json) -> list[Json]:
    """Return the options that hold for a value; if none does, those for values of its type."""
    resolved = [
        definitions[option["$ref"].removeprefix(_PREFIX)] if "$ref" in option else option
        for option in options
    ]
    holding = [option for option in resolved if _holds(option, value)]
    return holding or [option for option in resolved if _is_of_type(option, value)]


def _is_of_type(schema: Json, value: Any) -> bool:
    names = schema.get("type", ())
    names = [names] if isinstance(names, str) else names
    return not names or any(isinstance(value, _TYPES[name]) for name in names)


def _holds(schema: Json, value: Any) -> bool:
    """Return whether a value satisfies a condition."""
    if not _is_of_type(schema, value):
        return False
    if "const" in schema and value != schema["const"]:
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "not" in schema and _holds(schema["not"], value):
        return False
    if "anyOf" in schema and not any(_holds(option, value) for option in schema["anyOf"]):
        return False
    return not isinstance(value, dict) or _holds_for_mapping(schema, value)


def _holds_for_mapping(schema: Json, value: dict[str, Any]) -> bool:
    properties = schema.get("properties", {})
    names = schema.get("propertyNames", {}).get("enum")
    return (
        all(name in value for name in schema.get("required", ()))
        and len(value) >= schema.get("minProperties", 0)
        and (names is None or all(name in names for name in value))
        and (schema.get("additionalProperties") is not False or all(name in properties for name in value))
        and all(_holds(properties[name], member) for name, member in value.items() if name in properties)
    )
