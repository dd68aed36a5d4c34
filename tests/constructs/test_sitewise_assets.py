"""Asset models and assets in the template, and resources that refer to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import RemovalPolicy
from sitewise_manager.aliases import alias_prefix

from tests.support.templates import Synthesized, synthesize
from twin_stack import DigitalTwin, load
from twin_stack.constructs.removal import ALLOW_DESTROY

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

MODEL = "Custom::SiteWiseAssetModel"
ASSET = "Custom::SiteWiseAsset"
TYPE = "AWS::IoTTwinMaker::ComponentType"
ENTITY = "AWS::IoTTwinMaker::Entity"


def test_each_kind_of_property_has_what_the_function_needs(building: Synthesized) -> None:
    models = {
        resource["Properties"]["Name"]: resource["Properties"] for resource in building.all_of(MODEL).values()
    }
    light = {prop["Name"]: prop for prop in models["my-building-twin/com.example.Light"]["Properties"]}

    assert light["ratedPower"] == {
        "Name": "ratedPower",
        "Kind": "Attribute",
        "DataType": "DOUBLE",
        "Unit": "W",
        "DefaultValue": "400",
    }
    assert light["power"] == {"Name": "power", "Kind": "Measurement", "DataType": "DOUBLE", "Unit": "W"}
    assert light["load"]["Kind"] == "Transform"
    assert light["load"]["Expression"] == "power / rated_power * 100"
    assert light["load"]["Variables"] == [
        {"Name": "power", "PropertyName": "power"},
        {"Name": "rated_power", "PropertyName": "ratedPower"},
    ]
    (lighting,) = (
        prop
        for prop in models["my-building-twin/com.example.Floor"]["Properties"]
        if prop["Name"] == "lighting"
    )
    assert (lighting["Kind"], lighting["Window"], lighting["Expression"]) == ("Metric", "5m", "sum(lights)")
    assert lighting["Variables"] == [
        {"Name": "lights", "PropertyName": "meanPower", "HierarchyName": "com.example.Light"}
    ]


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
    assert building.resources[model]["Properties"]["Name"] == "my-building-twin/com.example.Light"
    entities = {
        resource["Properties"]["EntityId"]: resource["Properties"]
        for resource in building.all_of(ENTITY).values()
    }
    properties = entities["f2-light-01"]["Components"]["device"]["Properties"]
    asset = properties["sitewiseAssetId"]["Value"]["StringValue"]["Ref"]
    assert building.resources[asset]["Properties"]["Name"] == "my-building-twin/f2-light-01/device"
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


@pytest.mark.slow
def test_assets_are_deleted_with_the_stack_only_with_both_keys(folder: Path) -> None:
    def build(stack: Stack) -> None:
        DigitalTwin(stack, "Twin", definition=load(folder), removal_policy=RemovalPolicy.DESTROY)

    kept, deleted = synthesize(build), synthesize(build, context={ALLOW_DESTROY: True})

    assert policies(kept) == {"RetainExceptOnCreate"}
    assert policies(deleted) == {"Delete"}
    # The function refuses to delete history unless the template says so, whatever CloudFormation asks.
    assert kept.properties(ASSET)["RemovalPolicy"] == kept.properties(MODEL)["RemovalPolicy"] == "Retain"
    assert deleted.properties(ASSET)["RemovalPolicy"] == "Destroy"
    assert deleted.properties(MODEL)["RemovalPolicy"] == "Destroy"


@pytest.mark.slow
def test_names_and_aliases_are_of_the_workspace_that_is_deployed(folder: Path) -> None:
    def build(stack: Stack) -> None:
        DigitalTwin(stack, "Twin", definition=load(folder), workspace_id="plant-test")

    twin = synthesize(build)

    assert twin.properties(MODEL)["Name"] == "plant-test/com.example.Press"
    assert twin.properties(ASSET)["Name"] == "plant-test/press-1/press"
    assert twin.properties(ASSET)["AliasPrefix"] == "/plant-test/press-1/"
    # A rollback derives the prefix from the name.
    assert alias_prefix(twin.properties(ASSET)["Name"]) == twin.properties(ASSET)["AliasPrefix"]
    assert twin.properties(ASSET)["ExternalId"] == "plant-test:press-1:com.example.Press"
    (reader,) = (
        function
        for function in twin.all_of("AWS::Lambda::Function").values()
        if function["Properties"]["Handler"].startswith("sitewise_connector")
    )
    assert reader["Properties"]["Environment"]["Variables"] == {
        "PROPERTY_ALIAS": "/plant-test/${entityId}/${partPath}${propertyName}"
    }
