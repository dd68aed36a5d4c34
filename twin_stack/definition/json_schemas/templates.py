"""JSON Schemas of ``forEach``: its keys, ``forRows``, and the template, whose values may hold cells."""

from __future__ import annotations

from typing import Any

from twin_stack.definition.json_schemas.models import PREFIX, model_definitions, reference
from twin_stack.definition.row_template import FOR_ROWS
from twin_stack.definition.schema import ForEach, RowSelection

Json = dict[str, Any]

FOR_EACH: Json = model_definitions(ForEach)["ForEach"]
_FOR_ROWS: Json = {
    "description": "Repeated for each row of the group: members of this mapping, or an item of this list.",
    "properties": model_definitions(RowSelection)["RowSelection"]["properties"],
}

_ITEM_OF_ROWS: Json = {
    "type": "object",
    "properties": {FOR_ROWS: _FOR_ROWS},
    "required": [FOR_ROWS],
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
    if "items" in result:
        result["items"] = {"anyOf": [result["items"], _ITEM_OF_ROWS]}
    if schema.get("type") == "object":
        result["properties"] = {**result.get("properties", {}), FOR_ROWS: _FOR_ROWS}
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
