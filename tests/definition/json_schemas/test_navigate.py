"""The part of a schema that applies to a value."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.definition.json_schemas.navigate import SchemaPart, root_part


def part(schema: dict[str, Any], value: Any) -> SchemaPart:
    return SchemaPart("twin", schema, value)


def names(schema: dict[str, Any], value: Any) -> list[str]:
    return list(part(schema, value).members)


OPTIONS = {
    "anyOf": [
        {"type": "object", "properties": {"kind": {"const": "a"}, "ofA": {}}, "required": ["kind"]},
        {"type": "object", "properties": {"kind": {"enum": ["b"]}, "ofB": {}}, "required": ["kind"]},
        {"type": "string"},
    ]
}


@pytest.mark.parametrize(
    ("value", "members"),
    [
        ({"kind": "a"}, ["kind", "ofA"]),
        ({"kind": "b"}, ["kind", "ofB"]),
        ({}, ["kind", "ofA", "ofB"]),
        ({"kind": "c"}, ["kind", "ofA", "ofB"]),
        ("text", []),
    ],
    ids=["first", "second", "none yet", "none of them", "of another type"],
)
def test_option_is_the_one_that_holds_or_those_of_the_type_of_the_value(
    value: Any, members: list[str]
) -> None:
    assert names(OPTIONS, value) == members


@pytest.mark.parametrize(
    ("condition", "value", "holds"),
    [
        ({"required": ["a"]}, {"a": 1}, True),
        ({"required": ["a"]}, {}, False),
        ({"minProperties": 2}, {"a": 1}, False),
        ({"propertyNames": {"enum": ["a"]}}, {"a": 1}, True),
        ({"propertyNames": {"enum": ["a"]}}, {"b": 1}, False),
        ({"additionalProperties": False, "properties": {"a": {}}}, {"b": 1}, False),
        ({"not": {"required": ["a"]}}, {"a": 1}, False),
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"b": 1}, True),
        ({"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"c": 1}, False),
        ({"properties": {"a": {"type": "integer"}}}, {"a": "x"}, False),
        ({"type": "object"}, [], False),
        ({"type": ["array", "object"]}, {}, True),
        ({"const": 1}, 2, False),
    ],
)
def test_condition_chooses_what_applies(condition: dict[str, Any], value: Any, holds: bool) -> None:
    schema = {"if": condition, "then": {"description": "then"}, "else": {"description": "else"}}
    assert part(schema, value).description == ("then" if holds else "else")


def test_member_that_several_schemas_have_is_the_first_one_in_the_order_of_the_first() -> None:
    schema = {
        "properties": {"b": {"description": "first"}, "a": {}},
        "allOf": [{"properties": {"b": {"description": "second", "enum": [1]}, "c": {}}}],
    }
    own = part(schema, {})
    assert list(own.members) == ["b", "a", "c"]
    assert own.members["b"] == {"description": "first"}
    assert own.member("b", 1).description == "first"
    assert own.member("b", 1).allowed_values == [1], "of all that apply"


def test_other_members_have_the_schema_of_additional_properties() -> None:
    schema = {"properties": {"a": {"description": "a"}}, "additionalProperties": {"description": "other"}}
    assert [part(schema, {}).member(name, 1).description for name in ("a", "b")] == ["a", "other"]
    assert part({"additionalProperties": False}, {}).member("b", 1).description == ""


def test_item_has_the_schema_of_items() -> None:
    schema = {"items": {"enum": ["a", "b", "a"]}}
    assert part(schema, []).item("x").allowed_values == ["a", "b"]
    assert part({}, []).item("x").allowed_values == []


def test_part_of_a_file_is_found_through_its_references() -> None:
    entities = {"e-1": {"entityName": "E", "components": {"c": {}}}}
    entity = root_part("entities", entities).member("e-1", entities["e-1"])
    assert {"entityName", "parentEntityId", "components"} <= entity.members.keys()
    component = entity.member("components", {"c": {}}).member("c", {})
    assert "componentTypeId" in component.members
    assert entity.member("entityName", "E").description != ""
