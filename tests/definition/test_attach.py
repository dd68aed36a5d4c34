"""What exists in a stage replaces what ``twin.yaml`` names, and fits the stage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tests.definition.models import write
from twin_stack.definition import DefinitionError, TwinDefinition, load
from twin_stack.definition.attach import attach
from twin_stack.definition.files import read
from twin_stack.definition.schema import StageExisting

TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/restored"
STREAM = f"{TABLE}/stream/2026-01-31T08:00:00.000"
BUCKET = "arn:aws:s3:::plant-scenes"
TWIN = f"""
workspaceId: plant-1
connectors:
  telemetry: {{kind: dynamodb}}
  archive: {{kind: dynamodb, tableName: plant-archive, componentTypeIndex: by-type}}
existing:
  bucket: {{bucketArn: "{BUCKET}"}}
"""
ALARMS = """
com.example.Alarm:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {dataReader: telemetry}
com.example.Sensor:
  propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: telemetry}
  alarms: {hot: {property: temperature, above: 80}}
"""


def attached(folder: Path, stage: str, types: str = "", **environment: str) -> TwinDefinition:
    model = write(
        folder / "model", {"twin.yaml": TWIN, **({"component_types/t.yaml": types} if types else {})}
    )
    (folder / "stage.yaml").write_text(stage)
    source = read(folder / "stage.yaml", display_path=Path("stage.yaml"))
    existing = StageExisting.model_validate(source["existing"])
    return attach(load(model), existing, source, **environment)


def refused(folder: Path, *arguments: Any, **environment: str) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        attached(folder, *arguments, **environment)
    return [str(finding) for finding in caught.value.findings]


def test_stage_adds_to_what_the_definition_names(tmp_path: Path) -> None:
    definition = attached(tmp_path, f'existing: {{telemetryTable: {{tableArn: "{TABLE}"}}}}')

    existing = definition.twin.existing
    assert existing.telemetry_table is not None
    assert existing.telemetry_table.table_arn == TABLE
    assert existing.bucket is not None
    assert existing.bucket.bucket_arn == BUCKET


def test_workspace_of_a_stage_replaces_the_bucket_of_a_new_one(tmp_path: Path) -> None:
    existing = attached(tmp_path, f'existing: {{workspace: {{s3Location: "{BUCKET}"}}}}').twin.existing

    assert existing.workspace is not None
    assert existing.bucket is None


def test_stage_replaces_the_table_of_a_connector_and_keeps_its_keys(tmp_path: Path) -> None:
    definition = attached(tmp_path, f'existing: {{tables: {{archive: {{tableArn: "{TABLE}"}}}}}}')

    archive = definition.connectors["archive"]
    assert (archive.table_name, archive.table_arn) == (None, TABLE)
    assert archive.component_type_index == "by-type"
    assert definition.connectors["telemetry"].reads_telemetry_table


def test_table_of_a_stage_needs_a_stream_for_alarms(tmp_path: Path) -> None:
    (finding,) = refused(tmp_path, f'existing:\n  telemetryTable:\n    tableArn: "{TABLE}"\n', ALARMS)

    assert finding.startswith("stage.yaml:3:5 TWIN120 the definition has alarms")
    assert "aws dynamodb update-table --region eu-west-1 --table-name restored" in finding

    stage = f'existing: {{telemetryTable: {{tableArn: "{TABLE}", streamArn: "{STREAM}"}}}}'
    assert attached(tmp_path, stage, ALARMS).twin.existing.telemetry_table is not None


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (
            {"account": "444455556666"},
            "tableArn is of account 111122223333, but the stage is of account 444455556666",
        ),
        ({"region": "us-east-1"}, "tableArn is of region eu-west-1, but the stage is of region us-east-1"),
        ({"account": "111122223333", "region": "eu-west-1"}, None),
        ({}, None),
    ],
)
def test_table_is_of_the_account_and_region_of_the_stage(
    tmp_path: Path, environment: dict[str, str], expected: str | None
) -> None:
    stage = f'existing: {{telemetryTable: {{tableArn: "{TABLE}"}}}}'
    if expected is None:
        assert attached(tmp_path, stage, **environment)
        return
    (finding,) = refused(tmp_path, stage, **environment)
    assert finding.startswith(f"stage.yaml:1:39 TWIN121 {expected}; ")


def test_table_of_an_unknown_connector_is_refused(tmp_path: Path) -> None:
    (finding,) = refused(tmp_path, f'existing: {{tables: {{archiv: {{tableArn: "{TABLE}"}}}}}}')

    assert 'TWIN122 "archiv" is no connector of kind dynamodb that names a table' in finding
    assert "archive" in finding


ASSET = "0b1e4c0a-9d0d-4b52-9c1f-4be0a7a9f001"
ARN = f"arn:aws:iotsitewise:eu-west-1:111122223333:asset/{ASSET}"
PUMPS = """
workspaceId: plant-1
connectors: {historian: {kind: sitewise}, plant: {kind: sitewise, assets: managed}}
"""
PUMP_TYPES = """
com.example.Pump:
  propertyDefinitions: {sitewiseAssetId: STRING, flow: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: historian}
com.example.Mill:
  propertyDefinitions: {power: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: plant}
com.example.Note:
  propertyDefinitions: {text: STRING}
"""
PUMP_ENTITIES = """
pump-1:
  entityName: Pump 1
  components:
    pump: {componentTypeId: com.example.Pump, properties: {sitewiseAssetId: other}}
    mill: {componentTypeId: com.example.Mill}
    note: {componentTypeId: com.example.Note}
"""


def with_asset(
    folder: Path, asset: str, entity: str = "pump-1", component: str = "pump", **environment: str
) -> Any:
    files = {"twin.yaml": PUMPS, "component_types/t.yaml": PUMP_TYPES, "entities/e.yaml": PUMP_ENTITIES}
    model = write(folder / "model", files)
    (folder / "stage.yaml").write_text(f'existing: {{assets: {{{entity}: {{{component}: "{asset}"}}}}}}')
    source = read(folder / "stage.yaml", display_path=Path("stage.yaml"))
    attached = attach(load(model), StageExisting.model_validate(source["existing"]), source, **environment)
    return attached.entities["pump-1"].components["pump"].properties["sitewiseAssetId"].value


@pytest.mark.parametrize(
    ("asset", "expected"),
    [(ASSET, ASSET), (ARN, ASSET), ("externalId:plant:pump-1", "externalId:plant:pump-1")],
)
def test_asset_of_a_stage_replaces_that_of_the_component(tmp_path: Path, asset: str, expected: str) -> None:
    assert with_asset(tmp_path, asset) == {"stringValue": expected}


def test_asset_of_a_stage_becomes_that_of_a_part(tmp_path: Path) -> None:
    types = f"{PUMP_TYPES}com.example.Skid: {{compositeComponentTypes: {{left: {{componentTypeId: com.example.Pump}}}}}}\n"
    entities = "skid-1: {entityName: Skid 1, components: {skid: {componentTypeId: com.example.Skid}}}\n"
    files = {"twin.yaml": PUMPS, "component_types/t.yaml": types, "entities/e.yaml": entities}
    definition = load(write(tmp_path / "model", files))
    (tmp_path / "stage.yaml").write_text(f'existing: {{assets: {{skid-1: {{skid/left: "{ARN}"}}}}}}')
    source = read(tmp_path / "stage.yaml")
    entity = attach(definition, StageExisting.model_validate(source["existing"]), source).entities["skid-1"]
    value = entity.composite_components["skid/left"].properties["sitewiseAssetId"].value
    assert value == {"stringValue": ASSET}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"entity": "pump-2"}, 'TWIN122 entity "pump-2" is not defined; did you mean "pump-1"?'),
        ({"component": "pmp"}, 'TWIN122 entity "pump-1" has no component "pmp"; did you mean "pump"?'),
        (
            {"component": "mill"},
            'TWIN122 the twin manages the asset of component "mill" of "pump-1"; remove it',
        ),
        (
            {"component": "note"},
            'TWIN122 component type "com.example.Note" has no property "sitewiseAssetId"',
        ),
        (
            {"account": "444455556666"},
            "TWIN121 asset is of account 111122223333, but the stage is of account",
        ),
    ],
)
def test_asset_that_does_not_fit_is_refused(tmp_path: Path, arguments: dict[str, str], expected: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        with_asset(tmp_path, ARN, **arguments)

    (finding,) = map(str, caught.value.findings)
    assert finding.startswith("stage.yaml:1:")
    assert expected in finding


def test_text_that_names_no_asset_is_refused() -> None:
    with pytest.raises(ValidationError, match="its id, its ARN, or externalId: and its external id"):
        StageExisting.model_validate({"assets": {"pump-1": {"pump": "pump"}}})
