"""What a change does to the resources of a stack."""

from __future__ import annotations

from typing import Any

import pytest

from tests.templates.update_behaviour import FILE, render
from twin_stack.plan.resources import permission_lines, resource_changes, resource_lines

Json = dict[str, Any]


def template(**resources: Json) -> Json:
    return {"Resources": resources}


def resource(type_name: str, *, policy: str = "Delete", **properties: Any) -> Json:
    return {
        "Type": type_name,
        "Properties": properties,
        "DeletionPolicy": policy,
        "UpdateReplacePolicy": policy,
    }


def lines(before: Json, after: Json) -> list[str]:
    return list(resource_lines(resource_changes(before, after)))


TABLE = "AWS::DynamoDB::Table"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            resource(TABLE, policy="Retain", TableName="a"),
            resource(TABLE, policy="Retain", TableName="b"),
            ["! AWS::DynamoDB::Table R is replaced by another TableName; its data is kept"],
        ),
        (
            resource(TABLE, KeySchema=["a"], BillingMode="x"),
            resource(TABLE, KeySchema=["b"], BillingMode="y"),
            ["! AWS::DynamoDB::Table R may be replaced by another KeySchema; its data is deleted"],
        ),
        (
            resource(TABLE, BillingMode="x"),
            resource(TABLE, BillingMode="y"),
            ["~ 1 AWS::DynamoDB::Table changed"],
        ),
        (
            resource("AWS::IoTTwinMaker::Entity", EntityId="a"),
            resource("AWS::IoTTwinMaker::Entity", EntityId="b"),
            ["! AWS::IoTTwinMaker::Entity R is replaced by another EntityId"],
        ),
        (
            resource("AWS::IoTTwinMaker::Entity", ParentEntityId="a"),
            resource("AWS::IoTTwinMaker::Entity", ParentEntityId="b"),
            ["~ 1 AWS::IoTTwinMaker::Entity changed"],
        ),
        (
            resource("AWS::Lambda::Function", Code={"S3Key": "a"}),
            resource("AWS::Lambda::Function", Code={"S3Key": "b"}),
            ["~ 1 AWS::Lambda::Function changed"],
        ),
        (
            resource("Custom::SiteWiseAsset", ServiceToken="a", Name="a"),
            resource("Custom::SiteWiseAsset", ServiceToken="b", Name="b"),
            ["! Custom::SiteWiseAsset R is replaced by another ServiceToken; its data is deleted"],
        ),
        (
            resource("AWS::SQS::Queue"),
            resource(TABLE),
            ["! AWS::DynamoDB::Table R is replaced by another Type"],
        ),
    ],
)
def test_update_is_what_the_schema_says(before: Json, after: Json, expected: list[str]) -> None:
    assert lines(template(R=before), template(R=after)) == expected
    assert lines(template(R=before), template(R=before)) == []


def test_added_and_removed_resources() -> None:
    before = template(
        A=resource(TABLE, policy="RetainExceptOnCreate"),
        B=resource("AWS::S3::Bucket"),
        C=resource("AWS::SQS::Queue"),
    )
    after = template(D=resource("AWS::SQS::Queue"), E=resource("AWS::SQS::Queue"))
    assert lines(before, after) == [
        "- AWS::DynamoDB::Table A leaves the stack; its data is kept",
        "- AWS::S3::Bucket B leaves the stack; its data is deleted",
        "+ 2 AWS::SQS::Queue added",
        "- 1 AWS::SQS::Queue removed",
    ]


def test_permissions_are_said_in_words() -> None:
    def with_actions(*actions: str) -> Json:
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": {"Fn::GetAtt": ["Table", "Arn"]}}
        trust = {"Statement": [{"Principal": {"Service": "lambda.amazonaws.com"}}]}
        role = resource(
            "AWS::IAM::Role",
            AssumeRolePolicyDocument=trust,
            Policies=[{"PolicyDocument": {"Statement": [statement]}}],
        )
        return template(Role=role, Table=resource(TABLE))

    before, after = with_actions("dynamodb:Query"), with_actions("dynamodb:PutItem", "dynamodb:DeleteItem")
    assert list(permission_lines(before, after)) == [
        "+ role Role of lambda.amazonaws.com may dynamodb:DeleteItem, dynamodb:PutItem on <Table>",
        "- role Role of lambda.amazonaws.com may no longer dynamodb:Query on <Table>",
    ]
    assert list(permission_lines(before, before)) == []


def test_update_behaviour_is_that_of_the_schemas() -> None:
    assert FILE.read_text(encoding="utf-8") == render(), "run `make snapshots`"
