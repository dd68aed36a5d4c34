"""Functions of component types."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from twin_stack.definition.schema import Function

ARN = "arn:aws:lambda:eu-west-1:111122223333:function:reader"


def test_name_is_short_for_a_connector() -> None:
    assert Function.model_validate("telemetry") == Function(connector="telemetry")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({}, False),
        ({"connector": "telemetry"}, True),
        ({"implementedBy": {"lambda": {"arn": ARN}}}, True),
        ({"implementedBy": {"isNative": True}}, True),
        ({"implementedBy": {"isNative": False}}, False),
        ({"implementedBy": {}}, False),
    ],
)
def test_function_is_implemented_by_a_connector_a_lambda_or_the_service(
    members: dict[str, Any], *, expected: bool
) -> None:
    assert Function.model_validate(members).is_implemented is expected


def test_function_has_one_implementation() -> None:
    with pytest.raises(ValidationError, match="both connector and implementedBy are given"):
        Function.model_validate({"connector": "telemetry", "implementedBy": {"isNative": True}})


def test_version_of_a_lambda_function_is_refused() -> None:
    with pytest.raises(ValidationError, match="without version or alias"):
        Function.model_validate({"implementedBy": {"lambda": {"arn": f"{ARN}:prod"}}})
