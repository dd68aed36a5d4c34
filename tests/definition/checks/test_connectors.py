"""Connectors: what is decided before one is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.definition import check

if TYPE_CHECKING:
    from pathlib import Path

PUMP = (
    "com.e.Pump:\n  propertyDefinitions:\n    sitewiseAssetId: STRING\n    tag: STRING\n"
    "    flow: {dataType: DOUBLE, isTimeSeries: true%s}\n  functions: {dataReader: plant}\n"
)
ENTITY = "p-1: {entityName: P1, components: {pump: {componentTypeId: com.e.Pump%s}}}\n"
BY_ID = ", configuration: {sitewisePropertyId: p}"


def codes(folder: Path, connector: str, *, configuration: str = "", values: str = "") -> list[str]:
    files: dict[str, str | bytes] = {
        "twin.yaml": f"workspaceId: my-twin\nconnectors: {{plant: {connector}}}\n",
        "component_types/t.yaml": PUMP % configuration,
        "entities/e.yaml": ENTITY % values,
    }
    return [finding.code for finding in check(write(folder, files))[1]]


@pytest.mark.parametrize(
    ("connector", "configuration", "values", "expected"),
    [
        ("{kind: sitewise}", "", "", ["TWIN211"]),
        ("{kind: sitewise}", BY_ID, "", ["TWIN211"]),
        ("{kind: sitewise}", BY_ID, ", properties: {sitewiseAssetId: a}", []),
        ("{kind: sitewise}", ", configuration: {sitewisePropertyAlias: a}", "", []),
        ("{kind: sitewise, propertyAlias: '/${entityId}/${propertyName}'}", "", "", []),
        ("{kind: sitewise, propertyAlias: '/${tag}/${propertyName}'}", "", "", []),
        ("{kind: sitewise, propertyAlias: '/${tga}/${propertyName}'}", "", "", ["TWIN214"]),
        ("{kind: sitewise, propertyAlias: '/${entityId'}", "", "", ["TWIN214"]),
        ("{kind: dynamodb}", ", configuration: {attribute: f}", "", []),
        ("{kind: dynamodb}", BY_ID, "", ["TWIN213"]),
        ("{kind: lambda, arn: 'arn:aws:lambda:eu-west-1:111122223333:function:f'}", BY_ID, "", []),
    ],
)
def test_address_of_values_is_decided(
    connector: str, configuration: str, values: str, expected: list[str], tmp_path: Path
) -> None:
    assert codes(tmp_path, connector, configuration=configuration, values=values) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("dataReder", ["TWIN210"]), ("datareader", ["TWIN210"]), ("dataReader", []), ("calibrate", [])],
)
def test_misspelt_name_of_a_function_is_found(name: str, expected: list[str], tmp_path: Path) -> None:
    types = f"com.e.S: {{functions: {{{name}: telemetry}}}}\n"
    folder = write(tmp_path, {"component_types/t.yaml": types})
    assert [finding.code for finding in check(folder)[1]] == expected


def test_connector_that_an_ingest_writes_to_is_used(tmp_path: Path) -> None:
    twin = (
        "workspaceId: my-twin\nconnectors:\n  plant: {kind: sitewise, assets: managed}\n"
        "  spare: {kind: dynamodb, tableName: spare}\n"
        "ingest: {a: {topic: a/+, deviceId: topic(2), componentTypeId: com.e.S, connectors: [plant]}}\n"
    )
    types = "com.e.S: {propertyDefinitions: {t: {dataType: DOUBLE, isTimeSeries: true}}, functions: {dataReader: plant}}\n"
    folder = write(tmp_path, {"twin.yaml": twin, "component_types/t.yaml": types})
    (finding,) = [finding for finding in check(folder)[1] if finding.code == "TWIN212"]
    assert finding.message == 'connector "spare" is used by no function and no ingest'


def test_connector_is_not_called_unused_where_its_user_may_have_a_mistake(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "twin.yaml": "workspaceId: my-twin\nconnectors: {spare: {kind: dynamodb, tableName: spare}}\n",
        "component_types/t.yaml": "com.e.S: {functions: {dataReader: {conector: spare}}}\n",
    }
    assert [finding.code for finding in check(write(tmp_path, files))[1]] == ["TWIN003"]
