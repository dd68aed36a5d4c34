"""Component types as they are written."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from twin_stack.definition.schema import ComponentType


def component_type(**members: Any) -> ComponentType:
    return ComponentType.model_validate({"componentTypeId": "com.e.A", **members})


def test_type_needs_its_parents_then_its_parts() -> None:
    own = component_type(
        extendsFrom=["com.e.Z", "com.e.B"], compositeComponentTypes={"c": {"componentTypeId": "com.e.C"}}
    )
    assert own.needs == ["com.e.Z", "com.e.B", "com.e.C"]
    assert component_type().needs == []


def test_parent_is_given_once() -> None:
    with pytest.raises(ValidationError, match="is duplicated in the list"):
        component_type(extendsFrom=["com.e.B", "com.e.C", "com.e.B"])


def test_members_that_only_the_service_sets_are_dropped() -> None:
    printed = component_type(isAbstract=True, isSchemaInitialized=True, arn="x", status={"state": "ACTIVE"})
    assert printed == component_type()


def test_member_of_another_shape_is_refused() -> None:
    with pytest.raises(ValidationError, match="hasChildEntities"):
        component_type(hasChildEntities=False)
