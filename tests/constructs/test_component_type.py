"""Component types: their properties, dependencies, and permissions of the workspace role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import CfnOutput
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_iottwinmaker import CfnComponentType

from tests.constructs.examples import FUNCTION_ARN, MODEL, TEMPERATURE
from tests.constructs.statements import allowed, flat, of_role
from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack.constructs import (
    ComponentType,
    DataConnector,
    FunctionDefinition,
    SiteWiseConnector,
    Workspace,
)

if TYPE_CHECKING:
    from aws_cdk import Stack

TYPE = "AWS::IoTTwinMaker::ComponentType"


def make(stack: Stack, **options: Any) -> ComponentType:
    if "workspace" not in options:
        options["workspace"] = Workspace.from_workspace_id(stack, "Workspace", "factory")
    options.setdefault("component_type_id", "com.example.Sensor")
    return ComponentType(stack, "Sensor", **options)


def test_only_the_ids_are_written_when_nothing_else_is_given() -> None:
    assert synthesize(make).properties(TYPE) == {
        "ComponentTypeId": "com.example.Sensor",
        "WorkspaceId": "factory",
    }


def test_definition_of_a_type_has_the_member_configurations() -> None:
    result = synthesize(lambda stack: make(stack, property_definitions={"temperature": TEMPERATURE}))

    assert result.properties(TYPE)["PropertyDefinitions"]["temperature"] == {
        "DataType": {"Type": "DOUBLE", "UnitOfMeasure": "Celsius"},
        "IsTimeSeries": True,
        "IsStoredExternally": True,
        "Configurations": {"tag": "T-100"},
    }


def test_misspelt_member_is_refused_when_a_property_is_defined() -> None:
    with pytest.raises(TypeError, match="is_time_serie"):
        CfnComponentType.PropertyDefinitionProperty(is_time_serie=True)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("definition", "written"),
    [
        (FunctionDefinition(), {}),
        (FunctionDefinition(is_native=True), {"ImplementedBy": {"IsNative": True}}),
        (
            FunctionDefinition(required_properties=["a"], scope="WORKSPACE"),
            {"RequiredProperties": ["a"], "Scope": "WORKSPACE"},
        ),
    ],
)
def test_function_without_a_lambda_is_native_or_abstract(
    definition: FunctionDefinition, written: dict[str, Any]
) -> None:
    result = synthesize(lambda stack: make(stack, functions={"dataReader": definition}))

    assert result.properties(TYPE)["Functions"] == {"dataReader": written}
    assert result.warnings == []


def test_workspace_role_may_invoke_just_the_connector_when_a_function_names_it() -> None:
    def build(stack: Stack) -> None:
        connector = SiteWiseConnector(stack, "Connector")
        SiteWiseConnector(stack, "Unused")
        make(
            stack,
            workspace=Workspace(stack, "Workspace", workspace_id="factory"),
            functions={
                "dataReaderByEntity": FunctionDefinition(connector=connector),
                "schemaInitializer": FunctionDefinition(connector=connector),
            },
        )

    result = synthesize(build)

    (function,) = [k for k in result.all_of("AWS::Lambda::Function") if k.startswith("Connector")]
    (role,) = [k for k in result.all_of("AWS::IAM::Role") if k.startswith("Workspace")]
    arn = {"Fn::GetAtt": [function, "Arn"]}
    assert of_role(result.resources, role)["lambda:InvokeFunction"] == [f"<{function}.Arn>"]
    (permission,) = [k for k in result.all_of("AWS::IAM::Policy") if k.startswith("Connector")]
    assert result.properties(TYPE)["Functions"] == {
        "dataReaderByEntity": {"ImplementedBy": {"Lambda": {"Arn": arn}}},
        "schemaInitializer": {"ImplementedBy": {"Lambda": {"Arn": arn}}},
    }
    assert result.one(TYPE)["DependsOn"] == [permission]
    assert result.properties(TYPE)["WorkspaceId"] == {"Ref": result.id_of("AWS::IoTTwinMaker::Workspace")}


def test_policy_of_an_imported_role_comes_before_the_type_when_it_names_a_connector() -> None:
    def build(stack: Stack) -> None:
        role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111122223333:role/factory")
        make(
            stack,
            workspace=Workspace.from_workspace_attributes(
                stack, "Workspace", workspace_id="factory", role=role
            ),
            functions={
                "dataReader": FunctionDefinition(
                    connector=DataConnector.from_function_arn(stack, "Historian", FUNCTION_ARN)
                )
            },
        )

    result = synthesize(build)

    assert result.one(TYPE)["DependsOn"] == [result.id_of("AWS::IAM::Policy")]
    assert allowed(result.properties("AWS::IAM::Policy")["PolicyDocument"]) == {
        "lambda:InvokeFunction": [FUNCTION_ARN]
    }


def test_unknown_workspace_role_is_a_warning() -> None:
    result = synthesize(
        lambda stack: make(
            stack,
            functions={
                "dataReader": FunctionDefinition(
                    connector=DataConnector.from_function_arn(stack, "Historian", FUNCTION_ARN)
                )
            },
        )
    )

    assert result.warnings == [
        'the role of workspace "factory" is not known, so it was granted no permission for component '
        'type "com.example.Sensor"; make sure that it may invoke the connectors, or import the workspace '
        "with from_workspace_attributes(role) "
        "[ack: Annotation::twin-stack-workspaceRoleUnknown]"
    ]


def test_base_and_part_types_come_first_when_they_are_in_the_app() -> None:
    def build(stack: Stack) -> None:
        workspace = Workspace.from_workspace_id(stack, "Workspace", "factory")
        base = ComponentType(stack, "Base", workspace=workspace, component_type_id="com.example.Base")
        part = ComponentType(stack, "Part", workspace=workspace, component_type_id="com.example.Part")
        make(
            stack,
            workspace=workspace,
            extends_from=[base, "com.amazon.iottwinmaker.alarm.basic"],
            composite_component_types={"part": part, "docs": "com.amazon.iottwinmaker.documents"},
        )

    result = synthesize(build)

    (sensor,) = [r for k, r in result.resources.items() if k.startswith("Sensor")]
    assert sensor["Properties"]["ExtendsFrom"] == [
        "com.example.Base",
        "com.amazon.iottwinmaker.alarm.basic",
    ]
    assert sensor["Properties"]["CompositeComponentTypes"] == {
        "part": {"ComponentTypeId": "com.example.Part"},
        "docs": {"ComponentTypeId": "com.amazon.iottwinmaker.documents"},
    }
    assert {name[:4] for name in sensor["DependsOn"]} == {"Base", "Part"}


def test_type_is_a_reference_when_generated_constructs_ask() -> None:
    def build(stack: Stack) -> None:
        component_type = make(stack)
        CfnOutput(stack, "Arn", value=CfnComponentType.arn_for_component_type(component_type))
        CfnOutput(stack, "Id", value=component_type.component_type_ref.component_type_id)

    result = synthesize(build)

    outputs = result.template["Outputs"]
    assert flat(outputs["Arn"]["Value"]) == f"<{result.id_of(TYPE)}.Arn>"
    assert outputs["Id"]["Value"] == "com.example.Sensor"


@pytest.mark.parametrize("component_type_id", ["", "my type", "type/a", "a" * 257])
def test_id_is_refused_when_the_service_would_refuse_it(component_type_id: str) -> None:
    assert refusal(lambda stack: make(stack, component_type_id=component_type_id)) == (
        "component_type_id must be 1 to 256 characters, letters a-z without accents, "
        'digits, "-" and "_", "." and ":", '
        f'got "{component_type_id}"; rename it'
    )


def test_id_is_refused_when_it_is_in_the_services_own_namespace() -> None:
    assert refusal(lambda stack: make(stack, component_type_id="com.amazon.mine")) == (
        'component_type_id must not start with "com.amazon.", which is reserved for AWS, got '
        '"com.amazon.mine"; rename it'
    )


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("property_definitions", MODEL),
        ("functions", FunctionDefinition()),
        ("property_groups", CfnComponentType.PropertyGroupProperty(group_type="TABULAR")),
        ("composite_component_types", "com.example.Part"),
    ],
)
def test_name_is_refused_when_it_has_a_dot(argument: str, value: object) -> None:
    assert refusal(lambda stack: make(stack, **{argument: {"a.b": value}})) == (
        f"a name in {argument} must be 1 to 256 characters, letters a-z without accents, "
        f'digits, "-" and "_", '
        'got "a.b"; rename it'
    )


def test_parents_are_refused_when_there_are_more_than_ten() -> None:
    assert refusal(lambda stack: make(stack, extends_from=[f"type{n}" for n in range(11)])) == (
        "extends_from may name at most 10 types, got 11; combine some of them in an intermediate type"
    )


def test_parent_is_refused_when_it_is_no_type_id() -> None:
    assert refusal(lambda stack: make(stack, extends_from=["a b"])).startswith("extends_from must be ")


def test_description_is_refused_when_longer_than_cloudformation_takes() -> None:
    assert refusal(lambda stack: make(stack, description="d" * 513)) == (
        "description may have 512 characters in one line, got 513; shorten it"
    )


def test_functions_own_policy_comes_before_the_type_when_the_function_is_the_callers() -> None:
    def build(stack: Stack) -> None:
        function = lambda_.Function(
            stack,
            "Mine",
            runtime=lambda_.Runtime.PYTHON_3_14,
            handler="index.handler",
            code=lambda_.Code.from_inline("def handler(event, context): ..."),
        )
        function.add_to_role_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=["*"]))
        make(
            stack,
            workspace=Workspace(stack, "Workspace", workspace_id="factory"),
            functions={
                "schemaInitializer": FunctionDefinition(
                    connector=DataConnector(stack, "Connector", function=function)
                )
            },
        )

    result = synthesize(build)

    # Type -> function (by its ARN) -> the function's policy.
    function_id = result.id_of("AWS::Lambda::Function")
    assert result.properties(TYPE)["Functions"]["schemaInitializer"]["ImplementedBy"]["Lambda"] == {
        "Arn": {"Fn::GetAtt": [function_id, "Arn"]}
    }
    (policy,) = [k for k in result.all_of("AWS::IAM::Policy") if k.startswith("MineServiceRole")]
    assert policy in result.resources[function_id]["DependsOn"]


def test_function_that_the_service_does_not_call_is_refused() -> None:
    functions = {"dataReder": FunctionDefinition(is_native=True)}

    assert refusal(lambda stack: make(stack, functions=functions)) == (
        'the service calls no function "dataReder"; did you mean "dataReader"?'
    )


@pytest.mark.parametrize(
    "data_type",
    [
        CfnComponentType.DataTypeProperty(type="DUBLE"),
        CfnComponentType.DataTypeProperty(
            type="LIST", nested_type=CfnComponentType.DataTypeProperty(type="DUBLE")
        ),
    ],
)
def test_data_type_that_the_service_does_not_have_is_refused(
    data_type: CfnComponentType.DataTypeProperty,
) -> None:
    definitions = {"speed": CfnComponentType.PropertyDefinitionProperty(data_type=data_type)}

    assert refusal(lambda stack: make(stack, property_definitions=definitions)) == (
        'property "speed" has the data type "DUBLE"; did you mean "DOUBLE"?'
    )


def test_id_of_another_type_of_the_workspace_is_refused() -> None:
    def build(stack: Stack) -> None:
        workspace = Workspace.from_workspace_id(stack, "Workspace", "factory")
        ComponentType(stack, "First", workspace=workspace, component_type_id="com.example.Sensor")
        make(stack, workspace=workspace)

    assert refusal(build) == (
        'component_type_id "com.example.Sensor" is used twice in workspace "factory"; rename one'
    )
