"""Values of a template that are known before it is deployed."""

from __future__ import annotations

from typing import Any

import pytest

from twin_stack.client.template_values import references, resolve

TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Workspace": {"Type": "AWS::IoTTwinMaker::Workspace", "Properties": {"WorkspaceId": "plant-1"}},
        "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "rows"}},
    }
}
PARAMETERS = {"AWS::Region": "eu-west-1", "AWS::AccountId": "111122223333"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("rows", "rows"),
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Ref": "Workspace"}, "plant-1"),
        ({"Ref": "Table"}, None),
        ({"Ref": "Parameter"}, None),
        ({"Fn::Join": ["-", ["plant", {"Ref": "AWS::AccountId"}]]}, "plant-111122223333"),
        ({"Fn::Join": ["-", ["plant", {"Fn::GetAtt": ["Table", "Arn"]}]]}, None),
        ({"Fn::Sub": "plant-${AWS::Region}-${!raw}"}, "plant-eu-west-1-${raw}"),
        ({"Fn::Sub": "${Table.Arn}"}, None),
        ({"Fn::ImportValue": "name"}, None),
        (None, None),
    ],
)
def test_value_is_known_if_it_needs_no_deployment(value: Any, expected: str | None) -> None:
    assert resolve(value, TEMPLATE, PARAMETERS) == expected


def test_every_reference_of_a_resource_is_seen() -> None:
    resource = {
        "Type": "T",
        "Condition": "IsOn",
        "DependsOn": ["First", "Second"],
        "Properties": {
            "A": {"Ref": "Third"},
            "B": [{"Fn::GetAtt": ["Fourth", "Arn"]}, {"Fn::GetAtt": "Fifth.Arn"}],
            "C": {"Fn::Sub": "${Sixth.Arn}-${!No}"},
            "D": {"Fn::Sub": ["${own}-${Seventh}", {"own": {"Ref": "Eighth"}}]},
        },
    }

    ordinals = {"First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth"}
    assert references(resource) == {"IsOn", *ordinals}
    assert references({"DependsOn": "First"}) == {"First"}
