"""Members of every workspace: connectors, SiteWise, grants, metrics and references."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_iottwinmaker as twinmaker

from tests.constructs.examples import FUNCTION_ARN
from tests.constructs.statements import allowed, flat, inline, of_role
from tests.support.templates import synthesize
from twin_stack.constructs import DataConnector, IWorkspace, Workspace
from twin_stack.constructs.workspace_base import READ_ACTIONS, WRITE_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable
from tests.support.workspaces import ROLE, existing_function, make_workspace


def test_role_may_invoke_exactly_the_connectors_when_they_are_allowed() -> None:
    def build(stack: Stack) -> None:
        workspace = make_workspace(stack)
        for name in ("a", "b", "a"):
            workspace.allow_connector(
                stack.node.try_find_child(f"Function{name}") or existing_function(stack, name)  # type: ignore[arg-type]
            )

    result = synthesize(build)

    permissions = of_role(result.resources, result.id_of(ROLE))
    assert permissions["lambda:InvokeFunction"] == [
        "arn:aws:lambda:us-east-1:111122223333:function:a",
        "arn:aws:lambda:us-east-1:111122223333:function:b",
    ]


def test_role_may_read_the_named_assets_when_sitewise_is_allowed_for_them() -> None:
    result = synthesize(lambda stack: make_workspace(stack).allow_sitewise_read(["asset-1", "asset-2"]))

    here = "arn:<AWS::Partition>:iotsitewise:<AWS::Region>:<AWS::AccountId>"
    assets = [f"{here}:asset/asset-1", f"{here}:asset/asset-2"]
    sitewise = {
        action: resources
        for action, resources in inline(result.one(ROLE)).items()
        if action.startswith("iotsitewise:")
    }
    assert sitewise == {
        "iotsitewise:DescribeAsset": assets,
        "iotsitewise:DescribeAssetModel": [f"{here}:asset-model/*"],
        "iotsitewise:DescribeAssetProperty": assets,
        "iotsitewise:GetAssetPropertyValue": assets,
        "iotsitewise:GetAssetPropertyValueHistory": assets,
        "iotsitewise:ListAssetModels": ["*"],
        "iotsitewise:ListAssets": [f"{here}:asset-model/*"],
    }


def test_role_may_read_every_asset_when_sitewise_is_allowed_without_names() -> None:
    result = synthesize(lambda stack: make_workspace(stack).allow_sitewise_read())

    assert inline(result.one(ROLE))["iotsitewise:GetAssetPropertyValue"] == [
        "arn:<AWS::Partition>:iotsitewise:<AWS::Region>:<AWS::AccountId>:asset/*"
    ]


def granted(grant: Callable[[IWorkspace, iam.IGrantable], object]) -> dict[str, list[str]]:
    def build(stack: Stack) -> None:
        workspace = Workspace.from_workspace_id(stack, "Workspace", "factory")
        grant(workspace, iam.User(stack, "User"))

    return allowed(synthesize(build).properties("AWS::IAM::Policy")["PolicyDocument"])


ARN = "arn:<AWS::Partition>:iottwinmaker:<AWS::Region>:<AWS::AccountId>:workspace/factory"


def test_reader_gets_every_read_of_this_workspace_when_granted_read() -> None:
    assert granted(lambda workspace, user: workspace.grant_read(user)) == {
        action: [ARN, f"{ARN}/*"] for action in READ_ACTIONS
    }
    assert {action.removeprefix("iottwinmaker:")[:3] for action in READ_ACTIONS} == {
        "Get",
        "Lis",
        "Exe",
    }
    assert "iottwinmaker:ListWorkspaces" not in READ_ACTIONS


def test_writer_gets_reads_and_changes_of_content_when_granted_read_write() -> None:
    actions = granted(lambda workspace, user: workspace.grant_read_write(user))

    assert set(actions) == {*READ_ACTIONS, *WRITE_ACTIONS}
    assert {"iottwinmaker:DeleteWorkspace", "iottwinmaker:UpdateWorkspace"}.isdisjoint(actions)


def test_grantee_gets_just_the_named_actions_when_granted() -> None:
    actions = granted(lambda workspace, user: workspace.grant(user, "iottwinmaker:BatchPutPropertyValues"))

    assert actions == {"iottwinmaker:BatchPutPropertyValues": [ARN, f"{ARN}/*"]}


TYPES, ENTITIES = "ComponentTypeId, WorkspaceId", "EntityId, EntityName, WorkspaceId"


@pytest.mark.parametrize(
    ("method", "name", "dimensions"),
    [
        ("metric_component_type_creation_failure", "ComponentTypeCreationFailure", TYPES),
        ("metric_component_type_update_failure", "ComponentTypeUpdateFailure", TYPES),
        ("metric_entity_creation_failure", "EntityCreationFailure", ENTITIES),
        ("metric_entity_update_failure", "EntityUpdateFailure", ENTITIES),
        ("metric_entity_deletion_failure", "EntityDeletionFailure", ENTITIES),
    ],
)
def test_failures_are_summed_over_this_workspace_alone(method: str, name: str, dimensions: str) -> None:
    workspace = Workspace.from_workspace_id(Stack(App(), "Test"), "Workspace", "factory")
    # The dimensions of the service's guide: a query that lacks one matches no metric.
    assert getattr(workspace, method)().expression == (
        f"SELECT SUM({name}) FROM SCHEMA(\"AWS/IoTTwinMaker\", {dimensions}) WHERE WorkspaceId = 'factory'"
    )


def test_metric_is_of_one_entity_when_its_dimensions_are_given() -> None:
    workspace = Workspace.from_workspace_id(Stack(App(), "Test"), "Workspace", "factory")
    metric = workspace.metric("EntityUpdateFailure", dimensions_map={"EntityId": "m-1"})

    assert (metric.namespace, metric.metric_name, metric.statistic, metric.dimensions) == (
        "AWS/IoTTwinMaker",
        "EntityUpdateFailure",
        "Sum",
        {"EntityId": "m-1"},
    )


@pytest.mark.parametrize("imported", [True, False])
def test_workspace_is_a_reference_whether_created_or_imported(imported: bool) -> None:
    def build(stack: Stack) -> None:
        workspace = (
            Workspace.from_workspace_id(stack, "Workspace", "factory") if imported else make_workspace(stack)
        )
        CfnOutput(stack, "Arn", value=twinmaker.CfnWorkspace.arn_for_workspace(workspace))
        CfnOutput(stack, "Id", value=workspace.workspace_ref.workspace_id)

    outputs = synthesize(build).template["Outputs"]

    assert flat(outputs["Arn"]["Value"]) == (ARN if imported else "<Workspace2F8C78CC.Arn>")
    assert flat(outputs["Id"]["Value"]) == ("factory" if imported else "<Workspace2F8C78CC>")


def test_permission_of_a_renamed_connector_is_another_resource() -> None:
    """CloudFormation adds it before types use the new function, and removes the former one after that."""

    def build(stack: Stack, name: str) -> None:
        connector = DataConnector.from_function_arn(stack, name, FUNCTION_ARN)
        make_workspace(stack).allow_connector(connector.function)

    first, second = (
        synthesize(lambda stack, name=name: build(stack, name))  # type: ignore[misc]
        for name in ("Former", "Present")
    )

    assert first.resources[first.id_of(ROLE)] == second.resources[second.id_of(ROLE)]
    permissions = [
        {name for name in result.all_of("AWS::IAM::Policy") if "InvokedBy" in name}
        for result in (first, second)
    ]
    assert len(permissions[0]) == len(permissions[1]) == 1
    assert not permissions[0] & permissions[1]
