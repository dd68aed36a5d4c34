"""Entities: CloudFormation's spelling, the tree, the order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import CfnOutput
from aws_cdk.aws_iottwinmaker import CfnEntity

from tests.constructs.statements import flat
from tests.support.refusal import refusal
from tests.support.templates import synthesize
from twin_stack.constructs import Component, ComponentType, Entity, Workspace

if TYPE_CHECKING:
    from aws_cdk import Stack

ENTITY = "AWS::IoTTwinMaker::Entity"


def make(stack: Stack, **options: Any) -> Entity:
    if "workspace" not in options:
        options["workspace"] = Workspace.from_workspace_id(stack, "Workspace", "factory")
    options.setdefault("entity_id", "machine-001")
    options.setdefault("entity_name", "CNC Machine 1")
    return Entity(stack, "Machine", **options)


def value(**data: Any) -> CfnEntity.PropertyProperty:
    return CfnEntity.PropertyProperty(value=CfnEntity.DataValueProperty(**data))


def test_only_id_and_name_are_written_when_nothing_else_is_given() -> None:
    assert synthesize(make).properties(ENTITY) == {
        "EntityId": "machine-001",
        "EntityName": "CNC Machine 1",
        "WorkspaceId": "factory",
    }


def test_component_is_written_in_cloudformations_spelling_when_it_has_values() -> None:
    component = Component(
        component_type="com.example.Sensor",
        properties={
            "model": value(string_value="TMP-117"),
            "limit": value(double_value=80.5),
            "feeds": value(relationship_value={"TargetEntityId": "machine-002", "TargetComponentName": "in"}),
        },
        property_groups={
            "all": CfnEntity.PropertyGroupProperty(group_type="TABULAR", property_names=["model"])
        },
    )

    result = synthesize(lambda stack: make(stack, components={"sensor": component}))

    assert result.properties(ENTITY)["Components"] == {
        "sensor": {
            "ComponentName": "sensor",
            "ComponentTypeId": "com.example.Sensor",
            "Properties": {
                "model": {"Value": {"StringValue": "TMP-117"}},
                "limit": {"Value": {"DoubleValue": 80.5}},
                "feeds": {
                    "Value": {
                        "RelationshipValue": {
                            "TargetEntityId": "machine-002",
                            "TargetComponentName": "in",
                        }
                    }
                },
            },
            "PropertyGroups": {"all": {"GroupType": "TABULAR", "PropertyNames": ["model"]}},
        }
    }


def test_nested_component_is_written_under_its_path_when_given() -> None:
    nested = CfnEntity.CompositeComponentProperty(
        component_name="motor", properties={"model": value(string_value="M1")}
    )

    result = synthesize(lambda stack: make(stack, composite_components={"pump/motor": nested}))

    assert result.properties(ENTITY)["CompositeComponents"] == {
        "pump/motor": {
            "ComponentName": "motor",
            "Properties": {"model": {"Value": {"StringValue": "M1"}}},
        }
    }


def test_workspace_parent_and_types_come_first_when_they_are_in_the_app() -> None:
    def build(stack: Stack) -> None:
        workspace = Workspace(stack, "Workspace", workspace_id="factory")
        sensor = ComponentType(stack, "Sensor", workspace=workspace, component_type_id="com.example.Sensor")
        zone = Entity(stack, "Zone", workspace=workspace, entity_id="zone-a", entity_name="Zone A")
        make(
            stack,
            workspace=workspace,
            parent=zone,
            components={"sensor": Component(component_type=sensor)},
        )

    result = synthesize(build)

    (machine,) = [r for k, r in result.all_of(ENTITY).items() if k.startswith("Machine")]
    (zone,) = [k for k in result.all_of(ENTITY) if k.startswith("Zone")]
    assert sorted(machine["DependsOn"]) == sorted([zone, result.id_of("AWS::IoTTwinMaker::ComponentType")])
    assert machine["Properties"]["ParentEntityId"] == "zone-a"
    assert machine["Properties"]["WorkspaceId"] == {"Ref": result.id_of("AWS::IoTTwinMaker::Workspace")}


@pytest.mark.parametrize("parent", ["zone-a", "$ROOT", "0b6e1c9c-3b7a-4e0e-8f39-0c1a5a3f9d10"])
def test_parent_is_written_when_it_is_known_by_its_id(parent: str) -> None:
    resource = synthesize(lambda stack: make(stack, parent=parent)).one(ENTITY)

    assert resource["Properties"]["ParentEntityId"] == parent
    assert "DependsOn" not in resource


def test_entity_is_a_reference_when_generated_constructs_ask() -> None:
    def build(stack: Stack) -> None:
        entity = make(stack)
        CfnOutput(stack, "Arn", value=CfnEntity.arn_for_entity(entity))
        CfnOutput(stack, "Id", value=entity.entity_ref.entity_id)

    result = synthesize(build)

    outputs = result.template["Outputs"]
    assert flat(outputs["Arn"]["Value"]) == f"<{result.id_of(ENTITY)}.Arn>"
    assert outputs["Id"]["Value"] == "machine-001"


@pytest.mark.parametrize("entity_id", ["a", "-a", "a-", "a b", "$ROOT", "a" * 129])
def test_id_is_refused_when_the_service_would_refuse_it(entity_id: str) -> None:
    assert refusal(lambda stack: make(stack, entity_id=entity_id)) == (
        "entity_id must be 2 to 128 characters, letters a-z without accents, "
        'digits, "-" and "_", "." and ":", beginning '
        f'and ending with a letter or digit, got "{entity_id}"; rename it'
    )


@pytest.mark.parametrize("entity_name", ["P", "Pump (1)", "Pümpe 1", " Pump 1", "Pump 1 ", "a/b"])
def test_name_is_refused_when_cloudformation_would_refuse_it(entity_name: str) -> None:
    assert refusal(lambda stack: make(stack, entity_name=entity_name)) == (
        "entity_name must be 2 to 256 characters, letters a-z without accents, "
        'digits, "-" and "_", "." and spaces, '
        f'ending with a letter or digit, got "{entity_name}"; rename it'
    )


def test_parent_is_refused_when_it_is_no_entity_id() -> None:
    assert refusal(lambda stack: make(stack, parent="zone a")).startswith("parent must be 2 to 128 ")


@pytest.mark.parametrize(
    ("components", "message"),
    [
        ({"a b": Component(component_type="t")}, "a name in components must be "),
        ({"s": Component(component_type="t t")}, 'component_type of "s" must be '),
        (
            {"s": Component(component_type="t", properties={"a.b": value(string_value="x")})},
            'a property name of "s" must be ',
        ),
        (
            {"s": Component(component_type="t", description="d" * 513)},
            'description of "s" may have 512 characters in one line, got 513; shorten it',
        ),
    ],
)
def test_component_is_refused_when_a_name_in_it_is_wrong(
    components: dict[str, Component], message: str
) -> None:
    assert refusal(lambda stack: make(stack, components=components)).startswith(message)


def test_path_is_refused_when_it_has_a_dot() -> None:
    nested = CfnEntity.CompositeComponentProperty(component_name="motor")

    assert refusal(lambda stack: make(stack, composite_components={"pump.motor": nested})) == (
        "a path in composite_components must be 1 to 256 characters, letters a-z without accents, "
        'digits, "-" and "_" and '
        '"/", got "pump.motor"; rename it'
    )


def in_another_workspace(stack: Stack) -> Workspace:
    return Workspace(stack, "Other", workspace_id="other")


def test_parent_of_another_workspace_is_refused() -> None:
    def build(stack: Stack) -> None:
        zone = Entity(
            stack, "Zone", workspace=in_another_workspace(stack), entity_id="zone-a", entity_name="Zone A"
        )
        make(stack, parent=zone)

    assert (
        refusal(build)
        == 'parent "zone-a" is in workspace "other", not in "factory"; use one of the same workspace'
    )


def test_component_type_of_another_workspace_is_refused() -> None:
    def build(stack: Stack) -> None:
        sensor = ComponentType(
            stack, "Sensor", workspace=in_another_workspace(stack), component_type_id="com.example.Sensor"
        )
        make(stack, components={"sensor": Component(component_type=sensor)})

    assert refusal(build).startswith('component type "com.example.Sensor" is in workspace "other"')


def test_id_of_another_entity_of_the_workspace_is_refused() -> None:
    def build(stack: Stack) -> None:
        workspace = Workspace.from_workspace_id(stack, "Workspace", "factory")
        Entity(stack, "First", workspace=workspace, entity_id="machine-001", entity_name="CNC Machine 1")
        make(stack, workspace=workspace)

    assert refusal(build) == 'entity_id "machine-001" is used twice in workspace "factory"; rename one'


def test_component_in_the_spelling_of_the_api_is_refused() -> None:
    components = {"sensor": {"componentTypeId": "com.example.Sensor"}}

    assert refusal(lambda stack: make(stack, components=components)) == (
        'components["sensor"] must be a Component of twin_stack, got dict; members in the spelling of '
        "the API belong into definition files"
    )
