"""Entities of the bulk engine: no resource an entity, files that change little, and what they depend on."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, Aws, Stack, Tags

from tests.constructs.statements import flat
from tests.definition.models import write
from tests.support.templates import ROOT, Synthesized, synthesize
from tests.support.twins import synthesize_twin
from twin_stack import DigitalTwin, load
from twin_stack.definition.stack_contents import BULK_ENGINE_RESOURCES

if TYPE_CHECKING:
    from pathlib import Path

RESOURCE = "Custom::TwinStackEntities"
TWIN = (
    "workspaceId: plant\nengine: bulk\nconnectors: {plant: {kind: sitewise-native}, rows: {kind: dynamodb}}\n"
)
TYPES = """
com.e.Light:
  propertyDefinitions: {brand: STRING, power: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: plant}
com.e.Pump:
  propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: rows}
com.e.Unused: {}
"""
ENTITIES = """
hall: {entityName: Hall}
light-1: {entityName: Light 1, parentEntityId: hall, components: {light: {componentTypeId: com.e.Light}}}
pump-1: {entityName: Pump 1, parentEntityId: hall, components: {pump: {componentTypeId: com.e.Pump}}}
"""


def definition(folder: Path, twin: str = TWIN, entities: str = ENTITIES) -> Path:
    return write(folder, {"twin.yaml": twin, "component_types/t.yaml": TYPES, "entities/e.yaml": entities})


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return synthesize_twin(definition(tmp_path_factory.mktemp("plant")), copies_files=True)


def entities_of(synthesized: Synthesized) -> dict[str, dict[str, Any]]:
    """The entities in the assets that the custom resource names, by id."""
    by_id: dict[str, dict[str, Any]] = {}
    for place in synthesized.properties(RESOURCE)["Assets"]:
        (file,) = synthesized.directory.glob(f"asset.{place['Key']}")
        by_id |= {entity["entityId"]: entity for entity in json.loads(file.read_text())["entities"]}
    return by_id


def test_no_entity_is_a_resource(plant: Synthesized) -> None:
    assert plant.all_of("AWS::IoTTwinMaker::Entity") == {}
    assert entities_of(plant).keys() == {"hall", "light-1", "pump-1"}


def test_custom_resource_has_what_the_function_needs(plant: Synthesized) -> None:
    properties = plant.properties(RESOURCE)
    workspace, bucket = plant.id_of("AWS::IoTTwinMaker::Workspace"), plant.id_of("AWS::S3::Bucket")
    manifest = properties["Manifest"]
    (file,) = plant.directory.glob(f"asset.{manifest['Key']}")

    assert properties["WorkspaceId"] == {"Ref": workspace}
    assert properties["BucketName"] == {"Ref": bucket}
    assert flat(properties["StatePrefix"]) == f"twin-stack/entities/<AWS::StackName>/{plant.id_of(RESOURCE)}"
    assert json.loads(file.read_text())["entities"] == 3
    assert len(properties["DesiredHash"]) == 64
    assert [properties[name] for name in ("OnDrift", "Adopt", "OnDelete", "RequestsPerSecond")] == [
        "report",
        False,
        "delete",
        8,
    ]


@pytest.mark.slow
def test_settings_of_the_definition_reach_the_function(tmp_path: Path) -> None:
    twin = f"{TWIN}handOver: true\nbulk: {{onDrift: overwrite, adopt: true, requestsPerSecond: 3}}\n"

    properties = synthesize_twin(definition(tmp_path, twin)).properties(RESOURCE)

    assert [properties[name] for name in ("OnDrift", "Adopt", "OnDelete", "RequestsPerSecond")] == [
        "overwrite",
        True,
        "retain",
        3,
    ]


def test_entities_come_after_their_types_and_assets(plant: Synthesized) -> None:
    types = {
        resource["Properties"]["ComponentTypeId"]: name
        for name, resource in plant.all_of("AWS::IoTTwinMaker::ComponentType").items()
    }
    needed = set(plant.one(RESOURCE)["DependsOn"])

    assert {types["com.e.Light"], types["com.e.Pump"], plant.id_of("Custom::TwinStackAssets")} <= needed
    assert types["com.e.Unused"] not in needed


def test_asset_id_is_filled_in_at_deployment(plant: Synthesized) -> None:
    asset = entities_of(plant)["light-1"]["components"]["light"]["properties"]["sitewiseAssetId"]
    placeholder = asset["value"]["stringValue"]

    assert placeholder == "<<twin-stack-asset:light-1/light>>"


@pytest.mark.slow
def test_tags_reach_entities_and_tokens_in_them_are_filled_in(tmp_path: Path) -> None:
    path = definition(tmp_path)

    def build(stack: Stack) -> None:
        DigitalTwin(stack, "Twin", definition=load(path))
        Tags.of(stack).add("Team", "Water")
        Tags.of(stack).add("Region", Aws.REGION)

    synthesized = synthesize(build, copies_files=True)
    tags = [entity["tags"] for entity in entities_of(synthesized).values()]

    assert tags == [{"Team": "Water", "Region": "<<twin-stack-tag:Region>>"}] * 3
    substitutions = synthesized.properties(RESOURCE)["Substitutions"]
    assert substitutions["<<twin-stack-tag:Region>>"] == {"Ref": "AWS::Region"}


@pytest.mark.slow
def test_change_of_an_entity_changes_the_custom_resource_alone(plant: Synthesized, tmp_path: Path) -> None:
    after = synthesize_twin(definition(tmp_path, entities=ENTITIES.replace("Pump 1", "Pump One")))

    changed = {name for name in plant.resources if plant.resources[name] != after.resources[name]}

    assert changed == {plant.id_of(RESOURCE)}
    assert plant.resources.keys() == after.resources.keys()


@pytest.mark.slow
def test_entity_by_id_is_refused_with_what_to_use(tmp_path: Path) -> None:
    path = definition(tmp_path)

    def build(stack: Stack) -> None:
        twin = DigitalTwin(stack, "Twin", definition=load(path))
        assert twin.bulk_entities is not None
        assert twin.bulk_entities.resource.cfn_resource_type == RESOURCE
        with pytest.raises(ValueError, match="no resources of the stack; refer to an entity by its id"):
            _ = twin.entities

    build(Stack(App(), "Plant"))


def test_bulk_entities_are_none_with_the_other_engine() -> None:
    def build(stack: Stack) -> None:
        twin = DigitalTwin(stack, "Twin", definition=load(ROOT / "models" / "minimal"))
        assert twin.bulk_entities is None
        assert twin.entities

    build(Stack(App(), "Plant"))


@pytest.mark.slow
def test_two_runs_give_equal_files(plant: Synthesized, tmp_path: Path) -> None:
    again = synthesize_twin(definition(tmp_path), copies_files=True)

    assert again.template == plant.template
    names = {path.name for path in plant.directory.glob("asset.*-entities")}
    assert len(names) == 2
    assert {path.name for path in again.directory.glob("asset.*-entities")} == names


@pytest.mark.slow
def test_factory_works_with_the_bulk_engine(tmp_path: Path, factory: Synthesized) -> None:
    """Alarms, ingest, scenes and dashboards need no entity as a resource."""
    folder = tmp_path / "factory"
    shutil.copytree(ROOT / "models" / "factory", folder)
    twin = (folder / "twin.yaml").read_text(encoding="utf-8")
    (folder / "twin.yaml").write_text(f"{twin}\nengine: bulk\n", encoding="utf-8")

    bulk = synthesize_twin(folder, copies_files=True)

    kinds = {"AWS::IoTTwinMaker::Scene", "AWS::IoTTwinMaker::ComponentType", "AWS::IoT::TopicRule"}
    for kind in sorted(kinds):
        assert bulk.all_of(kind).keys() == factory.all_of(kind).keys() != set()
    own = [name for name in bulk.resources if name.startswith("Entities")]
    assert len(own) == BULK_ENGINE_RESOURCES
    assert len(entities_of(bulk)) == len(factory.all_of("AWS::IoTTwinMaker::Entity")) == 4
