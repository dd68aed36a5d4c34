"""Data types of properties."""

from __future__ import annotations

from typing import Any, get_args

import botocore.session
import pytest
from pydantic import ValidationError

from tests.support.service_limits import cloudformation
from twin_stack.definition import schema


@pytest.mark.slow
def test_data_types_are_those_of_the_service() -> None:
    ours = set(get_args(schema.PropertyType))
    model: Any = botocore.session.get_session().get_service_model("iottwinmaker")
    assert ours == set(model.shape_for("Type").enum)
    assert ours == set(
        cloudformation("ComponentType", "definitions", "DataType", "properties", "Type", "enum")
    )


def test_name_is_short_for_the_type_at_every_depth() -> None:
    short = schema.DataType.model_validate({"type": "LIST", "nestedType": "DOUBLE"})
    assert short == schema.DataType.model_validate({"type": "LIST", "nestedType": {"type": "DOUBLE"}})
    assert schema.DataType.model_validate("DOUBLE") == short.nested_type


@pytest.mark.parametrize("data_type", ["double", "FLOAT", "", {"nestedType": "DOUBLE"}, 5])
def test_type_that_the_service_does_not_have_is_refused(data_type: object) -> None:
    with pytest.raises(ValidationError):
        schema.DataType.model_validate(data_type)


def test_unit_is_one_line_of_text() -> None:
    assert schema.DataType.model_validate({"type": "DOUBLE", "unitOfMeasure": "°C"}).unit_of_measure == "°C"
    with pytest.raises(ValidationError, match="in one line"):
        schema.DataType.model_validate({"type": "DOUBLE", "unitOfMeasure": "a\nb"})


def test_target_of_a_relationship_is_an_id_of_a_type() -> None:
    relationship = {"targetComponentTypeId": "com.e.A", "relationshipType": "feeds"}
    data_type = schema.DataType.model_validate({"type": "RELATIONSHIP", "relationship": relationship})
    assert data_type.relationship is not None
    assert data_type.relationship.model_dump(by_alias=True) == relationship
    with pytest.raises(ValidationError, match="component type id"):
        schema.Relationship.model_validate({"targetComponentTypeId": "com e"})
