"""Former ids by ``renames`` of ``twin.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.definition.former_ids import (
    first_connector_name,
    former_entity_ids,
    former_ids,
    former_property_names,
    former_rule_names,
    former_scene_ids,
    former_type_ids,
)

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition import TwinDefinition

TWIN = """workspaceId: my-twin
connectors: {telemetry: {kind: dynamodb}}
renames:
  entities: {m1: machine, machine: machine-1}
  components: {machine-1: {s: sensor}}
  properties:
    com.e.Base: {temp: temperature}
    com.e.Sensor: {n: loudness, loudness: noise}
  componentTypes: {com.e.Old: com.e.Sensor}
  connectors: {first: second, second: telemetry}
  ingests: {old: temps, older: basics}
  scenes: {old-hall: hall}
ingest:
  temps: {topic: a/+/b, deviceId: topic(2), componentTypeId: com.e.Sensor}
  basics: {topic: a/+/c, deviceId: topic(2), componentTypeId: com.e.Base, basicIngest: true}
"""
TYPES = """com.e.Base:
  propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: telemetry}
com.e.Sensor:
  extendsFrom: [com.e.Base]
  propertyDefinitions:
    noise: {dataType: DOUBLE, isTimeSeries: true}
"""
ENTITIES = "machine-1: {entityName: Machine 1, components: {sensor: {componentTypeId: com.e.Sensor}}}\n"


def _definition(folder: Path) -> TwinDefinition:
    files: dict[str, str | bytes] = {
        "twin.yaml": TWIN,
        "component_types/t.yaml": TYPES,
        "entities/e.yaml": ENTITIES,
        "scenes/hall.yaml": "{specVersion: '1.0', version: '1', nodes: [], rootNodeIndexes: []}",
    }
    return load(write(folder, files))


def test_chain_of_renames_gives_the_newest_former_id_first() -> None:
    assert former_ids([{"a": "b", "b": "c", "x": "y"}], "c") == ("b", "a")


def test_thing_that_was_never_renamed_has_no_former_ids() -> None:
    assert former_ids([{"a": "b"}], "a") == ()
    assert former_ids([], "a") == ()


def test_circle_ends() -> None:
    assert former_ids([{"a": "b", "b": "a"}], "a") == ("b",)
    assert former_ids([{"a": "a"}], "a") == ()
    assert former_ids([{"a": "b", "b": "c", "c": "b"}], "b") == ("c",)


def test_former_ids_of_entities_and_types(tmp_path: Path) -> None:
    definition = _definition(tmp_path)
    assert former_entity_ids(definition, "machine-1") == ("machine", "m1")
    assert former_type_ids(definition, "com.e.Sensor") == ("com.e.Old",)


def test_property_has_former_names_of_its_type_and_of_ancestors(tmp_path: Path) -> None:
    definition = _definition(tmp_path)
    assert former_property_names(definition, "com.e.Base", "temperature") == ("temp",)
    assert former_property_names(definition, "com.e.Sensor", "temperature") == ("temp",)
    assert former_property_names(definition, "com.e.Sensor", "noise") == ("loudness", "n")
    assert former_property_names(definition, "com.e.Base", "noise") == ()
    assert former_property_names(definition, "com.e.Unknown", "noise") == ()


def test_devices_name_former_rules_of_basic_ingest_only(tmp_path: Path) -> None:
    definition = _definition(tmp_path)
    assert former_rule_names(definition, "basics") == ("older",)
    assert former_rule_names(definition, "temps") == ()


def test_scene_keeps_its_former_ids_and_connector_its_first_name(tmp_path: Path) -> None:
    definition = _definition(tmp_path)
    assert former_scene_ids(definition, "hall") == ("old-hall",)
    assert first_connector_name(definition, "telemetry") == "first"
