"""Numbers of members: the stricter limit of the API and CloudFormation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.service_limits import allows, api, cloudformation
from twin_stack.definition import schema
from twin_stack.twinmaker.data_types import MAX_MEMBERS


@pytest.mark.slow
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
