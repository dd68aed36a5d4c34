"""What all shapes have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session
import pytest

from twin_stack.definition import schema

if TYPE_CHECKING:
    from pydantic import BaseModel


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
