"""JSON Schemas of ``forEach``: its keys, and the template of entities, whose values may hold cells."""

from __future__ import annotations

from typing import Any

from twin_stack.definition.json_schemas.models import PREFIX, reference

Json = dict[str, Any]

FOR_EACH: Json = {
    "description": "The rows from which entities are made.",
    "type": "object",
    "properties": {
        "csv": {"description": "The CSV file, relative to this file.", "type": "string"},
        "as": {
            "description": "Name of the row in the template, such as `row` in `${row.id}`.",
            "type": "string",
            "pattern": "^[A-Za-z_][A-Za-z_0-9]*$",
            "default": "row",
        },
    },
    "required": ["csv"],
    "additionalProperties": False,
}

_SUFFIX = "Template"
_CELL: Json = {"type": "string", "pattern": "\\$\\{[^{}]*\\}"}
_SCALARS = ("string", "number", "integer", "boolean")


def template_definitions(definitions: Json, name: str) -> Json:
    """Return the definitions of a template, in which each text or number may be one with cells.

    Args:
        definitions: The definitions of what the template makes.
        name: The definition of one.
    """
    templates: Json = {}
    names = [name]
    while names:
        name = names.pop()
        if f"{name}{_SUFFIX}" not in templates:
            templates[f"{name}{_SUFFIX}"] = _templated(definitions[name], names)
    return templates


def _templated(schema: Any, names: list[str]) -> Any:
    """Return a schema that also takes cells; append the names of the definitions that it refers to."""
    if isinstance(schema, list):
        return [_templated(item, names) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(PREFIX)
        names.append(name)
        return {**schema, **reference(f"{name}{_SUFFIX}")}
    result = {key: _member(key, value, names) for key, value in schema.items()}
    if schema.get("type") in _SCALARS or "enum" in schema:
        described = {"description": result.pop("description")} if "description" in result else {}
        return {**described, "anyOf": [result, _CELL]}
    return result


def _member(key: str, value: Any, names: list[str]) -> Any:
    if key == "properties":
        return {name: _templated(member, names) for name, member in value.items()}
    if key == "propertyNames":
        return {"anyOf": [value, _CELL]}
    return value if key in ("required", "enum", "not") else _templated(value, names)
