"""Imported workspaces: their known attributes and grants."""

from __future__ import annotations

from aws_cdk import App, Stack

from tests.constructs.statements import allowed
from tests.support.templates import synthesize
from tests.support.workspaces import FUNCTION_ARN, existing_function, existing_role
from twin_stack.constructs import Workspace


def test_workspace_is_known_by_its_id_when_imported_by_id() -> None:
    stack = Stack(App(), "Test")
    workspace = Workspace.from_workspace_id(stack, "Workspace", "factory")

    assert workspace.workspace_id == workspace.literal_workspace_id == "factory"
    assert stack.resolve(workspace.workspace_arn)["Fn::Join"][1][-1] == ":workspace/factory"
    assert workspace.bucket is None
    assert workspace.role is None
    workspace.allow_connector(existing_function(stack))  # the role is not known: nothing to grant
    workspace.allow_sitewise_read()


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
