"""Each statement of the roles behind the bulk engine: one workspace, one prefix, own assets, imports only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.constructs.examples import bulk_entities
from tests.constructs.statements import flat, listed
from tests.support.templates import synthesize

if TYPE_CHECKING:
    from tests.support.templates import Synthesized

pytestmark = pytest.mark.slow

ASSETS = "arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*.plant-entities"
JOBS = "arn:<AWS::Partition>:iottwinmaker:<AWS::Region>:<AWS::AccountId>:metadata-transfer-job/*"


@pytest.fixture(scope="module")
def plant() -> Synthesized:
    return synthesize(bulk_entities)


def statements_of(plant: Synthesized, role_id: str) -> list[tuple[set[str], set[str], dict[str, Any]]]:
    """Actions, resources and conditions of all statements of a role, each of which allows."""
    properties = plant.resources[role_id]["Properties"]
    assert "ManagedPolicyArns" not in properties
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    documents += [
        policy["Properties"]["PolicyDocument"]
        for policy in plant.all_of("AWS::IAM::Policy").values()
        if {"Ref": role_id} in policy["Properties"]["Roles"]
    ]
    rows = []
    for document in documents:
        for statement in document["Statement"]:
            assert statement.keys() <= {"Action", "Effect", "Resource", "Condition"}
            assert statement["Effect"] == "Allow"
            resources = set(map(flat, listed(statement["Resource"])))
            rows.append((set(listed(statement["Action"])), resources, statement.get("Condition", {})))
    return rows


def role_with(plant: Synthesized, text: str) -> str:
    """The logical id of the one role whose logical id contains a text."""
    (role_id,) = (name for name in plant.all_of("AWS::IAM::Role") if text in name)
    return role_id


def test_function_may_do_what_it_needs_and_nothing_else(plant: Synthesized) -> None:
    workspace = f"<{plant.id_of('AWS::IoTTwinMaker::Workspace')}.Arn>"
    bucket = f"<{plant.id_of('AWS::S3::Bucket')}.Arn>"
    log = f"<{plant.id_of('AWS::Logs::LogGroup')}.Arn>"
    state = f"{bucket}/twin-stack/entities/<AWS::StackName>/{plant.id_of('Custom::TwinStackEntities')}/*"

    assert statements_of(plant, role_with(plant, "ReconcilerRole")) == [
        ({"logs:CreateLogStream", "logs:PutLogEvents"}, {log}, {}),
        (
            {"iottwinmaker:GetWorkspace", "iottwinmaker:ListComponentTypes", "iottwinmaker:ListEntities"},
            {workspace},
            {},
        ),
        (
            {
                "iottwinmaker:CreateEntity",
                "iottwinmaker:DeleteEntity",
                "iottwinmaker:GetComponentType",
                "iottwinmaker:GetEntity",
                "iottwinmaker:ListComponents",
                "iottwinmaker:ListProperties",
                "iottwinmaker:ListTagsForResource",
                "iottwinmaker:TagResource",
                "iottwinmaker:UntagResource",
                "iottwinmaker:UpdateEntity",
            },
            {workspace, f"{workspace}/*"},
            {},
        ),
        (
            {"iottwinmaker:CreateMetadataTransferJob"},
            {"*"},  # it has no resource in IAM
            {
                "StringEquals": {
                    "iottwinmaker:sourceType": "s3",
                    "iottwinmaker:destinationType": "iottwinmaker",
                }
            },
        ),
        (
            {"iottwinmaker:CancelMetadataTransferJob", "iottwinmaker:GetMetadataTransferJob"},
            {JOBS},
            {},
        ),
        ({"s3:GetObject"}, {ASSETS}, {}),
        (
            {
                "s3:AbortMultipartUpload",
                "s3:DeleteObject",
                "s3:GetObject",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            },
            {state},
            {},
        ),
        ({"s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"}, {bucket}, {}),
    ]


@pytest.mark.parametrize("role", ["OnEventRole", "IsCompleteRole"])
def test_framework_may_call_the_function_and_write_its_log(role: str, plant: Synthesized) -> None:
    log = f"<{plant.id_of('AWS::Logs::LogGroup')}.Arn>"
    (function,) = (
        f"<{name}.Arn>" for name in plant.all_of("AWS::Lambda::Function") if "ReconcilerFunction" in name
    )
    waiter = {f"<{plant.id_of('AWS::StepFunctions::StateMachine')}>"}

    rows = statements_of(plant, role_with(plant, role))

    assert rows[0] == ({"logs:CreateLogStream", "logs:PutLogEvents"}, {log}, {})
    others = {
        (action, resource)
        for actions, resources, _ in rows[1:]
        for action in actions
        for resource in resources
    }
    assert {condition for _, _, condition in rows if condition} == set()
    assert others - {("states:StartExecution", arn) for arn in waiter} == {
        ("lambda:InvokeFunction", function),
        ("lambda:InvokeFunction", f"{function}:*"),
        ("lambda:GetFunction", function),
    }
    assert any(action == "states:StartExecution" for action, _ in others) is (role == "OnEventRole")


def test_waiter_may_call_the_functions_of_the_framework(plant: Synthesized) -> None:
    rows = statements_of(plant, role_with(plant, "waiter"))

    assert {action for actions, _, _ in rows for action in actions} == {"lambda:InvokeFunction"}
    resources = {resource.removesuffix(":*") for _, own, _ in rows for resource in own}
    assert len(resources) == 2
    assert all("frameworkis" in arn.lower() or "frameworkontimeout" in arn.lower() for arn in resources)
