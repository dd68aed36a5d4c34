"""Limits of the service's API and of CloudFormation, and what a type of ours allows."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session
from pydantic import TypeAdapter, ValidationError

from tests.support.cfn_lint import resource_schema


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


@cache
def _validator(text_type: Any) -> TypeAdapter[Any]:
    return TypeAdapter(text_type)


def allows(text_type: Any, value: str) -> bool:
    try:
        _validator(text_type).validate_python(value, strict=True)
    except ValidationError:
        return False
    return True
