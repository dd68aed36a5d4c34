"""Former ids in the rows of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import write
from twin_stack.definition import load
from twin_stack.definition.former_rows import (
    FormerRowIds,
    FormerRows,
    former_rows_of_alarms,
    former_rows_of_connector,
)

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition import TwinDefinition

TWIN = """workspaceId: my-twin
connectors:
  telemetry: {kind: dynamodb}
  archive: {kind: dynamodb, tableName: archive, keyProperty: serial}
"""
RENAMES = """renames:
  entities: {m-1: machine-1, m-2: machine-2, m-3: machine-3}
  properties: {com.e.Base: {t: temp, temp: temperature}, com.e.Archived: {word: text}}
  componentTypes: {com.e.S: com.e.Sensor, com.e.OldAlarm: com.e.Alarm}
"""
TYPES = """com.e.Base:
  propertyDefinitions:
    temperature: {dataType: DOUBLE, isTimeSeries: true}
  functions: {dataReader: telemetry}
com.e.Sensor:
  extendsFrom: [com.e.Base]
  propertyDefinitions:
    id: {dataType: STRING, isExternalId: true}
  alarms: {hot: {property: temperature, above: 1}}
com.e.Alarm:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {dataReader: telemetry}
com.e.Archived:
  propertyDefinitions:
    serial: {dataType: STRING}
    text: {dataType: {type: STRING}, isTimeSeries: true, configuration: {attribute: words}}
  functions: {dataReader: archive}
com.e.Whole:
  compositeComponentTypes: {part: {componentTypeId: com.e.Base}}
"""
ENTITIES = """machine-1:
  entityName: Machine 1
  components:
    sensor: {componentTypeId: com.e.Sensor}
    alarm: {componentTypeId: com.e.Alarm, properties: {alarm_key: machine-1-alarm}}
machine-2:
  entityName: Machine 2
  components:
    sensor: {componentTypeId: com.e.Sensor, properties: {id: S-2}}
    archive: {componentTypeId: com.e.Archived, properties: {serial: "17"}}
machine-3:
  entityName: Machine 3
  components:
    archive: {componentTypeId: com.e.Archived}
    whole: {componentTypeId: com.e.Whole}
"""


def _definition(folder: Path, renames: str = RENAMES) -> TwinDefinition:
    files: dict[str, str | bytes] = {
        "twin.yaml": TWIN + renames,
        "component_types/t.yaml": TYPES,
        "entities/e.yaml": ENTITIES,
    }
    return load(write(folder, files))


def test_twin_without_renames_has_no_former_ids(tmp_path: Path) -> None:
    definition = _definition(tmp_path, "")
    assert former_rows_of_connector(definition, "telemetry") == FormerRows()
    assert former_rows_of_alarms(definition) == FormerRows()


def test_rows_of_a_connector_have_former_ids_of_its_types_properties_and_devices(tmp_path: Path) -> None:
    former_rows = former_rows_of_connector(_definition(tmp_path), "telemetry")
    names = {"temperature": ("temp", "t")}
    assert former_rows.types["com.e.Sensor"] == FormerRowIds(
        type_ids=("com.e.S",), attributes=names, devices={"machine-1": ("m-1",)}
    )
    assert set(former_rows.types) == {"com.e.Alarm", "com.e.Base", "com.e.Sensor"}
    assert former_rows.components == {
        "machine-1": {"sensor": "com.e.Sensor"},
        "machine-2": {"sensor": "com.e.Sensor"},
        "machine-3": {"whole/part": "com.e.Base"},
    }


def test_part_of_a_composite_component_has_former_ids_of_its_entity(tmp_path: Path) -> None:
    former_rows = former_rows_of_connector(_definition(tmp_path), "telemetry")
    assert former_rows.types["com.e.Base"].devices == {"machine-3": ("m-3",)}


def test_device_with_an_id_of_its_own_keeps_it_when_its_entity_is_renamed(tmp_path: Path) -> None:
    definition = _definition(tmp_path)
    assert "machine-2" not in former_rows_of_connector(definition, "telemetry").types["com.e.Sensor"].devices
    archived = former_rows_of_connector(definition, "archive").types["com.e.Archived"]
    assert archived.devices == {"machine-3": ("m-3",)}
    assert archived.attributes == {"words": ("word",)}


def test_alarm_of_a_renamed_entity_has_its_former_keys(tmp_path: Path) -> None:
    definition = _definition(tmp_path)
    alarm = FormerRowIds(type_ids=("com.e.OldAlarm",), devices={"machine-1-alarm": ("m-1-alarm",)})
    assert former_rows_of_connector(definition, "telemetry").types["com.e.Alarm"] == alarm
    alarms = former_rows_of_alarms(definition)
    assert alarms.types["com.e.Alarm"] == alarm
    assert alarms.types["com.e.Sensor"].devices == {"machine-1": ("m-1",)}
    assert set(alarms.types) == {"com.e.Alarm", "com.e.Sensor"}
