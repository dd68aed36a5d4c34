"""Write the JSON Schemas of the definition files: ``make snapshots`` runs this module."""

from __future__ import annotations

import json
from typing import Any

from twin_stack.definition.items import BULK_KEYS, ID_KEYS, ITEM_MEMBERS
from twin_stack.definition.json_schemas import KINDS, schema_file
from twin_stack.definition.json_schemas.models import model_definitions, reference
from twin_stack.definition.json_schemas.scenes import scene_schema
from twin_stack.definition.json_schemas.templates import FOR_EACH, template_definitions
from twin_stack.definition.schema import ComponentType, Entity, Shape, TwinFile

Json = dict[str, Any]

_DRAFT = "http://json-schema.org/draft-07/schema#"


def definition_schema(kind: str) -> Json:
    """Return the JSON Schema of the files of a kind, as it follows from the models.

    Args:
        kind: One of ``KINDS``.
    """
    schema = _ROOTS[kind]()
    return {"$schema": _DRAFT, "title": _TITLES[kind], **schema}


def schema_text(kind: str) -> str:
    """Return the content of a schema's file.

    Args:
        kind: One of ``KINDS``.
    """
    return json.dumps(definition_schema(kind), indent=1, ensure_ascii=False) + "\n"


_TITLES = {
    "twin": "twin.yaml of twin-stack",
    "component_types": "Component types of twin-stack",
    "entities": "Entities of twin-stack",
    "scenes": "Scene of twin-stack",
}


def _twin_file() -> Json:
    return {**reference("TwinFile"), "definitions": model_definitions(TwinFile)}


def _component_types() -> Json:
    definitions = _item_definitions("component_types", ComponentType)
    return _file_of_items("component_types", definitions)


def _entities() -> Json:
    definitions = _item_definitions("entities", Entity)
    definitions |= template_definitions(definitions, "EntityItem")
    loop = {
        "description": "One entity for each row of a CSV file.",
        "type": "object",
        "properties": {"forEach": FOR_EACH, "entity": reference("EntityItemTemplate")},
        "required": ["forEach", "entity"],
        "additionalProperties": False,
    }
    schema = _file_of_items("entities", definitions)
    return {
        "if": {"type": "object", "required": ["forEach"]},
        "then": loop,
        "else": {key: schema[key] for key in ("if", "then", "else")},
        "definitions": definitions,
    }


def _item_definitions(kind: str, model: type[Shape]) -> Json:
    """Return the definitions of a file of items: of one with its id, and of items by id."""
    definitions = model_definitions(model)
    name = model.__name__
    body = definitions.pop(name)
    members = dict(body["properties"])
    if kind == "entities":
        members["children"] = {
            "description": "Entities below it, by id or in a list.",
            "allOf": [reference("Items")],
        }
    id_key = ID_KEYS[kind]
    required = [member for member in body.get("required", ()) if member != id_key]
    id_schema = {key: value for key, value in members[id_key].items() if key != "description"}
    body = {**body, "properties": members, "required": required}
    definitions[f"{name}Body"] = {key: value for key, value in body.items() if key != "required" or value}
    definitions[f"{name}Item"] = {"allOf": [reference(f"{name}Body")], "required": [id_key]}
    definitions["ItemsById"] = {
        "type": "object",
        "propertyNames": id_schema,
        "additionalProperties": reference(f"{name}Body"),
    }
    definitions["Items"] = {
        "if": {"type": "array"},
        "then": {"items": reference(f"{name}Item")},
        "else": {
            "if": _is_one_item(kind),
            "then": reference(f"{name}Item"),
            "else": reference("ItemsById"),
        },
    }
    return definitions


def _is_one_item(kind: str) -> Json:
    """Return the schema of a mapping that holds the members of one item instead of items by id."""
    members = {name: {"type": ["string", "array"]} for name in ITEM_MEMBERS}
    options: list[Json] = [{"required": [ID_KEYS[kind]]}]
    options += [{"properties": {name: schema}, "required": [name]} for name, schema in members.items()]
    return {"type": "object", "anyOf": options}


def _file_of_items(kind: str, definitions: Json) -> Json:
    bulk_key = BULK_KEYS[kind]
    return {
        "if": {"type": "object", "properties": {bulk_key: {"type": "array"}}, "required": [bulk_key]},
        "then": {"properties": {bulk_key: reference("Items")}, "additionalProperties": False},
        "else": {"if": {"type": "null"}, "else": reference("Items")},
        "definitions": definitions,
    }


_ROOTS = {
    "twin": _twin_file,
    "component_types": _component_types,
    "entities": _entities,
    "scenes": scene_schema,
}


if __name__ == "__main__":
    for name in KINDS:
        schema_file(name).write_text(schema_text(name), encoding="utf-8")
