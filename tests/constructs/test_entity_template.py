"""Entities and component types of a twin, member by member, against the schemas of CloudFormation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.cfn_lint import resource_schema
from tests.support.schema_members import mistakes, used, writable
from tests.support.twins import synthesize_twin

if TYPE_CHECKING:
    from tests.support.templates import Synthesized

ENTITY = "AWS::IoTTwinMaker::Entity"
TYPE = "AWS::IoTTwinMaker::ComponentType"

EVERYTHING = Path(__file__).parent / "everything"

NOT_WRITTEN = {
    ENTITY: {
        "Component.DefinedIn": "the service tells it of inherited components",
        "Component.Status": "the service's own",
        "CompositeComponent.ComponentTypeId": "the component type above decides it",
        "CompositeComponent.Status": "the service's own",
        "Definition.IsFinal": "the service's own",
        "Definition.IsImported": "the service's own",
        "Definition.IsInherited": "the service's own",
        "Status.Error": "the service's own",
        "Status.State": "the service's own",
    },
    TYPE: {
        "Status.Error": "the service's own",
        "Status.State": "the service's own",
    },
}
"""Members no definition leads to, each with the reason."""


@pytest.fixture(scope="module")
def everything() -> Synthesized:
    return synthesize_twin(EVERYTHING)


def properties_of(twin: Synthesized, type_name: str) -> list[dict[str, Any]]:
    """Properties with resolved references."""
    workspace_id = {"Ref": twin.id_of("AWS::IoTTwinMaker::Workspace")}
    written = [resource["Properties"] for resource in twin.all_of(type_name).values()]
    assert written
    assert all(properties["WorkspaceId"] == workspace_id for properties in written)
    return [{**properties, "WorkspaceId": "everything"} for properties in written]


@pytest.mark.slow
@pytest.mark.parametrize("type_name", [ENTITY, TYPE])
def test_schema_accepts_what_is_written_when_every_member_is_given(
    type_name: str, everything: Synthesized
) -> None:
    schema = resource_schema(type_name)

    violations = [
        mistake for item in properties_of(everything, type_name) for mistake in mistakes(schema, item)
    ]

    assert violations == []


@pytest.mark.parametrize("type_name", [ENTITY, TYPE])
def test_every_member_is_written_when_it_can_be_given(type_name: str, everything: Synthesized) -> None:
    schema = resource_schema(type_name)

    written = {member for item in properties_of(everything, type_name) for member in used(schema, item)}

    assert writable(schema) - written == NOT_WRITTEN[type_name].keys()


def test_values_keep_what_was_written_when_an_entity_gives_each_kind(everything: Synthesized) -> None:
    (pump,) = [item for item in properties_of(everything, ENTITY) if item["EntityId"] == "pump-1"]
    properties = pump["Components"]["pump"]["Properties"]

    assert {name: item.get("Value") for name, item in properties.items()} == {
        "assetId": {"StringValue": "P-1"},
        "size": {"IntegerValue": 4},
        "strokes": {"LongValue": 12},
        "ratio": {"DoubleValue": 1},
        "isOn": {"BooleanValue": False},
        "mode": {"StringValue": "MANUAL"},
        "place": {"Expression": "${Parameters.place}"},
        "stages": {"ListValue": [{"DoubleValue": 1}, {"DoubleValue": 2.5}]},
        # Keys of a map are the user's: their case is kept.
        "settings": {
            "MapValue": {"minSpeed": {"StringValue": "fast"}, "MaxSpeed": {"StringValue": "faster"}}
        },
        "feeds": {"RelationshipValue": {"TargetEntityId": "spare", "TargetComponentName": "motor"}},
        "own": {"ListValue": [{"StringValue": "open"}]},
        "ownRelation": None,
    }
    # Singular here, plural in a component type.
    assert properties["own"]["Definition"]["Configuration"] == {"sourceTag": "V-1"}


def test_default_values_keep_what_was_written_when_a_type_gives_each_kind(everything: Synthesized) -> None:
    (pump,) = [
        item for item in properties_of(everything, TYPE) if item["ComponentTypeId"] == "com.example.Pump"
    ]
    definitions = pump["PropertyDefinitions"]

    assert {name: item["DefaultValue"] for name, item in definitions.items() if "DefaultValue" in item} == {
        "size": {"IntegerValue": 3},
        "strokes": {"LongValue": 9007199254740991},
        "ratio": {"DoubleValue": 0.5},
        "isOn": {"BooleanValue": True},
        "mode": {"StringValue": "AUTO"},
        "place": {"Expression": "${Parameters.place}"},
        "stages": {"ListValue": [{"DoubleValue": 0.5}, {"DoubleValue": 1.5}]},
        "settings": {"MapValue": {"minSpeed": {"StringValue": "slow"}}},
        "feeds": {"RelationshipValue": {"TargetEntityId": "spare", "TargetComponentName": "motor"}},
    }
    assert definitions["flow"]["Configurations"] == {"sourceTag": "F-100"}


def test_tags_reach_every_resource_when_the_definition_has_some(everything: Synthesized) -> None:
    tagged = {
        resource["Type"].rsplit("::", 1)[-1]: resource["Properties"]["Tags"]
        for resource in everything.resources.values()
        if resource["Type"].startswith("AWS::IoTTwinMaker::") and "Tags" in resource["Properties"]
    }

    assert tagged == {
        "Workspace": {"Plant": "North"},
        "ComponentType": {"Team": "Water"},
        "Entity": {"Line": "One"},
    }
