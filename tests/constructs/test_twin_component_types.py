"""Component types of a definition: functions and what they share."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.templates import Synthesized

from tests.constructs.statements import of_role
from tests.support.twins import synthesize_twin

TYPE = "AWS::IoTTwinMaker::ComponentType"


@pytest.mark.slow
def test_types_share_a_function_when_they_name_the_same_arn(tmp_path: Path) -> None:
    arn = "arn:aws:lambda:us-east-1:111122223333:function:reader"
    series = {"t": {"dataType": "DOUBLE", "isTimeSeries": True}}
    component_type = {
        "propertyDefinitions": series,
        "functions": {"dataReader": {"implementedBy": {"lambda": {"arn": arn}}}},
    }
    (tmp_path / "component_types").mkdir()
    (tmp_path / "twin.yaml").write_text("workspaceId: shared", encoding="utf-8")
    types = tmp_path / "component_types" / "types.json"
    types.write_text(
        json.dumps({"com.example.A": component_type, "com.example.B": component_type}), encoding="utf-8"
    )

    twin = synthesize_twin(tmp_path)

    readers = [
        properties["Functions"]["dataReader"]["ImplementedBy"] for properties in properties_of_types(twin)
    ]
    assert readers == [{"Lambda": {"Arn": arn}}] * 2
    invoked = [
        of_role(twin.resources, role_id).get("lambda:InvokeFunction", [])
        for role_id in twin.all_of("AWS::IAM::Role")
    ]
    assert [arns for arns in invoked if arns] == [[arn]]


def properties_of_types(twin: Synthesized) -> list[dict[str, Any]]:
    return [resource["Properties"] for resource in twin.all_of(TYPE).values()]
