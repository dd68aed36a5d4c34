"""SiteWise assets of the bulk engine: one resource, files that change little, and what may read them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Stack, Tags

from tests.constructs.statements import flat, of_role
from tests.definition.models import write
from tests.support.templates import Synthesized, synthesize
from tests.support.twins import synthesize_twin
from twin_stack import DigitalTwin, load
from twin_stack.definition.stack_contents import BULK_ASSETS_RESOURCES

if TYPE_CHECKING:
    from pathlib import Path

ASSETS, ENTITIES = "Custom::TwinStackAssets", "Custom::TwinStackEntities"
TWIN = "workspaceId: plant\nengine: bulk\nconnectors: {plant: {kind: sitewise-native}}\n"
TYPES = """
com.e.Light:
  propertyDefinitions: {brand: STRING, power: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: plant}
"""
LIGHTS = "".join(
    f"light-{number}: {{entityName: L{number}, components: {{light: {{componentTypeId: com.e.Light}}}}}}\n"
    for number in range(3)
)


def definition(folder: Path, twin: str = TWIN, entities: str = LIGHTS) -> Path:
    return write(folder, {"twin.yaml": twin, "component_types/t.yaml": TYPES, "entities/e.yaml": entities})


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return synthesize_twin(definition(tmp_path_factory.mktemp("plant")), copies_files=True)


def listed(synthesized: Synthesized) -> dict[str, dict[str, Any]]:
    """The assets in the files that the custom resource names, by key."""
    assets: dict[str, dict[str, Any]] = {}
    for place in synthesized.properties(ASSETS)["Assets"]:
        (file,) = synthesized.directory.glob(f"asset.{place['Key']}")
        assets |= {item["Key"]: item for item in json.loads(file.read_text())["assets"]}
    return assets


def test_no_asset_is_a_resource(plant: Synthesized) -> None:
    assert plant.all_of("Custom::SiteWiseAsset") == {}
    assert listed(plant).keys() == {"light-0/light", "light-1/light", "light-2/light"}
    assert listed(plant)["light-1/light"] == {
        "Key": "light-1/light",
        "AssetModel": "com.e.Light",
        "ExternalId": "plant:light-1:com.e.Light",
        "Name": "plant/light-1/light",
        "AliasPrefix": "/plant/light-1/",
    }


def test_custom_resource_has_what_the_function_needs(plant: Synthesized) -> None:
    resource, properties = plant.one(ASSETS), plant.properties(ASSETS)
    model = plant.id_of("Custom::SiteWiseAssetModel")

    assert properties["BucketName"] == {"Ref": plant.id_of("AWS::S3::Bucket")}
    assert flat(properties["StatePrefix"]) == f"twin-stack/assets/<AWS::StackName>/{plant.id_of(ASSETS)}"
    assert properties["Models"] == {
        "com.e.Light": {"Id": {"Ref": model}, "PropertyDigest": {"Fn::GetAtt": [model, "PropertyDigest"]}}
    }
    assert (properties["Workspace"], properties["RemovalPolicy"]) == ("plant", "Retain")
    assert properties["ServiceTimeout"] == "3600"
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_entities_get_the_ids_of_assets_from_the_bucket(plant: Synthesized) -> None:
    properties = plant.properties(ENTITIES)

    assert properties["AssetIds"] == {
        "Bucket": {"Ref": plant.id_of("AWS::S3::Bucket")},
        "Key": {"Fn::GetAtt": [plant.id_of(ASSETS), "IdsKey"]},
    }
    assert properties["Substitutions"] == {}
    assert plant.id_of(ASSETS) in plant.one(ENTITIES)["DependsOn"]


def test_functions_may_use_their_own_prefixes_and_the_files_of_the_twin(plant: Synthesized) -> None:
    bucket, assets = plant.id_of("AWS::S3::Bucket"), plant.id_of(ASSETS)
    prefix = f"<{bucket}.Arn>/twin-stack/assets/<AWS::StackName>/{assets}"
    roles = {
        resource["Properties"]["Handler"]: resource["Properties"]["Role"]["Fn::GetAtt"][0]
        for resource in plant.all_of("AWS::Lambda::Function").values()
    }
    manager = of_role(plant.resources, roles["sitewise_manager.handler.handler"])
    reconciler = of_role(plant.resources, roles["entity_reconciler.handler.handler"])

    files = [arn for arn in manager["s3:GetObject"] if arn != f"{prefix}/*"]
    assert len(files) == 1
    assert files[0].endswith("/*.plant-assets")
    assert manager["s3:PutObject"] == [f"{prefix}/*"]
    assert manager["s3:ListBucket"] == [f"<{bucket}.Arn>"]
    assert not any(action.startswith("s3:Delete") for action in manager)
    assert f"{prefix}/ids/*" in reconciler["s3:GetObject"]
    assert not any("twin-stack/assets" in arn for arn in reconciler["s3:PutObject"])


def test_service_reads_the_assets_of_the_twin_only(plant: Synthesized) -> None:
    statements = [
        statement
        for role in plant.all_of("AWS::IAM::Role").values()
        if "iottwinmaker.amazonaws.com" in str(role["Properties"]["AssumeRolePolicyDocument"])
        for policy in role["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "iotsitewise:GetAssetPropertyValue" in statement["Action"]
    ]

    (statement,) = statements
    assert statement["Condition"] == {"StringEquals": {"aws:ResourceTag/twin-stack:workspace": "plant"}}
    assert flat(statement["Resource"]).endswith(":asset/*")


@pytest.mark.slow
def test_change_of_an_asset_changes_the_custom_resources_alone(plant: Synthesized, tmp_path: Path) -> None:
    more = f"{LIGHTS}light-9: {{entityName: L9, components: {{light: {{componentTypeId: com.e.Light}}}}}}\n"
    after = synthesize_twin(definition(tmp_path, entities=more), copies_files=True)

    changed = {name for name in plant.resources if plant.resources[name] != after.resources[name]}

    assert changed == {plant.id_of(ASSETS), plant.id_of(ENTITIES)}
    assert plant.resources.keys() == after.resources.keys()
    assert "light-9/light" in listed(after)


@pytest.mark.slow
def test_tags_reach_assets(tmp_path: Path) -> None:
    path = definition(tmp_path)

    def build(stack: Stack) -> None:
        DigitalTwin(stack, "Twin", definition=load(path))
        Tags.of(stack).add("Team", "Water")

    assert synthesize(build).properties(ASSETS)["Tags"]["Team"] == "Water"


@pytest.mark.slow
def test_each_asset_is_a_resource_while_the_twin_is_handed_over(plant: Synthesized, tmp_path: Path) -> None:
    handed = synthesize_twin(definition(tmp_path, f"{TWIN}handOver: true\n"))

    assert handed.all_of(ASSETS) == {}
    assert len(handed.all_of("Custom::SiteWiseAsset")) == 3
    assert "AssetIds" not in handed.properties(ENTITIES)
    assert set(handed.properties(ENTITIES)["Substitutions"]) == {
        f"<<twin-stack-asset:light-{number}/light>>" for number in range(3)
    }
    assert len(plant.resources) == len(handed.resources) - 3 + BULK_ASSETS_RESOURCES
