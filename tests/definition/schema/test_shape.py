"""What all shapes have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import botocore.session
import pytest
from pydantic import Field, ValidationError

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


class Door(schema.Shape):
    door_width: float
    colours: Annotated[list[str], schema.Unique] = Field(default=[])


class PrintedDoor(schema.ResponseShape):
    read_only_members = frozenset({"madeAt"})

    width: float


def test_member_has_the_spelling_of_the_service() -> None:
    assert Door.model_validate({"doorWidth": 1.5}).door_width == 1.5
    with pytest.raises(ValidationError, match="doorwidth"):
        Door.model_validate({"doorWidth": 1.5, "doorwidth": 2.0})


def test_value_is_not_converted() -> None:
    with pytest.raises(ValidationError, match="valid number"):
        Door.model_validate({"doorWidth": "1.5"})


def test_shape_cannot_be_changed() -> None:
    door = Door.model_validate({"doorWidth": 1.5})
    with pytest.raises(ValidationError, match="frozen"):
        door.door_width = 2.0  # type: ignore[misc]


def test_every_repeated_member_of_a_list_is_named() -> None:
    assert Door.model_validate({"doorWidth": 1.0, "colours": ["red", "blue"]}).colours == ["red", "blue"]
    with pytest.raises(ValidationError) as caught:
        Door.model_validate({"doorWidth": 1.0, "colours": ["red", "blue", "blue", "red"]})
    (error,) = caught.value.errors()
    assert error["msg"] == "is duplicated in the list"
    assert error["ctx"]["members"] == [2, 3]


def test_response_loses_what_no_request_takes_and_nothing_else() -> None:
    printed = {"width": 1.5, "madeAt": "today"}
    assert PrintedDoor.model_validate(printed) == PrintedDoor(width=1.5)
    assert printed == {"width": 1.5, "madeAt": "today"}, "the document that was read is kept"
    with pytest.raises(ValidationError, match="madeBy"):
        PrintedDoor.model_validate({**printed, "madeBy": "x"})
