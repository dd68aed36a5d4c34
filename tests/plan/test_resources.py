"""What a change does to the resources of a stack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.definition.models import write
from tests.templates.update_behaviour import FILE, render
from twin_stack.definition import load
from twin_stack.plan import make_plan
from twin_stack.plan.resources import permission_lines, resource_changes, resource_lines
from twin_stack.plan.summary import summary_line

if TYPE_CHECKING:
    from pathlib import Path

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
            ["~ 1 AWS::DynamoDB::Table changed: BillingMode"],
        ),
        (
            resource("AWS::IoTTwinMaker::Entity", EntityId="a"),
            resource("AWS::IoTTwinMaker::Entity", EntityId="b"),
            ["! AWS::IoTTwinMaker::Entity R is replaced by another EntityId"],
        ),
        (
            resource("AWS::IoTTwinMaker::Entity", ParentEntityId="a"),
            resource("AWS::IoTTwinMaker::Entity", ParentEntityId="b"),
            ["~ 1 AWS::IoTTwinMaker::Entity changed: ParentEntityId"],
        ),
        (
            resource("AWS::Lambda::Function", Code={"S3Key": "a"}),
            resource("AWS::Lambda::Function", Code={"S3Key": "b"}),
            ["~ 1 AWS::Lambda::Function changed: Code"],
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


@pytest.mark.slow
def test_update_behaviour_is_that_of_the_schemas() -> None:
    assert FILE.read_text(encoding="utf-8") == render(), "run `make snapshots`"


def risks(before: Json, after: Json, folder: Path) -> list[str]:
    definition = load(write(folder, {}))
    plan = make_plan(definition, definition, templates=(before, after))
    return [f"{risk.code} {risk.message}" for risk in plan.risks]


BUCKET, LOG, RULE = "AWS::S3::Bucket", "AWS::Logs::LogGroup", "AWS::IoT::TopicRule"
EXPIRES = {"Rules": [{"Status": "Enabled", "ExpirationInDays": 30}]}
TTL = {"AttributeName": "expires", "Enabled": True}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            resource(LOG),
            resource(LOG, RetentionInDays=90),
            [
                "PLAN082 AWS::Logs::LogGroup R keeps events for 90 days instead of always; older ones are "
                "deleted"
            ],
            id="log is kept for a while",
        ),
        pytest.param(
            resource(LOG, RetentionInDays=90), resource(LOG, RetentionInDays=180), [], id="log is kept longer"
        ),
        pytest.param(resource(LOG, RetentionInDays=90), resource(LOG), [], id="log is kept always"),
        pytest.param(
            resource(TABLE),
            resource(TABLE, TimeToLiveSpecification=TTL),
            ['PLAN082 AWS::DynamoDB::Table R deletes rows by their attribute "expires" from now on'],
            id="time to live",
        ),
        pytest.param(resource(TABLE, TimeToLiveSpecification=TTL), resource(TABLE), [], id="no time to live"),
        pytest.param(
            resource(BUCKET),
            resource(BUCKET, LifecycleConfiguration=EXPIRES),
            ["PLAN082 AWS::S3::Bucket R deletes objects by 1 rule that it did not have"],
            id="lifecycle",
        ),
        pytest.param(
            resource(BUCKET, VersioningConfiguration={"Status": "Enabled"}),
            resource(BUCKET, VersioningConfiguration={"Status": "Suspended"}),
            ["PLAN083 versioning of AWS::S3::Bucket R is turned off"],
            id="versioning",
        ),
        pytest.param(
            resource(TABLE, DeletionProtectionEnabled=True),
            resource(TABLE),
            ["PLAN083 protection from deletion of AWS::DynamoDB::Table R is turned off"],
            id="protection",
        ),
        pytest.param(
            resource(TABLE, policy="Retain"),
            resource(TABLE),
            [
                "PLAN081 DeletionPolicy of AWS::DynamoDB::Table R becomes Delete instead of Retain; its "
                "data goes with it from now on",
                "PLAN081 UpdateReplacePolicy of AWS::DynamoDB::Table R becomes Delete instead of Retain; its "
                "data goes with it from now on",
            ],
            id="retained no more",
        ),
        pytest.param(resource(TABLE), resource(TABLE, policy="Retain"), [], id="retained now"),
        pytest.param(resource(RULE, policy="Retain"), resource(RULE), [], id="what holds no data"),
        pytest.param(
            resource(TABLE, policy="Retain", TableName="plant", KeySchema=["a"]),
            resource(TABLE, policy="Retain", TableName="plant", KeySchema=["b"]),
            [
                "PLAN084 AWS::DynamoDB::Table R may be replaced by another KeySchema and keeps its "
                'name "plant"; its creation fails'
            ],
            id="replaced under its name",
        ),
        pytest.param(
            resource(TABLE, TableName="plant"),
            resource(TABLE, TableName="plant-2"),
            ["PLAN080 AWS::DynamoDB::Table R is replaced, and its data is deleted"],
            id="replaced with its data",
        ),
    ],
)
def test_data_and_names_are_at_risk(before: Json, after: Json, expected: list[str], tmp_path: Path) -> None:
    assert risks(template(R=before), template(R=after), tmp_path) == expected


def test_name_of_a_moved_construct_is_taken(tmp_path: Path) -> None:
    entity = resource("AWS::IoTTwinMaker::Entity", WorkspaceId={"Ref": "Workspace"}, EntityId="pump-1")
    assert risks(template(Old=entity), template(New=entity), tmp_path) == [
        'PLAN084 AWS::IoTTwinMaker::Entity New gets the name "pump-1" of Old, which leaves the stack after '
        "that; its creation fails"
    ]
    queue = resource("AWS::SQS::Queue")
    assert risks(template(Old=queue), template(New=queue), tmp_path / "queue") == []


def test_output_that_others_read_is_kept_or_said(tmp_path: Path) -> None:
    def outputs(**exports: str | None) -> Json:
        return {
            "Resources": {},
            "Outputs": {
                name: {"Value": "x"} | ({"Export": {"Name": export}} if export else {})
                for name, export in exports.items()
            },
        }

    assert risks(outputs(Table=None, Arn="arn"), outputs(Arn="arn-2", More=None), tmp_path) == [
        'PLAN085 output "Arn" of the stack has another export',
        'PLAN085 output "Table" of the stack is removed',
    ]
    assert risks(outputs(Table=None), outputs(Table="new"), tmp_path / "b") == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(
            template(A=resource(TABLE, TableName="a")),
            template(A=resource(TABLE, TableName="b"), B=resource("AWS::SQS::Queue")),
            "1 resource to add, 1 resource to replace, 1 danger",
            id="resources",
        ),
        pytest.param(
            template(A=resource(TABLE, policy="Retain")),
            template(A=resource(TABLE)),
            "no change of the twin, 2 danger",
            id="what becomes of data",
        ),
        pytest.param(template(A=resource(TABLE)), template(A=resource(TABLE)), "no change", id="nothing"),
    ],
)
def test_summary_of_stacks_alone_names_resources_and_risks(
    before: Json, after: Json, expected: str, tmp_path: Path
) -> None:
    definition = load(write(tmp_path, {}))
    plan = make_plan(definition, definition, templates=(before, after))
    assert summary_line(plan) == expected
    assert plan.is_empty == (expected == "no change")
