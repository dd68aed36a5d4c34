"""CloudFormation's schemas, and which of their members a template uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Schema = dict[str, Any]


def mistakes(schema: Schema, properties: Any) -> list[str]:
    """What the schema refuses; numbers in quotes, too, unlike cfn-lint."""
    from cfnlint.jsonschema import StandardValidator  # type: ignore[import-untyped]  # noqa: PLC0415

    errors = StandardValidator(schema).iter_errors(properties)
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in errors]


def writable(schema: Schema) -> set[str]:
    """Every member a template may give, as `Definition.Member`."""
    read_only = {pointer.rsplit("/", 1)[-1] for pointer in schema["readOnlyProperties"]}
    own = {f"Resource.{name}" for name in schema["properties"].keys() - read_only}
    return own | {
        member for name, subschema in schema["definitions"].items() for member in _members(name, subschema)
    }


def _members(name: str, schema: Schema) -> Iterator[str]:
    for member, subschema in schema.get("properties", {}).items():
        yield f"{name}.{member}"
        yield from _members(member, subschema)


def used(schema: Schema, properties: Any) -> set[str]:
    """The members that are given, as `Definition.Member`."""
    return set(_used(schema, "Resource", schema, properties))


def _used(root: Schema, name: str, schema: Schema, value: Any) -> Iterator[str]:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        schema = root["definitions"][name]
    if isinstance(value, list):
        for item in value:
            yield from _used(root, name, schema.get("items", {}), item)
    if isinstance(value, dict):
        members = schema.get("properties", {})
        named: Schema = next(iter(schema.get("patternProperties", {}).values()), {})
        for member, item in value.items():
            if member in members:
                yield f"{name}.{member}"
                yield from _used(root, member, members[member], item)
            else:
                yield from _used(root, name, named, item)
