"""Ids, names and texts: the stricter limit of the API and CloudFormation, for the whole text."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.service_limits import allows, api, cloudformation
from twin_stack.definition import schema

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


def rules(name: str) -> list[tuple[int, int, str]]:
    _, shape, path = TEXTS[name]
    limits_of_both = []
    if shape is not None:
        limits = api(shape)
        limits_of_both.append((limits.get("min", 0), limits.get("max", 10**9), limits.get("pattern", ".*")))
    if path is not None:
        limits = cloudformation(*path)
        limits_of_both.append(
            (limits.get("minLength", 0), limits.get("maxLength", 10**9), limits.get("pattern", ".*"))
        )
    return limits_of_both


def both_take(name: str, value: str) -> bool:
    # Free text of CloudFormation has no pattern: the API's, anchored, refuses line breaks.
    limits = rules(name)
    assert limits, f"neither the API nor CloudFormation limits {name}"
    return all(
        least <= len(value) <= most and re.fullmatch(pattern, value) for least, most, pattern in limits
    )


EDGES = [0, 1, 2, 127, 128, 129, 255, 256, 257, 511, 512, 513, 2047, 2048, 2049]


ENDS = ["\n", "\r", "\x00", " ", "é", ":prod", "-", ".", "/b", "\u2028"]


def test_length_is_allowed_when_both_take_it() -> None:
    texts = [
        (name, value)
        for name in TEXTS
        for length in EDGES
        for value in [SAMPLES.get(name, "").ljust(length, "a")]
        if name == "Lambda ARN" or len(value) == length
    ]
    assert len(texts) > 250
    assert [
        (name, len(value)) for name, value in texts if allows(TEXTS[name][0], value) != both_take(name, value)
    ] == []


def test_pattern_holds_to_the_end() -> None:
    texts = [(name, SAMPLES.get(name, "abc") + end) for name in TEXTS for end in ENDS]
    assert [text for text in texts if is_wrong(*text)] == []


def is_wrong(name: str, value: str) -> bool:
    """Whether a text is allowed that the service refuses, or the other way round."""
    allowed, taken = allows(TEXTS[name][0], value), both_take(name, value)
    return allowed > taken if name in STRICTER else allowed != taken


@given(name=st.sampled_from(sorted(TEXTS)), value=st.text(alphabet="aZ0-_.:/ $é\n", max_size=8))
@example(name="entityName", value="Pump (1)")
@example(name="entityId", value="a")
@example(name="parentEntityId", value="$ROOT")
def test_text_is_allowed_when_both_take_it(name: str, value: str) -> None:
    assert not is_wrong(name, value)
