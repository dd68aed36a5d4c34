"""The settings and permissions of a twin's connectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.templates import synthesize
from twin_stack import DigitalTwin, load

if TYPE_CHECKING:
    from pathlib import Path

MODEL_ID = "0b1e4c0a-9d0d-4b52-9c1f-4be0a7a9f001"
ALIAS = "/plant/${entityId}/${propertyName}"


def connector_of(folder: Path, functions: str, *, connector: str = "") -> tuple[Any, set[str]]:
    """Settings of a twin's SiteWise function, and what it may do in SiteWise."""
    types = folder / "component_types"
    types.mkdir(exist_ok=True)
    (folder / "twin.yaml").write_text(
        f"workspaceId: plant-1\nconnectors:\n  historian: {{kind: sitewise{connector}}}\n"
    )
    (types / "pump.yaml").write_text(
        "com.example.Pump:\n"
        "  propertyDefinitions:\n"
        f"    sitewiseAssetModelId: {{dataType: STRING, defaultValue: {MODEL_ID}}}\n"
        "    flow: {dataType: DOUBLE, isTimeSeries: true}\n"
        f"  functions: {{{functions}}}\n"
    )
    result = synthesize(lambda stack: DigitalTwin(stack, "Twin", definition=load(folder)))
    (function,) = [
        resource["Properties"]
        for resource in result.all_of("AWS::Lambda::Function").values()
        if resource["Properties"]["Handler"].startswith("sitewise")
    ]
    role = result.resources[function["Role"]["Fn::GetAtt"][0]]
    (policy,) = role["Properties"]["Policies"]
    granted = {
        action.removeprefix("iotsitewise:")
        for statement in policy["PolicyDocument"]["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        if action.startswith("iotsitewise:")
    }
    return function.get("Environment", {}).get("Variables", {}), granted


@pytest.mark.slow
@pytest.mark.parametrize(
    ("functions", "more"),
    [
        ("dataReader: historian", set()),
        ("dataReader: historian, dataWriter: historian", {"BatchPutAssetPropertyValue"}),
        ("dataReader: historian, schemaInitializer: historian", {"ListAssetModelProperties"}),
    ],
)
def test_sitewise_connector_may_do_what_the_functions_of_its_types_need(
    tmp_path: Path, functions: str, more: set[str]
) -> None:
    _, granted = connector_of(tmp_path, functions)

    assert granted == {
        "BatchGetAssetPropertyValue",
        "BatchGetAssetPropertyValueHistory",
        "DescribeAssetProperty",
        "GetAssetPropertyValue",
        "GetAssetPropertyValueHistory",
        *more,
    }


@pytest.mark.slow
def test_sitewise_connector_gets_the_alias_of_the_definition(tmp_path: Path) -> None:
    settings, _ = connector_of(tmp_path, "dataReader: historian", connector=f', propertyAlias: "{ALIAS}"')

    assert settings == {"PROPERTY_ALIAS": ALIAS}


READINGS = """workspaceId: plant-1
connectors:
  readings:
    kind: dynamodb
    tableName: plant-readings
    partition: "${device}#${day}"
    sortKey: at
    timeUnit: iso
    firstBucket: 2025-01-01T00:00:00Z
    listDevices: true
"""
PUMPS = """com.example.Pump:
  propertyDefinitions:
    serial: {dataType: STRING, isExternalId: true}
    flow: {dataType: DOUBLE, isTimeSeries: true}
  functions: {dataReader: readings, dataWriter: readings}
"""
ENTITIES = """pump-1:
  entityName: Pump 1
  components: {pump: {componentTypeId: com.example.Pump, properties: {serial: P1}}}
pump-2: {entityName: Pump 2, components: {pump: {componentTypeId: com.example.Pump}}}
"""


@pytest.mark.slow
def test_dynamodb_connector_gets_the_key_schema_and_the_devices(tmp_path: Path) -> None:
    (tmp_path / "twin.yaml").write_text(READINGS)
    for kind, text in (("component_types", PUMPS), ("entities", ENTITIES)):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "pumps.yaml").write_text(text)
    result = synthesize(lambda stack: DigitalTwin(stack, "Twin", definition=load(tmp_path)))
    (function,) = [
        resource["Properties"]
        for resource in result.all_of("AWS::Lambda::Function").values()
        if resource["Properties"]["Handler"].startswith("dynamodb")
    ]
    assert function["Environment"]["Variables"] == {
        "TABLE_NAME": "plant-readings",
        "PARTITION_KEY": "device_id",
        "SORT_KEY": "at",
        "TIME_UNIT": "iso",
        "PARTITION": "${device}#${day}",
        "FIRST_BUCKET": "2025-01-01T00:00:00Z",
        "DEVICES": '{"com.example.Pump":["P1","pump-2"]}',
    }
    (policy,) = result.resources[function["Role"]["Fn::GetAtt"][0]]["Properties"]["Policies"]
    actions = [statement["Action"] for statement in policy["PolicyDocument"]["Statement"]]
    assert actions[1:] == [["dynamodb:Query", "dynamodb:UpdateItem"]]
