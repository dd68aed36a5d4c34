"""Data types of properties."""

from __future__ import annotations

from typing import Any, get_args

import botocore.session

from tests.support.service_limits import cloudformation
from twin_stack.definition import schema


def test_data_types_are_those_of_the_service() -> None:
    ours = set(get_args(schema.PropertyType))
    model: Any = botocore.session.get_session().get_service_model("iottwinmaker")
    assert ours == set(model.shape_for("Type").enum)
    assert ours == set(
        cloudformation("ComponentType", "definitions", "DataType", "properties", "Type", "enum")
    )
