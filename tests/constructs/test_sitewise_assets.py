"""Asset models and assets against CloudFormation's schemas, and resources that refer to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import RemovalPolicy

from tests.support.cfn_lint import resource_schema
from tests.support.schema_members import mistakes, used
from tests.support.templates import Synthesized, synthesize
from twin_stack import DigitalTwin, load
from twin_stack.constructs.removal import ALLOW_DESTROY

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

MODEL = "AWS::IoTSiteWise::AssetModel"
ASSET = "AWS::IoTSiteWise::Asset"
TYPE = "AWS::IoTTwinMaker::ComponentType"
ENTITY = "AWS::IoTTwinMaker::Entity"
ID = "5f0e4b8c-2b64-4c0f-9f86-2f8a3c1d7e55"

NOT_WRITTEN = {
    MODEL: {"AssetModelCompositeModels", "AssetModelDescription", "AssetModelExternalId", "AssetModelType",
            "EnforcedAssetModelInterfaceRelationships", "Tags"},
    ASSET: {"AssetDescription", "AssetExternalId", "Tags"},
}  # fmt: skip
"""Members of the resources themselves that no definition leads to."""


def resolved(value: Any) -> Any:
    """A value with resolved references."""
    if isinstance(value, dict):
        return ID if value.keys() == {"Ref"} else {key: resolved(item) for key, item in value.items()}
    return [resolved(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("type_name", [MODEL, ASSET])
def test_schema_accepts_what_is_written(type_name: str, building: Synthesized) -> None:
    schema = resource_schema(type_name)
    written = [resolved(resource["Properties"]) for resource in building.all_of(type_name).values()]

    assert written
    assert [mistake for properties in written for mistake in mistakes(schema, properties)] == []
    members = {member for properties in written for member in used(schema, properties)}
    read_only = {pointer.rsplit("/", 1)[-1] for pointer in schema["readOnlyProperties"]}
    written_members = {
        member.removeprefix("Resource.") for member in members if member.startswith("Resource.")
    }
    assert schema["properties"].keys() - read_only - written_members == NOT_WRITTEN[type_name]


def test_each_kind_of_property_is_in_cloudformations_spelling(building: Synthesized) -> None:
    models = {
        resource["Properties"]["AssetModelName"]: resource["Properties"]
        for resource in building.all_of(MODEL).values()
    }
    light = {
        prop["Name"]: prop for prop in models["my-building-twin/com.example.Light"]["AssetModelProperties"]
    }

    assert light["ratedPower"]["Type"] == {"TypeName": "Attribute", "Attribute": {"DefaultValue": "5000"}}
    assert light["power"] == {
        "LogicalId": "power",
        "Name": "power",
        "DataType": "DOUBLE",
        "Unit": "W",
        "Type": {"TypeName": "Measurement"},
    }
    assert light["load"]["Type"] == {
        "TypeName": "Transform",
        "Transform": {
            "Expression": "power / rated_power * 100",
            "Variables": [
                {"Name": "power", "Value": {"PropertyLogicalId": "power"}},
                {"Name": "rated_power", "Value": {"PropertyLogicalId": "ratedPower"}},
            ],
        },
    }
    (lighting,) = (
        prop
        for prop in models["my-building-twin/com.example.Floor"]["AssetModelProperties"]
        if prop["Name"] == "lighting"
    )
    assert lighting["Type"]["Metric"] == {
        "Expression": "sum(lights)",
        "Variables": [
            {
                "Name": "lights",
                "Value": {"PropertyLogicalId": "meanPower", "HierarchyLogicalId": "com.example.Light"},
            }
        ],
        "Window": {"Tumbling": {"Interval": "5m"}},
    }


def test_natively_read_components_refer_to_model_and_asset(building: Synthesized) -> None:
    types = {
        resource["Properties"]["ComponentTypeId"]: resource["Properties"]
        for resource in building.all_of(TYPE).values()
    }
    light = types["com.example.Light"]

    assert light["ExtendsFrom"] == ["com.example.Device", "com.amazon.iotsitewise.connector"]
    assert "Functions" not in light
    # What the service imports from the asset model is not declared beside it.
    (name,) = light["PropertyDefinitions"]
    assert name == "sitewiseAssetModelId"
    model = light["PropertyDefinitions"][name]["DefaultValue"]["StringValue"]["Ref"]
    assert building.resources[model]["Properties"]["AssetModelName"] == "my-building-twin/com.example.Light"
    entities = {
        resource["Properties"]["EntityId"]: resource["Properties"]
        for resource in building.all_of(ENTITY).values()
    }
    properties = entities["f2-light-01"]["Components"]["device"]["Properties"]
    asset = properties["sitewiseAssetId"]["Value"]["StringValue"]["Ref"]
    assert building.resources[asset]["Properties"]["AssetName"] == "my-building-twin/f2-light-01/device"
    assert properties.keys() == {"model", "sitewiseAssetId"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {
        "twin.yaml": "workspaceId: plant\nconnectors: {historian: {kind: sitewise, assets: managed}}\n",
        "component_types/t.yaml": "com.example.Press:\n  propertyDefinitions:\n"
        "    pressure: {dataType: DOUBLE, isTimeSeries: true}\n  functions: {dataReader: historian}\n",
        "entities/e.yaml": "press-1:\n  entityName: Press 1\n"
        "  components: {press: {componentTypeId: com.example.Press}}\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def policies(twin: Synthesized) -> set[str]:
    return {resource["DeletionPolicy"] for kind in (MODEL, ASSET) for resource in twin.all_of(kind).values()}


def test_assets_are_deleted_with_the_stack_only_with_both_keys(folder: Path) -> None:
    def build(stack: Stack) -> None:
        DigitalTwin(stack, "Twin", definition=load(folder), removal_policy=RemovalPolicy.DESTROY)

    assert policies(synthesize(build)) == {"RetainExceptOnCreate"}
    assert policies(synthesize(build, context={ALLOW_DESTROY: True})) == {"Delete"}


def test_names_and_aliases_are_of_the_workspace_that_is_deployed(folder: Path) -> None:
    def build(stack: Stack) -> None:
        DigitalTwin(stack, "Twin", definition=load(folder), workspace_id="plant-test")

    twin = synthesize(build)

    assert twin.properties(MODEL)["AssetModelName"] == "plant-test/com.example.Press"
    assert twin.properties(ASSET)["AssetName"] == "plant-test/press-1/press"
    assert twin.properties(ASSET)["AssetProperties"] == [
        {"LogicalId": "pressure", "Alias": "/plant-test/press-1/pressure"}
    ]
    (reader,) = twin.all_of("AWS::Lambda::Function").values()
    assert reader["Properties"]["Environment"]["Variables"] == {
        "PROPERTY_ALIAS": "/plant-test/${entityId}/${propertyName}"
    }
