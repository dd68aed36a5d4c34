"""JSON Schemas of the models of definition files, with the descriptions of their docstrings."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from twin_stack.definition.schema import Connector, Shape
from twin_stack.definition.schema.connector import MEMBERS_OF_KIND

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]

PREFIX = "#/definitions/"
_ATTRIBUTE = re.compile(r"^(\w+): ")
_READ_ONLY: Json = {"description": "Printed by the service; not deployed.", "doNotSuggest": True}


def reference(name: str) -> Json:
    """Return a reference to a definition.

    Args:
        name: Name of the definition.
    """
    return {"$ref": f"{PREFIX}{name}"}


def model_definitions(*models: type[Shape]) -> Json:
    """Return the schemas of models and of all that they contain, by name of the class.

    Args:
        models: The models.
    """
    classes = {shape.__name__: shape for shape in _subclasses(Shape)}
    definitions: Json = {}
    for model in models:
        schema = model.model_json_schema(
            by_alias=True, ref_template=f"{PREFIX}{{model}}", schema_generator=_Generator
        )
        definitions |= schema.pop("$defs", {})
        if "$ref" not in schema:
            definitions[model.__name__] = schema
    described = {name: _describe(schema, classes[name]) for name, schema in definitions.items()}
    if "Connector" in described:
        described["Connector"] = _by_kind(described["Connector"])
    return described


def paragraphs(text: str) -> str:
    """Return a docstring's text without its line breaks, and without the marks of code.

    Args:
        text: The text.
    """
    return " ".join(text.replace("``", "`").split())


class _Generator(GenerateJsonSchema):
    """Leaves out titles, which repeat the names of members."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        """Return False."""
        return False


def _subclasses(shape: type[Shape]) -> Iterator[type[Shape]]:
    for subclass in shape.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _describe(schema: Json, model: type[Shape]) -> Json:
    """Return a schema of pydantic in the form that editors show well."""
    about, _ = _docstring(model)
    texts: dict[str, str] = {}
    for base in reversed(model.__mro__):
        texts |= _docstring(base)[1] if issubclass(base, Shape) else {}
    members = {}
    own = inspect.get_annotations(model)
    names = sorted(model.model_fields, key=lambda name: name not in own)
    for name in names:  # its own members, then those that it inherits
        alias = model.model_fields[name].alias or name
        described = _simplify(schema["properties"][alias])
        if name in texts:
            described = _with_description(described, texts[name])
        members[alias] = described
    read_only: frozenset[str] = getattr(model, "read_only_members", frozenset())
    members |= {name: _READ_ONLY for name in sorted(read_only) if name not in members}
    result = {"description": about, "type": "object", "properties": members, "additionalProperties": False}
    if schema.get("required"):
        result["required"] = schema["required"]
    if model.short_form is not None:
        return {"description": about, "anyOf": [dict(model.short_form), {**result}]}
    return result


def _with_description(schema: Json, text: str) -> Json:
    # Draft 7 ignores other members beside "$ref".
    return {"description": text, "allOf": [schema]} if "$ref" in schema else {"description": text, **schema}


def _docstring(model: type[Shape]) -> tuple[str, dict[str, str]]:
    """Return the description of a model in its docstring, and those of its attributes by name."""
    about, _, attributes = (inspect.getdoc(model) or "").partition("\nAttributes:\n")
    texts: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc(attributes).splitlines():
        if match := _ATTRIBUTE.match(line):
            name = match[1]
            texts[name] = line[match.end() :]
        elif name:
            texts[name] += f" {line}"
    return paragraphs(about), {name: paragraphs(text) for name, text in texts.items()}


def _simplify(schema: Any) -> Any:
    """Return a schema without titles and empty defaults, keys of mappings under ``propertyNames``."""
    if isinstance(schema, list):
        return [_simplify(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {
        key: _simplify(value)
        for key, value in schema.items()
        if key != "title" and not (key == "default" and value in (None, {}, []))
    }
    if "\\w" in str(result.get("pattern", "")):  # ASCII in editors, all letters in Python
        del result["pattern"]
    if isinstance(patterns := result.pop("patternProperties", None), dict):
        ((pattern, value),) = patterns.items()
        result["additionalProperties"] = value
        result["propertyNames"] = _simplify({**result.get("propertyNames", {}), "pattern": pattern})
    return result


def _by_kind(connector: Json) -> Json:
    """Return the schema of connectors, with the members that each kind has."""
    members = connector["properties"]
    kinds = []
    for kind, names in MEMBERS_OF_KIND.items():
        aliases = [Connector.model_fields[name].alias or name for name in ("kind", *sorted(names))]
        of_kind = {name: members[name] for name in members if name in aliases}
        then: Json = {"properties": of_kind, "additionalProperties": False}
        if kind == "lambda":
            then["required"] = ["arn"]
        kinds.append({"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": then})
    rest = {key: value for key, value in connector.items() if key != "additionalProperties"}
    return {**rest, "properties": {"kind": members["kind"]}, "allOf": kinds}
