"""Twins whose workspace is in another stack: the producer's stack stays independent of its consumers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, NestedStack, Stack, assertions

from tests.constructs.examples import FUNCTION_ARN
from tests.support.cfn_lint import complaints
from twin_stack import (
    ComponentType,
    DataConnector,
    DigitalTwin,
    FunctionDefinition,
    SiteWiseConnector,
    Workspace,
    load,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from constructs import Construct

pytestmark = pytest.mark.slow

MODELS = Path(__file__).parents[2] / "models"
ROLE, POLICY = "AWS::IAM::Role", "AWS::IAM::Policy"


def connector_and_type(scope: Construct, workspace: Workspace) -> None:
    connector = SiteWiseConnector(scope, "Connector")
    ComponentType(
        scope,
        "Type",
        workspace=workspace,
        component_type_id="com.example.Sensor",
        functions={"dataReader": FunctionDefinition(connector=connector)},
    )


def whole_twin(scope: Construct, workspace: Workspace) -> None:
    DigitalTwin(scope, "Twin", definition=load(MODELS / "factory"), workspace=workspace)


def of_type(template: dict[str, Any], type_name: str) -> list[Any]:
    return [resource for resource in template["Resources"].values() if resource["Type"] == type_name]


def resources(stack: Stack, type_name: str) -> list[Any]:
    return list(assertions.Template.from_stack(stack).find_resources(type_name).values())


@pytest.mark.parametrize("build", [connector_and_type, whole_twin])
def test_workspace_of_another_stack_is_used(build: Callable[[Construct, Workspace], None]) -> None:
    app = App()
    producer, consumer = Stack(app, "Producer"), Stack(app, "Consumer")
    build(consumer, Workspace(producer, "Workspace", workspace_id="factory"))

    templates = {artifact.stack_name: artifact.template for artifact in app.synth().stacks}

    roles = of_type(templates["Producer"], ROLE)
    assert roles
    assert "InvokeFunction" not in str(roles), "the producer's role is unchanged"
    policies = [
        policy["Properties"]
        for policy in of_type(templates["Consumer"], POLICY)
        if "lambda:InvokeFunction" in str(policy["Properties"])
    ]
    assert policies
    for policy in policies:
        (role,) = policy["Roles"]
        assert "Producer" in role["Fn::ImportValue"]
    assert [stack.stack_name for stack in consumer.dependencies] == ["Producer"]
    assert producer.dependencies == []
    for template in templates.values():
        assert complaints(template) == []


def test_policies_of_two_consumers_do_not_replace_each_other() -> None:
    app = App()
    producer, first, second = (Stack(app, name) for name in ("Producer", "First", "Second"))
    workspace = Workspace(producer, "Workspace", workspace_id="factory")
    for stack, type_id in ((first, "com.example.A"), (second, "com.example.B")):
        function = DataConnector.from_function_arn(stack, "Connector", FUNCTION_ARN)
        ComponentType(
            stack,
            "Type",
            workspace=workspace,
            component_type_id=type_id,
            functions={"dataReader": FunctionDefinition(connector=function)},
        )
        workspace.allow_sitewise_read(consumer=stack)

    names = [
        policy["Properties"]["PolicyName"] for stack in (first, second) for policy in resources(stack, POLICY)
    ]

    assert len(names) == 4
    assert len(set(names)) == 4


def test_type_waits_for_the_policy_of_its_stack() -> None:
    app = App()
    producer, consumer = Stack(app, "Producer"), Stack(app, "Consumer")
    connector_and_type(consumer, Workspace(producer, "Workspace", workspace_id="factory"))
    template = app.synth().get_stack_by_name("Consumer").template["Resources"]

    (policy,) = [name for name, resource in template.items() if resource["Type"] == POLICY]
    (kind,) = [
        resource for resource in template.values() if resource["Type"] == "AWS::IoTTwinMaker::ComponentType"
    ]
    assert policy in kind["DependsOn"]


def test_workspace_of_the_parent_is_used_in_a_nested_stack() -> None:
    app = App()
    parent = Stack(app, "Parent")
    nested = NestedStack(parent, "Nested")
    connector_and_type(nested, Workspace(parent, "Workspace", workspace_id="factory"))

    template = app.synth().get_stack_by_name("Parent").template

    assert complaints(template) == []
    assert "InvokeFunction" not in str(resources(parent, ROLE))
    assert len(resources(nested, POLICY)) == 1
