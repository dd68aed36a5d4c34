"""What a rename leaves as it is in the template, and what stays beside the new."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from former_ids import FILE_NAME, FormerIds
from tests.definition.models import write
from tests.support.templates import Synthesized, synthesize
from twin_stack import DigitalTwin, load
from twin_stack.twinmaker.custom_resources import SCENE_FILES

if TYPE_CHECKING:
    from pathlib import Path

CONNECTOR = "dynamodb_connector"
FUNCTION, RULE, SCENE = "AWS::Lambda::Function", "AWS::IoT::TopicRule", "AWS::IoTTwinMaker::Scene"

TWIN = """workspaceId: plant-1
connectors:
  telemetry: {kind: dynamodb}
ingest:
  flows: {topic: plant/+/flow, deviceId: topic(2), componentTypeId: com.e.Pump, basicIngest: true}
"""
RENAMED_TWIN = """workspaceId: plant-1
connectors:
  values: {kind: dynamodb}
ingest:
  streams: {topic: plant/+/flow, deviceId: topic(2), componentTypeId: com.e.Pump, basicIngest: true}
"""
RENAMES = """renames:
  connectors: {telemetry: readings, readings: values}
  ingests: {flows: streams}
  scenes: {hall: main-hall}
  entities: {pump-0: pump-1}
"""
TYPES = """com.e.Pump:
  propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: CONNECTOR}
  alarms: {low: {property: flow, below: 1}}
com.e.Alarm:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {dataReader: CONNECTOR}
"""
ENTITIES = "pump-1: {entityName: Pump, components: {pump: {componentTypeId: com.e.Pump}}}\n"
DOCUMENT: dict[str, Any] = {"specVersion": "1.0", "version": "1", "nodes": [], "rootNodeIndexes": []}


def _synthesized(folder: Path, twin: str, connector: str, scene_id: str) -> Synthesized:
    files: dict[str, str | bytes] = {
        "twin.yaml": twin,
        "component_types/t.yaml": TYPES.replace("CONNECTOR", connector),
        "entities/e.yaml": ENTITIES,
        f"scenes/{scene_id}.json": json.dumps(DOCUMENT),
    }
    definition = load(write(folder, files))
    return synthesize(lambda stack: DigitalTwin(stack, "Twin", definition=definition), copies_files=True)


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return _synthesized(tmp_path_factory.mktemp("before"), TWIN, "telemetry", "hall")


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return _synthesized(tmp_path_factory.mktemp("after"), RENAMED_TWIN + RENAMES, "values", "main-hall")


def _functions(result: Synthesized, package: str) -> dict[str, Any]:
    return {
        logical_id: function
        for logical_id, function in result.all_of(FUNCTION).items()
        if function["Properties"].get("Handler", "") == f"{package}.handler.handler"
    }


def test_function_of_a_renamed_connector_stays(before: Synthesized, after: Synthesized) -> None:
    assert _functions(before, CONNECTOR).keys() == _functions(after, CONNECTOR).keys()
    logs = "AWS::Logs::LogGroup"
    assert before.all_of(logs).keys() == after.all_of(logs).keys()


def test_rule_that_devices_name_stays_beside_the_new_one(before: Synthesized, after: Synthesized) -> None:
    (old_rule,) = before.all_of(RULE)
    rules = after.all_of(RULE)
    assert len(rules) == 2
    assert rules[old_rule] == before.all_of(RULE)[old_rule]
    (policy,) = after.all_of("AWS::IoT::Policy").values()
    topics = json.dumps(policy["Properties"]["PolicyDocument"]["Statement"][1]["Resource"])
    assert all(f'{{"Ref": "{rule}"}}' in topics for rule in rules)


def test_scene_with_the_former_id_stays_beside_the_new_one(before: Synthesized, after: Synthesized) -> None:
    (old_scene,) = before.all_of(SCENE)
    scenes = after.all_of(SCENE)
    assert sorted(scene["Properties"]["SceneId"] for scene in scenes.values()) == ["hall", "main-hall"]
    assert scenes[old_scene]["Properties"] == before.all_of(SCENE)[old_scene]["Properties"]


@pytest.mark.parametrize("package", [CONNECTOR, "alarm_evaluator"])
def test_function_has_the_former_ids_beside_its_code(
    before: Synthesized, after: Synthesized, package: str
) -> None:
    folders = []
    for result in (before, after):
        (function,) = _functions(result, package).values()
        name = function["Properties"]["Code"]["S3Key"].removesuffix(".zip")
        folders.append(result.directory / f"asset.{name}")
    assert folders[0].is_dir()
    assert not (folders[0] / FILE_NAME).exists()
    former_ids = FormerIds.load(folders[1] / FILE_NAME)
    assert former_ids.of_type("com.e.Pump").devices == {"pump-1": ("pump-0",)}
    assert former_ids.of_type("com.e.Alarm").devices == {"pump-1-alarm": ("pump-0-alarm",)}
    assert (folders[1] / "former_ids" / "ids.py").is_file()


def test_scene_files_are_written_after_what_they_bind_was_created(
    before: Synthesized, after: Synthesized
) -> None:
    files = before.one(SCENE_FILES)
    assert not [name for name in files.get("DependsOn", []) if "Entity" in name]
    files = after.one(SCENE_FILES)
    assert after.id_of("AWS::IoTTwinMaker::Entity") in files["DependsOn"]


@pytest.mark.slow
def test_former_rule_that_no_device_names_is_removed(tmp_path: Path) -> None:
    twin = RENAMED_TWIN.replace(", basicIngest: true", "") + "renames: {ingests: {flows: streams}}\n"
    assert len(_synthesized(tmp_path, twin, "values", "hall").all_of(RULE)) == 1
