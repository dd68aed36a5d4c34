"""Imported workspaces: their known attributes and grants."""

from __future__ import annotations

import pytest
from aws_cdk import App, CfnParameter, Environment, Stack

from tests.constructs.statements import allowed
from tests.support.templates import synthesize
from tests.support.workspaces import FUNCTION_ARN, existing_function, existing_role
from twin_stack.constructs import Entity, Workspace


def test_workspace_is_known_by_its_id_when_imported_by_id() -> None:
    stack = Stack(App(), "Test")
    workspace = Workspace.from_workspace_id(stack, "Workspace", "factory")

    assert workspace.workspace_id == workspace.literal_workspace_id == "factory"
    assert stack.resolve(workspace.workspace_arn)["Fn::Join"][1][-1] == ":workspace/factory"
    assert workspace.bucket is None
    assert workspace.role is None
    workspace.allow_connector(existing_function(stack))  # the role is not known: nothing to grant
    workspace.allow_sitewise_read()


def test_workspace_is_known_by_its_arn() -> None:
    stack = Stack(App(), "Test", env=Environment(account="111122223333", region="eu-west-1"))
    arn = "arn:aws:iottwinmaker:eu-west-1:111122223333:workspace/factory"

    assert Workspace.from_workspace_arn(stack, "Workspace", arn).workspace_id == "factory"
    token = CfnParameter(stack, "Arn").value_as_string
    by_token = Workspace.from_workspace_arn(stack, "ByToken", token)
    assert stack.resolve(by_token.workspace_id) == {
        "Fn::Select": [1, {"Fn::Split": ["/", {"Fn::Select": [5, {"Fn::Split": [":", {"Ref": "Arn"}]}]}]}]
    }


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        (
            "arn:aws:iottwinmaker:us-east-1:111122223333:workspace/factory",
            "of region us-east-1, but the",
        ),
        ("arn:aws:iottwinmaker:eu-west-1:444455556666:workspace/factory", "of account 444455556666, but the"),
        ("factory", 'must read "arn:aws:iottwinmaker:REGION:ACCOUNT:workspace/ID", got "factory"'),
    ],
)
def test_workspace_of_elsewhere_is_refused(arn: str, message: str) -> None:
    stack = Stack(App(), "Test", env=Environment(account="111122223333", region="eu-west-1"))

    with pytest.raises(ValueError, match=message):
        Workspace.from_workspace_arn(stack, "Workspace", arn)


def test_role_of_an_imported_workspace_is_granted_when_it_is_known() -> None:
    def build(stack: Stack) -> None:
        workspace = Workspace.from_workspace_attributes(
            stack, "Workspace", workspace_id="factory", role=existing_role(stack)
        )
        workspace.allow_connector(existing_function(stack))

    result = synthesize(build)

    properties = result.properties("AWS::IAM::Policy")
    assert allowed(properties["PolicyDocument"]) == {"lambda:InvokeFunction": [FUNCTION_ARN]}
    assert properties["Roles"] == ["existing"]


def test_nothing_is_created_in_a_workspace_of_another_region() -> None:
    stack = Stack(App(), "Test", env=Environment(account="111122223333", region="eu-central-1"))
    workspace = Workspace.from_workspace_attributes(
        stack, "Workspace", workspace_id="factory", region="eu-west-1"
    )

    assert workspace.workspace_arn.endswith(":iottwinmaker:eu-west-1:111122223333:workspace/factory")
    with pytest.raises(
        ValueError, match='entity_id "zone-a" cannot be created in workspace "factory" of region'
    ):
        Entity(stack, "Zone", workspace=workspace, entity_id="zone-a", entity_name="Zone A")


def test_origin_is_allowed_by_the_owner_of_an_imported_bucket() -> None:
    workspace = Workspace.from_workspace_id(Stack(App(), "Test"), "Workspace", "factory")

    assert workspace.allow_origin("https://twin.example.com") is False
