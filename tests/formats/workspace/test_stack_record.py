"""What the stack of a workspace says of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from twin_stack.formats.workspace.stack_record import kept_of, make_record

KEPT: dict[str, Any] = {
    "workspaceId": "plant",
    "dataName": "old-plant",
    "functions": {"telemetry": "ConnectorFunction1"},
    "twin": {
        "connectors": {"telemetry": {"kind": "dynamodb"}, "weather": {"kind": "lambda", "arn": "arn:w"}}
    },
}
RESOURCES = [
    {
        "LogicalResourceId": "ConnectorFunction1",
        "PhysicalResourceId": "plant-Connector-XYZ",
        "ResourceType": "AWS::Lambda::Function",
    },
    {"LogicalResourceId": "Model", "PhysicalResourceId": "m-1", "ResourceType": "Custom::SiteWiseAssetModel"},
    {"LogicalResourceId": "Asset", "PhysicalResourceId": "a-1", "ResourceType": "Custom::SiteWiseAsset"},
    {"LogicalResourceId": "Table", "ResourceType": "AWS::DynamoDB::Table"},
]


def test_functions_of_the_stack_are_its_connectors() -> None:
    record = make_record(KEPT, RESOURCES, {})
    arn = "arn:aws:lambda:eu-west-1:111122223333:function:"
    assert record.connector_of(f"{arn}plant-Connector-XYZ") == "telemetry"
    assert record.connector_of("arn:w") == "weather"
    assert record.connector_of(f"{arn}telemetry") is None  # a name alone says nothing
    assert record.sitewise_ids == {"m-1", "a-1"}
    assert record.twin["dataName"] == "old-plant"


def test_tags_of_aws_and_of_the_stack_are_no_tags_of_the_definition() -> None:
    record = make_record(KEPT, [], {"Team": "water", "Stage": "dev"})
    tags = {"Team": "water", "Stage": "own", "aws:cloudformation:stack-name": "x", "Owner": "me"}
    assert record.own_tags(tags) == {"Owner": "me", "Stage": "own"}


@pytest.mark.parametrize("key", ["twin-stack", "twin-stack:Second"])
def test_template_keeps_the_members_of_each_of_its_twins(key: str) -> None:
    template = {"Metadata": {"other": {}, key: KEPT}, "Resources": {}}
    assert kept_of(template, "plant") == KEPT
    assert kept_of(json.dumps(template), "plant") == KEPT
    assert kept_of(template, "another") is None


@pytest.mark.parametrize("template", [{}, "Resources: {}", {"Metadata": {"twin-stackX": KEPT}}, None])
def test_other_templates_keep_nothing(template: Any) -> None:
    assert kept_of(template, "plant") is None
