"""Every limit is the stricter one of the API's and CloudFormation's, and patterns hold for the whole text."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, get_args

import botocore.session
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.support.cfn_lint import resource_schema
from twin_stack.definition import schema
from twin_stack.twinmaker.data_types import MAX_MEMBERS


@cache
def api(name: str) -> dict[str, Any]:
    """The limits of a shape of the service model."""
    shape = botocore.session.get_session().get_service_model("iottwinmaker").shape_for(name)
    return dict(shape.metadata)


@cache
def cloudformation(resource: str, *path: str) -> Any:
    """A part of the schema of a resource type."""
    value: Any = resource_schema(f"AWS::IoTTwinMaker::{resource}")
    for part in path:
        value = value[part]
    return value


# What is written, the API's shape, where CloudFormation says it.
TEXTS: dict[str, tuple[Any, str | None, tuple[str, ...] | None]] = {
    "workspaceId": (schema.WorkspaceId, "Id", ("Workspace", "properties", "WorkspaceId")),
    "sceneId": (schema.SceneId, "Id", ("Scene", "properties", "SceneId")),
    "entityId": (schema.EntityId, "EntityId", ("Entity", "properties", "EntityId")),
    "parentEntityId": (schema.ParentEntityId, "ParentEntityId", ("Entity", "properties", "ParentEntityId")),
    "entityName": (schema.EntityName, "EntityName", ("Entity", "properties", "EntityName")),
    "componentTypeId": (
        schema.ComponentTypeId,
        "ComponentTypeId",
        ("ComponentType", "properties", "ComponentTypeId"),
    ),
    "name": (schema.Name, "Name", ("Entity", "definitions", "Component", "properties", "ComponentName")),
    "componentPath": (
        schema.ComponentPath,
        "ComponentPath",
        ("Entity", "definitions", "CompositeComponent", "properties", "ComponentPath"),
    ),
    "description of a type": (
        schema.Description,
        "Description",
        ("ComponentType", "properties", "Description"),
    ),
    "description of an entity": (schema.Description, "Description", ("Entity", "properties", "Description")),
    "description of a scene": (schema.Description, "Description", ("Scene", "properties", "Description")),
    "unitOfMeasure": (
        schema.ShortText,
        "String",
        ("ComponentType", "definitions", "DataType", "properties", "UnitOfMeasure"),
    ),
    "stringValue": (
        schema.ShortText,
        "String",
        ("Entity", "definitions", "DataValue", "properties", "StringValue"),
    ),
    "relationshipType": (
        schema.ShortText,
        "String",
        ("ComponentType", "definitions", "Relationship", "properties", "RelationshipType"),
    ),
    "configuration value": (
        schema.ConfigurationValue,
        "Value",
        (
            "ComponentType",
            "definitions",
            "PropertyDefinition",
            "properties",
            "Configurations",
            "patternProperties",
            r"[a-zA-Z_\-0-9]+",
        ),
    ),
    "displayName": (schema.DisplayName, "PropertyDisplayName", None),
    "tag value": (schema.TagValue, "TagValue", None),
    "capability": (schema.Capability, "SceneCapability", ("Scene", "properties", "Capabilities", "items")),
    "metadata value": (schema.SceneMetadataValue, "SceneMetadataValue", None),
    "Lambda ARN": (
        schema.LambdaArn,
        "LambdaArn",
        ("ComponentType", "definitions", "LambdaFunction", "properties", "Arn"),
    ),
}
STRICTER = {"Lambda ARN"}  # a function's name has no slash
SAMPLES = {
    "Lambda ARN": "arn:aws:lambda:eu-west-1:111122223333:function:a",
    "parentEntityId": "$ROOT",
    "entityId": "0f8fad5b-d9cb-469f-a165-70867728950e",
}


def allows(text_type: Any, value: str) -> bool:
    try:
        TypeAdapter(text_type).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def rules(name: str) -> list[tuple[int, int, str]]:
    _, shape, path = TEXTS[name]
    found = []
    if shape is not None:
        limits = api(shape)
        found.append((limits.get("min", 0), limits.get("max", 10**9), limits.get("pattern", ".*")))
    if path is not None:
        limits = cloudformation(*path)
        found.append(
            (limits.get("minLength", 0), limits.get("maxLength", 10**9), limits.get("pattern", ".*"))
        )
    return found


def both_take(name: str, value: str) -> bool:
    # Free text of CloudFormation has no pattern: the API's, anchored, refuses line breaks.
    limits = rules(name)
    assert limits, f"neither the API nor CloudFormation limits {name}"
    return all(
        least <= len(value) <= most and re.fullmatch(pattern, value) for least, most, pattern in limits
    )


EDGES = [0, 1, 2, 127, 128, 129, 255, 256, 257, 511, 512, 513, 2047, 2048, 2049]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("length", EDGES)
def test_length_is_allowed_when_both_take_it(name: str, length: int) -> None:
    value = SAMPLES.get(name, "").ljust(length, "a")
    if name == "Lambda ARN" or len(value) == length:
        assert allows(TEXTS[name][0], value) == both_take(name, value)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("end", ["\n", "\r", "\x00", " ", "é", ":prod", "-", ".", "/b", "\u2028"])
def test_pattern_holds_to_the_end(name: str, end: str) -> None:
    value = SAMPLES.get(name, "abc") + end
    allowed, taken = allows(TEXTS[name][0], value), both_take(name, value)
    assert allowed <= taken
    assert name in STRICTER or allowed == taken


@given(name=st.sampled_from(sorted(TEXTS)), value=st.text(alphabet="aZ0-_.:/ $é\n", max_size=8))
@example(name="entityName", value="Pump (1)")
@example(name="entityId", value="a")
@example(name="parentEntityId", value="$ROOT")
def test_text_is_allowed_when_both_take_it(name: str, value: str) -> None:
    allowed, taken = allows(TEXTS[name][0], value), both_take(name, value)
    assert allowed <= taken
    assert name in STRICTER or allowed == taken


@given(value=st.text(alphabet="aZ0é٣-_.:/=+@ \u00a0#\n\t", max_size=6))
def test_tag_key_is_allowed_when_the_service_takes_it(value: str) -> None:
    (pattern,) = cloudformation("Entity", "properties", "Tags", "patternProperties")
    assert pattern == f"^{api('TagKey')['pattern']}$"
    regex = pytest.importorskip("regex", reason="Python's re has no Unicode classes")
    taken = len(value) >= 1 and regex.fullmatch(api("TagKey")["pattern"], value)
    assert allows(schema.TagKey, value) == bool(taken)


@pytest.mark.parametrize(("length", "allowed"), [(0, False), (1, True), (128, True), (129, False)])
def test_tag_key_has_the_length_of_the_api(length: int, *, allowed: bool) -> None:
    assert (api("TagKey")["min"], api("TagKey")["max"]) == (1, 128)
    assert allows(schema.TagKey, "a" * length) == allowed


def test_numbers_of_members_are_those_of_both() -> None:
    functions = cloudformation("ComponentType", "definitions", "Function", "properties")
    groups = cloudformation("ComponentType", "definitions", "PropertyGroup", "properties")
    values = cloudformation("Entity", "definitions", "DataValue", "properties")
    allowed = cloudformation("ComponentType", "definitions", "DataType", "properties", "AllowedValues")
    assert {api("DataValueList")["max"], api("DataValueMap")["max"], values["ListValue"]["maxItems"]} == {
        MAX_MEMBERS
    }
    assert functions["RequiredProperties"]["maxItems"] == 256
    assert groups["PropertyNames"]["maxItems"] == 256
    assert allowed["maxItems"] == api("TagMap")["max"] == api("SceneCapabilities")["max"] == 50
    assert cloudformation("ComponentType", "properties", "ExtendsFrom", "maxItems") > 10  # the guide says 10


def names(count: int) -> list[str]:
    return [f"n{index}" for index in range(count)]


TYPE = {"componentTypeId": "a"}
LISTS: dict[str, tuple[Any, int, Any]] = {
    "extendsFrom": (schema.ComponentType, 10, lambda some: {**TYPE, "extendsFrom": some}),
    "requiredProperties": (schema.Function, 256, lambda some: {"requiredProperties": some}),
    "propertyNames": (
        schema.PropertyGroup,
        256,
        lambda some: {"groupType": "TABULAR", "propertyNames": some},
    ),
    "allowedValues": (schema.DataType, 50, lambda some: {"type": "STRING", "allowedValues": some}),
    "tags": (schema.ComponentType, 50, lambda some: {**TYPE, "tags": dict.fromkeys(some, "x")}),
    "capabilities": (schema.Scene, 50, lambda some: {"sceneId": "ab", "document": {}, "capabilities": some}),
    "sceneMetadata": (
        schema.Scene,
        50,
        lambda some: {"sceneId": "ab", "document": {}, "sceneMetadata": dict.fromkeys(some, "x")},
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_list_is_full_at_its_limit(name: str) -> None:
    model, most, data = LISTS[name]
    assert allows(model, data(names(most)))
    assert not allows(model, data(names(most + 1)))


@pytest.mark.parametrize("name", ["extendsFrom", "requiredProperties", "propertyNames", "capabilities"])
def test_list_takes_each_member_once(name: str) -> None:
    model, _, data = LISTS[name]
    assert not allows(model, data(["n1", "n1"]))


PRINTED: dict[str, type[BaseModel]] = {
    "GetEntityResponse": schema.Entity,
    "GetComponentTypeResponse": schema.ComponentType,
    "ComponentResponse": schema.Component,
    "PropertyDefinitionResponse": schema.PropertyDefinition,
    "FunctionResponse": schema.Function,
    "PropertyGroupResponse": schema.PropertyGroup,
    "ComponentPropertyGroupResponse": schema.PropertyGroup,
    "CompositeComponentTypeResponse": schema.CompositeComponentType,
    "DataType": schema.DataType,
    "Relationship": schema.Relationship,
    "DataConnector": schema.Implementation,
    "LambdaFunction": schema.LambdaFunction,
}


@pytest.mark.parametrize("shape", PRINTED)
def test_every_member_that_the_service_prints_is_known(shape: str) -> None:
    model = PRINTED[shape]
    service: Any = botocore.session.get_session().get_service_model("iottwinmaker")
    members = service.shape_for(shape).members
    fields = {field.alias or name for name, field in model.model_fields.items()}
    assert set(members) - fields <= getattr(model, "read_only_members", frozenset())


def test_data_types_are_those_of_the_service() -> None:
    ours = set(get_args(schema.PropertyType))
    model: Any = botocore.session.get_session().get_service_model("iottwinmaker")
    assert ours == set(model.shape_for("Type").enum)
    assert ours == set(
        cloudformation("ComponentType", "definitions", "DataType", "properties", "Type", "enum")
    )
